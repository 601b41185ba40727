/** The conditions of statements, compiled for comparison: one object for all that decide alike. */
import { lowerAscii } from "../../ascii.ts";
import { type CompiledCondition, compileCondition } from "../../policy/condition/condition.ts";
import type { PolicyCondition, PolicyStatement } from "../../policy/model/document.ts";

export interface Term {
  /** Equal for conditions that decide alike in every request; without the effect of the statement. */
  readonly text: string;
  readonly condition: CompiledCondition;
  readonly variables: boolean;
}

/** Reads the conditions of a statement: operators and keys without case, values without order and repetition. */
export function termsOf({ conditions, effect }: PolicyStatement, variables: boolean): readonly Term[] {
  const terms = conditions.map((each) => termOf(each, { effect, variables }));
  return [...new Map(terms.map((term) => [term.text, term])).values()].sort((a, b) =>
    a.text < b.text ? -1 : 1,
  );
}

/** Reads a compiled condition; `undefined` if its text does not say whether it has variables. */
export function termOfCompiled(condition: CompiledCondition): Term | undefined {
  const { operator, key, values } = condition.source;
  if (values.some((each) => each.includes("$"))) return undefined;
  const parts = [lowerAscii(operator), lowerAscii(key), [...new Set(values)].sort()];
  return { text: JSON.stringify(parts), condition, variables: true };
}

interface Around {
  readonly effect: "Allow" | "Deny";
  readonly variables: boolean;
}

function termOf(source: PolicyCondition, around: Around): Term {
  const { operator, key, values } = source;
  const isVariable = around.variables && values.some((each) => each.includes("${"));
  const parts = [lowerAscii(operator), lowerAscii(key), [...new Set(values)].sort()];
  const condition = compileCondition(source, around, () => {});
  // The bundle was compiled before: there is no condition that cannot be read.
  if (!condition) throw new TypeError(`not a condition operator: \`${operator}\``);
  return {
    text: JSON.stringify(isVariable ? [...parts, "with variables"] : parts),
    condition,
    variables: around.variables,
  };
}

/** One text for terms that must hold together; empty for none. */
export function textOfTerms(terms: readonly Term[]): string {
  return terms.map(({ text }) => text).join(" and ");
}
