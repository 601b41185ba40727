/**
 * Condition keys that are never there: of no action of the statement, unknown, or not known to this product.
 *
 * A key that nothing can fill in makes an Allow's condition false: a warning. In a Deny, or under an operator that also holds
 * without the key, it changes who has access without a trace: an error, unless the configuration gives a reason for it
 * (`accept`). How broadly the actions are written makes no difference.
 */
import { lowerAscii } from "../../../../../shared/ascii.ts";
import { findOperation } from "../../../../../shared/catalog/catalog.ts";
import {
  conditionKeys,
  findConditionKey,
} from "../../../../../shared/reach/implication/condition-key-table.ts";
import { hierarchyLevelOf } from "../../../../../shared/request/keys/condition-keys.ts";
import { isUntold } from "../../../../../shared/request/keys/global-keys.ts";
import { nearestName } from "../../../nearest-name.ts";
import { lintFacts, shapesOf } from "../../facts/action-facts.ts";
import { insteadOf, undocumentedKeys } from "../../facts/key-notes.ts";
import {
  type KeyUse,
  keyUsesOf,
  type LintedStatement,
  type Report,
  shapesOfResources,
} from "../../linted-statement.ts";

/** Claims of a token, with any name. */
const claimPrefix = "jwt:";
const ownPrefixes = ["authorizer:", "aws:", "connect:", claimPrefix];
const resourceTag = "aws:resourcetag/";

/** Whether the configuration accepts that a policy names a key which nothing fills in. */
type IsAccepted = (lowerKey: string) => boolean;

/**
 * Checks the keys of a statement that is about an action of Amazon Connect: `unknownConditionKey`, `unknownVariable`,
 * `absentConditionKey`, `conditionKeyNotKnown`, `conditionKeyNotCarried`, `contactTag`.
 */
export function checkConditionKeys(linted: LintedStatement, isAccepted: IsAccepted, report: Report): void {
  if (linted.actions.actions.length === 0) return;
  for (const use of keyUsesOf(linted)) {
    if (use.isForeign) continue;
    const fault = findFault(use, linted.actions) ?? findContactTag(use, linted);
    if (!fault) continue;
    const isError = fault.isNeverFilled && use.isRisky;
    if (isError && isAccepted(lowerAscii(use.key))) continue;
    const overruled = isError ? "; if that is meant, say why under `accept` in authorizer.yaml" : "";
    report(fault.code, use.path, `${fault.message}${overruled}`, isError ? "error" : "warning");
  }
}

interface Fault {
  readonly code: string;
  readonly message: string;
  /** Whether no call of any action has the key. */
  readonly isNeverFilled: boolean;
}

function findFault(
  { key, isRisky, isVariable }: KeyUse,
  actions: LintedStatement["actions"],
): Fault | undefined {
  const lower = lowerAscii(key);
  if (lower.startsWith(claimPrefix) && lower.length > claimPrefix.length) return undefined;
  const known = findConditionKey(key);
  if (known?.presence === "always") return undefined;
  if (known?.presence === "byAction") {
    if ((actions.keys & bitsOf(known.name)) !== 0n)
      return undocumentedKeys.has(known.name) ? notKnown(known.name) : undefined;
    if (lower.startsWith(resourceTag) && isAboutContacts(actions.shapes)) return contactTag(key);
    if (hierarchyLevelOf(lower) !== undefined && isAboutAllUsers(actions)) return placeOfNoUser(key);
    return notCarried(key, false);
  }
  if (known?.presence === "absent") return absent(known.name);
  if (known || isFederated(lower)) return notKnown(known?.name ?? key);
  if (ownPrefixes.some((prefix) => lower.startsWith(prefix)))
    return isVariable ? unknownVariable(key) : unknown(key);
  // A key for another service's action of the statement needs no warning if it only narrows an Allow.
  return actions.isForeign && !isRisky && !isVariable ? undefined : notCarried(key, true);
}

/** A key of the caller's identity provider. */
function isFederated(lower: string): boolean {
  return isUntold(lower) && !lower.startsWith("aws:");
}

function isAboutContacts(shapes: bigint): boolean {
  return shapesOf(shapes).some(({ format }) => format.includes("/contact/"));
}

/** Whether an action is about a user who is being created, or about all users: there is no place to look up. */
function isAboutAllUsers({ actions }: LintedStatement["actions"]): boolean {
  return actions.some(({ name }) => {
    const row = findOperation(name.slice("connect:".length));
    const targets = row ? [...row.targets, ...row.extraActions.flatMap((extra) => extra.targets)] : [];
    return targets.some(({ type, source }) => type === "user" && source === "*");
  });
}

function placeOfNoUser(key: string): Fault {
  const message = `\`${key}\` is not known for a user who is being created, or for all users, so calls that depend on it are refused; use it for actions on one user`;
  return { code: "conditionKeyNotKnown", message, isNeverFilled: true };
}

function contactTag(key: string): Fault {
  const message = `tags of contacts do not authorize (API reference, TagContact), so \`${key}\` is not known for contacts; use \`connect:Channel\` or another key of contacts`;
  return { code: "contactTag", message, isNeverFilled: true };
}

/** A Deny by tags also refuses every call about a contact that it reaches. */
function findContactTag({ key }: KeyUse, linted: LintedStatement): Fault | undefined {
  const { statement, actions } = linted;
  if (statement.effect !== "Deny" || !lowerAscii(key).startsWith(resourceTag)) return undefined;
  const isReached = isAboutContacts(actions.shapes & shapesOfResources(linted));
  if (!isReached || statement.resources.kind !== "Resource") return undefined;
  const message = `\`${key}\` is not known for contacts, whose tags do not authorize, so this refuses every call about a contact; leave contacts out by \`NotResource\` with \`…/contact/*\``;
  return { code: "contactTag", message, isNeverFilled: false };
}

function notCarried(key: string, isNeverFilled: boolean): Fault {
  const meant = meantKey(key);
  const hint = meant
    ? `did you mean \`${meant}\``
    : /^[\w-]+$/.test(key)
      ? `write \`aws:PrincipalTag/${key}\` for a tag of the caller, or \`${claimPrefix}${key}\` for a claim`
      : "`connect-authorizer catalog OPERATION` lists those that it has";
  const message = `no action of this statement has \`${key}\`, so it always evaluates as missing; ${hint}`;
  return { code: "conditionKeyNotCarried", message, isNeverFilled };
}

function absent(name: string): Fault {
  const message = `\`${name}\` is never set here, so it always evaluates as missing; use a key of the caller's token or of the action`;
  return { code: "absentConditionKey", message, isNeverFilled: true };
}

function notKnown(name: string): Fault {
  const message = `the value of \`${name}\` is not known here, so calls that depend on it are refused; ${insteadOf(name)}`;
  return { code: "conditionKeyNotKnown", message, isNeverFilled: true };
}

function unknownVariable(key: string): Fault {
  const nearest = nearestKey(key);
  const hint = nearest
    ? `did you mean \`\${${nearest}}\``
    : "`connect-authorizer schema --keys` lists the keys";
  const message = `there is no variable \`\${${key}}\`, so it never has a value; ${hint}`;
  return { code: "unknownVariable", message, isNeverFilled: true };
}

/** A key without its prefix, or with another sign than a colon behind it, and a claim of a token. */
function meantKey(key: string): string | undefined {
  const bare = key.replace(/^\$\{(.*)\}$/, "$1").replace(/^(aws|connect|jwt)[./_-]/i, "$1:");
  if (findConditionKey(bare)?.presence === "always" && bare !== key) return bare;
  if (bare.startsWith(claimPrefix)) return bare === key ? undefined : bare;
  if (findConditionKey(`aws:${bare}`) !== undefined) return `aws:${bare}`;
  if (findConditionKey(`connect:${bare}`) !== undefined) return `connect:${bare}`;
  return /^(?:custom|cognito):/.test(bare) || bare === "sub" ? `${claimPrefix}${bare}` : undefined;
}

function nearestKey(key: string): string | undefined {
  const names = conditionKeys.map(({ name }) => (name.endsWith("/") ? `${name}KEY` : name));
  const tag = /^(aws:\w+Tag|connect:SearchTag)(?:[:.](.*))?$/i.exec(key);
  const whole = tag && findConditionKey(`${tag[1]}/KEY`)?.name;
  if (whole) return `${whole}${tag[2] ?? "KEY"}`;
  return nearestName(key, names) ?? nearestTag(key, names);
}

function unknown(key: string): Fault {
  const nearest = nearestKey(key);
  const hint = nearest ? `did you mean \`${nearest}\`` : "`connect-authorizer schema --keys` lists the keys";
  const message = `there is no condition key \`${key}\`; ${hint}`;
  return { code: "unknownConditionKey", message, isNeverFilled: true };
}

/** `aws:PrincipalTag` and `aws:PrincipleTag/team` mean `aws:PrincipalTag/…`. */
function nearestTag(key: string, names: readonly string[]): string | undefined {
  const tags = names.filter((name) => name.endsWith("/KEY"));
  const [head = "", tag] = key.split("/", 2);
  const nearest = nearestName(
    head,
    tags.map((name) => name.slice(0, -"/KEY".length)),
  );
  return nearest && `${nearest}/${tag || "KEY"}`;
}

/** The bits of the catalogue's keys that a key of the table covers. */
function bitsOf(name: string): bigint {
  let mask = masks.get(name);
  if (mask === undefined) {
    mask = 0n;
    for (const [index, key] of lintFacts().keys.entries())
      if (key.replace(/\$\{.*$/, "") === name) mask |= 1n << BigInt(index);
    masks.set(name, mask);
  }
  return mask;
}
const masks = new Map<string, bigint>();
