/**
 * A statement as the rules of lint see it, and how they say what they find.
 */
import type { Issue } from "../../../shared/errors.ts";
import type { PolicyStatement } from "../../../shared/policy/model/document.ts";
import type { ResourceFacts } from "./facts/resource-facts.ts";
import type { ActionMatcher, MatchedActions } from "./statement-actions.ts";

/** Reports a warning, or an error, about the element at a path: `Statement[0].Action[1]`. */
export type Report = (code: string, path: string, message: string, severity?: Issue["severity"]) => void;

/** A statement with what is known of its elements. */
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
