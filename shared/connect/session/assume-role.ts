/**
 * Asks AWS STS for a session of a role, in the region that its calls go to.
 */
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from "@aws-sdk/client-sts";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { describeCause } from "../answer/recorded-name.ts";
import {
  isThrottling,
  isTimeout,
  throttled,
  tooSlow,
  UpstreamError,
  type UpstreamFailure,
  unavailable,
} from "../answer/upstream-failure.ts";
import { sendConfidentially } from "../client/confidential.ts";
import { connectionSettings } from "../client/connections.ts";
import { maxAttempts } from "../client/retry.ts";
import { retryAfterSeconds } from "../client/retry-after.ts";
import type { SessionCredentials } from "./session-credentials.ts";
import type { RoleAssumer, SessionRequest } from "./sessions.ts";

type StsSettings = NonNullable<ConstructorParameters<typeof STSClient>[0]>;

export interface AssumerOptions {
  /** Of the function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** URL to ask instead of the region's own STS. */
  readonly endpoint?: string;
  /** The proxy's own credentials for a region. */
  readonly credentialsOf: (region: string) => NonNullable<StsSettings["credentials"]>;
  /** For tests: how the SDK waits between attempts. */
  readonly backoff?: NonNullable<
    Exclude<ConstructorParameters<typeof StandardRetryStrategy>[0], number | (() => unknown)>
  >["backoff"];
}

/** An hour: the most that a role may have that a role assumes (IAM User Guide, "Role chaining"). */
const durationSeconds = 3_600;

/** Creates the assumer; a client for each region, of which a configuration has few. */
export function createRoleAssumer({
  endpoint,
  environment,
  credentialsOf,
  backoff,
}: AssumerOptions): RoleAssumer {
  const clients = new Map<string, STSClient>();
  const clientOf = (region: string): STSClient => {
    const client =
      clients.get(region) ??
      new STSClient({
        region,
        ...(endpoint === undefined ? {} : { endpoint }),
        credentials: credentialsOf(region),
        maxAttempts,
        // A second session does no harm: these retries are the SDK's own.
        retryStrategy: new StandardRetryStrategy(backoff ? { maxAttempts, backoff } : { maxAttempts }),
        requestHandler: connectionSettings,
      });
    if (!clients.has(region)) sendConfidentially(client, environment);
    clients.set(region, client);
    return client;
  };

  return async (request, abortSignal) => {
    const client = clientOf(request.region);
    // The precise session policy first; what STS finds too large or malformed gives way to the next.
    // INVARIANT: a request with policies is never made without one.
    const choices = request.policies.length > 0 ? request.policies : [undefined];
    for (const [index, policy] of choices.entries()) {
      const isLast = index + 1 === choices.length;
      try {
        const { Credentials } = await client.send(new AssumeRoleCommand(inputOf(request, policy)), {
          abortSignal,
        });
        return readCredentials(Credentials);
      } catch (error) {
        if (!isLast && isRefusedPolicy(error)) continue;
        throw new UpstreamError(assumeFailureOf(error, request), error);
      }
    }
    throw new TypeError("a role that was neither assumed nor refused");
  };
}

function inputOf(request: SessionRequest, policy: string | undefined): AssumeRoleCommandInput {
  const { roleArn, sessionName, externalId, setsSourceIdentity } = request;
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: durationSeconds,
    ...(setsSourceIdentity ? { SourceIdentity: sessionName } : {}),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
    ...(policy === undefined ? {} : { Policy: policy }),
  };
}

function readCredentials(received: unknown): SessionCredentials {
  const of = (name: string): unknown =>
    typeof received === "object" && received !== null ? Reflect.get(received, name) : undefined;
  const [accessKeyId, secretAccessKey, sessionToken] = [
    of("AccessKeyId"),
    of("SecretAccessKey"),
    of("SessionToken"),
  ];
  const expiration = of("Expiration");
  if (
    typeof accessKeyId === "string" &&
    typeof secretAccessKey === "string" &&
    typeof sessionToken === "string" &&
    expiration instanceof Date
  ) {
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  }
  throw new TypeError("the answer holds no credentials");
}

const refusedPolicies: ReadonlySet<string> = new Set([
  "PackedPolicyTooLargeException",
  "MalformedPolicyDocumentException",
]);

function isRefusedPolicy(error: unknown): boolean {
  return error instanceof Error && refusedPolicies.has(error.name);
}

/** That a role cannot be assumed is the operator's to mend, not the caller's: the caller learns no more than that. */
function assumeFailureOf(error: unknown, { roleArn }: SessionRequest): UpstreamFailure {
  const detail = `\`AssumeRole\` of \`${roleArn}\` failed with \`${describeCause(error)}\``;
  if (error instanceof Error && isThrottling(error)) {
    return throttled({
      message: "aws sts asks for patience; try again",
      seconds: retryAfterSeconds(error),
      detail,
    });
  }
  if (isTimeout(error)) return tooSlow("aws sts did not answer in time", detail);
  return { ...unavailable("the role of the instance could not be assumed", error), detail };
}
