/**
 * Keys of the caller: tags that no issuer gives, and keys that identify a caller within one issuer, although several are configured: they match callers of that name at each of
 * them, and anyone who may register at one of them may choose the name that a caller of another issuer has.
 */
import { lowerAscii } from "../../../../../shared/ascii.ts";
import { namesIssuer } from "../../../../../shared/bundle/rules/issuers.ts";
import type { Binding, Configuration } from "../../../../../shared/bundle/types.ts";
import { parseOperator } from "../../../../../shared/policy/condition/operators.ts";
import { nearestName } from "../../../nearest-name.ts";
import { keyUsesOf, type LintedStatement, type Report } from "../../linted-statement.ts";

/** Checks one policy's statement: `identityOfAnyIssuer`. */
type IdentityCheck = (policy: string, linted: LintedStatement, report: Report) => void;

const issuerKey = "jwt:iss";

/** Makes the check for a configuration; `undefined` if there is one issuer, within which ids and names are unique. */
export function createIdentityCheck(config: Configuration | undefined): IdentityCheck | undefined {
  if (!config || config.issuers.length < 2) return undefined;
  const mapped = config.issuers.flatMap(({ claims }) => [claims.id, ...(claims.name ? [claims.name] : [])]);
  const names = new Set(["aws:userid", "aws:username", ...mapped.map((name) => `jwt:${lowerAscii(name)}`)]);
  return (policy, linted, report) => {
    const used = keyUsesOf(linted);
    const use = used.find(({ key }) => names.has(lowerAscii(key)));
    if (!use || used.some(({ key }) => lowerAscii(key) === issuerKey) || isOfOneIssuer(policy, config))
      return;
    const message = `\`${use.key}\` identifies a caller within one issuer only, and several issuers are configured: callers of each of them can match; add a condition on \`${issuerKey}\`, or bind the policy to the callers of one issuer`;
    report("identityOfAnyIssuer", use.path, message);
  };
}

const principalTag = "aws:principaltag/";

/** Makes the check whether the configuration gives callers the tags that a statement names: `tagNotMapped`. */
export function createTagCheck(
  config: Configuration | undefined,
): ((linted: LintedStatement, report: Report) => void) | undefined {
  if (!config || config.issuers.length === 0) return undefined;
  const mapped = config.issuers.flatMap(({ claims }) => Object.keys(claims.tags ?? {}));
  const known = new Set(mapped.map(lowerAscii));
  return (linted, report) => {
    for (const { key, path, mayBeMissing } of keyUsesOf(linted)) {
      if (mayBeMissing) continue;
      const lower = lowerAscii(key);
      const tag = key.slice(principalTag.length);
      if (!lower.startsWith(principalTag) || tag === "" || known.has(lowerAscii(tag))) continue;
      const nearest = nearestName(tag, mapped);
      const advice = nearest
        ? `did you mean \`aws:PrincipalTag/${nearest}\``
        : `add \`claims: { tags: { ${tag}: … } }\` to the issuer in authorizer.yaml`;
      report(
        "tagNotMapped",
        path,
        `no issuer gives callers the tag \`${tag}\`, so \`${key}\` is always missing; ${advice}`,
      );
    }
  };
}

/** Makes the check of conditions on the claim that lists a caller's groups: `missingSetOperator`, as for every list. */
export function createGroupsCheck(
  config: Configuration | undefined,
): (linted: LintedStatement, report: Report) => void {
  const names = (config?.issuers ?? []).flatMap(({ claims: { groups } }) => groups ?? []);
  // A text that is split into groups is one text as a claim.
  const lists = new Set(names.flatMap((name) => (typeof name === "string" ? `jwt:${lowerAscii(name)}` : [])));
  for (const name of names) if (typeof name !== "string") lists.delete(`jwt:${lowerAscii(name.claim)}`);
  return ({ statement, path }, report) => {
    for (const { operator, key } of statement.conditions) {
      const { qualifier, comparison } = parseOperator(operator) ?? {};
      if (qualifier !== "none" || comparison === "null" || !lists.has(lowerAscii(key))) continue;
      const message = `\`${key}\` lists the caller's groups; write \`ForAnyValue:${operator}\` or \`ForAllValues:${operator}\``;
      report("missingSetOperator", `${path}.Condition.${operator}.${key}`, message);
    }
  };
}

/** Whether all callers who get a policy are of the same issuer. */
function isOfOneIssuer(policy: string, { bindings, guardrails }: Configuration): boolean {
  if (guardrails.includes(policy)) return false;
  const users = bindings.filter(({ policies, boundary }) => policies.includes(policy) || boundary === policy);
  return new Set(users.flatMap(issuersOf)).size <= 1;
}

function issuersOf({ match }: Binding): readonly (string | undefined)[] {
  return namesIssuer(match) ? (match.issuer ?? match.claims?.["iss"] ?? []) : [undefined];
}
