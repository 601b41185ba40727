/**
 * The codes of all warnings about a configuration and its policies: those that can be ignored. A test holds the list against
 * the warnings that every case of the tests prints, and against docs/how-to/lint.md.
 */
import { nearestName } from "../../nearest-name.ts";

/** What the text of a policy is warned of as it is read. */
const ofTexts = [
  "badSid",
  "blanksAroundAction",
  "byteOrderMark",
  "comment",
  "duplicateSid",
  "emptyCondition",
  "emptyList",
  "emptySid",
  "emptyStatement",
  "incompleteArn",
  "missingVersion",
  "nullWithQualifier",
  "timeWithoutZone",
  "trailingComma",
  "variablesNeedVersion",
] as const;

/** What a policy that can be read is warned of. */
const ofPolicies = [
  "absentConditionKey",
  "allowNotAction",
  "allowNotResource",
  "allowsEverything",
  "anyAddress",
  "bothBooleans",
  "conditionKeyNotCarried",
  "conditionKeyNotKnown",
  "contactTag",
  "deadAction",
  "deadResource",
  "foreignAction",
  "foreignResource",
  "hostBits",
  "identityOfAnyIssuer",
  "incompleteGrant",
  "literalVariable",
  "malformedId",
  "missingSetOperator",
  "neverTrue",
  "notConfigured",
  "privateAddress",
  "redundantAction",
  "redundantResource",
  "redundantValue",
  "serviceWildcard",
  "shadowedStatement",
  "strayCharacter",
  "tagNotMapped",
  "unguardedForAllValues",
  "unknownAction",
  "unknownConditionKey",
  "unknownVariable",
  "wildcardWithoutLike",
  "wrongOperator",
] as const;

/** What a configuration is warned of, and its folder. */
const ofConfigurations = [
  "duplicateBinding",
  "foreignRole",
  "ignoredFile",
  "issuerNeverMatches",
  "nearGroup",
  "noAccess",
  "noBindings",
  "sameMatch",
  "shadowMode",
  "unusedAcceptance",
  "unusedKey",
  "unusedPolicy",
  "wildcardInMatch",
  "withoutIssuer",
] as const;

export const warningCodes: readonly string[] = [...ofTexts, ...ofPolicies, ...ofConfigurations].sort();

/** Says why nothing can be ignored by this code; `undefined` for the code of a warning. */
export function codeProblem(code: string): string | undefined {
  if (warningCodes.includes(code)) return undefined;
  const meant = nearestName(code, warningCodes);
  const hint = meant === undefined ? "" : `; did you mean \`${meant}\``;
  return `there is no warning \`${code}\`, and only warnings can be ignored${hint}`;
}
