/**
 * Gathers what is wrong with one document, up to a number: a hostile document must not make a million issues.
 */
import type { Issue } from "../../../shared/errors.ts";
import type { SourceText } from "./source-text.ts";

/** Where and what. */
export interface Problem {
  readonly severity?: Issue["severity"];
  readonly code: string;
  readonly path: string;
  readonly offset: number;
  readonly message: string;
}

/** The issues of one document. */
export class IssueList {
  readonly issues: Issue[] = [];
  /** Counts all errors, also those that are not kept. */
  errorCount = 0;
  readonly #source: SourceText;
  readonly #file: string;
  readonly #maxIssues: number;

  constructor(source: SourceText, file: string, maxIssues: number) {
    this.#source = source;
    this.#file = file;
    this.#maxIssues = maxIssues;
  }

  /** Adds an issue, an error unless it says otherwise. */
  add(problem: Problem): void {
    const { severity = "error", code, path, message } = problem;
    if (severity === "error") this.errorCount++;
    if (this.issues.length >= this.#maxIssues) return;
    const { line, column } = this.#source.positionAt(problem.offset);
    this.issues.push({ severity, code, file: this.#file, path, line, column, message });
  }
}
