/**
 * How a store of AWS is reached: region, endpoint and credentials, from the variables that Lambda and the SDKs use.
 */
import { confidentialForm, isConfidential } from "../../endpoint.ts";
import { type StoreEnvironment, unusable } from "./store.ts";

/** AWS services that bundles and principals are kept in; the names are those of their endpoints. */
export type AwsServiceName = "s3" | "ssm" | "appconfigdata" | "dynamodb";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsAccess {
  readonly region: string;
  /** Asked at each request, since credentials change. */
  credentials(): AwsCredentials | Promise<AwsCredentials>;
  /** A configured endpoint, from `AWS_ENDPOINT_URL_S3` and the like, or the general `AWS_ENDPOINT_URL`. */
  endpointOf(service: AwsServiceName): URL | undefined;
}

/**
 * Reads the access from an environment.
 *
 * @throws CodedError `bundleUnavailable` when it names no region, or an endpoint that is no URL
 */
export function readAwsAccess(environment: StoreEnvironment): AwsAccess {
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
  if (!region || !/^[a-z0-9-]+$/.test(region))
    throw unusable("`AWS_REGION` must name a region, like `us-east-1`");
  return {
    region,
    credentials: () => credentialsOf(environment),
    endpointOf(service) {
      const name = `AWS_ENDPOINT_URL_${service.toUpperCase()}`;
      const text = environment[name] || environment["AWS_ENDPOINT_URL"];
      if (!text) return undefined;
      if (!/^https?:/.test(text) || !URL.canParse(text)) throw unusable(`\`${name}\` must be a URL`);
      const url = new URL(text);
      if (!isConfidential(url)) throw unusable(`\`${name}\` must be ${confidentialForm}`);
      return url;
    },
  };
}

function credentialsOf(environment: StoreEnvironment): AwsCredentials {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  if (!accessKeyId || !secretAccessKey) throw unusable("the environment holds no credentials of AWS");
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** The DNS suffix of a region's endpoints; other partitions than these two name an endpoint. */
export function dnsSuffixOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
