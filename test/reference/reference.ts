/**
 * IAM's rule, stated naively: two-valued, one statement after the other, nothing compiled, nothing shared with the
 * engine but the meaning. To be read beside the IAM User Guide.
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";
import type * as Json from "./policy-json.ts";

/** Every layer must allow, except guardrails that only deny; one explicit deny anywhere denies. */
export function decideByReference(layers: Json.Layers, request: Json.Request) {
  const { policies, boundary, guardrails = [] } = layers;
  const boundaries = boundary ? [boundary] : [];
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
  const isAction = (pattern: string) => like(pattern.toLowerCase(), request.action.toLowerCase());
  if (s.Action ? !list(s.Action).some(isAction) : list(s.NotAction ?? []).some(isAction)) return false;
  const isResource = (text: string) => {
    const pattern = resolve(text, at, true);
    // A variable without a value: Resource matches nothing; NotResource is read so that it adds no access.
    if (pattern === undefined) return s.NotResource !== undefined && s.Effect === "Allow";
    return new RegExp(`^${inParts(pattern)}$`, "s").test(request.resource);
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
  if (name === "Null") return expected.some((text) => /true/i.test(text) === (actual === undefined));
  const [, set, operator = "", ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const negated = operator.includes("Not");
  if (actual === undefined) return Boolean(ifExists) || (set ? set === "ForAllValues:" : negated);
  const passes = (text: string) => expected.some((value) => equals(operator, text, value, at)) !== negated;
  const members = set && actual.length === 1 && actual[0] === "" ? [] : actual;
  const needsAll = set ? set === "ForAllValues:" : at.effect === "Allow";
  return needsAll ? members.every(passes) : members.some(passes);
}

function equals(operator: string, actual: string, expected: string, at: Setting): boolean {
  if (/Arn/.test(operator)) {
    const parts = arnParts(actual);
    const patterns = arnParts(resolve(expected, at, true) ?? "");
    return (
      parts.length === 6 && patterns.length === 6 && parts.every((part, i) => like(patterns[i] ?? "", part))
    );
  }
  if (/String|Bool/.test(operator)) {
    const pattern = resolve(expected, at, /Like/.test(operator));
    if (pattern === undefined) return false;
    if (/Like/.test(operator)) return like(pattern, actual);
    const value = unmark(pattern);
    if (/Bool/.test(operator) && !/^(true|false)$/i.test(actual)) return false;
    return /Case|Bool/.test(operator) ? actual.toLowerCase() === value.toLowerCase() : actual === value;
  }
  if (/Binary/.test(operator)) return actual.length % 4 === 0 && bytes(actual).equals(bytes(expected));
  if (/Ip/.test(operator)) return isInside(actual, expected);
  const read = /Date/.test(operator) ? time : number;
  if (/LessThan/.test(operator) && read(actual) < read(expected)) return true;
  if (/GreaterThan/.test(operator) && read(actual) > read(expected)) return true;
  return /Equals/.test(operator) && read(actual) === read(expected);
}

const bytes = (base64: string) => Buffer.from(base64, "base64");
/** In units of 10^-40, so that nothing is rounded. */
const number = (text: string) => {
  const [, sign, integer, fraction = ""] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return integer === undefined
    ? Number.NaN
    : BigInt(`${integer}${fraction.padEnd(40, "0")}`) * BigInt(`${sign}1`);
};
const isEpoch = (text: string) => /^-?\d+(\.\d+)?$/.test(text) && !/^\d{4}$/.test(text);
const isDay = (text: string) => new Date(Date.parse(text)).toJSON()?.startsWith(text) ?? false;
const time = (text: string) => {
  const parsed = isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  return isEpoch(text) ? Number(text) * 1000 : parsed;
};

function isInside(address: string, range: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const [net = "", bits = isIPv4(net) ? "32" : "128"] = range.split("/");
  const [family, isOfFamily] = isIPv4(net) ? (["ipv4", isIPv4] as const) : (["ipv6", isIPv6] as const);
  const block = new BlockList();
  block.addSubnet(net, Number(bits), family);
  return isOfFamily(plain) && block.check(plain, family);
}

const list = <Value>(value: Json.OneOrMore<Value>): readonly Value[] =>
  Array.isArray(value) ? value : [value as Value];
const arnParts = (arn: string) => /^(.*?):(.*?):(.*?):(.*?):(.*?):(.*)$/s.exec(arn)?.slice(1) ?? [];

function valuesOf(key: string, { context }: Setting): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
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
