/**
 * Answers that do not have Amazon Connect's form. A page of HTML, from a proxy on the way for instance, must not count as the
 * success of an operation whose answer has no members. A failure whose body is not a JSON object keeps its status and
 * its type, which are in the status line and in a header (Smithy, "AWS restJson1 protocol", "Operation error
 * serialization"): the SDK's own reader fails on such a body, or spreads its letters over the error.
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

/** Makes a client refuse successes that are a page, and read failures whatever their bodies are. */
export function refuseForeignAnswers(client: ConnectClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      const [status, headers, body] = ["statusCode", "headers", "body"].map((name) =>
        memberOf(response, name),
      );
      if (typeof status !== "number" || !(body instanceof Readable)) return result;
      const type = memberOf(headers, "content-type");
      // Only what calls itself a page is looked at: stand-ins of Connect call their JSON so too.
      const mayBePage = typeof type === "string" && /\b(?:html|xml)\b/i.test(type);
      if (mayBePage && status < 300 && (await isPage(body))) {
        // Nobody reads the rest: the connection is not used again either.
        body.destroy();
        throw new ForeignAnswer(status);
      }
      if (status >= 400 && typeof response === "object" && response !== null) {
        const isTyped = memberOf(headers, "x-amzn-errortype") !== undefined;
        const read = readFailure(await readBytes(body));
        // A page of a server on the way: only the failure itself is known.
        if (read.isPage && status >= 500 && !isTyped) throw new ForeignAnswer(status);
        Reflect.set(response, "body", read.bytes);
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

/** A failure's body in the form in which the SDK reads it. */
interface FailureBody {
  readonly isPage: boolean;
  readonly bytes: Uint8Array;
}

/** No error of Connect's is nearly as long; of a longer one, only status and type are kept. */
const maxFailureBytes = 1024 * 1024;
const maxMessageLength = 2_048;

/** Members that the SDK takes for texts: of anything else there it makes an answer that cannot be read. */
const toldAsText = /^(?:message|__type|code)$/i;

async function readBytes(body: Readable): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Uint8Array);
    length += bytes.length;
    // Leaving the loop destroys the stream.
    if (length > maxFailureBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** A text is the message; a body that is neither a text nor an object has nothing to pass on. */
function readFailure(bytes: Uint8Array | undefined): FailureBody {
  let text: string | undefined;
  let value: unknown;
  try {
    // Fails for a body that is not text, for instance a compressed one.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes ?? Buffer.of(0xff)).trim();
    value = JSON.parse(text);
  } catch {
    // A body that begins like JSON and is not JSON was cut off on the way.
    value = text && !/^[[{"]/.test(text) ? text : undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const members = Object.entries(value);
    const told = members.filter(([name, each]) => !toldAsText.test(name) || typeof each === "string");
    const isRead = bytes && told.length === members.length;
    return { isPage: false, bytes: isRead ? bytes : encode(Object.fromEntries(told)) };
  }
  const told = typeof value === "string" ? value : "";
  const isPage = told.startsWith("<");
  return { isPage, bytes: encode(told === "" || isPage ? {} : { message: told.slice(0, maxMessageLength) }) };
}

function encode(members: object): Uint8Array {
  return Buffer.from(JSON.stringify(members));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
