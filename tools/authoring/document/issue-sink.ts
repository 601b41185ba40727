/** One text of an author: its name, its lines, where its elements are, and its issues. */
import type { Issue } from "../../../shared/errors.ts";
import type { Position } from "../../../shared/policy/model/document.ts";

/** An issue before its line and column are known. */
interface Problem {
  readonly severity?: Issue["severity"];
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** The text's name, and how many of its issues are kept: a hostile document must not make a million. */
interface SinkOptions {
  /** The file as its author would name it. */
  readonly file: string;
  readonly maxIssues?: number;
  /** Whether it is to be found by its path where an element is. */
  readonly hasPlaces?: boolean;
}

/** A comment in which the author speaks to lint. */
export interface Comment {
  readonly line: number;
  readonly column: number;
  /** With its `#` or `//`. */
  readonly text: string;
}

/** Where the elements of a text are, by their paths. */
export type Positions = Pick<ReadonlyMap<string, Position>, "get">;

/** Also one that is mistyped: its message says what to write. */
const toLint = /^(?:#|\/\/)\s*lint[-_ ]?(?:ignore|disable)/i;

/** Collects the issues of one text. Lines end at LF, CR or CR LF; columns count UTF-16 units from 1. */
export class IssueSink {
  readonly issues: Issue[] = [];
  /** Those to lint. */
  readonly comments: Comment[] = [];
  /** Counts all errors, also those that are not kept. */
  errorCount = 0;
  /** Path → offset of every element that was read: a member's key, a list's item. */
  readonly #places: Map<string, number> | undefined;
  readonly #lineStarts: number[] = [0];
  readonly #file: string;
  readonly #maxIssues: number;

  constructor(text: string, { file, maxIssues = Number.POSITIVE_INFINITY, hasPlaces }: SinkOptions) {
    for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) this.#lineStarts.push(index + end.length);
    this.#file = file;
    this.#maxIssues = maxIssues;
    this.#places = hasPlaces ? new Map() : undefined;
  }

  add(offset: number, { severity = "error", code, path, message }: Problem): void {
    if (severity === "error") this.errorCount++;
    if (this.issues.length >= this.#maxIssues) return;
    const { line, column } = this.positionAt(offset);
    this.issues.push({ severity, code, file: this.#file, path, line, column, message });
  }

  addPlace(path: string, offset: number): void {
    this.#places?.set(path, offset);
  }

  /** Adds an issue about an element that was read. */
  report(problem: Problem): void {
    // INVARIANT: callers name elements that they have read.
    this.add(this.#places?.get(problem.path) as number, problem);
  }

  /** Keeps a comment to lint. @returns whether it is one */
  addComment(offset: number, text: string): boolean {
    if (!toLint.test(text)) return false;
    const { line, column } = this.positionAt(offset);
    this.comments.push({ line, column, text });
    return true;
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return { column: offset - this.#startOf(low) + 1, line: low + 1, offset };
  }

  /** Each is found when it is asked for: most elements of a large configuration never are. */
  positions(): Positions {
    return {
      get: (path) => {
        const offset = this.#places?.get(path);
        return offset === undefined ? undefined : this.positionAt(offset);
      },
    };
  }

  /** Returns the issues in the text's order. */
  sorted(): readonly Issue[] {
    return this.issues.toSorted((one, other) => one.line - other.line || one.column - other.column);
  }

  /** INVARIANT: there is such a line, counted from 0. */
  #startOf(line: number): number {
    return this.#lineStarts[line] as number;
  }
}
