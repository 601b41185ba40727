/**
 * The forms of a call on its way from HTTP text to the SDK input that is authorized and sent.
 */
import type { OperationRow } from "../catalog/types.ts";

/** A JSON-like value, as the SDK's client takes and gives it: numbers, strings, booleans, `Date`s, lists, objects. */
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

/** An HTTP request, whatever the shape of its event was. */
export interface HttpCall {
  readonly method: string;
  /** Path without stage, base path or query: as the client sent it, still percent-encoded, unless `pathForm` says otherwise. */
  readonly rawPath: string;
  /** How the event spelled the path; default `encoded`. `unsure`: whether it was decoded is not known. */
  readonly pathForm?: "encoded" | "decoded" | "unsure";
  /** Decoded query parameters in order, repeats kept. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case name → all values in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Text of the body; empty when there is none, absent when the shape never carries it (an authorizer event). */
  readonly body?: string;
  readonly requestId: string;
  /** Address of the caller as API Gateway saw it. */
  readonly sourceIp?: string;
  /** The VPC endpoint that the call came through, as far as the event says; absent for the public endpoint. */
  readonly endpoint?: { readonly vpcId?: string; readonly vpceId?: string };
}

/** A route of the configuration's own to an operation. */
export interface CustomRoute {
  readonly method: string;
  /** `/agents/{agentId}` */
  readonly path: string;
  readonly operation: string;
  /**
   * The operation's input. A text that is exactly `{label}`, `{query.name}` or `{body.Member}` takes the value of that
   * label, query parameter or body member; everything else stands for itself.
   */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What method and path say: the operation and its path labels, percent-decoded once. */
export interface RoutedCall {
  readonly row: OperationRow;
  /** Label name → decoded value, not yet checked; empty for all forms but `rest`. */
  readonly labels: ReadonlyMap<string, string>;
  /** `rest`: Connect's own route. `rpc`: `POST /operations/{Operation}`, whose whole input is the body. */
  readonly form: "rest" | "rpc" | "custom";
  /** The Region that the path names before the route: only instances there are meant. */
  readonly region?: string;
  /** For `custom`: the route's input, and the labels of its own path. */
  readonly custom?: { readonly input: CustomRoute["input"]; readonly labels: ReadonlyMap<string, string> };
}

/** An Amazon Connect instance that the configuration lets callers reach. */
export interface ConnectInstance {
  readonly arn: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly id: string;
  /** Role that the proxy assumes for calls to this instance. */
  readonly roleArn?: string;
  /** External id that the role's trust policy asks for. */
  readonly externalId?: string;
  /** Whether the session carries the caller's name as `SourceIdentity` too; default true. */
  readonly sourceIdentity?: boolean;
  /** Whether the caller's policies go along as session policy, as far as they fit; default false. */
  readonly sessionPolicy?: boolean;
  /** Calls under way at a time, in each container of the proxy. */
  readonly maxConcurrentCalls?: number;
}
