/** The result of statements for one action and resource, in a form that can be compared between two policy sets. */

/** Statements of one layer that are about the action and the resource: the conditions of each, empty for none. */
export interface LayerConditions {
  readonly allows: readonly string[];
  readonly denies: readonly string[];
  /** Whether the layer must allow; one that only subtracts need not. */
  readonly mustAllow: boolean;
}

/** Denied; or allowed where no deny holds and one condition of each clause holds. */
export type AccessForm =
  | { readonly kind: "denied" }
  | {
      readonly kind: "allowed";
      readonly clauses: readonly (readonly string[])[];
      readonly denies: readonly string[];
    };

const denied: AccessForm = { kind: "denied" };

export function accessForm(layers: readonly LayerConditions[]): AccessForm {
  const denies = sorted(layers.flatMap((layer) => layer.denies));
  if (denies.includes("")) return denied;
  const clauses: (readonly string[])[] = [];
  for (const { allows, mustAllow } of layers) {
    if (!mustAllow || allows.includes("")) continue;
    // Allowed and denied by the same condition is denied.
    const clause = sorted(allows.filter((condition) => !denies.includes(condition)));
    if (clause.length === 0) return denied;
    clauses.push(clause);
  }
  // A clause that another one implies adds nothing.
  const needed = clauses.filter(
    (clause, index) =>
      !clauses.some(
        (other, at) => at !== index && isPart(other, clause) && (!isPart(clause, other) || at < index),
      ),
  );
  return { kind: "allowed", clauses: needed, denies };
}

/** Whether the other certainly allows everything that the first allows. */
export function implies(one: AccessForm, other: AccessForm): boolean {
  if (one.kind === "denied") return true;
  if (other.kind === "denied") return false;
  return (
    other.clauses.every((clause) => one.clauses.some((narrower) => isPart(narrower, clause))) &&
    isPart(other.denies, one.denies)
  );
}

export function isConditional(form: AccessForm): boolean {
  return form.kind === "allowed" && (form.clauses.length > 0 || form.denies.length > 0);
}

function isPart(part: readonly string[], whole: readonly string[]): boolean {
  return part.every((condition) => whole.includes(condition));
}

function sorted(conditions: readonly string[]): readonly string[] {
  return [...new Set(conditions)].sort();
}
