/**
 * Patterns of a policy rewritten for AWS to match with: variables of the caller replaced by their values, since AWS
 * would put in those of the session, and nothing that AWS's own parser refuses.
 */

import type { RequestContext } from "./context.ts";
import { ANY, FIRST_VARIABLE, STAR } from "./glob.ts";
import { parseTemplate, resolveVariable, type Template } from "./template.ts";
import { UNKNOWN } from "./unknown.ts";

/** A pattern as AWS takes it. */
export interface SessionPattern {
  readonly text: string;
  /** Whether it matches what the original does, and not more. */
  readonly isExact: boolean;
}

/** Matches everything that any pattern matches. */
const everything: SessionPattern = { text: "*", isExact: false };

/** ARNs that AWS takes in a policy: a known sort of partition, a service, six parts. */
const arnForm = /^arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[^:${}]*:[^:${}]*:.+$/s;

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
  const template = parseTemplate(pattern, { variables, wildcards: true });
  if (typeof template === "string") return everything;
  const values = template.variables.map((variable) => resolveVariable(variable, keys));
  if (values.includes(undefined)) return undefined;
  const text = render(template, values);
  return arnForm.test(text) ? { text, isExact: !values.includes(UNKNOWN) } : everything;
}

function render({ codes }: Template, values: readonly (string | typeof UNKNOWN | undefined)[]): string {
  const parts = codes.map((code, index) => {
    if (code === STAR) return "*";
    if (code === ANY) return "?";
    if (code > FIRST_VARIABLE) return literally(String.fromCharCode(code), codes[index + 1]);
    const value = values[FIRST_VARIABLE - code];
    return typeof value === "string"
      ? [...value]
          .map((each, at, all) => literally(each, all[at + 1]?.charCodeAt(0) ?? codes[index + 1]))
          .join("")
      : "*";
  });
  return parts.join("").replace(/\*{2,}/g, "*");
}

const BRACE = 123;
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how policies write the character
const dollar = "${$}";

/** Writes a character so that AWS takes it for itself (IAM User Guide, "Policy variables": asterisk, question mark and dollar). */
function literally(character: string, next: number | undefined): string {
  if (character === "*" || character === "?") return `\${${character}}`;
  return character === "$" && (next === undefined || next === BRACE || next < 0) ? dollar : character;
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
    return own.toLowerCase() === service
      ? { text: prefix + pattern.slice(colon + 1), isExact: true }
      : undefined;
  }
  return { text: `${prefix}*`, isExact: false };
}
