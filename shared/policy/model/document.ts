/** The parsed policy document: plain data for a bundle, so that the Lambda compiles it without the parser. */
import { anyText, list, object, oneOf, type ShapeProblem, wholeNumber } from "../../shape.ts";

/** A place in the source text. Lines and columns count from 1, columns and offsets in UTF-16 units. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Variables are recognised only under `2012-10-17` (IAM User Guide, "Version"). */
export type PolicyVersion = "2008-10-17" | "2012-10-17";

/** As written. */
export interface ActionElement {
  readonly kind: "Action" | "NotAction";
  readonly patterns: readonly string[];
}

/** As written. */
export interface ResourceElement {
  readonly kind: "Resource" | "NotResource";
  readonly patterns: readonly string[];
}

/** One key under one operator; numbers and booleans are kept as their JSON text. */
export interface PolicyCondition {
  /** With qualifier and suffix, as written: `ForAnyValue:StringEqualsIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  /** Of the key. */
  readonly position: Position;
}

export interface PolicyStatement {
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: ActionElement;
  readonly resources: ResourceElement;
  readonly conditions: readonly PolicyCondition[];
  readonly start: Position;
  /** Just after the closing brace. */
  readonly end: Position;
}

/** A checked IAM identity policy (IAM User Guide, "Grammar of the IAM JSON policy language"). */
export interface PolicyDocument {
  readonly name: string;
  readonly file: string;
  /** `2008-10-17` when the document has no `Version`. */
  readonly version: PolicyVersion;
  readonly id?: string;
  readonly statements: readonly PolicyStatement[];
}

const count = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const position = object({ offset: count, line: count, column: count });

const statement = object(
  {
    effect: oneOf("Allow", "Deny"),
    actions: object({ kind: oneOf("Action", "NotAction"), patterns: list(anyText) }),
    resources: object({ kind: oneOf("Resource", "NotResource"), patterns: list(anyText) }),
    conditions: list(object({ operator: anyText, key: anyText, values: list(anyText), position })),
    start: position,
    end: position,
  },
  { sid: anyText },
);

const shape = object(
  {
    name: anyText,
    file: anyText,
    version: oneOf("2008-10-17", "2012-10-17"),
    statements: list(statement),
  },
  { id: anyText },
);

/** Finds the first reason why a value of a bundle is not a {@link PolicyDocument}. */
export function findShapeProblem(document: unknown): ShapeProblem | undefined {
  return shape(document);
}

/** Larger documents are refused unread. */
export interface PolicyLimits {
  /** In UTF-16 units. */
  readonly maxLength: number;
  readonly maxStatements: number;
  /** Nesting of objects and lists; the grammar itself needs six. */
  readonly maxDepth: number;
  /** Issues kept per document; further ones are counted and not kept. */
  readonly maxIssues: number;
}

/** IAM's own limit is 10,240 characters per policy. */
export const DEFAULT_POLICY_LIMITS: PolicyLimits = {
  maxLength: 16_777_216,
  maxStatements: 100_000,
  maxDepth: 32,
  maxIssues: 1_000,
};
