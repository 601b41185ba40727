/** What is called, as the command line of `explain` says it: an operation with its input, or a whole request. */
import { isIP } from "node:net";
import type { Configuration } from "../../../../shared/bundle/types.ts";
import type { HttpCall } from "../../../../shared/request/types.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import { readKnownFacts } from "../../../authoring/explain/known-facts.ts";
import { callOperation } from "../../../authoring/tests/test-call.ts";
import type { WrittenFacts } from "../../../authoring/tests/test-file.ts";
import { type CommandIo, UsageError } from "../../command-io.ts";
import { inputName, isStandardInput, parseInputJson, readInputText } from "../../read-input.ts";
import { readRequest } from "../explain-input.ts";

export type GivenCall =
  | {
      readonly operation: string;
      readonly input: string | undefined;
      readonly from: string | undefined;
      readonly via: HttpCall["via"];
    }
  | { readonly request: string };

export interface ExplainedCall {
  readonly http: HttpCall;
  /** Members of the input that were left out: `UserId: "some-user-id"`. */
  readonly filled: readonly string[];
}

/** @throws UsageError for what is no call */
export async function readGivenCall(
  given: GivenCall,
  config: Configuration,
  io: CommandIo,
): Promise<ExplainedCall> {
  if ("request" in given) return { http: await readRequest(given.request, io), filled: [] };
  const { operation, input, from, via } = given;
  if (from !== undefined && isIP(from) === 0) throw new UsageError(`\`--from ${from}\` is not an IP address`);
  const members = input === undefined ? {} : await readInput(input, io);
  const source = { ...(from === undefined ? {} : { sourceIp: from }), ...(via === undefined ? {} : { via }) };
  const made = callOperation(operation, members, { served: config, source });
  if (!("message" in made)) return made;
  throw new UsageError(made.member === "" ? made.message : `\`--input\`: ${made.message}`);
}

async function readInput(given: string, io: CommandIo): Promise<Readonly<Record<string, unknown>>> {
  const { text, name } = await readGiven(given, "--input", io);
  const value = parseInputJson(text, name);
  if (isPlainObject(value)) return value;
  throw new UsageError(`${name} must hold a JSON object, like {"UserId": "u-1"}`);
}

/** What Amazon Connect would tell. @throws DocumentError with everything that is wrong with it */
export async function readKnown(
  given: string | undefined,
  io: CommandIo,
): Promise<ReadonlyMap<string, WrittenFacts>> {
  if (given === undefined) return new Map();
  const { text, name } = await readGiven(given, "--known", io);
  return readKnownFacts(text, name);
}

/** A text on the command line itself, a file, or standard input. */
export async function readGiven(
  given: string,
  flag: string,
  io: CommandIo,
): Promise<{ readonly text: string; readonly name: string }> {
  if (!isStandardInput(given) && /[{:]\s|^\s*\{/.test(given)) return { text: given, name: flag };
  const text = await readInputText(given, io).catch((error: unknown) => {
    const { cause } = error instanceof UsageError ? error : {};
    if (!(cause instanceof Error) || !("code" in cause) || cause.code !== "ENOENT") throw error;
    const reason = "there is no such file; give JSON, a file, or `-` for standard input";
    throw new UsageError(`\`${flag} ${given}\`: ${reason}`, { cause });
  });
  return { text, name: inputName(given) };
}
