/**
 * The coded errors of the whole product, and the issues that a document is refused with.
 *
 * A deny is a value and never an exception. What is thrown says "could not decide" or "could not read",
 * carries a `code` from one closed list, and every handler turns it into a refusal.
 */

/** Every way in which this product fails to answer. */
export type ErrorCode =
  /** A document (policy, configuration, bundle) is refused; see {@link DocumentError.issues}. */
  | "invalidDocument"
  /** Malformed HTTP, JSON, member or identifier: 400. */
  | "invalidInput"
  /** The call is for an instance that the configuration does not list: 403. */
  | "unknownInstance"
  /** No such route or operation, or one that this product refuses to serve: 404. */
  | "unknownOperation"
  /** No token, or one that does not verify: 401. */
  | "unauthorized"
  /** The token could not be checked because its issuer's keys could not be fetched; retryable. */
  | "jwksUnavailable"
  /** The request's body is over the limit: 413. */
  | "tooLarge"
  /** No usable policy bundle. */
  | "bundleUnavailable"
  /** The authorizer has newer policies than the proxy, which cannot get them now; retryable. */
  | "policiesOutdated"
  /** The policy bundle could not be confirmed for too long. */
  | "bundleStale"
  /** What only Amazon Connect knows could not be looked up. */
  | "upstreamUnavailable"
  /** The call's record cannot be written, and no call goes on without one; retryable. */
  | "auditUnavailable"
  /** A bug of ours. */
  | "internal";

/** Base of all errors that the product throws on purpose. */
export class CodedError extends Error {
  override readonly name: string = "CodedError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A body's keys are of its sender's choice and length; what an answer and a log line can hold is bounded. */
const maxPathLength = 500;

/** A member of a request that cannot be accepted; `path` names it, for instance `SecurityProfileIds[1]`. */
export class InputError extends CodedError {
  override readonly name = "InputError";
  readonly path: string;
  /** What is wrong, without saying where: words of ours alone. */
  readonly problem: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    const named = path.length > maxPathLength ? `${path.slice(0, maxPathLength)}...` : path;
    super("invalidInput", named === "" ? message : `${named}: ${message}`, options);
    this.path = named;
    this.problem = message;
  }
}

/**
 * What a log line or a record may hold of an error. Not where in a request it stands: keys of maps, of contact attributes
 * for one, are their sender's. Nor what an error says that is not ours, since it may quote anything; where it was thrown
 * tells as much.
 */
export function recordedMessageOf(error: unknown): string {
  if (error instanceof InputError) return `${error.name}: ${error.problem}`;
  if (error instanceof CodedError) return String(error);
  if (!(error instanceof Error)) return typeof error;
  // The stack begins with what the error says, which may look like a place.
  const [says, stack] = [String(error), error.stack ?? ""];
  const places = stack.startsWith(says) ? stack.slice(says.length) : "";
  const thrownAt = /^ +(at .*)$/m.exec(places)?.[1] ?? "";
  const name = /^[A-Za-z]{1,64}$/.test(error.name) ? error.name : "Error";
  return `${name} ${thrownAt}`.trim();
}

/** One thing wrong with a document, where it stands. Lines and columns count from 1, columns in UTF-16 units. */
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

/** A document that is refused, with everything that is wrong with it. */
export class DocumentError extends CodedError {
  override readonly name = "DocumentError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super("invalidDocument", issues.map(formatIssue).join("\n"));
    this.issues = issues;
  }
}

/** Formats an issue as `file:line:column severity code message`, the form that editors and CI logs link. */
export function formatIssue(issue: Issue): string {
  return `${issue.file}:${issue.line}:${issue.column} ${issue.severity} ${issue.code} ${issue.message}`;
}

/**
 * Formats the errors that refuse a configuration, a line each: `file:line:column code message`. Warnings among them
 * refuse nothing, and are left out.
 */
export function formatErrors(issues: readonly Issue[]): string {
  return issues
    .filter(({ severity }) => severity === "error")
    .map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`)
    .join("\n");
}

/** Makes a `switch` over a union fail to compile when a variant is added. */
export function assertNever(value: never): never {
  throw new CodedError("internal", `unexpected variant \`${String(value)}\``);
}
