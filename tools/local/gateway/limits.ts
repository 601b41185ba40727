/**
 * The limits of an API Gateway REST API, from "Quotas for configuring and running a REST API" and "Amazon API
 * Gateway quotas" in the API Gateway Developer Guide. The limits here cannot be raised by default.
 */
export const limits = {
  bodyBytes: 10 * 1024 * 1024,
  /** Total combined size of request line and header values. */
  headerBytes: 10_240,
  /** A method's ARN, when authorization is on: 414 beyond it. */
  methodArnBytes: 1600,
  integrationTimeoutMs: 29_000,
  /** Integration time-out of an HTTP API ("Quotas for configuring and running an HTTP API"). */
  httpIntegrationTimeoutMs: 30_000,
  /** A resource in the document that an authorizer returns ("Output from an API Gateway Lambda authorizer"). */
  resourceLength: 512,
  authorizerResultBytes: 8192,
} as const;
