/** The forms of a call, from HTTP text to the SDK input that is authorized and sent. */
import type { OperationRow } from "../catalog/types.ts";

/** As the SDK's client takes and returns it: numbers, strings, booleans, `Date`s, lists, objects. */
export type InputValue =
  | string
  | number
  | boolean
  | Date
  | null
  | readonly InputValue[]
  | { readonly [member: string]: InputValue | undefined };

/** An operation's whole input, keyed by the SDK's member names. */
export type OperationInput = { readonly [member: string]: InputValue | undefined };

/** The same for all shapes of events. */
export interface HttpCall {
  readonly method: string;
  /** Without stage, base path or query; percent-encoded as the client sent it, unless `pathForm` says otherwise. */
  readonly rawPath: string;
  /** The path's form in the event; default `encoded`. `unsure`: it is not known whether it was decoded. */
  readonly pathForm?: "encoded" | "decoded" | "unsure";
  /** Decoded query parameters in order, repeats kept. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case name → all values in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Empty when there is no body, absent when the shape never carries it (an authorizer event). */
  readonly body?: string;
  readonly requestId: string;
  /** As API Gateway saw it. */
  readonly sourceIp?: string;
  /** The VPC endpoint of the call, if the event names it; absent for the public endpoint. */
  readonly endpoint?: { readonly vpcId?: string; readonly vpceId?: string };
  /** INVARIANT: set by the function of a door about itself, never read from an event. Absent for every other door. */
  readonly via?: "mcp";
}

/** A configured route to an operation. */
export interface CustomRoute {
  readonly method: string;
  /** `/agents/{agentId}` */
  readonly path: string;
  readonly operation: string;
  /**
   * The operation's input. A text that is exactly `{label}`, `{query.name}` or `{body.Member}` becomes the value of
   * that label, query parameter or body member. Any other text is literal.
   */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What method and path determine: the operation and its path labels, percent-decoded once. */
export interface RoutedCall {
  readonly row: OperationRow;
  /** Label name → decoded value, not yet checked; empty for all forms but `rest`. */
  readonly labels: ReadonlyMap<string, string>;
  /** `rest`: Connect's own route. `rpc`: `POST /operations/{Operation}`, whose whole input is the body. */
  readonly form: "rest" | "rpc" | "custom";
  /** The Region before the route: only its instances are meant. */
  readonly region?: string;
  /** For `custom`: the route's input, and the labels of its path. */
  readonly custom?: { readonly input: CustomRoute["input"]; readonly labels: ReadonlyMap<string, string> };
}

/** An Amazon Connect instance that callers may reach. */
export interface ConnectInstance {
  readonly arn: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly id: string;
  /** The proxy assumes it for calls to this instance. */
  readonly roleArn?: string;
  /** Required by the role's trust policy. */
  readonly externalId?: string;
  /** Whether the session has the caller's name as `SourceIdentity` too; default true. */
  readonly sourceIdentity?: boolean;
  /** Whether the caller's policies are sent as a session policy, as far as they fit; default false. */
  readonly sessionPolicy?: boolean;
  /** Concurrent calls, in each container of the proxy. */
  readonly maxConcurrentCalls?: number;
}
