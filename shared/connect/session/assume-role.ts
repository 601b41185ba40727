/** Requests a role's session from AWS STS, in the region of its calls. */
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from "@aws-sdk/client-sts";
import { StandardRetryStrategy } from "@smithy/core/retry";
import type { Settings } from "../../settings.ts";
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
import { type CarefulRetryStrategy, maxAttempts } from "../client/retry.ts";
import { memberOf } from "../member.ts";
import type { RoleAssumer, SessionCredentials, SessionRequest } from "./sessions.ts";

type StsSettings = NonNullable<ConstructorParameters<typeof STSClient>[0]>;

export interface AssumerOptions {
  /** Of the function. */
  readonly settings: Settings;
  /** URL to use instead of the region's own STS. */
  readonly endpoint?: string | undefined;
  /** The proxy's own credentials for a region. */
  readonly credentialsOf: (region: string) => NonNullable<StsSettings["credentials"]>;
  /** For tests: how the SDK waits between attempts. */
  readonly backoff?: ConstructorParameters<typeof CarefulRetryStrategy>[0];
}

/** An hour: the maximum for a role that is assumed by a role (IAM User Guide, "Role chaining"). */
const durationSeconds = 3_600;

/** Keeps a client for each region: a configuration has few. */
export function createRoleAssumer({
  endpoint,
  settings,
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
        // A second session does no harm, so the SDK may retry as usual.
        retryStrategy: new StandardRetryStrategy(backoff ? { maxAttempts, backoff } : { maxAttempts }),
        requestHandler: connectionSettings,
      });
    if (!clients.has(region)) sendConfidentially(client, settings);
    clients.set(region, client);
    return client;
  };

  return async (request, abortSignal) => {
    const client = clientOf(request.region);
    // The most precise session policy first; if STS finds it too large or malformed, the next one.
    // INVARIANT: a request with policies is never sent without one.
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
    throw new TypeError("the role was neither assumed nor refused");
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
  const names = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"];
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = names.map((name) =>
    memberOf(received, name),
  );
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

/** Only the operator can fix a role that cannot be assumed: the caller does not learn the reason. */
function assumeFailureOf(error: unknown, { roleArn }: SessionRequest): UpstreamFailure {
  const detail = `\`AssumeRole\` of \`${roleArn}\` failed with \`${describeCause(error)}\``;
  if (error instanceof Error && isThrottling(error)) {
    return throttled({ message: "aws sts throttled the request; retry later", cause: error, detail });
  }
  if (isTimeout(error)) return tooSlow("aws sts did not answer in time", detail);
  return { ...unavailable("the role of the instance could not be assumed", error), detail };
}
