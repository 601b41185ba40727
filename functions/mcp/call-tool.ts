/** Answers a call of a tool: by Connect's answer, by a refusal with IAM's message, or by what was found. */
import type { IdentifiedCall } from "../../shared/call/serve-call.ts";
import { type CallServer, serveCall } from "../../shared/call/serve-call.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { CodedError, InputError } from "../../shared/errors.ts";
import { encodeError } from "../../shared/request/answer/encode.ts";
import { answerErrorOf, type HttpAnswer } from "../../shared/request/answer/error-answer.ts";
import { isPlainObject } from "../../shared/shape.ts";
import { callOfTool } from "./tools/call-of-tool.ts";
import { callTool, searchTool, searchTools } from "./tools/offer.ts";
import { toolsOf } from "./tools/tool.ts";
import type { UsableTool } from "./tools/usable.ts";

type Json = Readonly<Record<string, unknown>>;

export interface ToolCall {
  readonly name: string;
  readonly arguments: Json;
}

/** An alias, so that it counts as one of the SDK's open results. */
export type ToolResult = {
  readonly content: { readonly type: "text"; readonly text: string }[];
  readonly structuredContent: { [member: string]: unknown };
  readonly isError?: true;
};

/** An HTTP call that brought a message of the protocol, with its caller. */
export interface Exchange extends IdentifiedCall {
  readonly server: CallServer;
  readonly trail: Trail;
  /** The caller's tools. */
  usable(): Promise<readonly UsableTool[]>;
  /** Writes the record of a call that was decided, or could not be. */
  end(status: number): Promise<void>;
}

export function isTool({ bundle }: Pick<Exchange, "bundle">, name: string): boolean {
  return [searchTool.name, callTool.name].some((own) => own === name) || toolsOf(bundle.config).has(name);
}

/** Never rejects: an error is a result, which the client's model reads. */
export async function answerToolCall(exchange: Exchange, call: ToolCall): Promise<ToolResult> {
  if (call.name === searchTool.name) return answerSearch(exchange, call.arguments);
  const answer = await serve(exchange, call).catch((error: unknown) => {
    exchange.trail.fail(error);
    return encodeError(answerErrorOf(error), exchange.call.requestId);
  });
  await exchange.end(answer.status);
  return resultOf(answer);
}

async function serve(exchange: Exchange, call: ToolCall): Promise<HttpAnswer> {
  const { bundle, call: carrier, server, trail } = exchange;
  const asked = call.name === callTool.name ? readCall(call.arguments) : call;
  const tool = toolsOf(bundle.config).get(asked.name);
  if (!tool) throw new CodedError("unknownOperation", `\`${asked.name}\` is not a tool`);
  trail.note({ operation: tool.served.operation.name });
  const made = callOfTool(tool, asked.arguments, carrier);
  return serveCall(server, { ...exchange, call: made }, trail);
}

function readCall({ name, arguments: given = {}, ...others }: Json): ToolCall {
  const [stray] = Object.keys(others);
  if (stray !== undefined) throw new InputError(stray, "is not an argument of this tool");
  if (typeof name !== "string") throw new InputError("name", "must be a string");
  if (!isPlainObject(given)) throw new InputError("arguments", "must be an object");
  return { name, arguments: given };
}

async function answerSearch(exchange: Exchange, { query, limit }: Json): Promise<ToolResult> {
  if (typeof query !== "string" || (limit !== undefined && !(typeof limit === "number" && limit >= 1))) {
    const error = new InputError("query", "must be a text; `limit` a number");
    return resultOf(encodeError(answerErrorOf(error), exchange.call.requestId));
  }
  const tools = searchTools(await exchange.usable(), query, limit);
  return { ...contentOf({ tools }) };
}

/** The body of an answer is the result's structured content, and its text. A failure's text is its name and message. */
export function resultOf({ status, body }: HttpAnswer): ToolResult {
  const members: unknown = JSON.parse(body);
  const found = isPlainObject(members) ? members : {};
  if (status < 400) return contentOf(found, body);
  const { __type: name, message } = found;
  return { ...contentOf(found, message === undefined ? `${name}` : `${name}: ${message}`), isError: true };
}

function contentOf(members: Json, text = JSON.stringify(members)): Omit<ToolResult, "isError"> {
  return { content: [{ type: "text", text }], structuredContent: { ...members } };
}
