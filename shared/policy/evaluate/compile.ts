/**
 * Compiles parsed documents into a policy set. The documents may come from a bundle that is newer than this code, or
 * tampered with. Anything unknown in them refuses the whole set: no statement is ever left out.
 */
import { DocumentError, type Issue } from "../../errors.ts";
import type { ShapeProblem } from "../../shape.ts";
import { findShapeProblem, type PolicyDocument, type PolicyStatement } from "../model/document.ts";
import type { Variable } from "../pattern/template.ts";
import {
  type CompiledStatement,
  compileStatement,
  type MatchedStatement,
  type StatementParts,
} from "./compile-statement.ts";
import { createStatementIndex, type StatementIndex } from "./statement-index.ts";

export type { CompiledStatement, MatchedStatement } from "./compile-statement.ts";

declare const compiled: unique symbol;

/** Policies that were checked completely. Only `compilePolicies` makes them. */
export interface CompiledPolicySet {
  readonly [compiled]: true;
  readonly statements: readonly CompiledStatement[];
  readonly index: StatementIndex;
  /** Whether any statement is an Allow. A guardrail without one only subtracts. */
  readonly hasAllow: boolean;
}

/**
 * Compiles policies into one set: a Deny of any policy denies, an Allow of any policy allows.
 *
 * @throws DocumentError with every issue, if a document holds anything unknown
 */
export function compilePolicies(documents: readonly PolicyDocument[]): CompiledPolicySet {
  const statements: CompiledStatement[] = [];
  compileDocuments(documents, (parts, { document, source, index }) => {
    const name = nameStatement(document, source, index);
    statements.push({ source, ordinal: statements.length, name, ...parts });
  });
  return mintPolicySet(statements);
}

/**
 * Finds the condition keys, in lower case, that policies use. Compiles every statement and keeps none: the cheapest
 * check that a large set can be read. Throws as {@link compilePolicies} does.
 */
export function findConsultedKeys(documents: readonly PolicyDocument[]): ReadonlySet<string> {
  const keys = new Set<string>();
  compileDocuments(documents, (parts) => addConsultedKeys(parts, keys));
  return keys;
}

function addConsultedKeys({ resources, conditions }: StatementParts, keys: Set<string>): void {
  for (const { template } of resources.patterns) if (template) addVariables(template.variables, keys);
  for (const { lowerKey, values } of conditions) {
    keys.add(lowerKey);
    for (const { template } of values) if (template) addVariables(template.variables, keys);
  }
}

function addVariables(variables: readonly Variable[], keys: Set<string>): void {
  for (const { lowerKey } of variables) keys.add(lowerKey);
}

interface StatementPlace {
  readonly document: PolicyDocument;
  readonly source: PolicyStatement;
  readonly index: number;
}

type TakeParts = (parts: StatementParts, place: StatementPlace) => void;

function compileDocuments(documents: readonly PolicyDocument[], take: TakeParts): void {
  const issues: Issue[] = [];
  for (const [i, document] of documents.entries()) {
    const problem = findShapeProblem(document);
    if (problem === undefined) compileDocument(document, take, issues);
    else issues.push(shapeIssue(document, i, problem));
  }
  if (issues.length > 0) throw new DocumentError(issues);
}

function compileDocument(document: PolicyDocument, take: TakeParts, issues: Issue[]): void {
  for (const [index, source] of document.statements.entries()) {
    const { line, column } = source.start;
    const parts = compileStatement(source, document.version, (place, code, message) => {
      const path = `Statement[${index}].${place}`;
      issues.push({ severity: "error", code, file: document.file, path, line, column, message });
    });
    take(parts, { document, source, index });
  }
}

function nameStatement(
  document: PolicyDocument,
  statement: PolicyStatement,
  index: number,
): MatchedStatement {
  const { name: policy, file } = document;
  const { sid, effect } = statement;
  const { line, column } = statement.start;
  return sid === undefined
    ? { policy, index, effect, file, line, column }
    : { policy, sid, index, effect, file, line, column };
}

function shapeIssue(document: unknown, index: number, { path, message }: ShapeProblem): Issue {
  const named =
    typeof document === "object" && document !== null && "file" in document ? document.file : undefined;
  const file = typeof named === "string" ? named : `policies[${index}]`;
  return {
    severity: "error",
    code: "badDocument",
    file,
    path,
    line: 1,
    column: 1,
    message: `${message}; build the bundle again with this version of the product`,
  };
}

/** The only place where a set is branded as checked. */
function mintPolicySet(statements: readonly CompiledStatement[]): CompiledPolicySet {
  const set = {
    statements,
    index: createStatementIndex(statements),
    hasAllow: statements.some((statement) => statement.name.effect === "Allow"),
  };
  return set as unknown as CompiledPolicySet;
}
