/**
 * Policy variables: `${aws:username}`, with a default `${aws:username, 'nobody'}`, and the escapes `${*}`, `${?}`,
 * `${$}` (IAM User Guide, "IAM policy elements: Variables and tags"). Values are always literal: a `*` in a user's
 * name is a star, not a wildcard.
 */
import type { RequestContext } from "./context.ts";
import { ANY, FIRST_VARIABLE, STAR } from "./glob.ts";
import { quote } from "./quote.ts";
import { UNKNOWN } from "./unknown.ts";

/** A variable of a pattern. */
export interface Variable {
  /** As the policy spells it. */
  readonly key: string;
  readonly lowerKey: string;
  readonly fallback?: string;
}

/** A pattern as codes; see `glob.ts` for their meaning. */
export interface Template {
  readonly codes: readonly number[];
  readonly variables: readonly Variable[];
}

/** What counts as special in a pattern. */
export interface TemplateSyntax {
  /** Whether `${…}` is recognised: under version 2012-10-17. */
  readonly variables: boolean;
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean;
}

const STAR_CODE = 42;
const ANY_CODE = 63;
const DOLLAR_CODE = 36;

/** Reads a pattern; returns what is wrong with it, as a message, if its variables cannot be read. */
export function parseTemplate(text: string, syntax: TemplateSyntax): Template | string {
  const codes: number[] = [];
  const variables: Variable[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (syntax.wildcards && code === STAR_CODE) {
      if (codes[codes.length - 1] !== STAR) codes.push(STAR);
    } else if (syntax.wildcards && code === ANY_CODE) {
      codes.push(ANY);
    } else if (syntax.variables && code === DOLLAR_CODE && text[i + 1] === "{") {
      const close = closingBrace(text, i + 2);
      if (close < 0) return `variable is not closed; write \`\${$}{\` for the characters themselves`;
      const problem = addVariable(text.slice(i + 2, close), codes, variables);
      if (problem !== undefined) return problem;
      i = close;
    } else {
      codes.push(code);
    }
  }
  return { codes, variables };
}

/** Finds the brace that ends a variable; one inside the quotes of a default does not. */
function closingBrace(text: string, from: number): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "'") quoted = !quoted;
    else if (text[i] === "}" && !quoted) return i;
  }
  return -1;
}

function addVariable(inner: string, codes: number[], variables: Variable[]): string | undefined {
  if (inner === "*" || inner === "?" || inner === "$") {
    codes.push(inner.charCodeAt(0));
    return undefined;
  }
  const comma = inner.indexOf(",");
  const key = comma < 0 ? inner : inner.slice(0, comma);
  if (key === "" || key !== key.trim() || /[${}'*?]/.test(key)) {
    return `${quote(`\${${inner}}`)} is not a variable; write \`\${key}\` or \`\${key, 'default'}\``;
  }
  const variable: Variable = { key, lowerKey: key.toLowerCase() };
  if (comma < 0) {
    variables.push(variable);
  } else {
    const fallback = inner.slice(comma + 1).trimStart();
    if (
      fallback.length < 2 ||
      fallback.indexOf("'") !== 0 ||
      fallback.indexOf("'", 1) !== fallback.length - 1
    ) {
      return `default of ${quote(`\${${inner}}`)} is not in single quotes; write \`\${key, 'default'}\``;
    }
    variables.push({ ...variable, fallback: fallback.slice(1, -1) });
  }
  codes.push(FIRST_VARIABLE - variables.length + 1);
  return undefined;
}

/**
 * Looks a variable up: its value, `undefined` for none, or `UNKNOWN`.
 *
 * Absent and empty keys have no value and take the default; a key with several values cannot be a variable and
 * has no value at all (IAM User Guide, "Single-valued vs. multivalued context keys").
 */
export function resolveVariable(
  variable: Variable,
  context: RequestContext,
): string | undefined | typeof UNKNOWN {
  const value = context.get(variable.lowerKey);
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value === "object" && value.length > 1) return undefined;
  const single = typeof value === "object" ? value[0] : value;
  return single === undefined || single === "" ? variable.fallback : single;
}

/** Puts the values in; `undefined` if a variable has none for certain, else `UNKNOWN` if one is not known. */
export function substitute(
  template: Template,
  context: RequestContext,
): ArrayLike<number> | undefined | typeof UNKNOWN {
  const values: string[] = [];
  let unknown = false;
  for (const variable of template.variables) {
    const value = resolveVariable(variable, context);
    if (value === undefined) return undefined;
    if (value === UNKNOWN) unknown = true;
    else values.push(value);
  }
  if (unknown) return UNKNOWN;
  const codes: number[] = [];
  for (const code of template.codes) {
    if (code > FIRST_VARIABLE) {
      codes.push(code);
      continue;
    }
    const value = values[FIRST_VARIABLE - code] ?? "";
    for (let i = 0; i < value.length; i++) codes.push(value.charCodeAt(i));
  }
  return codes;
}

/** Writes codes out for people, wildcards as `*` and `?`, literal ones as `${*}`, `${?}`. */
export function formatCodes(codes: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === STAR || code === STAR - 2) text += "*";
    else if (code < 0) text += "?";
    else if (code === STAR_CODE || code === ANY_CODE) text += `\${${String.fromCharCode(code)}}`;
    else text += String.fromCharCode(code);
  }
  return text;
}
