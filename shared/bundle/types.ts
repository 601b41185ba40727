/** The configuration as the Lambdas use it, and the immutable bundle that carries it. */
import type { DependentActions } from "../catalog/types.ts";
import type { IssuerConfiguration } from "../identity/types.ts";
import type { PolicyDocument } from "../policy/model/document.ts";
import type { CorsConfiguration } from "../request/answer/cors.ts";
import type { ConnectInstance, CustomRoute } from "../request/types.ts";

/** The header of the bearer token. There is only one, because it is part of API Gateway's cache key. */
export type TokenHeader = "authorization" | "x-connect-token";

/** Which callers a binding matches. Every condition must match; within a condition, any value. */
export interface BindingMatch {
  /** Required when several issuers are configured. */
  readonly issuer?: readonly string[];
  readonly groups?: readonly string[];
  readonly principals?: readonly string[];
  /** Claim name → accepted values. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
}

/** Attaches policies, by name, to the callers that match. */
export interface Binding {
  readonly match: BindingMatch;
  readonly policies: readonly string[];
  /** The name of the matching principals' permissions boundary. */
  readonly boundary?: string;
}

/** What agents are offered, and whose tokens count. */
export interface McpDoor {
  /** Names of operations and routes (`GET /agents/{agentId}`), with `*` and `?` as wildcards; default: all. */
  readonly operations?: readonly string[];
  /** The URL that clients call; default: as API Gateway tells it. */
  readonly resource?: string;
  /** What `aud` of a token must name; default: `resource` if it is given, else the issuers' `audience`. */
  readonly audience?: readonly string[];
}

/** Who may ask what others may do, beside those who ask about themselves. */
export interface AuthzenDoor {
  /** One of these must match the caller. Never empty. */
  readonly trusted: readonly BindingMatch[];
}

/** The open doors: ways in that are not Connect's own routes. A door that is shut is absent. */
export interface Doors {
  /** `true`: whatever the caller may use. */
  readonly mcp?: true | McpDoor;
  /** `true`: callers may ask about themselves. */
  readonly authzen?: true | AuthzenDoor;
}

export interface Configuration {
  /** In the author's order; the first is the home instance. Never empty. */
  readonly instances: readonly ConnectInstance[];
  readonly issuers: readonly IssuerConfiguration[];
  readonly bindings: readonly Binding[];
  /** Names of policies that apply to everyone. */
  readonly guardrails: readonly string[];
  /** `shadow`: only a candidate, compared with the bundle that decides. */
  readonly mode: "enforce" | "shadow";
  readonly tokenHeader: TokenHeader;
  /** Which web pages may read answers; default: none. */
  readonly cors?: CorsConfiguration;
  readonly routes: readonly CustomRoute[];
  /** Default: `required`. */
  readonly dependentActions?: DependentActions;
  /** Whether the table of principals also takes away, as in IAM. Default: it only adds. */
  readonly principals?: "authoritative";
  /** Each door's own function reads its member; the others look at none. */
  readonly doors?: Doors;
}

/** Whether a bundle decides, or is compared with the one that decides. */
export type BundlePlace = "live" | "candidate";

/** What the signer says about a bundle; part of the signed content. */
export interface BundleLabel {
  /** The location that functions load it from, or a name that you give them. */
  readonly audience: string;
  /** Grows from one signed bundle to the next: by default, the seconds since the epoch. */
  readonly sequence: number;
}

/** Everything that the Lambdas load. Signed bundles have a label, except inside a deployment package. */
export interface Bundle extends Partial<BundleLabel> {
  readonly schemaVersion: 1;
  /** Lower-case hexadecimal SHA-256 of the canonical JSON of all other members. */
  readonly version: string;
  readonly config: Configuration;
  /** Parsed policies, sorted by name. */
  readonly policies: readonly PolicyDocument[];
}
