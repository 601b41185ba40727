/**
 * Condition keys that are never there: of no action of the statement, unknown, or not known to this product.
 *
 * A key that is absent makes an Allow's condition false, and a Deny's negated one true: both unnoticed.
 */
import { nearestName } from "../nearest-name.ts";
import { lintFacts } from "./action-facts.ts";
import { conditionKeys, findConditionKey } from "./condition-key-table.ts";
import type { LintedStatement, Report } from "./linted-statement.ts";

/** A token's claims, whatever they are called. */
const claimPrefix = "jwt:";
const ownPrefixes = ["aws:", "connect:", claimPrefix];

/**
 * Checks the keys of a statement that is about an action of Amazon Connect: `unknownConditionKey`,
 * `absentConditionKey` for a global key that is in no decision here, `conditionKeyNotCarried`. What may be meant for
 * another service's action of the statement is not judged.
 */
export function checkConditionKeys({ statement, actions, path }: LintedStatement, report: Report): void {
  if (actions.actions.length === 0) return;
  for (const { operator, key } of statement.conditions) {
    const fault = findFault(key, actions);
    if (fault) report(fault.code, `${path}.Condition.${operator}.${key}`, fault.message);
  }
}

interface Fault {
  readonly code: string;
  readonly message: string;
}

function findFault(key: string, actions: LintedStatement["actions"]): Fault | undefined {
  const lower = key.toLowerCase();
  if (lower.startsWith(claimPrefix) && lower.length > claimPrefix.length) return undefined;
  const known = findConditionKey(key);
  if (known?.presence === "always") return undefined;
  if (known?.presence === "byAction") {
    return (actions.keys & bitsOf(known.name)) === 0n ? notCarried(key) : undefined;
  }
  // Another service's action in the same statement may carry it.
  const isOwn = ownPrefixes.some((prefix) => lower.startsWith(prefix));
  if (actions.isForeign && (known || !isOwn)) return undefined;
  if (known) {
    const message = `\`${known.name}\` is in no decision here and counts as missing; use a key of the caller's token or of the action`;
    return { code: "absentConditionKey", message };
  }
  return isOwn ? unknown(key) : notCarried(key);
}

function notCarried(key: string): Fault {
  const message = `no action of this statement carries \`${key}\`, so it counts as missing; docs/catalog.md lists each action's keys`;
  return { code: "conditionKeyNotCarried", message };
}

function unknown(key: string): Fault {
  const names = conditionKeys.map(({ name }) => (name.endsWith("/") ? `${name}KEY` : name));
  const nearest = nearestName(key, names) ?? nearestTag(key, names);
  const hint = nearest ? `did you mean \`${nearest}\`` : "docs/lint.md lists the keys";
  return { code: "unknownConditionKey", message: `there is no condition key \`${key}\`; ${hint}` };
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

/** The bits of the catalogue's keys that a key of the table stands for. */
function bitsOf(name: string): bigint {
  let mask = masks.get(name);
  if (mask === undefined) {
    mask = 0n;
    for (const [index, key] of lintFacts().keys.entries()) {
      if (key.replace(/\$\{.*$/, "") === name) mask |= 1n << BigInt(index);
    }
    masks.set(name, mask);
  }
  return mask;
}
const masks = new Map<string, bigint>();
