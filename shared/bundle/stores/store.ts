/**
 * What a store of bundles is, behind one small interface: the deployment package, a file, a store of AWS.
 *
 * Loads are conditional (`known` in, "unchanged" out). Files, S3's ETags and AppConfig's sessions all allow that, and it
 * makes a frequent check cheap.
 */
import { CodedError } from "../../errors.ts";
import type { BundleContent } from "../bundle.ts";

/** What a store holds now. */
export type StoredBundle = (
  | { readonly kind: "unchanged" }
  | { readonly kind: "content"; readonly revision: string; readonly content: BundleContent }
) & {
  /** The store accepts the next request only after this time. */
  readonly pauseMs?: number;
};

/**
 * Loads what a store holds.
 *
 * @param known the revision that the caller has: if it is still current, nothing is read
 * @param signal ends the attempt
 * @returns the content, unverified, and its revision
 * @throws any error when the store cannot be reached
 */
export type LoadBundle = (known: string | undefined, signal: AbortSignal) => Promise<StoredBundle>;

/** A place that bundles are loaded from. */
export interface BundleStore {
  /** For messages: `file:/var/task/bundle.json`. */
  readonly location: string;
  /** Set when its content never changes while this process lives: a second load says nothing about what is current. */
  readonly isFixed?: true;
  readonly load: LoadBundle;
}

/** Larger contents are refused unread: a mistake must not exhaust a Lambda's memory. */
export const maxBytes = 256 * 1024 * 1024;

/** A place in a store of AWS. */
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
/** Systems Manager API, PutParameter: at most 15 levels, of which the chunks of a large bundle take two. */
const ssmForm = /^ssm:((?:\/[A-Za-z0-9_.-]+){1,13})$/;
/** AppConfig Data API, StartConfigurationSession: each an id or a name of up to 128 characters. */
const appconfigForm = /^appconfig:([^/\p{Cc}]{1,128})\/([^/\p{Cc}]{1,128})\/([^/\p{Cc}]{1,128})$/u;

/** Parses a location; `undefined` for any other store, and when it is malformed. */
export function parseAwsLocation(text: string): AwsLocation | undefined {
  const [, bucket, key] = s3Form.exec(text) ?? [];
  // A URL cannot hold `.` and `..` as they are: another object would be read.
  const isPlain = key?.split("/").every((segment) => segment !== "." && segment !== "..");
  if (bucket && key && isPlain) return { kind: "s3", bucket, key };
  const [, name] = ssmForm.exec(text) ?? [];
  if (name) return { kind: "ssm", name };
  const [, application, environment, profile] = appconfigForm.exec(text) ?? [];
  if (application && environment && profile) return { kind: "appconfig", application, environment, profile };
  return undefined;
}

/** An error that says why no bundle is available. */
export function unusable(message: string, cause?: unknown): CodedError {
  return new CodedError("bundleUnavailable", message, { cause });
}
