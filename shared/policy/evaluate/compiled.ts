/**
 * The compiled forms of a policy set. They are minted by `compile.ts` alone.
 */

import type { CompiledCondition } from "../condition/condition.ts";
import type { PolicyStatement } from "../model/document.ts";
import type { CompiledActions } from "../pattern/action-pattern.ts";
import type { CompiledResources } from "../pattern/resource-pattern.ts";
import type { StatementIndex } from "./statement-index.ts";

/** A statement, named for people: what stands in decisions and audit records. */
export interface MatchedStatement {
  /** Name of its policy. */
  readonly policy: string;
  readonly sid?: string;
  /** Position among its policy's statements, from 0. */
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A compiled statement. */
export interface CompiledStatement {
  readonly source: PolicyStatement;
  /** Position in the whole set, from 0. */
  readonly ordinal: number;
  readonly name: MatchedStatement;
  readonly actions: CompiledActions;
  readonly resources: CompiledResources;
  readonly conditions: readonly CompiledCondition[];
}

declare const compiled: unique symbol;

/** Policies that were checked whole and are ready to decide. Minted by `compilePolicies` alone. */
export interface CompiledPolicySet {
  readonly [compiled]: true;
  readonly statements: readonly CompiledStatement[];
  readonly index: StatementIndex;
  /** Whether any statement is an Allow: a guardrail without one only subtracts. */
  readonly hasAllow: boolean;
}
