/** Rewrites patterns for AWS's parser, with the caller's values: AWS would use those of the session. */
import { lowerAscii } from "../../ascii.ts";
import type { RequestContext } from "../model/context.ts";
import { UNKNOWN } from "../model/unknown.ts";
import { ANY, STAR } from "../pattern/glob.ts";
import { completeArn } from "../pattern/resource-pattern.ts";
import { parseTemplate, resolveVariable } from "../pattern/template.ts";

export interface SessionPattern {
  readonly text: string;
  /** Whether it matches exactly what the original matches. */
  readonly isExact: boolean;
}

/** Matches everything. AWS accepts an ARN of fewer than six parts only in other types of policies. */
const everything: SessionPattern = { text: "*", isExact: false };

/** ARNs that AWS accepts in a policy: a known form of partition, a service, six parts. */
const arnForm = /^arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[^:${}]*:[^:${}]*:./s;

/**
 * Returns a pattern of `Resource` that matches at least as much. `undefined`: it matches nothing, because a variable
 * has no value.
 *
 * @param keys the caller's keys; those that change from call to call must be unknown
 */
export function rewriteResource(
  pattern: string,
  keys: RequestContext,
  variables: boolean,
): SessionPattern | undefined {
  if (pattern === "*") return { text: "*", isExact: true };
  const template = parseTemplate(completeArn(pattern), { variables, wildcards: true });
  if (typeof template === "string") return everything;
  const codes: number[] = [];
  let isExact = true;
  for (const code of template.codes) {
    const value = typeof code === "number" ? code : resolveVariable(code, keys);
    if (value === undefined) return undefined;
    if (typeof value === "number") codes.push(value);
    else if (value === UNKNOWN) {
      isExact = false;
      codes.push(STAR);
    } else for (let i = 0; i < value.length; i++) codes.push(value.charCodeAt(i));
  }
  const text = codes
    .map(write)
    .join("")
    .replace(/\*{2,}/g, "*");
  return arnForm.test(text) ? { text, isExact } : everything;
}

/** Escapes a literal character (IAM User Guide, "Policy variables": asterisk, question mark and dollar). */
function write(code: number, index: number, codes: readonly number[]): string {
  if (code === STAR) return "*";
  if (code === ANY) return "?";
  const character = String.fromCharCode(code);
  const opensVariable = character === "$" && codes[index + 1] === "{".charCodeAt(0);
  return character === "*" || character === "?" || opensVariable ? `\${${character}}` : character;
}

/** Matches at least as many actions of the service as the pattern; `undefined` if that matches none. */
export function rewriteAction(pattern: string, service: string): SessionPattern | undefined {
  const prefix = `${service}:`;
  const colon = pattern.indexOf(":");
  // IAM accepts `*`, or a service without wildcards.
  if (colon < 0) return { text: `${prefix}*`, isExact: true };
  const own = pattern.slice(0, colon);
  if (!/[*?]/.test(own)) {
    return lowerAscii(own) === service
      ? { text: prefix + pattern.slice(colon + 1), isExact: true }
      : undefined;
  }
  return { text: `${prefix}*`, isExact: false };
}
