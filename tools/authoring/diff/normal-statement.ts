/** Statements without everything that does not affect decisions: name, file, place, order, spelling of keys. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { PolicyDocument, PolicyStatement } from "../../../shared/policy/model/document.ts";
import { type ActionMatcher, actionMatcher } from "../lint/statement-actions.ts";
import { type Codes, VARIABLE } from "../patterns/automaton.ts";
import { resourceCodes } from "../patterns/pattern-codes.ts";

export interface NormalPattern {
  /** Equal for equal patterns; a text with a dollar sign differs between versions with and without variables. */
  readonly key: string;
  readonly text: string;
  readonly codes: Codes;
  /** Whether it has a policy variable: what it matches depends on the request. */
  readonly isVariable: boolean;
}

export interface NormalStatement {
  /** Equal for statements that decide alike. */
  readonly key: string;
  readonly effect: "Allow" | "Deny";
  /** Names of Amazon Connect's actions, in IAM's spelling. */
  readonly actions: ReadonlySet<string>;
  readonly isNegated: boolean;
  readonly patterns: readonly NormalPattern[];
  /** Its conditions as one text; empty for none. */
  readonly condition: string;
}

export function normalizeStatements(document: PolicyDocument): readonly NormalStatement[] {
  // The actions are the same whether or not dependent ones are checked.
  const matcher = actionMatcher("required");
  const variables = document.version === "2012-10-17";
  return document.statements.map((statement) => normalize(statement, variables, matcher));
}

function normalize(statement: PolicyStatement, variables: boolean, matcher: ActionMatcher): NormalStatement {
  const { effect, actions, resources } = statement;
  const named = matcher.matchElement(actions).actions.map(({ name }) => name);
  const patterns = sortedTexts(resources.patterns).map((text) => normalPattern(text, variables));
  const condition = conditionText(statement, variables);
  return {
    key: JSON.stringify([
      effect,
      sortedTexts(named),
      resources.kind,
      patterns.map(({ key }) => key),
      condition,
    ]),
    effect,
    actions: new Set(named),
    isNegated: resources.kind === "NotResource",
    patterns,
    condition,
  };
}

function normalPattern(text: string, variables: boolean): NormalPattern {
  // The bundle was compiled before: there is no pattern that cannot be read.
  const codes = resourceCodes(text, variables) ?? [];
  const isVariable = Array.from(codes).includes(VARIABLE);
  const isRead = variables && text.includes("${");
  return { key: `${isRead ? "read" : "plain"} ${text}`, text, codes, isVariable };
}

/** Operators and keys are compared without case; order and repetition of values make no difference. */
function conditionText({ conditions }: PolicyStatement, variables: boolean): string {
  const texts = conditions.map(({ operator, key, values }) => {
    const isVariable = variables && values.some((each) => each.includes("${"));
    const parts = [lowerAscii(operator), lowerAscii(key), sortedTexts(values)];
    return JSON.stringify(isVariable ? [...parts, "with variables"] : parts);
  });
  return sortedTexts(texts).join(" and ");
}

function sortedTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
