/**
 * What changes in the policies of the policies: guardrails and boundaries that limit less, bindings that hold for more callers.
 * What that gives is in the difference in access; here is why, so it is reported only where some access is gained.
 */
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { SettingDifference } from "./compare-configuration.ts";
import type { AccessDifference } from "./merge-differences.ts";
import { normalizeStatements } from "./normal-statement.ts";
import { bindingsOf, findSubjects, type Subject } from "./subjects.ts";

export function compareAttachments(
  older: Bundle,
  newer: Bundle,
  access: readonly AccessDifference[],
): readonly SettingDifference[] {
  const gaining = new Set(access.flatMap(({ change, subject }) => (change === "loses" ? [] : [subject])));
  if (gaining.size === 0) return [];
  const subjects = findSubjects([older.config, newer.config]).filter(({ label }) => gaining.has(label));
  return [
    ...compareGuardrails(older, newer),
    ...compareBoundaries(older, newer, subjects),
    ...compareCallers(older, newer, subjects),
  ];
}

function compareGuardrails(older: Bundle, newer: Bundle): readonly SettingDifference[] {
  const limits = readLimits(older, newer);
  return older.config.guardrails.flatMap((name) => {
    const fault = limits(name, newer.config.guardrails);
    if (fault === undefined) return [];
    return [escalation(`the guardrail \`${name}\` ${fault}`, "a guardrail limits every caller")];
  });
}

function compareBoundaries(
  older: Bundle,
  newer: Bundle,
  subjects: readonly Subject[],
): readonly SettingDifference[] {
  const limits = readLimits(older, newer);
  const messages = subjects.flatMap((subject) => {
    const [before, after] = [older, newer].map(({ config }) =>
      bindingsOf(subject, config).flatMap(({ boundary }) => boundary ?? []),
    );
    return (before ?? []).flatMap((name) => {
      const fault = limits(name, after ?? []);
      return fault === undefined ? [] : [`the boundary \`${name}\` of ${subject.label} ${fault}`];
    });
  });
  const reason = "a boundary limits whatever policies are bound";
  return [...new Set(messages)].map((message) => escalation(message, reason));
}

/** Bindings of policies that were bound before, now also to callers who had none. */
function compareCallers(
  older: Bundle,
  newer: Bundle,
  subjects: readonly Subject[],
): readonly SettingDifference[] {
  const keyOf = (policies: readonly string[]) => JSON.stringify([...new Set(policies)].sort());
  const known = new Set(older.config.bindings.map(({ policies }) => keyOf(policies)));
  const messages = subjects.flatMap((subject) => {
    const bindings = bindingsOf(subject, newer.config).filter(({ policies }) => known.has(keyOf(policies)));
    if (bindings.length === 0 || bindingsOf(subject, older.config).length > 0) return [];
    const names = [...new Set(bindings.flatMap(({ policies }) => policies))].map((name) => `\`${name}\``);
    return [`a binding of ${names.join(", ")} holds for ${subject.label} too`];
  });
  const reason = "a binding that was there gives access to more callers";
  return [...new Set(messages)].map((message) => escalation(message, reason));
}

function escalation(message: string, escalates: string): SettingDifference {
  return { change: "changes", message, escalates };
}

type Limits = (name: string, kept: readonly string[]) => string | undefined;

/** Creates what says whether a policy that limits, under one of the names that are kept, may limit less. */
function readLimits(older: Bundle, newer: Bundle): Limits {
  const [before, after] = [createKeysFinder(older), createKeysFinder(newer)];
  return (name, kept) => {
    const was = before(name);
    // Under any name: all that was denied is denied, and nothing more is allowed.
    const isKept = kept.some((other) => {
      const { allows, denies } = after(other);
      const allowsNoMore = was.allows.size === 0 || (allows.size > 0 && isPart(allows, was.allows));
      return isPart(was.denies, denies) && allowsNoMore;
    });
    if (isKept) return undefined;
    return kept.includes(name) ? "may deny less, or allow more, than before" : "is removed";
  };
}

interface StatementKeys {
  readonly allows: ReadonlySet<string>;
  readonly denies: ReadonlySet<string>;
}

function createKeysFinder({ policies }: Bundle): (name: string) => StatementKeys {
  const documents = new Map(policies.map((document) => [document.name, document]));
  const found = new Map<string, StatementKeys>();
  return (name) => {
    const document = documents.get(name);
    const statements = document && !found.has(name) ? normalizeStatements(document) : [];
    const keys = (wanted: "Allow" | "Deny") =>
      new Set(statements.flatMap(({ effect, key }) => (effect === wanted ? [key] : [])));
    const result = found.get(name) ?? { allows: keys("Allow"), denies: keys("Deny") };
    found.set(name, result);
    return result;
  };
}

function isPart(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((each) => whole.has(each));
}
