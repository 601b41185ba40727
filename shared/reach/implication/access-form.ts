/** The result of statements for one action and resource, in a form that can be compared between two policy sets. */
import { type ResourceCondition, textOfResource } from "./resource-cases.ts";
import { type Term, textOfTerms } from "./term.ts";

/** What a statement about the action and the resource still depends on. */
export interface Clause {
  /** Equal for equal clauses; empty for one that depends on nothing. */
  readonly text: string;
  readonly terms: readonly Term[];
  readonly resource?: ResourceCondition;
}

/** Statements of one layer that are about the action and the resource. */
export interface LayerConditions {
  readonly allows: readonly Clause[];
  readonly denies: readonly Clause[];
  /** Whether the layer must allow; one that only subtracts need not. */
  readonly mustAllow: boolean;
}

/** Denied; or allowed where no deny holds and one condition of each clause holds. */
export type AccessForm =
  | { readonly kind: "denied" }
  | {
      readonly kind: "allowed";
      readonly clauses: readonly (readonly Clause[])[];
      readonly denies: readonly Clause[];
    };

const denied: AccessForm = { kind: "denied" };

export function createClause(terms: readonly Term[], resource?: ResourceCondition): Clause {
  const texts = [textOfTerms(terms), resource ? textOfResource(resource) : ""];
  const text = texts.filter((each) => each !== "").join(" and ");
  return { text, terms, ...(resource ? { resource } : {}) };
}

export function accessForm(layers: readonly LayerConditions[]): AccessForm {
  const denies = sorted(layers.flatMap((layer) => layer.denies));
  if (hasText(denies, "")) return denied;
  const clauses: (readonly Clause[])[] = [];
  for (const { allows, mustAllow } of layers) {
    if (!mustAllow || hasText(allows, "")) continue;
    // Allowed and denied by the same condition is denied.
    const clause = sorted(allows.filter(({ text }) => !hasText(denies, text)));
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

/** Whether the other certainly allows everything that the first allows, by the texts alone. */
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

function isPart(part: readonly Clause[], whole: readonly Clause[]): boolean {
  return part.every(({ text }) => hasText(whole, text));
}

function hasText(clauses: readonly Clause[], text: string): boolean {
  return clauses.some((each) => each.text === text);
}

function sorted(clauses: readonly Clause[]): readonly Clause[] {
  return [...new Map(clauses.map((each) => [each.text, each])).values()].sort((a, b) =>
    a.text < b.text ? -1 : 1,
  );
}
