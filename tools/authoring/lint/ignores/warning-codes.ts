// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * The warnings about a configuration and its policies: those that can be ignored, and what docs/reference/lint.md says of each.
 * A test holds the codes against the warnings that every case of the tests prints.
 */
import { nearestName } from "../../nearest-name.ts";

/** A warning, for docs/reference/lint.md. */
export interface WarningTexts {
  /** What it finds. */
  readonly finds: string;
  /** What the author does about it. */
  readonly fix: string;
}

const variablesNeedVersion = 'write `"Version": "2012-10-17"`';

/** What the text of a policy is warned of as it is read. */
const ofTexts = {
  badSid: { finds: "a `Sid` that IAM refuses. It changes nothing here", fix: "use letters and digits" },
  blanksAroundAction: { finds: "blanks around an action, which are ignored", fix: "remove them" },
  byteOrderMark: { finds: "a byte order mark, which JSON does not allow", fix: "remove it" },
  comment: { finds: "a comment, which JSON does not allow", fix: "remove it" },
  duplicateSid: { finds: "a `Sid` that two statements have, which IAM refuses", fix: "rename one" },
  emptyCondition: {
    finds: "a condition without keys, which always holds",
    fix: "remove it, or add the key",
  },
  emptyList: {
    finds: "an empty list of actions, resources or values. The message says what it does",
    fix: "remove it, or fill it",
  },
  emptySid: { finds: "an empty `Sid`", fix: "name the statement, or remove `Sid`" },
  emptyStatement: { finds: "a policy without statements", fix: "remove it, or add a statement" },
  incompleteArn: {
    finds:
      "an ARN of fewer than six parts. As a resource it is completed by `*`, in a condition it is undecided",
    fix: "write all six parts",
  },
  missingVersion: {
    finds: "a policy without `Version`: it has the version of 2008, without variables",
    fix: variablesNeedVersion,
  },
  nullWithQualifier: {
    finds: "`ForAllValues:Null`, which is always true, or `ForAnyValue:Null`, which is never true",
    fix: "write `Null`",
  },
  timeWithoutZone: {
    finds: "a time without a time zone. The condition is undecided for a day around it",
    fix: "add `Z`",
  },
  trailingComma: { finds: "a comma after the last entry, which JSON does not allow", fix: "remove it" },
  variablesNeedVersion: {
    finds: "a variable in a policy of the version of 2008, where it is plain text",
    fix: variablesNeedVersion,
  },
} as const satisfies Readonly<Record<string, WarningTexts>>;

/** What a policy that can be read is warned of. */
const ofPolicies = {
  absentConditionKey: {
    finds: "a global key that never has a value for such calls, here and on AWS",
    fix: "use a key of the token or of the action",
  },
  allowNotAction: {
    finds: "an Allow with `NotAction`: it allows every other action, also future ones",
    fix: "list what you allow",
  },
  allowNotResource: {
    finds: "an Allow with `NotResource`: it allows every other resource, also of other instances",
    fix: "list what you allow",
  },
  allowsEverything: {
    finds: "every action on every resource without a condition, in a policy that is attached",
    fix: "narrow it. If you mean it, begin its `Sid` with `Everything`",
  },
  anyAddress: {
    finds: "`0.0.0.0/0` or `::/0`, which limits no caller from the internet",
    fix: "write the range, or remove the condition",
  },
  bothBooleans: {
    finds: "`Bool` or `Null` with both `true` and `false`: it holds for every value",
    fix: "keep one",
  },
  conditionKeyNotCarried: {
    finds: "a key that no action of the statement has. It is always missing",
    fix: "use a key of the action",
  },
  conditionKeyNotKnown: {
    finds: "a key that AWS fills in, with a value that is unknown here. Calls that depend on it are denied",
    fix: "use the suggested key",
  },
  contactTag: {
    finds: "a condition on the tags of contacts. Contacts are not authorized by tags",
    fix: "use another key of contacts; leave contacts out of a Deny",
  },
  deadAction: {
    finds:
      "an action that supports none of the statement's resources: `connect:SearchUsers` with only `…/agent/*`",
    fix: "add a resource that it supports",
  },
  deadResource: {
    finds:
      "a resource type that no action of the statement supports: `…/user/*` for users, whose ARNs have `agent`. In a `NotResource` it excludes nothing",
    fix: "use the suggestion",
  },
  foreignAction: { finds: "an action of another service, which no call here needs", fix: "remove it" },
  foreignResource: {
    finds: "an ARN of another service that no action of the statement supports",
    fix: "remove it",
  },
  hostBits: {
    finds: "an address inside a range, with the range's length: `203.0.113.7/24` is all of `203.0.113.0/24`",
    fix: "write the range's first address, or the address alone",
  },
  identityOfAnyIssuer: {
    finds:
      "`aws:userid`, `aws:username` or their claims, in a policy for callers of several issuers. Ids are unique in one issuer only: two issuers can each have an `alice`",
    fix: "add a condition on `jwt:iss`, or bind the policy to one issuer",
  },
  incompleteGrant: {
    finds:
      "an action that no call can use, because its operation needs another action or resource too: `connect:SearchUsers` without `connect:DescribeUser`. It is judged over all policies of a binding, for actions without a wildcard",
    fix: "allow that too",
  },
  literalVariable: {
    finds: "text that looks like a variable and is none: `$aws:userid`, `$(aws:userid)`, `{aws:userid}`",
    fix: "write `${aws:userid}`",
  },
  malformedId: {
    finds: "a value of `aws:SourceVpc` or `aws:SourceVpce` that is not an id of one",
    fix: "correct it",
  },
  missingSetOperator: {
    finds: "a single-valued operator on a key with several values, like the groups claim",
    fix: "write `ForAnyValue:` or `ForAllValues:`",
  },
  neverTrue: {
    finds: "conditions on one key that no request meets together, or a key that always has another value",
    fix: "correct one, or split the statement",
  },
  notConfigured: {
    finds: "an account, Region or instance that the configuration does not have. No call reaches it",
    fix: "correct the ARN or the configuration",
  },
  privateAddress: {
    finds: "a private address for `aws:SourceIp`, which is the caller's public address",
    fix: "write the public address, or use `aws:VpcSourceIp` for a private API",
  },
  redundantAction: { finds: "an action that another entry of its list covers", fix: "remove it" },
  redundantResource: { finds: "a resource that another entry of its list covers", fix: "remove it" },
  redundantValue: { finds: "a value that another entry of its list covers", fix: "remove it" },
  serviceWildcard: {
    finds: "a wildcard in the service of an action: `*:DescribeUser`",
    fix: "write `connect:`",
  },
  shadowedStatement: { finds: "a statement that another one makes unnecessary", fix: "remove it" },
  strayCharacter: {
    finds:
      "a blank, placeholder, quote or sign of a regular expression in a resource; quotes or blanks at the ends of a value",
    fix: "remove it, or follow the message",
  },
  tagNotMapped: {
    finds: "`aws:PrincipalTag/KEY`, if no issuer's `claims.tags` maps `KEY`",
    fix: "map it, or use the suggestion",
  },
  unguardedForAllValues: {
    finds: "`ForAllValues:` in an Allow without a `Null` condition. It is true if the key is missing",
    fix: 'add `"Null": {"key": "false"}`',
  },
  unknownAction: {
    finds: "in an Allow, an action that does not exist. It grants nothing",
    fix: "use the suggestion",
  },
  unknownConditionKey: {
    finds: "a condition key that Amazon Connect, IAM and this product do not have",
    fix: "use the suggestion",
  },
  unknownVariable: {
    finds: "a variable of such a key: `${aws:usrid}` never has a value",
    fix: "use the suggestion",
  },
  wildcardWithoutLike: {
    finds: "`*` or `?` under `StringEquals`, where it is plain text",
    fix: "write `StringLike`",
  },
  wrongOperator: {
    finds: "an operator for another type than the key's: `StringEquals` on `aws:SourceIp`",
    fix: "use the operator of that type",
  },
} as const satisfies Readonly<Record<string, WarningTexts>>;

/** What a configuration is warned of, and its folder. */
const ofConfigurations = {
  duplicateBinding: { finds: "a binding that repeats another one", fix: "remove or correct one" },
  foreignRole: {
    finds: "a role in another account than the instance's. It does not reach the instance",
    fix: "correct it",
  },
  ignoredFile: {
    finds: "a file in `policies/` or `environments/` that is not read",
    fix: "rename or remove it",
  },
  issuerNeverMatches: {
    finds:
      "an issuer's URL that no token has, because every character counts: a Cognito user pool with a slash at the end, Auth0 without one, the address of a discovery document",
    fix: "use the suggestion",
  },
  nearGroup: {
    finds: "a group that differs from another binding's only in case, signs between words, or a plural `s`",
    fix: "use one name, or list both in one binding",
  },
  noAccess: {
    finds: "policies without any Allow. No caller has access",
    fix: "allow what callers need",
  },
  noBindings: { finds: "no bindings. No caller has access", fix: "add a binding" },
  sameMatch: {
    finds: "a binding for the same callers as another one, with the same boundary",
    fix: "join them",
  },
  shadowMode: {
    finds: "`mode: shadow`, which never enforces",
    fix: "deploy it as the candidate only",
  },
  unmarkedTokens: {
    finds:
      "`tokenUse: access`, where the issuer does not mark access tokens (Entra ID, Okta, Google), or only if you choose so (Auth0, Keycloak). It refuses every token without a mark",
    fix: "remove it, or choose the setting and ignore the warning",
  },
  unusedAcceptance: { finds: "an entry of `accept` that no policy needs", fix: "remove it" },
  unusedKey: {
    finds: "a key in an issuer's `jwks` of a type that is not supported",
    fix: "remove it",
  },
  unusedPolicy: {
    finds: "a policy that no binding, boundary or guardrail names",
    fix: "bind it, or remove it",
  },
  wildcardInMatch: {
    finds: "`*` in a group or a caller's id, where it is plain text",
    fix: "list the groups or ids",
  },
  withoutIssuer: {
    finds: "with `npm start` and several issuers, a binding without `issuer`. It is an error elsewhere",
    fix: "name the issuer",
  },
} as const satisfies Readonly<Record<string, WarningTexts>>;

/** What a comment or an entry of `lint` is warned of. These cannot be ignored. */
const ofIgnores = {
  badIgnore: {
    finds: "a `lint-ignore` comment without a reason, or with a code that no warning has",
    fix: "write it [as here](../how-to/lint.md#ignore-a-warning)",
  },
  unusedIgnore: { finds: "a comment or an entry of `lint` that ignores nothing", fix: "remove it" },
} as const satisfies Readonly<Record<string, WarningTexts>>;

const ignorable = { ...ofTexts, ...ofPolicies, ...ofConfigurations };

/** Every warning that lint has, those about ignoring too. */
export const warningTexts: Readonly<Record<string, WarningTexts>> = { ...ignorable, ...ofIgnores };

export const warningCodes: readonly string[] = Object.keys(ignorable).sort();

/** Says why nothing can be ignored by this code; `undefined` for the code of a warning. */
export function codeProblem(code: string): string | undefined {
  if (warningCodes.includes(code)) return undefined;
  const meant = nearestName(code, warningCodes);
  const hint = meant === undefined ? "" : `; did you mean \`${meant}\``;
  return `there is no warning \`${code}\`, and only warnings can be ignored${hint}`;
}
