/**
 * An Amazon Connect inside the test's process: takes the SDK's HTTP requests where they would go to the network, keeps
 * what it received and answers that all is well.
 */
import { Readable } from "node:stream";
import { ConnectClient } from "@aws-sdk/client-connect";
import { vi } from "vitest";

/** A request as Connect received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  /** Text; empty when there is none. */
  readonly body: string;
  /** Those that carry members of an input. */
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string;
}

interface SentRequest extends Omit<ReceivedRequest, "host" | "body"> {
  readonly hostname: string;
  readonly body: string | Uint8Array | undefined;
}

/** Starts to record; what is received is added to `received` in order, and nothing goes to the network. */
export function recordConnect(): { readonly received: ReceivedRequest[]; restore(): void } {
  const received: ReceivedRequest[] = [];
  const client = new ConnectClient({ region: "us-east-1" });
  const handler: { handle: (request: SentRequest) => Promise<object> } = Object.getPrototypeOf(
    client.config.requestHandler,
  );
  client.destroy();
  const spy = vi.spyOn(handler, "handle").mockImplementation(async (request) => {
    const { method, path, query, headers, hostname } = request;
    const own = Object.entries(headers).filter(([name]) => /^x-amz-(resource|last)/.test(name));
    const body =
      typeof request.body === "object" ? new TextDecoder().decode(request.body) : (request.body ?? "");
    received.push({ method, path, query, body, headers: Object.fromEntries(own), host: hostname });
    const answer = { statusCode: 200, headers: {}, body: Readable.from([Buffer.from("{}")]) };
    return { response: answer };
  });
  return { received, restore: () => spy.mockRestore() };
}
