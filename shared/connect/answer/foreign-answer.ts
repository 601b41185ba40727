/**
 * Handles answers that do not have Amazon Connect's form. An HTML page, for instance from a proxy, must not count as
 * the success of an operation whose answer has no members. A failure whose body is not a JSON object keeps its status
 * and type, from the status line and a header (Smithy, "AWS restJson1 protocol", "Operation error serialization"). The
 * SDK's reader fails on such a body, or makes each of its characters a member of the error.
 */
import { once } from "node:events";
import { Readable } from "node:stream";
import type { ConnectClient } from "@aws-sdk/client-connect";
import { memberOf } from "../member.ts";

class ForeignAnswer extends Error {
  override readonly name = "ForeignAnswer";
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(httpStatusCode: number) {
    super("the answer is not amazon connect's");
    this.$metadata = { httpStatusCode };
  }
}

/** Makes a client refuse pages that claim success, and read failures with any body. */
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
      // The content type alone is not enough: stand-ins of Connect send JSON under such a type.
      const mayBePage = typeof type === "string" && /\b(?:html|xml)\b/i.test(type);
      if (mayBePage && status < 300 && (await isPage(body))) {
        // The rest is not read, so the connection cannot be used again.
        body.destroy();
        throw new ForeignAnswer(status);
      }
      if (status >= 400 && typeof response === "object" && response !== null) {
        const isTyped = memberOf(headers, "x-amzn-errortype") !== undefined;
        const read = readFailure(await readBytes(body));
        // A page from a server on the way: we know only that the call failed.
        if (read.isPage && status >= 500 && !isTyped) throw new ForeignAnswer(status);
        Reflect.set(response, "body", read.bytes);
      }
      return result;
    },
    // Low: nearest to the network, before the SDK reads the answer.
    { name: "refuseForeignAnswers", step: "deserialize", priority: "low", override: true },
  );
}

/** Reads the beginning of a body without consuming it. */
async function isPage(body: Readable): Promise<boolean> {
  if (body.readableLength === 0 && !body.readableEnded) await once(body, "readable");
  const chunk: unknown = body.read();
  if (chunk === null) return false;
  body.unshift(chunk);
  return String(chunk).trimStart().startsWith("<");
}

/** A failure's body, as the SDK reads it. */
interface FailureBody {
  readonly isPage: boolean;
  readonly bytes: Uint8Array;
}

/** Far more than any error of Connect has; of a longer body, only status and type are kept. */
const maxFailureBytes = 1024 * 1024;
const maxMessageLength = 2_048;

/** Members that the SDK reads as texts: a value of another type would make the answer unreadable. */
const textMember = /^(?:message|__type|code)$/i;

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

/** A text becomes the message; a body that is neither text nor object is dropped. */
function readFailure(bytes: Uint8Array | undefined): FailureBody {
  let text: string | undefined;
  let value: unknown;
  try {
    // Throws for a body that is not text, for instance a compressed one.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes ?? Buffer.of(0xff)).trim();
    value = JSON.parse(text);
  } catch {
    // A body that begins like JSON and is not JSON was cut off on the way.
    value = text && !/^[[{"]/.test(text) ? text : undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const members = Object.entries(value);
    const readable = members.filter(([name, each]) => !textMember.test(name) || typeof each === "string");
    const isReadable = bytes && readable.length === members.length;
    return { isPage: false, bytes: isReadable ? bytes : encode(Object.fromEntries(readable)) };
  }
  const message = typeof value === "string" ? value : "";
  const isPage = message.startsWith("<");
  const members = message === "" || isPage ? {} : { message: message.slice(0, maxMessageLength) };
  return { isPage, bytes: encode(members) };
}

function encode(members: object): Uint8Array {
  return Buffer.from(JSON.stringify(members));
}
