/**
 * The interface of all stores of bundles: the deployment package, a file, the AWS stores.
 *
 * Loads are conditional: if the `known` revision is current, the answer is "unchanged". Files, S3's ETags and
 * AppConfig's sessions support that. It makes frequent checks cheap.
 */
import { CodedError } from "../../errors.ts";
import type { BundleContent } from "../bundle.ts";

export type StoredBundle = (
  | { readonly kind: "unchanged" }
  | { readonly kind: "content"; readonly revision: string; readonly content: BundleContent }
) & {
  /** The store accepts the next request only after this time. */
  readonly pauseMs?: number;
};

/**
 * @param known the caller's revision: if it is still current, nothing is read
 * @param signal ends the attempt
 * @returns the content, unverified, and its revision
 * @throws any error when the store cannot be reached
 */
export type LoadBundle = (known: string | undefined, signal: AbortSignal) => Promise<StoredBundle>;

export interface BundleStore {
  /** For messages: `file:/var/task/bundle.json`. */
  readonly location: string;
  /** Set when the content never changes while this process lives: a second load does not confirm that it is current. */
  readonly isFixed?: true;
  readonly load: LoadBundle;
}

/** Larger contents are refused unread: a mistake must not exhaust a Lambda's memory. */
export const maxBytes = 256 * 1024 * 1024;

export type AwsLocation =
  | { readonly kind: "s3"; readonly bucket: string; readonly key: string }
  | { readonly kind: "ssm"; readonly name: string }
  | {
      readonly kind: "appconfig";
      readonly application: string;
      readonly environment: string;
      readonly profile: string;
    };

/** S3 user guide, "General purpose bucket naming rules". */
const s3Form = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^\p{Cc}]{1,1024})$/u;
/** Systems Manager API, PutParameter: at most 15 levels. The chunks of a large bundle use two. */
const ssmForm = /^ssm:((?:\/[A-Za-z0-9_.-]+){1,13})$/;
/** AppConfig Data API, StartConfigurationSession: each an id or a name of up to 128 characters. */
const appconfigForm = /^appconfig:([^/\p{Cc}]{1,128})\/([^/\p{Cc}]{1,128})\/([^/\p{Cc}]{1,128})$/u;

/** Returns `undefined` for any other store, and for a malformed location. */
export function parseAwsLocation(text: string): AwsLocation | undefined {
  const [, bucket, key] = s3Form.exec(text) ?? [];
  // A URL cannot hold `.` and `..` unchanged: another object would be read.
  const isPlain = key?.split("/").every((segment) => segment !== "." && segment !== "..");
  if (bucket && key && isPlain) return { kind: "s3", bucket, key };
  const [, name] = ssmForm.exec(text) ?? [];
  if (name) return { kind: "ssm", name };
  const [, application, environment, profile] = appconfigForm.exec(text) ?? [];
  if (application && environment && profile) return { kind: "appconfig", application, environment, profile };
  return undefined;
}

export function unusable(message: string, cause?: unknown): CodedError {
  return new CodedError("bundleUnavailable", message, { cause });
}
