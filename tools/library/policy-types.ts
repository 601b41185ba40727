/** The public types of `connect-authorizer/policy`. This file imports nothing: its declarations are the package's. */

declare const unknownValue: unique symbol;

/** The type of `UNKNOWN`: a value that exists or not, and is not known. It never counts as missing. */
export interface Unknown {
  readonly [unknownValue]: true;
}

/** A problem of a policy. Lines and columns count from 1, columns in UTF-16 units. */
export interface PolicyIssue {
  readonly severity: "error" | "warning";
  /** Stable, for programs: `unknownOperator`. */
  readonly code: string;
  readonly file: string;
  /** Where in the policy: `Statement[0].Action[1]`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Names for messages and explanations. */
export interface PolicyName {
  /** Name of the policy; default `policy`. */
  readonly name?: string;
  /** Name of its file; default `policy.json`. */
  readonly file?: string;
}

/** A checked policy: plain data, which you may store as JSON. */
export interface Policy {
  readonly name: string;
  readonly file: string;
  readonly version: "2008-10-17" | "2012-10-17";
  readonly id?: string;
  readonly statements: readonly PolicyStatement[];
}

/** A statement as its policy writes it. */
export interface PolicyStatement {
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: { readonly kind: "Action" | "NotAction"; readonly patterns: readonly string[] };
  readonly resources: { readonly kind: "Resource" | "NotResource"; readonly patterns: readonly string[] };
  readonly conditions: readonly PolicyCondition[];
  readonly start: Position;
  /** Just after the closing brace. */
  readonly end: Position;
}

/** One key under one operator. Numbers and booleans are kept as their JSON text. */
export interface PolicyCondition {
  /** With qualifier and suffix, as written: `ForAnyValue:StringEqualsIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  readonly position: Position;
}

/** A place in the source text. */
export interface Position {
  /** From 0, in UTF-16 units. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A policy that can be used, or everything that is wrong with it. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly warnings: readonly PolicyIssue[] }
  | { readonly ok: false; readonly issues: readonly PolicyIssue[] };

declare const compiled: unique symbol;

/** Policies that were checked completely. Only `compilePolicies` makes them. */
export interface CompiledPolicies {
  readonly [compiled]: true;
  readonly statementCount: number;
}

/**
 * All policies that apply to a principal. A request is allowed if the attached policies, every boundary and every
 * guardrail that has an Allow allow it, and none of them denies it.
 */
export interface PolicyLayers {
  readonly attached: CompiledPolicies;
  /** Permissions boundaries: each must allow. */
  readonly boundaries?: readonly CompiledPolicies[];
  /** Like service control policies: one without Allows only subtracts. */
  readonly guardrails?: readonly CompiledPolicies[];
}

/** The value of a condition key. An empty list, and a key that is left out, are missing. */
export type ContextValue = string | number | boolean | readonly string[] | Unknown;

/** May a principal do an action on a resource? */
export interface PolicyRequest {
  /** `connect:CreateUser`; compared without case. */
  readonly action: string;
  /** An ARN, or `*`; `UNKNOWN` while it is not known. */
  readonly resource: string | Unknown;
  /** Condition keys, whose case does not matter. Numbers and booleans count as their text; a time is ISO 8601. */
  readonly context?: Readonly<Record<string, ContextValue>>;
}

/** `unknown`: the answer depends on something that is not known. Treat it as a denial. */
export type PolicyDecision = "allowed" | "explicitDeny" | "implicitDeny" | "unknown";

/** A statement that made a decision. */
export interface MatchedStatement {
  readonly policy: string;
  readonly sid?: string;
  /** Position in its policy, from 0. */
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A decision. */
export interface Evaluation {
  readonly decision: PolicyDecision;
  /** For the two denies: the layer that denied. */
  readonly layer?: "attached" | "boundary" | "guardrail";
  /** The Denies of an explicit deny; otherwise the Allows among the attached policies. */
  readonly matched: readonly MatchedStatement[];
  /** For `unknown`: the keys that would have to be known, as the policies spell them; `resource` is the resource. */
  readonly missingContextKeys: readonly string[];
}

/** Whether something in a policy fits the request. */
export type MatchResult = "match" | "noMatch" | "unknown";

/** A pattern or a value of a policy against the request. */
export interface ValueExplanation {
  /** As the policy writes it. */
  readonly value: string;
  /** With variables replaced; `null` if one has no value. Absent if there are none, or one is unknown. */
  readonly resolved?: string | null;
  /**
   * Whether the request fits it; a negated element or operator needs `noMatch`. `unreadable`: one of the two cannot be
   * read as the operator's type, which counts against access.
   */
  readonly result: MatchResult | "unreadable";
}

/** An element of a statement against the request. */
export interface ElementExplanation {
  readonly element: "Action" | "NotAction" | "Resource" | "NotResource";
  readonly result: MatchResult;
  readonly patterns: readonly ValueExplanation[];
}

/** A condition against the request. */
export interface ConditionExplanation {
  readonly operator: string;
  readonly key: string;
  readonly result: MatchResult;
  /** `null`: the request has no such key. */
  readonly requestValue: string | readonly string[] | null | { readonly unknown: true };
  readonly values: readonly ValueExplanation[];
  /** What could not be read, and its effect; absent if all was readable. */
  readonly unreadable?: string;
  readonly line: number;
  readonly column: number;
}

/** A statement against the request. */
export interface StatementExplanation {
  readonly layer: "attached" | "boundary" | "guardrail";
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

/** A decision with its reasons: each statement of each layer, in order. */
export interface Explanation extends Evaluation {
  readonly statements: readonly StatementExplanation[];
}
