/** A call that shows a difference, as the command line that explains how it is decided now. */
import type { ExampleCall } from "../../../authoring/counterexample/example-call.ts";
import type { AccessDifference } from "../../../authoring/diff/merge-differences.ts";
import { shellWord } from "../../../local/shell-word.ts";
import { calledAs } from "../../called-as.ts";

/** Flags that say which configuration is the newer: `--config FOLDER`, `--env prod`. */
export type ExplainFlags = readonly string[];

/** Of the folder `config` no flag is needed. */
export function explainFlags(config: string, environment: string | undefined): ExplainFlags {
  return [
    ...(config === "config" ? [] : ["--config", config]),
    ...(environment === undefined ? [] : ["--env", environment]),
  ];
}

interface ShownCall {
  /** `denied before, allowed now` */
  readonly what: string;
  readonly command: string;
}

/** What shows a difference best: of other conditions, one call that is gained and one that is lost. */
export function examplesOf({ change, calls }: AccessDifference, flags: ExplainFlags): readonly ShownCall[] {
  const wanted = { gains: ["allow"], loses: ["deny"], changes: ["allow", "deny"] }[change];
  return wanted.flatMap((newer) => {
    const call = calls.find((each) => each.newer === newer);
    if (call === undefined) return [];
    const what = newer === "allow" ? "denied before, allowed now" : "allowed before, denied now";
    return [{ what, command: [calledAs(), ...wordsOf(call), ...flags].map(asTyped).join(" ") }];
  });
}

function wordsOf({ operation, input, caller, known, from, via, at }: ExampleCall): readonly string[] {
  return [
    ...["explain", operation, ...callerWords(caller)],
    ...(Object.keys(input).length === 0 ? [] : ["--input", JSON.stringify(input)]),
    ...(known === undefined ? [] : ["--known", JSON.stringify(known)]),
    ...(from === undefined ? [] : ["--from", from]),
    ...(via === undefined ? [] : ["--via", via]),
    ...(at === undefined ? [] : ["--at", at]),
  ];
}

/** A claim of several values has no flag. */
function callerWords(caller: ExampleCall["caller"]): readonly string[] {
  const { id, name, groups, tags, claims, issuer } = caller;
  if (Object.values(claims).some((value) => typeof value !== "string"))
    return ["--principal", JSON.stringify(caller)];
  const pairs = (flag: string, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  return [
    ...["--sub", id],
    ...groups.flatMap((group) => ["--group", group]),
    ...(name === undefined ? [] : ["--name", name]),
    ...pairs("--tag", tags),
    ...pairs("--claim", claims),
    ...["--issuer", issuer],
  ];
}

/** The program is several words already. */
function asTyped(word: string, place: number): string {
  return place === 0 ? word : shellWord(word);
}
