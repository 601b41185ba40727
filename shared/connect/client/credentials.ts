/**
 * Which credentials the Connect client signs with.
 *
 * INVARIANT: in Lambda they are set explicitly, so that the SDK never uses its default chain: the deployed bundle does not
 * hold the providers that the chain would import (tools/functions.mjs).
 */
import type { ConnectClientConfig } from "@aws-sdk/client-connect";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { isLoopback } from "../../endpoint.ts";
import type { Settings } from "../../settings.ts";

/**
 * In Lambda, chooses the credentials of the function's role, which the runtime puts into the environment before the function
 * starts and does not change. Elsewhere, leaves the choice to the SDK's default chain.
 */
export function credentialsFor(
  settings: Settings,
  endpoint: string | undefined,
): Pick<ConnectClientConfig, "credentials"> {
  if (settings.AWS_LAMBDA_FUNCTION_NAME) return { credentials: fromEnv() };
  return endpoint !== undefined && isLocalEndpoint(endpoint)
    ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
    : {};
}

/** Whether an endpoint is a stand-in on this machine: it checks no signatures, so the developer's credentials are not sent. */
export function isLocalEndpoint(endpoint: string): boolean {
  const { hostname, protocol } = new URL(endpoint);
  return protocol === "http:" && isLoopback(hostname);
}
