/**
 * The locations of bundles in stores of AWS, as `AUTHORIZER_BUNDLE` names them.
 */

/** A place in a store of AWS. */
export type NetworkLocation =
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

/** Parses a location; `undefined` when it is of no such store, or malformed. */
export function parseNetworkLocation(text: string): NetworkLocation | undefined {
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
