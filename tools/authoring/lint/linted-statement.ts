/** A statement as the rules of lint see it, and how they say what they find. */
import type { Issue } from "../../../shared/errors.ts";
import { parseOperator } from "../../../shared/policy/condition/operators.ts";
import type { PolicyCondition, PolicyStatement } from "../../../shared/policy/model/document.ts";
import { parseTemplate } from "../../../shared/policy/pattern/template.ts";
import type { ResourceFacts } from "./facts/resource-facts.ts";
import type { ActionMatcher, MatchedActions } from "./statement-actions.ts";

/** Reports a warning, or an error, about the element at a path: `Statement[0].Action[1]`. */
export type Report = (code: string, path: string, message: string, severity?: Issue["severity"]) => void;

export interface LintedStatement {
  readonly statement: PolicyStatement;
  /** `Statement[3]` */
  readonly path: string;
  /** Whether variables are recognised in its document's version. */
  readonly variables: boolean;
  readonly actions: MatchedActions;
  /** Matched `actions`; for those that look at one pattern alone. */
  readonly matcher: ActionMatcher;
  /** In the order of its patterns. */
  readonly resources: readonly ResourceFacts[];
}

/** The shapes that any of a statement's resource patterns can match. */
export function shapesOfResources({ resources }: LintedStatement): bigint {
  return resources.reduce((all, { shapes }) => all | shapes, 0n);
}

/** A place in a statement that names a condition key. */
export interface KeyUse {
  readonly key: string;
  readonly path: string;
  /** Whether an unknown value may add access there: in a Deny, or under an operator that holds without the key. */
  readonly isRisky: boolean;
  readonly isVariable: boolean;
  /** Whether it is the key of a condition that holds without it, so that its absence may be meant. */
  readonly mayBeMissing: boolean;
  /** Whether it is in the ARN of another service. */
  readonly isForeign: boolean;
}

/** Lists the condition keys that a statement names, as keys and as variables. */
export function keyUsesOf({ statement, path, variables, resources }: LintedStatement): readonly KeyUse[] {
  const isDeny = statement.effect === "Deny";
  const inText = (text: string, use: Pick<KeyUse, "path" | "isRisky" | "isForeign">): readonly KeyUse[] =>
    variables ? variablesOf(text).map((key) => ({ ...use, key, isVariable: true, mayBeMissing: false })) : [];
  const { kind, patterns } = statement.resources;
  const isRisky = isDeny || kind === "NotResource";
  return [
    ...statement.conditions.flatMap((condition): KeyUse[] => {
      const at = `${path}.Condition.${condition.operator}.${condition.key}`;
      const use = { path: at, isRisky: isDeny || holdsWithoutKey(condition), isForeign: false };
      const own = {
        ...use,
        key: condition.key,
        isVariable: false,
        mayBeMissing: holdsWithoutKey(condition),
      };
      return [own, ...condition.values.flatMap((value) => inText(value, use))];
    }),
    ...patterns.flatMap((pattern, index) => {
      const isForeign = resources[index]?.isJudged !== true;
      return inText(pattern, { path: `${path}.${kind}[${index}]`, isRisky, isForeign });
    }),
  ];
}

/** Negated operators hold without their key, as `Null`, `…IfExists` and `ForAllValues:` do (Condition operators). */
function holdsWithoutKey({ operator }: PolicyCondition): boolean {
  const { negated, comparison, ifExists, qualifier } = parseOperator(operator) ?? {};
  return negated === true || comparison === "null" || ifExists === true || qualifier === "forAllValues";
}

function variablesOf(text: string): readonly string[] {
  if (!text.includes("${")) return [];
  const template = parseTemplate(text, { variables: true, wildcards: false });
  return typeof template === "string" ? [] : template.variables.map(({ key }) => key);
}
