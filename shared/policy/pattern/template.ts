/**
 * Policy variables: `${aws:username}`, with a default `${aws:username, 'nobody'}`, and the escapes `${*}`, `${?}`,
 * `${$}` (IAM User Guide, "IAM policy elements: Variables and tags"). Values are always literal: a `*` in a user's
 * name is a star, not a wildcard.
 */
import { lowerAscii } from "../../ascii.ts";
import type { RequestContext } from "../model/context.ts";
import { quote } from "../model/quote.ts";
import { UNKNOWN } from "../model/unknown.ts";
import { ANY, STAR, STAR_IN_PART } from "./glob.ts";

export interface Variable {
  /** As written. */
  readonly key: string;
  readonly lowerKey: string;
  readonly fallback?: string;
}

/** The codes of `glob.ts`, and each variable in its place. */
export interface Template {
  readonly codes: readonly (number | Variable)[];
  readonly variables: readonly Variable[];
}

export interface TemplateSyntax {
  /** `${…}` is recognised under version 2012-10-17 only. */
  readonly variables: boolean;
  readonly wildcards: boolean;
}

const STAR_CODE = 42;
const ANY_CODE = 63;

/** Reads a pattern in which only `*` and `?` are special. */
export function parseWildcards(text: string): readonly number[] {
  const codes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = wildcardAt(text, i);
    // A run of stars is one star.
    if (code !== STAR || codes.at(-1) !== STAR) codes.push(code);
  }
  return codes;
}

/** Returns a message if the variables cannot be read. */
export function parseTemplate(text: string, syntax: TemplateSyntax): Template | string {
  const codes: (number | Variable)[] = [];
  for (let i = 0; i < text.length; i++) {
    if (syntax.variables && text.startsWith("${", i)) {
      const close = closingBrace(text, i + 2);
      if (close < 0) return `variable is not closed; write \`\${$}{\` for the characters themselves`;
      const read = readVariable(text.slice(i + 2, close));
      if (typeof read === "string") return read;
      codes.push(read);
      i = close;
    } else {
      const code = syntax.wildcards ? wildcardAt(text, i) : text.charCodeAt(i);
      if (code !== STAR || codes.at(-1) !== STAR) codes.push(code);
    }
  }
  return { codes, variables: codes.filter((code) => typeof code !== "number") };
}

function wildcardAt(text: string, i: number): number {
  const code = text.charCodeAt(i);
  return code === STAR_CODE ? STAR : code === ANY_CODE ? ANY : code;
}

/** Finds the brace that ends a variable; braces inside a quoted default do not count. */
export function closingBrace(text: string, from: number): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "'") quoted = !quoted;
    else if (text[i] === "}" && !quoted) return i;
  }
  return -1;
}

/** Reads the text in the braces: returns a variable, the code of an escaped character, or a message. */
function readVariable(inner: string): Variable | number | string {
  if (inner === "*" || inner === "?" || inner === "$") return inner.charCodeAt(0);
  const comma = inner.indexOf(",");
  const key = comma < 0 ? inner : inner.slice(0, comma);
  if (key === "" || key !== key.trim() || /[${}'*?]/.test(key)) {
    return `${quote(`\${${inner}}`)} is not a variable; write \`\${key}\` or \`\${key, 'default'}\``;
  }
  const lowerKey = lowerAscii(key);
  if (comma < 0) return { key, lowerKey };
  const fallback = inner.slice(comma + 1).trimStart();
  if (!/^'[^']*'$/.test(fallback)) {
    return `default of ${quote(`\${${inner}}`)} is not in single quotes; write \`\${key, 'default'}\``;
  }
  return { key, lowerKey, fallback: fallback.slice(1, -1) };
}

/**
 * Returns a variable's value, `undefined` if it has none, or `UNKNOWN`.
 *
 * Absent and empty keys have no value and take the default. A key with several values cannot be a variable: it has no
 * value and takes no default (IAM User Guide, "Single-valued vs. multivalued context keys").
 */
export function resolveVariable(
  variable: Variable,
  context: RequestContext,
): string | undefined | typeof UNKNOWN {
  const value = context.get(variable.lowerKey);
  if (typeof value === "object" && value.length > 1) return undefined;
  const single = typeof value === "object" ? value[0] : value;
  return single === undefined || single === "" ? variable.fallback : single;
}

/** The last substitution of each template: most questions of one call, and of the next, have the same values. */
const lastSubstitutions = new WeakMap<
  Template,
  { readonly values: readonly string[]; readonly codes: readonly number[] }
>();

/**
 * Replaces variables by their values. Returns `undefined` if a variable certainly has none, else `UNKNOWN` if one is
 * unknown. The same values give the same array as last time, so callers can cache by its identity.
 */
export function substitute(
  template: Template,
  context: RequestContext,
): readonly number[] | undefined | typeof UNKNOWN {
  const values: string[] = [];
  let unknown = false;
  for (const variable of template.variables) {
    const value = resolveVariable(variable, context);
    if (value === undefined) return undefined;
    if (value === UNKNOWN) unknown = true;
    else values.push(value);
  }
  if (unknown) return UNKNOWN;
  const last = lastSubstitutions.get(template);
  if (last?.values.every((value, index) => value === values[index])) return last.codes;
  const codes = fillIn(template, values);
  lastSubstitutions.set(template, { values, codes });
  return codes;
}

/** @param values of the template's variables, in order */
function fillIn(template: Template, values: readonly string[]): readonly number[] {
  const codes: number[] = [];
  let next = 0;
  for (const code of template.codes) {
    if (typeof code === "number") {
      codes.push(code);
      continue;
    }
    const value = String(values[next++]);
    for (let i = 0; i < value.length; i++) codes.push(value.charCodeAt(i));
  }
  return codes;
}

export function plainCodes({ codes }: Template): readonly number[] {
  return codes.filter((code) => typeof code === "number");
}

/** Formats codes for people: wildcards as `*` and `?`, literal ones as `${*}`, `${?}`. */
export function formatCodes(codes: readonly number[]): string {
  let text = "";
  for (const code of codes) {
    if (code === STAR || code === STAR_IN_PART) text += "*";
    else if (code < 0) text += "?";
    else if (code === STAR_CODE || code === ANY_CODE) text += `\${${String.fromCharCode(code)}}`;
    else text += String.fromCharCode(code);
  }
  return text;
}
