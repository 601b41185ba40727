/**
 * The statements and requests that every engine is given, in IAM's words: the part of the language that all of them
 * can express (literals and `*`, `StringEquals` on single-valued keys).
 */

/** A statement of an IAM policy, in the JSON form that authors write. */
export interface BenchStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, readonly string[]>> };
}

/** A request and the answer that IAM gives, worked out by hand or by construction. */
export interface BenchRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
  readonly expected: "allowed" | "explicitDeny" | "implicitDeny";
}

/** Tells whether a pattern is literal but for stars, which is all that the translations take. */
export function assertStarsOnly(pattern: string): void {
  if (/^[\w:/.*-]+$/.test(pattern)) return;
  throw new TypeError(`\`${pattern}\` has more than letters and stars; the engines would not agree on it`);
}
