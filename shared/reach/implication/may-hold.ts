/** Whether some request is allowed by statements that may match: not if their conditions exclude each other. */
import type { CompiledStatement } from "../../policy/evaluate/compile.ts";
import { accessForm, type Clause, createClause } from "./access-form.ts";
import { createFormComparer, type FormComparer } from "./compare-forms.ts";
import { anything } from "./key-domain.ts";
import { termOfCompiled } from "./term.ts";

/** The statements of one layer that may match, and those Denies that match wherever their conditions hold. */
export interface MatchingStatements {
  readonly allows: readonly CompiledStatement[];
  readonly denies: readonly CompiledStatement[];
  readonly mustAllow: boolean;
}

/** By whatever shares answers: they are kept as long as it. */
const comparers = new WeakMap<object, FormComparer>();

/** "No" is certain: no request is allowed. @param owner keeps the answers */
export function mayHold(layers: readonly MatchingStatements[], owner: object): boolean {
  if (!mayExclude(layers)) return true;
  const compare = comparers.get(owner) ?? createFormComparer(anything);
  comparers.set(owner, compare);
  const form = accessForm(
    layers.map(({ allows, denies, mustAllow }) => ({
      mustAllow,
      allows: allows.map(widenedClause),
      // A Deny that cannot be compared is left out: more is then allowed.
      denies: denies.flatMap(certainClause),
    })),
  );
  return compare({ kind: "denied" }, form).gained.kind !== "none";
}

/** Conditions exclude each other only within an Allow, between an Allow and a Deny, or between layers. */
function mayExclude(layers: readonly MatchingStatements[]): boolean {
  if (layers.some(({ denies }) => denies.some(({ conditions }) => conditions.length > 0))) return true;
  const conditional = layers.filter(
    ({ allows, mustAllow }) => mustAllow && allows.every(({ conditions }) => conditions.length > 0),
  );
  const [only] = conditional;
  if (conditional.length !== 1) return conditional.length > 0;
  return !only?.allows.some(({ conditions }) => {
    return new Set(conditions.map(({ lowerKey }) => lowerKey)).size === conditions.length;
  });
}

function widenedClause({ conditions }: CompiledStatement): Clause {
  return createClause(conditions.flatMap((condition) => termOfCompiled(condition) ?? []));
}

function certainClause({ conditions }: CompiledStatement): readonly Clause[] {
  const terms = conditions.flatMap((condition) => termOfCompiled(condition) ?? []);
  return terms.length === conditions.length ? [createClause(terms)] : [];
}
