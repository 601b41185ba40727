/** The errors that the library throws. This file imports nothing: its declarations are the package's. */

/**
 * Why the library could not do its work. `invalidConfiguration`: the configuration's files have errors.
 * `bundleUnavailable`, `bundleStale`: there is no usable bundle, or none that is fresh enough. `policiesOutdated`: the
 * Lambda authorizer has newer policies than can be loaded here. `unauthorized`: the token, the context or the principal
 * is refused. `jwksUnavailable`: the issuer's keys cannot be fetched; try again. `unsupportedClient`: the client cannot
 * be guarded.
 */
export type AuthorizerErrorCode =
  | "invalidConfiguration"
  | "bundleUnavailable"
  | "bundleStale"
  | "policiesOutdated"
  | "unauthorized"
  | "jwksUnavailable"
  | "unsupportedClient"
  | "internal";

/** Base of the library's errors. */
export class AuthorizerError extends Error {
  override readonly name: string = "AuthorizerError";
  readonly code: AuthorizerErrorCode;

  constructor(code: AuthorizerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A token that is refused. */
export class TokenRefusedError extends AuthorizerError {
  override readonly name = "TokenRefusedError";
  /** Stable, for programs: `expired`, `signature`, `audience`, … */
  readonly refusal: string;

  constructor(refusal: string, message: string) {
    super("unauthorized", message);
    this.refusal = refusal;
  }
}

/** One problem of the configuration's files. Lines and columns count from 1. */
export interface ConfigurationIssue {
  readonly severity: "error" | "warning";
  /** Stable, for programs: `unknownPolicy`. */
  readonly code: string;
  /** Relative to the current directory. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A configuration folder with errors. The message lists them all as `file:line:column severity code message`. */
export class ConfigurationError extends AuthorizerError {
  override readonly name = "ConfigurationError";
  readonly issues: readonly ConfigurationIssue[];

  constructor(message: string, issues: readonly ConfigurationIssue[]) {
    super("invalidConfiguration", message);
    this.issues = issues;
  }
}
