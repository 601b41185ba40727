/**
 * Patterns of a policy rewritten for AWS to match with: variables of the caller replaced by their values, since AWS
 * would put in those of the session, and nothing that AWS's own parser refuses.
 */
import { lowerAscii } from "../../ascii.ts";
import type { RequestContext } from "../model/context.ts";
import { UNKNOWN } from "../model/unknown.ts";
import { ANY, STAR } from "../pattern/glob.ts";
import { completeArn } from "../pattern/resource-pattern.ts";
import { parseTemplate, resolveVariable } from "../pattern/template.ts";

/** A pattern as AWS takes it. */
export interface SessionPattern {
  readonly text: string;
  /** Whether it matches what the original does, and not more. */
  readonly isExact: boolean;
}

/** Matches everything that any pattern matches. An ARN of fewer than six parts AWS takes in other policies only. */
const everything: SessionPattern = { text: "*", isExact: false };

/** ARNs that AWS takes in a policy: a known sort of partition, a service, six parts. */
const arnForm = /^arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[^:${}]*:[^:${}]*:./s;

/**
 * Rewrites a pattern of `Resource`: one that matches at least as much; `undefined` when it matches nothing, since a
 * variable of it has no value.
 *
 * @param keys the caller's keys; what changes from call to call must be unknown there
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

/**
 * Writes a code so that AWS takes a literal character for itself (IAM User Guide, "Policy variables": asterisk, question
 * mark and dollar).
 */
function write(code: number, index: number, codes: readonly number[]): string {
  if (code === STAR) return "*";
  if (code === ANY) return "?";
  const character = String.fromCharCode(code);
  const opensVariable = character === "$" && codes[index + 1] === "{".charCodeAt(0);
  return character === "*" || character === "?" || opensVariable ? `\${${character}}` : character;
}

/**
 * Rewrites a pattern of `Action` for one service: one that matches at least as much of its actions; `undefined` when it
 * matches none of them.
 */
export function rewriteAction(pattern: string, service: string): SessionPattern | undefined {
  const prefix = `${service}:`;
  const colon = pattern.indexOf(":");
  // IAM takes `*`, or a service without wildcards.
  if (colon < 0) return { text: `${prefix}*`, isExact: true };
  const own = pattern.slice(0, colon);
  if (!/[*?]/.test(own)) {
    return lowerAscii(own) === service
      ? { text: prefix + pattern.slice(colon + 1), isExact: true }
      : undefined;
  }
  return { text: `${prefix}*`, isExact: false };
}
