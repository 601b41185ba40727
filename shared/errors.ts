/**
 * The coded errors of the whole product, and the issues that refuse a document.
 *
 * A deny is a value and never an exception. An exception says "could not decide" or "could not read". Its `code` is
 * from one closed list, and every handler turns it into a refusal.
 */

import { withoutControls } from "./without-controls.ts";

export type ErrorCode =
  /** A document (policy, configuration, bundle) is refused: see {@link DocumentError.issues}. */
  | "invalidDocument"
  /** Malformed HTTP, JSON, member or identifier: 400. */
  | "invalidInput"
  /** The configuration does not list the call's instance: 403. */
  | "unknownInstance"
  /** No such route or operation, or one that this product does not serve: 404. */
  | "unknownOperation"
  /** No token, or one that does not verify: 401. */
  | "unauthorized"
  /** The issuer's keys could not be fetched, so the token could not be checked; retryable. */
  | "jwksUnavailable"
  /** The request's body is over the limit: 413. */
  | "tooLarge"
  /** No usable policy bundle. */
  | "bundleUnavailable"
  /** The authorizer has newer policies than the proxy, which cannot load them now; retryable. */
  | "policiesOutdated"
  /** The policy bundle could not be confirmed for too long. */
  | "bundleStale"
  /** A property that only Amazon Connect knows could not be looked up. */
  | "upstreamUnavailable"
  /** The call's record cannot be written, and a record is required; retryable. */
  | "auditUnavailable"
  /** A bug in this product. */
  | "internal";

/** Base of all errors that this product throws on purpose. */
export class CodedError extends Error {
  override readonly name: string = "CodedError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A body's sender chooses its keys and their length, but answers and log lines are limited. */
const maxPathLength = 500;

/** A member of a request that cannot be accepted; `path` names it, for instance `SecurityProfileIds[1]`. */
export class InputError extends CodedError {
  override readonly name = "InputError";
  readonly path: string;
  /** What is wrong, without a place; never quotes the request. */
  readonly problem: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    const named = path.length > maxPathLength ? `${path.slice(0, maxPathLength)}...` : path;
    super("invalidInput", named === "" ? message : `${named}: ${message}`, options);
    this.path = named;
    this.problem = message;
  }
}

/**
 * The part of an error that may be logged or recorded. It has no place in the request: the sender chooses keys of maps,
 * for instance of contact attributes. Messages of foreign errors are left out too, because they may quote anything.
 * Where the error was thrown is enough.
 */
export function recordedMessageOf(error: unknown): string {
  if (error instanceof InputError) return `${error.name}: ${error.problem}`;
  if (error instanceof CodedError) return String(error);
  if (!(error instanceof Error)) return typeof error;
  // The stack begins with the message, which may look like a place.
  const [says, stack] = [String(error), error.stack ?? ""];
  const places = stack.startsWith(says) ? stack.slice(says.length) : "";
  const thrownAt = /^ +(at .*)$/m.exec(places)?.[1] ?? "";
  const name = /^[A-Za-z]{1,64}$/.test(error.name) ? error.name : "Error";
  return `${name} ${thrownAt}`.trim();
}

/** One problem of a document, with its place. Lines and columns count from 1, columns in UTF-16 units. */
export interface Issue {
  readonly severity: "error" | "warning";
  /** Stable, camelCase, for machines: `unknownOperator`. */
  readonly code: string;
  /** The document's file name as the author knows it. */
  readonly file: string;
  /** Where in the document, for instance `Statement[0].Action[1]`; empty for the document itself. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Lower case, one line, no final stop, outside values in backticks. */
  readonly message: string;
}

/** A refused document, with every issue. */
export class DocumentError extends CodedError {
  override readonly name = "DocumentError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super("invalidDocument", issues.map(formatIssue).join("\n"));
    this.issues = issues;
  }
}

/** `file:line:column severity code message`: the form that editors and CI logs link. */
export function formatIssue(issue: Issue): string {
  const { file, line, column, severity, code, message } = issue;
  return withoutControls(`${file}:${line}:${column} ${severity} ${code} ${message}`);
}

/** Formats only errors, one per line: `file:line:column code message`. Warnings refuse nothing. */
export function formatErrors(issues: readonly Issue[]): string {
  return issues
    .filter(({ severity }) => severity === "error")
    .map(({ file, line, column, code, message }) =>
      withoutControls(`${file}:${line}:${column} ${code} ${message}`),
    )
    .join("\n");
}

/** Makes a `switch` over a union fail to compile when a variant is added. */
export function assertNever(value: never): never {
  throw new CodedError("internal", `unexpected variant \`${String(value)}\``);
}
