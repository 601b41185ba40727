/**
 * An answer that is not Amazon Connect's is not taken for one: a page of HTML, say of a proxy on the way, must not
 * count as the success of an operation whose answer has no members.
 */
import { once } from "node:events";
import { Readable } from "node:stream";
import type { ConnectClient } from "@aws-sdk/client-connect";

/** A page where an answer should be. */
class ForeignAnswer extends Error {
  override readonly name = "ForeignAnswer";
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(httpStatusCode: number) {
    super("the answer is not amazon connect's");
    this.$metadata = { httpStatusCode };
  }
}

/** Makes a client refuse successes that are a page. Failures are told apart by their status. */
export function refuseForeignAnswers(client: ConnectClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      const [status, headers, body] = ["statusCode", "headers", "body"].map((name) =>
        memberOf(response, name),
      );
      const type = memberOf(headers, "content-type");
      // Only what calls itself a page is looked at: stand-ins of Connect call their JSON so too.
      const mayBePage = typeof type === "string" && /\b(?:html|xml)\b/i.test(type);
      if (mayBePage && typeof status === "number" && status < 300 && body instanceof Readable) {
        if (await isPage(body)) {
          // Nobody reads the rest: the connection is not used again either.
          body.destroy();
          throw new ForeignAnswer(status);
        }
      }
      return result;
    },
    // Low: next to the wire, before the SDK reads the answer.
    { name: "refuseForeignAnswers", step: "deserialize", priority: "low", override: true },
  );
}

/** Looks at a body's beginning and leaves it there. */
async function isPage(body: Readable): Promise<boolean> {
  if (body.readableLength === 0 && !body.readableEnded) await once(body, "readable");
  const chunk: unknown = body.read();
  if (chunk === null) return false;
  body.unshift(chunk);
  return String(chunk).trimStart().startsWith("<");
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
