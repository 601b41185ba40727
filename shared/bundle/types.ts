/**
 * The configuration as the Lambdas use it, and the immutable bundle it travels in.
 */
import type { DependentActions } from "../catalog/types.ts";
import type { IssuerConfiguration } from "../identity/types.ts";
import type { PolicyDocument } from "../policy/model/document.ts";
import type { CorsConfiguration } from "../request/answer/cors.ts";
import type { ConnectInstance, CustomRoute } from "../request/types.ts";

/** Header that carries the bearer token; exactly one, since it is part of API Gateway's cache key. */
export type TokenHeader = "authorization" | "x-connect-token";

/** Which callers a binding is for. Every condition must match; within a condition, any value. */
export interface BindingMatch {
  /** The issuers of the callers; required when several are configured. */
  readonly issuer?: readonly string[];
  readonly groups?: readonly string[];
  /** Principal ids. */
  readonly principals?: readonly string[];
  /** Claim name → accepted values. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
}

/** Attaches policies, by name, to the callers that match. */
export interface Binding {
  readonly match: BindingMatch;
  readonly policies: readonly string[];
  /** Name of the policy that is the permissions boundary of the matching principals. */
  readonly boundary?: string;
}

export interface Configuration {
  /** In the author's order; the first is the home instance. Never empty. */
  readonly instances: readonly ConnectInstance[];
  readonly issuers: readonly IssuerConfiguration[];
  readonly bindings: readonly Binding[];
  /** Policy names that apply to everyone. */
  readonly guardrails: readonly string[];
  /** `shadow`: only ever a candidate, compared with the bundle that decides. */
  readonly mode: "enforce" | "shadow";
  readonly tokenHeader: TokenHeader;
  /** Which web pages may read answers; absent: none. */
  readonly cors?: CorsConfiguration;
  readonly routes: readonly CustomRoute[];
  /** Absent: `required`. */
  readonly dependentActions?: DependentActions;
}

/** What a bundle is opened for: to decide, or to be compared with the one that decides. */
export type BundlePlace = "live" | "candidate";

/** What the signer says about a bundle: part of the signed content. */
export interface BundleLabel {
  /** What it was signed for: the location that functions load it from, or a name that you give them. */
  readonly audience: string;
  /** Grows from one signed bundle to the next: by default, the seconds since the epoch. */
  readonly sequence: number;
}

/** One immutable file: all that the Lambdas load. Signed ones have a label, except inside a deployment package. */
export interface Bundle extends Partial<BundleLabel> {
  readonly schemaVersion: 1;
  /** Lower-case hexadecimal SHA-256 of the canonical JSON of all other members. */
  readonly version: string;
  readonly config: Configuration;
  /** Parsed policies, sorted by name. */
  readonly policies: readonly PolicyDocument[];
}
