/**
 * IAM's rule, stated naively: two-valued, one statement after the other, nothing compiled, nothing shared with the
 * engine but the meaning. To be read beside the IAM User Guide.
 */
import type * as Json from "./policy-json.ts";
import { alike, bytes, fold, isInside, number, times } from "./values.ts";

/** Every layer must allow, except guardrails that only deny; one explicit deny anywhere denies. */
export function decideByReference(layers: Json.Layers, request: Json.Request) {
  const { policies, boundary, guardrails = [] } = layers;
  const boundaries = [...(boundary ? [boundary] : []), ...(layers.boundaries ?? [])];
  const has = (policy: Json.Policy, effect: string) =>
    list(policy.Statement).some((s) => s.Effect === effect && applies(s, policy.Version, request));
  if ([...policies, ...boundaries, ...guardrails].some((policy) => has(policy, "Deny")))
    return "explicitDeny";
  const isAllowList = (policy: Json.Policy) => list(policy.Statement).some((s) => s.Effect === "Allow");
  const limits = [...boundaries, ...guardrails.filter(isAllowList)];
  if (!limits.every((policy) => has(policy, "Allow"))) return "implicitDeny";
  return policies.some((policy) => has(policy, "Allow")) ? "allowed" : "implicitDeny";
}

function applies(s: Json.Statement, version: string | undefined, request: Json.Request): boolean {
  const at: Setting = { effect: s.Effect, variables: version === "2012-10-17", context: request.context };
  const isAction = (text: string) => like(fold(text.trim()), fold(request.action));
  // An empty list is no permission, of `NotAction` and `NotResource` too.
  const excepted = [s.NotAction, s.NotResource].flatMap((each) => (each === undefined ? [] : [list(each)]));
  if (s.Effect === "Allow" && excepted.some((each) => each.length === 0)) return false;
  if (s.Action ? !list(s.Action).some(isAction) : list(s.NotAction ?? []).some(isAction)) return false;
  const isResource = (text: string) => {
    const pattern = resolve(text, at, true);
    // A variable without a value: Resource matches nothing; NotResource is read so that it adds no access.
    if (pattern === undefined) return s.NotResource !== undefined && s.Effect === "Allow";
    return new RegExp(`^${inParts(complete(pattern))}$`, "s").test(request.resource);
  };
  const isListed = list(s.Resource ?? s.NotResource ?? []).some(isResource);
  if (isListed !== (s.Resource !== undefined)) return false;
  return Object.entries(s.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, key, list(values).map(String), at)),
  );
}

interface Setting {
  readonly effect: string;
  readonly variables: boolean;
  readonly context: Json.Request["context"];
}

function holds(name: string, key: string, expected: readonly string[], at: Setting): boolean {
  const actual = valuesOf(key, at);
  const [, set, operator = "", ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const negated = operator.includes("Not");
  const isDeny = at.effect === "Deny";
  if (operator === "Null" && set) return set === "ForAllValues:";
  if (expected.length === 0 && !set && !ifExists) return isDeny;
  if (operator === "Null") return expected.some((text) => /true/i.test(text) === (actual === undefined));
  if (expected.length === 0 && (actual !== undefined || (set === "ForAnyValue:" && !ifExists))) return false;
  if (actual === undefined && set === "ForAnyValue:" && ifExists) return isDeny;
  if (actual === undefined) return Boolean(ifExists) || (set ? set === "ForAllValues:" : negated);
  const passes = (text: string) => {
    const found = expected.map((value) => equals(operator, text, value, at));
    if (!found.includes(true) && found.includes(undefined)) return isDeny;
    return found.includes(true) !== negated;
  };
  const members = set && actual.length === 1 && actual[0] === "" ? [] : actual;
  const needsAll = set ? set === "ForAllValues:" : !isDeny;
  return needsAll ? members.every(passes) : members.some(passes);
}

/** Undefined: a value that cannot be read, by which an Allow never holds and a Deny always does. */
function equals(operator: string, actual: string, expected: string, at: Setting): boolean | undefined {
  if (/Arn/.test(operator)) {
    const pattern = resolve(expected, at, true);
    if (pattern === undefined) return false;
    const parts = arnParts(actual);
    const patterns = arnParts(pattern) ?? pattern.split(":");
    if (parts?.[0] !== "arn") return undefined;
    if (!patterns.every((each, i) => like(each, parts[i] ?? ""))) return false;
    return patterns.length === 6 || undefined;
  }
  if (/String|Bool/.test(operator)) {
    const pattern = resolve(expected, at, /Like/.test(operator));
    if (pattern === undefined) return false;
    if (/Like/.test(operator)) return like(pattern, actual);
    const value = unmark(pattern);
    if (/Bool/.test(operator) && ![actual, value].every((text) => /^(true|false)$/i.test(text)))
      return undefined;
    return /Case|Bool/.test(operator) ? alike(actual, value) : actual === value;
  }
  if (/Binary/.test(operator))
    return bytes(actual) === undefined ? undefined : bytes(actual) === bytes(expected);
  if (/Ip/.test(operator)) return isInside(actual, expected);
  const read = (text: string) => (/Date/.test(operator) ? times(text) : [number(text), number(text)]);
  const [[first = 0, last = 0], [from = 0, to = 0]] = [read(actual), read(expected)];
  if (Number.isNaN(first)) return undefined;
  if (last < from) return /LessThan/.test(operator);
  if (first > to) return /GreaterThan/.test(operator);
  return first === last && from === to ? /Equals/.test(operator) : undefined;
}

const list = <Value>(value: Json.OneOrMore<Value>): readonly Value[] =>
  Array.isArray(value) ? value : [value as Value];
const arnParts = (arn: string) => /^(.*?):(.*?):(.*?):(.*?):(.*?):(.*)$/s.exec(arn)?.slice(1);

function valuesOf(key: string, { context }: Setting): readonly string[] | undefined {
  const wanted = fold(key);
  const found = Object.entries(context).find(([name]) => fold(name) === wanted);
  const values = found === undefined ? [] : list(found[1]);
  return values.length === 0 ? undefined : values;
}

/** Private-use characters stand for a literal `*` and `?` while a pattern is put together. */
const mark = (text: string) => text.replaceAll("*", "\ue000").replaceAll("?", "\ue001");
const unmark = (text: string) => text.replaceAll("\ue000", "*").replaceAll("\ue001", "?");

/** Replaces variables by their values, which are literal; undefined if one has none. */
function resolve(text: string, at: Setting, wildcards: boolean): string | undefined {
  let hasValues = true;
  const replace = (_: string, escaped?: string, key = "", fallback?: string) => {
    if (escaped !== undefined) return mark(escaped);
    const values = valuesOf(key, at) ?? [""];
    if (values.length === 1 && values[0] !== "") return mark(values.join());
    if (values.length > 1 || fallback === undefined) hasValues = false;
    return mark(fallback ?? "");
  };
  const variable = /\$\{(?:([*?$])|([^,}]+)(?:, *'([^']*)')?)\}/g;
  const resolved = at.variables ? text.replace(variable, replace) : text;
  return hasValues ? (wildcards ? resolved : mark(resolved)) : undefined;
}

const quote = (text: string) => unmark(text.replace(/[\\^$.|+()[\]{}]/g, "\\$&")).replace(/[*?]/g, "\\$&");
const translate = (pattern: string, star: string, one: string) =>
  pattern.replace(/\*|\?|[^*?]+/g, (bit) => (bit === "*" ? star : bit === "?" ? one : quote(bit)));
const like = (pattern: string, text: string) =>
  new RegExp(`^${translate(pattern, ".*", ".")}$`, "s").test(text);

/** An ARN of fewer than six parts is completed with wildcards. */
const complete = (pattern: string) =>
  pattern === "*" ? pattern : pattern + ":*".repeat(Math.max(0, 6 - pattern.split(":").length));

/** Within the first five parts a wildcard does not match a colon, unless it is a `*` that ends its part. */
function inParts(pattern: string): string {
  const parts = pattern.split(":");
  const first = parts.slice(0, 5).map((part) => {
    const [head, end] = part.endsWith("*") ? [part.slice(0, -1), ".*"] : [part, ""];
    return translate(head, "[^:]*", "[^:]") + end;
  });
  const rest = parts.length > 5 ? [translate(parts.slice(5).join(":"), ".*", ".")] : [];
  return [...first, ...rest].join(":");
}
