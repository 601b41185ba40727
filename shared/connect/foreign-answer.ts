/**
 * An answer that is not Amazon Connect's is not taken for one: a page of HTML, say of a proxy on the way, must not
 * count as the success of an operation whose answer has no members.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";

/** What the service never answers with. */
class ForeignAnswer extends Error {
  override readonly name = "ForeignAnswer";
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(status: number) {
    super("the answer is not amazon connect's");
    this.$metadata = { httpStatusCode: status };
  }
}

/** Makes a client refuse successes whose body is a page. Failures are told apart by their status. */
export function refuseForeignAnswers(client: ConnectClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { statusCode, headers, body } = readResponse(result.response);
      if (statusCode < 300 && isForeign(headers)) {
        // Read by nobody: the connection is not used again either.
        if (body && typeof body === "object")
          (Reflect.get(body, "destroy") as (() => void) | undefined)?.call(body);
        throw new ForeignAnswer(statusCode);
      }
      return result;
    },
    // Low: next to the wire, before the SDK reads the answer.
    { name: "refuseForeignAnswers", step: "deserialize", priority: "low", override: true },
  );
}

function isForeign(headers: Readonly<Record<string, unknown>>): boolean {
  const type = headers["content-type"];
  return headers["content-length"] !== "0" && typeof type === "string" && /\b(html|xml)\b/i.test(type);
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

function readResponse(response: unknown): Response {
  const of = (name: string): unknown =>
    typeof response === "object" && response !== null ? Reflect.get(response, name) : undefined;
  const [statusCode, headers] = [of("statusCode"), of("headers")];
  return {
    statusCode: typeof statusCode === "number" ? statusCode : 0,
    headers:
      typeof headers === "object" && headers !== null ? Object.fromEntries(Object.entries(headers)) : {},
    body: of("body"),
  };
}
