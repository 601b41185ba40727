/**
 * The public types of the library. They stand alone: this file imports only types of the AWS SDK, so that its
 * declarations are the package's.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";

/** Where the policies and the configuration come from: a folder, or a bundle. */
export type PolicySource =
  | {
      /** Folder with `authorizer.yaml` and `policies/`. Read and checked once. */
      readonly config: string;
      /** Name of one of its environments: `environments/NAME.yaml`. Default: none. */
      readonly environment?: string;
      readonly bundle?: undefined;
    }
  | (BundleChecks & {
      /**
       * A bundle (`connect-authorizer bundle`): the path of its file, its location (`s3://bucket/key`, `ssm:/name`,
       * `appconfig:application/environment/profile`), or the parsed JSON. A file and a location are read again, as the
       * functions do. A location needs credentials in environment variables, as Lambda has them.
       */
      readonly bundle: string | object;
      readonly config?: undefined;
    });

/** Which bundles are accepted, and how fresh they must be. The defaults are those of the functions. */
export interface BundleChecks {
  /** PEM text of one or several public keys. One of them must have signed the bundle; without it, none is checked. */
  readonly publicKey?: string;
  /** The audience of a signed bundle; default: its location. */
  readonly audience?: string;
  /** A signed bundle with a smaller sequence is refused. */
  readonly minSequence?: number;
  /** Time between checks for a newer bundle; default 60. */
  readonly refreshSeconds?: number;
  /** Every call is denied if the bundle could not be confirmed for longer; default: no limit. */
  readonly maxStaleSeconds?: number;
}

/** Options of `createAuthorizer`. */
export type AuthorizerOptions = PolicySource & {
  /**
   * Receives the record of each decision; a promise is awaited. Default: one JSON line on standard output, as the
   * functions write it. Records hold names and ARNs, never tokens or inputs.
   */
  readonly onRecord?: (record: DecisionRecord) => unknown;
  /** Name of the DynamoDB table that attaches policies to single callers. */
  readonly principalsTable?: string;
};

declare const identified: unique symbol;

/**
 * A caller whose token was verified. Only `identify` and `identifyFromContext` make it; any other object is refused,
 * also one of another authorizer.
 */
export interface Principal {
  readonly [identified]: true;
  /** Unique within its issuer: `aws:userid`. */
  readonly id: string;
  /** Name for people: `aws:username`. The id if the token has no name. */
  readonly name: string;
  /** URL of the issuer, as the token and the configuration name it. */
  readonly issuer: string;
  readonly groups: readonly string[];
  /** `aws:PrincipalTag/<key>` */
  readonly tags: Readonly<Record<string, string>>;
  /** When the token expires, in seconds since the epoch. From then on, every call is denied. */
  readonly expiresAtSeconds: number;
}

/** A statement that made a decision. */
export interface DecidingStatement {
  readonly policy: string;
  readonly sid?: string;
  /** Position in its policy, from 0. */
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  /** File of the policy, relative to the configuration's folder. */
  readonly file: string;
  /** First line of the statement, from 1. */
  readonly line: number;
}

/** A call that shall be decided. */
export interface DecisionRequest {
  /** From {@link Authorizer.identify} or {@link Authorizer.identifyFromContext}. */
  readonly principal: Principal;
  /** Name of the operation: `CreateUser`. */
  readonly operation: string;
  /** The operation's input, as the AWS SDK's command takes it. It is copied at once. */
  readonly input: object;
  /** Address of the caller, for `aws:SourceIp`. Without it, a condition on the caller's address or network is unknown. */
  readonly sourceIp?: string;
  /** Time of the decision; default: now. */
  readonly now?: Date;
  /** Only the configured instances of this Region are meant. Default: all. */
  readonly region?: string;
  /**
   * Looks up tags and other properties of resources that policies need. It needs permissions to describe them. Without
   * it, a decision that depends on such a property is a denial.
   */
  readonly client?: ConnectClient;
  /** Ends look-ups early: the call is then denied if it depends on them. */
  readonly signal?: AbortSignal;
}

/**
 * Why a call could not be decided by policies, so that it is denied. `invalidInput`: the input is malformed.
 * `unknownInstance`: the configuration does not list the call's instance. `unknownOperation`: no such operation of
 * Amazon Connect, or one that is not served. `unauthorized`: the principal has expired, is not trusted any more, or is
 * not of this authorizer. `upstreamUnavailable`: a property of a resource could not be looked up. The others: there are
 * no usable policies, or a fault.
 */
export type DenialReason =
  | "invalidInput"
  | "unknownInstance"
  | "unknownOperation"
  | "unauthorized"
  | "upstreamUnavailable"
  | "bundleUnavailable"
  | "bundleStale"
  | "policiesOutdated"
  | "internal";

/** The answer about one call. */
export interface Decision {
  /** Only `allow` permits the call. */
  readonly outcome: "allow" | "deny";
  /** For the caller, in IAM's words: `User: … is not authorized to perform: …`. */
  readonly message: string;
  /** What policies say; absent if the call could not be decided by them. */
  readonly decision?: "allowed" | "explicitDeny" | "implicitDeny" | "unknown";
  /** Why the call could not be decided by policies alone. */
  readonly reason?: DenialReason;
  /** The action and the resource that decided. */
  readonly action?: string;
  readonly resource?: string;
  /** The statements behind the decision. */
  readonly statements: readonly DecidingStatement[];
  /** For `unknown`: the condition keys that would have to be known. */
  readonly missingContextKeys: readonly string[];
  /** For an allowed call: the input that was decided, with canonical identifiers. Send this one. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Region of the call's instance. */
  readonly region?: string;
  /** Version of the policies. */
  readonly policyVersion?: string;
  /** Also in the record. */
  readonly requestId: string;
}

/** The record of one decision. docs/audit.schema.json describes all members. */
export interface DecisionRecord {
  readonly type: "decision";
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly stage: string;
  readonly requestId: string;
  readonly outcome: string;
  readonly operation?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Identifies callers and decides their calls. Made by `createAuthorizer`. */
export interface Authorizer {
  /**
   * Verifies a bearer token as the functions do.
   *
   * @param token the JWT, or `Bearer` and the JWT
   * @returns the caller
   * @throws TokenRefusedError if the token is refused; its message never holds the token
   * @throws AuthorizerError `jwksUnavailable` if the issuer's keys cannot be fetched (try again), or why there are no
   *   policies
   */
  identify(token: string): Promise<Principal>;
  /**
   * Reads the caller that this product's Lambda authorizer verified.
   *
   * INVARIANT: the context is `event.requestContext.authorizer` of an event that API Gateway sent. API Gateway alone
   * writes it. Do not use this in a function that others can invoke directly, or by a function URL.
   *
   * @throws AuthorizerError `unauthorized` if the context holds no caller, or the caller's token has expired;
   *   `policiesOutdated` if the authorizer has newer policies than can be loaded here
   */
  identifyFromContext(context: unknown): Promise<Principal>;
  /**
   * Decides a call, and records the decision. Sends nothing but look-ups.
   *
   * Never rejects: what cannot be decided is denied.
   */
  decide(request: DecisionRequest): Promise<Decision>;
}

/** About the caller's request, for a guarded client. */
export interface GuardOptions {
  /** Address of the caller, for `aws:SourceIp`. Without it, a condition on the caller's address or network is unknown. */
  readonly sourceIp?: string;
}
