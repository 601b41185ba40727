/**
 * From parsed documents to a policy set that decides. The documents may come from a bundle that is newer than this
 * code, or tampered with: whatever is not understood refuses the whole set, and no statement is ever left out.
 */
import { DocumentError, type Issue } from "../errors.ts";
import { compileStatement } from "./compile-statement.ts";
import type { CompiledPolicySet, CompiledStatement, MatchedStatement } from "./compiled.ts";
import type { PolicyDocument, PolicyStatement } from "./document.ts";
import { findShapeProblem } from "./document-shape.ts";
import { createStatementIndex } from "./statement-index.ts";

export type { CompiledPolicySet, MatchedStatement } from "./compiled.ts";

/**
 * Compiles policies into one set, in which a Deny of any of them denies and an Allow of any of them allows.
 *
 * Throws a `DocumentError` with every issue if a document holds anything that is not understood.
 */
export function compilePolicies(documents: readonly PolicyDocument[]): CompiledPolicySet {
  const issues: Issue[] = [];
  const statements: CompiledStatement[] = [];
  for (const [i, document] of documents.entries()) {
    const problem = findShapeProblem(document);
    if (problem === undefined) compileDocument(document, statements, issues);
    else issues.push(shapeIssue(document, i, problem));
  }
  if (issues.length > 0) throw new DocumentError(issues);
  return mintPolicySet(statements);
}

function compileDocument(document: PolicyDocument, statements: CompiledStatement[], issues: Issue[]): void {
  for (const [index, statement] of document.statements.entries()) {
    const { line, column } = statement.start;
    const { actions, resources, conditions } = compileStatement(
      statement,
      document.version,
      (place, code, message) => {
        const path = `Statement[${index}].${place}`;
        issues.push({ severity: "error", code, file: document.file, path, line, column, message });
      },
    );
    const name = nameStatement(document, statement, index);
    statements.push({ source: statement, ordinal: statements.length, name, actions, resources, conditions });
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

function shapeIssue(document: unknown, index: number, problem: { path: string; message: string }): Issue {
  const named =
    typeof document === "object" && document !== null && "file" in document ? document.file : undefined;
  const file = typeof named === "string" ? named : `policies[${index}]`;
  return {
    severity: "error",
    code: "badDocument",
    file,
    path: problem.path,
    line: 1,
    column: 1,
    message: problem.message,
  };
}

/** The one place where a set is branded as checked. */
function mintPolicySet(statements: readonly CompiledStatement[]): CompiledPolicySet {
  const set = {
    statements,
    index: createStatementIndex(statements),
    hasAllow: statements.some((statement) => statement.name.effect === "Allow"),
  };
  return set as unknown as CompiledPolicySet;
}
