/** The statements that hold for one subject in one bundle, layer by layer. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { type NormalStatement, normalizeStatements } from "./normal-statement.ts";
import { bindingsOf, type Subject } from "./subjects.ts";

export interface SubjectLayers {
  /** Names of the attached policies. */
  readonly policies: readonly string[];
  readonly attached: readonly NormalStatement[];
  readonly boundaries: readonly (readonly NormalStatement[])[];
  readonly guardrails: readonly (readonly NormalStatement[])[];
}

/** `names` gives equal statements one short key, since keys are put together for every action. */
export function createLayersFinder(
  { config, policies }: Bundle,
  names: Map<string, string>,
): (subject: Subject) => SubjectLayers {
  const named = (statement: NormalStatement): NormalStatement => {
    const key = names.get(statement.key) ?? String(names.size);
    names.set(statement.key, key);
    return { ...statement, key };
  };
  const statements = new Map(
    policies.map((document) => [document.name, normalizeStatements(document).map(named)]),
  );
  const of = (name: string) => statements.get(name) ?? [];
  return (subject) => {
    const bindings = bindingsOf(subject, config);
    const own = subject.attached === undefined ? [] : [subject.attached];
    const attached = [...new Set([...bindings.flatMap((binding) => binding.policies), ...own])];
    const boundaries = [...new Set(bindings.flatMap(({ boundary }) => boundary ?? []))];
    return {
      policies: attached,
      attached: attached.flatMap(of),
      boundaries: boundaries.map(of),
      guardrails: [...new Set(config.guardrails)].map(of),
    };
  };
}

/** Equal for layers that decide alike in every request. */
export function keyOf({ attached, boundaries, guardrails }: SubjectLayers): string {
  const keys = (statements: readonly NormalStatement[]) =>
    [...new Set(statements.map(({ key }) => key))].sort();
  const each = (sets: readonly (readonly NormalStatement[])[]) =>
    [...new Set(sets.map((set) => keys(set).join()))].sort();
  return JSON.stringify([keys(attached), each(boundaries), each(guardrails)]);
}

/** Keeps the statements about an action. A set that must allow and has none stays, and allows nothing. */
export function narrow(
  { policies, attached, boundaries, guardrails }: SubjectLayers,
  action: string,
): SubjectLayers {
  const about = (statements: readonly NormalStatement[]) =>
    statements.filter(({ actions }) => actions.has(action));
  return {
    policies,
    attached: about(attached),
    boundaries: boundaries.map(about),
    // One that only subtracts may be silent.
    guardrails: guardrails.map((set) => {
      const own = about(set);
      const needsAllow =
        set.some(({ effect }) => effect === "Allow") && own.every(({ effect }) => effect === "Deny");
      return needsAllow ? [...own, silentAllow] : own;
    }),
  };
}

/** Marks a guardrail with Allows, but no Allow about the action, as one that must allow it. */
const silentAllow: NormalStatement = {
  key: "silent",
  effect: "Allow",
  actions: new Set(),
  isNegated: false,
  patterns: [],
  terms: [],
};
