/** Makes up the call of a request that the search has found: a value for each condition key, and for policy variables. */
import { STAR } from "../../../shared/policy/pattern/glob.ts";
import { compileResourcePattern } from "../../../shared/policy/pattern/resource-pattern.ts";
import { parseTemplate, type Template, type Variable } from "../../../shared/policy/pattern/template.ts";
import type { FoundRequest } from "../../../shared/reach/implication/find-request.ts";
import { resourceDimension } from "../../../shared/reach/implication/resource-cases.ts";
import { readFreeKey } from "../../../shared/reach/implication/value-cells.ts";
import { DraftCall, type DraftCaller } from "./draft-call.ts";

interface Asked {
  readonly caller: DraftCaller;
  /** The resource. */
  readonly example: string;
  /** Which of the witnesses to take. */
  readonly variant: number;
}

/** Returns `undefined` if no call of this kind has these values. */
export function buildDraft(
  request: FoundRequest,
  { caller, example, variant }: Asked,
): DraftCall | undefined {
  const draft = new DraftCall(caller);
  const values = new Map<string, string>();
  const set = (key: string, value: Parameters<DraftCall["set"]>[1]): boolean => {
    if (typeof value === "string") values.set(key, value);
    return draft.set(key, value);
  };
  const matched: (readonly [key: string, name: string])[] = [];
  for (const [key, witnesses] of request) {
    const witness = witnesses[Math.min(variant, witnesses.length - 1)];
    if (!witness) return undefined;
    if (key === resourceDimension) {
      for (const pattern of witness.matches) if (!setVariables(pattern, example, set)) return undefined;
      continue;
    }
    if (witness.matches.length > 0) matched.push(...witness.matches.map((name) => [key, name] as const));
    else if (!set(key, witness.value)) return undefined;
  }
  for (const [key, name] of matched) {
    const { value, isLike } = readFreeKey(name);
    const template = parseTemplate(value, { variables: true, wildcards: isLike });
    if (typeof template === "string") return undefined;
    const text = fillIn(template, (variable) => {
      const known = values.get(variable.lowerKey) ?? defaultOf(draft, variable);
      if (known !== undefined) return known;
      return set(variable.lowerKey, "v1") ? "v1" : undefined;
    });
    if (text === undefined || !set(key, text)) return undefined;
  }
  return draft;
}

function defaultOf(draft: DraftCall, { lowerKey }: Variable): string | undefined {
  if (lowerKey === "aws:userid") return draft.id;
  if (lowerKey === "aws:username") return draft.name ?? draft.id;
  return undefined;
}

/** One text that the template matches. */
function fillIn(
  { codes }: Template,
  resolve: (variable: Variable) => string | undefined,
): string | undefined {
  let text = "";
  for (const code of codes) {
    if (typeof code === "number") {
      if (code >= 0) text += String.fromCharCode(code);
      else if (code !== STAR) text += "x";
      continue;
    }
    const value = resolve(code);
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}

/** Gives the only variable of a resource pattern the value by which it matches the resource. */
function setVariables(
  pattern: string,
  resource: string,
  set: (key: string, value: string) => boolean,
): boolean {
  const compiled = compileResourcePattern(pattern, true);
  if (typeof compiled === "string" || !compiled.template) return false;
  const { codes } = compiled.template;
  const at = codes.findIndex((code) => typeof code !== "number");
  const variable = codes[at];
  const before = codes.slice(0, at);
  if (variable === undefined || typeof variable === "number") return false;
  // A wildcard before the variable: the part of the resource after its last slash.
  const start = before.every((code) => Number(code) >= 0) ? at : resource.lastIndexOf("/") + 1;
  const rest = resource.slice(start);
  const after = codes.slice(at + 1);
  const literal = after.slice(0, after.findIndex((code) => typeof code !== "number" || code < 0) >>> 0);
  const tail = String.fromCharCode(...literal.map(Number));
  const end = tail === "" ? rest.length : rest.indexOf(tail, 1);
  return end > 0 && set(variable.lowerKey, rest.slice(0, end));
}
