/** The steps of a decision, as the proxy takes them: by whom, by which policies, what, and may it. */
import { assertTrusted, type OpenedBundle } from "../../shared/bundle/bundle.ts";
import type { Foundation } from "../../shared/call/foundation.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import { sdkVersion } from "../../shared/catalog/generated/sdk-version.generated.ts";
import { Deadline } from "../../shared/connect/deadline.ts";
import type { LookUp } from "../../shared/connect/facts/look-up.ts";
import type { CallDecision } from "../../shared/decide/authorize.ts";
import { describeDenial, summarizeDecision, summarizePrincipal } from "../../shared/decide/report.ts";
import { type DecisionWithFacts, decideWithFacts } from "../../shared/decide/with-facts.ts";
import { decideWithAttachments } from "../../shared/decide/with-table.ts";
import { CodedError } from "../../shared/errors.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { type CanonicalCall, createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import type { OperationSchema } from "../../shared/request/decode/schemas.ts";
import { unseenKeysOf } from "../../shared/request/keys/unseen-keys.ts";
import { findServedSchema } from "../../shared/request/route/served-route.ts";
import type { ConnectInstance, HttpCall, OperationInput } from "../../shared/request/types.ts";
import { type InputCopy, readInput } from "./input-copy.ts";
import type { KnownPrincipal } from "./principals.ts";

/** A call, read once: nothing in it changes any more. */
export interface LibraryCall {
  readonly operation: string;
  readonly input: InputCopy;
  readonly requestId: string;
  readonly sourceIp: string | undefined;
  readonly nowMs: number | undefined;
  /** Only instances of this Region are meant. */
  readonly region: string | undefined;
  /** Absent: what only Amazon Connect knows is unknown. */
  readonly lookUp: LookUp | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A decided call. */
export interface DecidedCall {
  readonly schema: OperationSchema;
  readonly operation: string;
  readonly instance: ConnectInstance;
  /** Exactly what was decided. Its holder must not pass it on: a `Date` in it could be changed. */
  readonly input: OperationInput;
  readonly decision: CallDecision;
  readonly policyVersion: string;
  /** Why the call is refused; `undefined` for an allowed one. */
  readonly denial: { readonly message: string; readonly failure: CodedError | undefined } | undefined;
}

/** As for a call through the proxy. */
const longestDecisionMs = 28_000;

/**
 * Decides a call, and notes it on its trail.
 *
 * @throws CodedError if the call cannot be decided: it must then be refused
 */
export async function decideCall(
  { bundles, attachments }: Pick<Foundation, "bundles" | "attachments">,
  { principal, call }: { readonly principal: () => KnownPrincipal; readonly call: LibraryCall },
  trail: Trail,
): Promise<DecidedCall> {
  const { verified, named } = principal();
  const bundle = await bundles.current(named);
  trail.note({ policyVersion: bundle.version });
  assertTrusted(verified, bundle);
  assertNotExpired(verified, call.nowMs ?? Date.now());
  trail.note({ principal: summarizePrincipal(verified) });
  const { canonical, schema } = readCall(call, bundle, trail);
  const { instance, input } = canonical;
  trail.note({ operation: schema.name, region: instance.region });

  const { requestId, sourceIp, nowMs } = call;
  const http: HttpCall = { ...blankCall, requestId, ...(sourceIp === undefined ? {} : { sourceIp }) };
  const unseen = unseenKeysOf(sourceIp);
  const caller = {
    bundle,
    principal: verified,
    call: http,
    unseen,
    ...(nowMs === undefined ? {} : { nowMs }),
  };
  const deadline = new Deadline(longestDecisionMs, call.signal);
  const key = JSON.stringify([verified.issuer, verified.id]);
  const { decided, recorded } = await decideWithAttachments(caller, attachments, (each) =>
    decideWithFacts(each, canonical, async (resource) => {
      if (call.lookUp) return call.lookUp(resource, { instance, caller: key, deadline });
      throw new CodedError("upstreamUnavailable", `there is no client that could look up \`${resource}\``);
    }),
  ).finally(() => deadline.close());
  trail.note({ ...recorded, ...summarizeDecision(decided.decision) });
  const denial = denialOf(verified, decided);
  const reason = denial?.failure ? { reason: denial.failure.message } : {};
  trail.note(denial ? { outcome: "deny", message: denial.message, ...reason } : { outcome: "allow" });
  const { decision } = decided;
  return { schema, operation: schema.name, instance, input, decision, policyVersion: bundle.version, denial };
}

/** A request of HTTP of which nothing is known. */
const blankCall = { method: "", rawPath: "", query: [], headers: new Map() } as const;

/** As the proxy: a verified caller's token may expire before the call. */
function assertNotExpired({ expiresAtSeconds }: VerifiedPrincipal, nowMs: number): void {
  // `!(a > b)` refuses a time that is not a number too.
  if (!(expiresAtSeconds > nowMs / 1000)) throw new CodedError("unauthorized", "the token has expired");
}

/** @throws CodedError `unknownOperation`, `invalidInput` or `unknownInstance` */
function readCall(
  { operation, input, region }: LibraryCall,
  { config: { instances } }: OpenedBundle,
  trail: Trail,
): { readonly canonical: CanonicalCall; readonly schema: OperationSchema } {
  const row = findOperation(operation);
  if (!row) throw unknownOperation();
  const schema = findServedSchema(row);
  trail.note({ operation: row.name });
  const decoded = readInput(input, schema);
  const routed = { row, ...(region === undefined ? {} : { region }) };
  try {
    return { schema, canonical: createCanonicalCall(routed, decoded, instances) };
  } catch (error) {
    if (region === undefined || !(error instanceof CodedError) || error.code !== "unknownInstance")
      throw error;
    const { instance } = createCanonicalCall({ row }, decoded, instances);
    throw new CodedError(
      "unknownInstance",
      `the call is for an instance in the Region ${instance.region}, but its client is for ${region}: use a client for ${instance.region}`,
    );
  }
}

function unknownOperation(): CodedError {
  return new CodedError(
    "unknownOperation",
    `no operation of amazon connect has this name (known up to SDK ${sdkVersion}); a newer version of connect-authorizer may know it`,
  );
}

function denialOf(principal: VerifiedPrincipal, { decision, failure }: DecisionWithFacts) {
  if (decision.decision === "allowed") return undefined;
  return { message: describeDenial(principal, decision, failure), failure };
}
