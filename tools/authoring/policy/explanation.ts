/**
 * The shape of an explained decision: plain data, close to what AWS's `SimulateCustomPolicy` answers.
 */

import type { Decision } from "../../../shared/policy/evaluate/evaluate.ts";
import type { Position } from "../../../shared/policy/model/document.ts";

/** Result of matching an element, a pattern or a value. */
export type MatchResult = "match" | "noMatch" | "unknown";

/** A pattern or value of the policy against the request. */
export interface ValueExplanation {
  /** As the policy writes it. */
  readonly value: string;
  /** With variables replaced; `null` when one has no value. Absent when there are none, or one is unknown. */
  readonly resolved?: string | null;
  /**
   * Whether the request matches it; a negated element or operator requires `noMatch`. `unreadable`: one of the two cannot
   * be read as the operator's type, which counts against access.
   */
  readonly result: MatchResult | "unreadable";
}

/** An `Action`, `NotAction`, `Resource` or `NotResource` element. */
export interface ElementExplanation {
  readonly element: "Action" | "NotAction" | "Resource" | "NotResource";
  readonly result: MatchResult;
  readonly patterns: readonly ValueExplanation[];
}

/** One key under one operator. */
export interface ConditionExplanation {
  readonly operator: string;
  readonly key: string;
  readonly result: MatchResult;
  /** `null`: the request has no such key; `{unknown: true}`: its value is not known. */
  readonly requestValue: string | readonly string[] | null | { readonly unknown: true };
  readonly values: readonly ValueExplanation[];
  /** What could not be read, and its effect; absent if everything could. */
  readonly unreadable?: string;
  readonly line: number;
  readonly column: number;
}

/** A statement against the request. */
export interface StatementExplanation {
  readonly policy: string;
  readonly sid?: string;
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly result: MatchResult;
  readonly action: ElementExplanation;
  readonly resource: ElementExplanation;
  readonly conditions: readonly ConditionExplanation[];
}

/** A statement as `SimulateCustomPolicy` names it. */
export interface SimulatedStatement {
  readonly SourcePolicyId: string;
  readonly StartPosition: { readonly Line: number; readonly Column: number };
  readonly EndPosition: { readonly Line: number; readonly Column: number };
}

/** A decision with its reasons; the capitalised members are those of AWS's `EvaluationResult`. */
export interface PolicyExplanation {
  readonly EvalActionName: string;
  /** `null`: not known. */
  readonly EvalResourceName: string | null;
  readonly EvalDecision: Decision;
  readonly MatchedStatements: readonly SimulatedStatement[];
  readonly MissingContextValues: readonly string[];
  readonly statements: readonly StatementExplanation[];
}
