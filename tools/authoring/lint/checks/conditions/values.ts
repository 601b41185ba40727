/**
 * Values that their operator does not compare as they look: wildcards that are no wildcards, both Booleans, addresses that no
 * caller has.
 *
 * Rules: IAM Access Analyzer's policy check reference, from "Wildcard without like operator" to "Private IP address".
 */
import { lowerAscii } from "../../../../../shared/ascii.ts";
import { isInRange, parseIpRange } from "../../../../../shared/policy/condition/ip-address.ts";
import { parseOperator } from "../../../../../shared/policy/condition/operators.ts";
import type { PolicyCondition, PolicyStatement } from "../../../../../shared/policy/model/document.ts";
import { quote } from "../../../../../shared/policy/model/quote.ts";
import type { LintedStatement, Report } from "../../linted-statement.ts";

type Fault = readonly [code: string, message: string];

/** Checks the values of each condition: `wildcardWithoutLike`, `bothBooleans`, `malformedId`, `anyAddress`, `privateAddress`, `hostBits`. */
export function checkValues({ statement, path, actions }: LintedStatement, report: Report): void {
  if (actions.actions.length === 0) return;
  for (const condition of statement.conditions) {
    const at = `${path}.Condition.${condition.operator}.${condition.key}`;
    const both = findBoth(condition);
    if (both) report("bothBooleans", at, both);
    for (const [index, value] of condition.values.entries()) {
      const [code, message] = findFault(condition, value, statement.effect) ?? [];
      if (code !== undefined && message !== undefined) report(code, `${at}[${index}]`, message);
    }
  }
}

function findBoth({ operator, key, values }: PolicyCondition): string | undefined {
  const comparison = parseOperator(operator)?.comparison;
  if (comparison !== "bool" && comparison !== "null") return undefined;
  if (new Set(values.map(lowerAscii)).size < 2) return undefined;
  const holds = comparison === "null" ? "always holds" : `holds for every value of \`${key}\``;
  return `with both \`true\` and \`false\` the condition ${holds}; leave one of them`;
}

function findFault(
  { operator, key }: PolicyCondition,
  value: string,
  effect: PolicyStatement["effect"],
): Fault | undefined {
  switch (parseOperator(operator)?.comparison) {
    case "stringEquals":
    case "stringEqualsIgnoreCase":
      return findStray(value) ?? findWildcard(operator, value) ?? findOtherId(key, value);
    case "stringLike":
      return findStray(value);
    case "ip":
      return (
        findAny(operator, value, effect) ??
        (lowerAscii(key) === "aws:sourceip"
          ? (findPrivate(value) ?? findHostBits(value))
          : findHostBits(value))
      );
    default:
      return undefined;
  }
}

/** A list in quotes, and quotes or blanks at the ends of a text: no tag and no claim has them. */
function findStray(value: string): Fault | undefined {
  if (/^\s*\[".*"\]\s*$/s.test(value))
    return ["strayCharacter", `${quote(value)} is one text; write the list without quotes around it`];
  const clean = value.replaceAll(
    /^[\s\u2018-\u201f\u00ab\u00bb]+|[\s\u2018-\u201f\u00ab\u00bb]+$|\p{Cf}/gu,
    "",
  );
  if (clean === value || clean === "") return undefined;
  return ["strayCharacter", `${quote(value)} is compared with its blanks and quotes; write ${quote(clean)}`];
}

/** A `?` in a URL is no wildcard to anybody. */
function findWildcard(operator: string, value: string): Fault | undefined {
  const text = value.replaceAll(/\$\{[^}]*\}/g, "");
  const [wildcard] = /\*/.exec(text) ?? (text.includes("://") ? [] : (/\?/.exec(text) ?? []));
  if (wildcard === undefined) return undefined;
  const like = operator.replace(/Equals(?:IgnoreCase)?/, "Like");
  const note = operator.includes("IgnoreCase") ? ", which does not ignore case" : "";
  return [
    "wildcardWithoutLike",
    `\`${operator}\` compares \`${wildcard}\` as it is and not as a wildcard; write \`${like}\`${note}`,
  ];
}

/** The ids that AWS gives, by the keys that hold one. */
const idForms = new Map([
  ["aws:sourcevpc", { prefix: "vpc-", form: /^vpc-[0-9a-f]+$/ }],
  ["aws:sourcevpce", { prefix: "vpce-", form: /^vpce-[0-9a-f]+$/ }],
]);

function findOtherId(key: string, value: string): Fault | undefined {
  const { prefix, form } = idForms.get(lowerAscii(key)) ?? {};
  if (form === undefined || form.test(value) || value.includes("${")) return undefined;
  const message = `${quote(value)} is no id that \`${key}\` can have; write \`${prefix}\` and its digits, 0 to 9 and a to f`;
  return ["malformedId", message];
}

/** All addresses: an Allow for them, or a Deny for others, leaves out nobody who calls from the internet. */
function findAny(operator: string, value: string, effect: PolicyStatement["effect"]): Fault | undefined {
  const version = value === "0.0.0.0/0" ? "IPv4" : value === "::/0" ? "IPv6" : undefined;
  const isNegated = parseOperator(operator)?.negated === true;
  if (version === undefined || isNegated !== (effect === "Deny")) return undefined;
  const message = `\`${value}\` is every ${version} address, so this limits no caller who has one; write the range that is meant, or remove the condition`;
  return ["anyAddress", message];
}

/** Ranges that no caller from the internet has (RFC 1918, RFC 3927, RFC 4193, RFC 4291), by the key's own words. */
const privateRanges = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
]
  .map(parseIpRange)
  .filter((range) => range !== undefined);

function findPrivate(value: string): Fault | undefined {
  const given = parseIpRange(value);
  if (!given) return undefined;
  const isPrivate = privateRanges.some(
    (range) => given.bits >= range.bits && isInRange(given.address, range),
  );
  if (!isPrivate) return undefined;
  return [
    "privateAddress",
    `${quote(value)} is private, and \`aws:SourceIp\` is the caller's public address; write that, or \`aws:VpcSourceIp\` for a private API`,
  ];
}

function findHostBits(value: string): Fault | undefined {
  const given = parseIpRange(value);
  if (!given) return undefined;
  const ignored = BigInt(128 - given.bits);
  const first = (given.address >> ignored) << ignored;
  if (first === given.address) return undefined;
  const whole = value.includes(":") ? "" : ` \`${dotted(first)}${value.slice(value.indexOf("/"))}\``;
  const message = `${quote(value)} stands for the whole range${whole}; write its first address, or the address alone`;
  return ["hostBits", message];
}

/** Writes the last 32 bits as an IPv4 address. */
function dotted(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
}
