/**
 * The immutable file that carries the configuration: created on the author's side, opened in a Lambda.
 *
 * INVARIANT: this file imports nothing of the author's side (`yaml`, the policy parser), because a Lambda packages it.
 */
import { lowerAscii } from "../ascii.ts";
import { CodedError, DocumentError, formatIssue } from "../errors.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import { parseJsonBytes } from "../json-members.ts";
import { findConsultedKeys } from "../policy/evaluate/compile.ts";
import type { PolicyLayers } from "../policy/evaluate/layers.ts";
import type { PolicyDocument } from "../policy/model/document.ts";
import type { CallerDocuments } from "../policy/session/session-policy.ts";
import { isPlainObject } from "../shape.ts";
import type { Attachments } from "./attachments.ts";
import { BoundPolicies } from "./binding-layers.ts";
import { bundleProblem } from "./bundle-shape.ts";
import { unwrapText, versionOfText } from "./bundle-text.ts";
import { canonicalJson, canonicalText, inCanonicalOrder, sha256 } from "./canonical-json.ts";
import { isSignedBy, type SignatureKey } from "./signature.ts";
import type { Binding, Bundle, BundleLabel, BundlePlace, Configuration } from "./types.ts";

export interface OpenedBundle {
  /** Lower-case hexadecimal SHA-256 of the content: names the policy set in every decision. */
  readonly version: string;
  readonly config: Configuration;
  readonly label: Partial<BundleLabel>;
  readonly policyCount: number;
  hasPolicy(name: string): boolean;
  /**
   * Returns the policies that apply to a principal. `undefined`: no binding matches and nothing is attached, so no
   * access.
   *
   * @param attachments name policies of the bundle; they count as if a binding named them
   */
  layersFor(principal: VerifiedPrincipal, attachments?: Attachments): PolicyLayers | undefined;
  /** Lower-case names of the claims that any decision can depend on. The proxy does not need the others. */
  readonly consultedClaims: ReadonlySet<string>;
  /** The same policies as documents. */
  documentsFor(principal: VerifiedPrincipal, attachments?: Attachments): CallerDocuments;
}

export interface OpenOptions {
  /** Default: `live`, which refuses a bundle in shadow mode. */
  readonly place?: BundlePlace;
}

/** The bytes in a store, or the value in the deployment package. */
export type BundleContent =
  | { readonly kind: "text"; readonly bytes: Uint8Array }
  | { readonly kind: "value"; readonly value: unknown };

/**
 * The format of the bundles that this version makes, the newest that it reads. A change that an older reader would refuse,
 * or would understand in another way, raises it; bundles of every earlier format must still be read.
 */
const format = 1;

/**
 * Equal content gives an equal bundle: the order of keys and policies does not matter.
 *
 * @throws CodedError `invalidDocument` when {@link openBundle} would refuse the content
 */
export function createBundle(
  config: Configuration,
  policies: readonly PolicyDocument[],
  label?: BundleLabel,
): Bundle {
  const sorted = [...policies].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const { audience, sequence } = label ?? {};
  const content: Omit<Bundle, "version"> = {
    ...(audience === undefined ? {} : { audience }),
    config: inCanonicalOrder(config),
    policies: sorted.map(inCanonicalOrder),
    schemaVersion: format,
    ...(sequence === undefined ? {} : { sequence }),
  };
  const bundle = { ...content, version: sha256(canonicalText(content)) };
  const problem = bundleProblem(bundle);
  if (problem !== undefined) throw new CodedError("invalidDocument", problem);
  return bundle;
}

/**
 * Canonical JSON, without a line break at the end. A signed bundle is `{"bundle": …, "signature": "base64"}`, so that
 * every store replaces both in one step.
 */
export function formatBundle(bundle: Bundle, signature?: string): string {
  return canonicalText(signature === undefined ? bundle : { bundle, signature });
}

/**
 * Checks a bundle (signature, schema version, closed shape, hash) and compiles its policies.
 *
 * @param trusted one of these keys must have signed the bundle; without keys, signatures are ignored
 * @throws CodedError `bundleUnavailable` for anything that is not exactly a bundle that this version understands
 */
export function openContent(
  content: BundleContent,
  trusted: readonly SignatureKey[] = [],
  options?: OpenOptions,
): OpenedBundle {
  return openRead(readBundle(content, trusted), options);
}

/** As {@link openContent}, for a bundle that {@link readBundle} or {@link createBundle} returned: it is not checked again. */
export function openRead(bundle: Bundle, { place = "live" }: OpenOptions = {}): OpenedBundle {
  // INVARIANT: a bundle in shadow mode never decides.
  if (place === "live" && bundle.config.mode !== "enforce") throw unusable(shadowRefusal);
  try {
    const { version, config, policies, audience, sequence } = bundle;
    const label = {
      ...(audience === undefined ? {} : { audience }),
      ...(sequence === undefined ? {} : { sequence }),
    };
    // Reads every policy, even unused ones: a policy that cannot be read refuses the bundle.
    const consultedClaims = findConsultedClaims(policies, config.bindings);
    const bound = new BoundPolicies(bundle);
    return {
      ...{ version, config, label, consultedClaims, policyCount: policies.length },
      hasPolicy: (name) => bound.has(name),
      layersFor: (principal, attachments) => bound.layersFor(principal, attachments),
      documentsFor: (principal, attachments) => bound.documentsFor(principal, attachments),
    };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const [first] = error.issues;
    throw unusable(`one of its policies is refused: ${first ? formatIssue(first) : error.message}`, error);
  }
}

/** As {@link openContent}, for a value. */
export function openBundle(
  value: unknown,
  trusted: readonly SignatureKey[] = [],
  options: OpenOptions = {},
): OpenedBundle {
  return openContent({ kind: "value", value }, trusted, options);
}

/** Checks everything except the statements of policies. Throws as {@link openContent} does. */
export function readBundle(content: BundleContent, trusted: readonly SignatureKey[] = []): Bundle {
  return content.kind === "text" ? readText(content.bytes, trusted) : readValue(content.value, trusted);
}

/** Returns the signature, unchecked, if the content has one. */
export function signatureOf(content: BundleContent): string | undefined {
  return content.kind === "text"
    ? unwrapText(content.bytes)?.signature
    : unwrapValue(content.value).signature;
}

/**
 * Finds the lower-case names of the claims that decisions can depend on: those of `jwt:` keys, the claim of
 * `aws:TokenIssueTime`, and those that bindings match.
 *
 * @throws DocumentError when a policy holds anything unknown
 */
function findConsultedClaims(
  policies: readonly PolicyDocument[],
  bindings: readonly Binding[],
): ReadonlySet<string> {
  const claims = new Set<string>();
  for (const key of findConsultedKeys(policies)) {
    if (key.startsWith("jwt:")) claims.add(key.slice("jwt:".length));
    else if (key === "aws:tokenissuetime") claims.add("iat");
  }
  for (const { match } of bindings) {
    for (const name of Object.keys(match.claims ?? {})) claims.add(lowerAscii(name));
  }
  return claims;
}

/**
 * Refuses callers of an issuer that the bundle does not name: a verified token may outlive its issuer in the
 * configuration.
 *
 * @throws CodedError `unauthorized`
 */
export function assertTrusted({ issuer }: VerifiedPrincipal, { config }: OpenedBundle): void {
  if (config.issuers.some((each) => each.issuer === issuer)) return;
  throw new CodedError("unauthorized", "the token's issuer is not trusted any more");
}

const shadowRefusal =
  "its configuration says `mode: shadow`, so that it never enforces; name it in `AUTHORIZER_SHADOW_BUNDLE`, or write `mode: enforce`";
const envelopeRefusal =
  'its envelope must be exactly `{"bundle":`, the bundle, `,"signature":"BASE64"}`, without a space or line break';
const hashRefusal = "its content does not match its version hash";

/**
 * INVARIANT: the parsed bytes are exactly those that are hashed and whose hash is signed. If a key is trusted, only the
 * signed text is accepted.
 */
function readText(bytes: Uint8Array, trusted: readonly SignatureKey[]): Bundle {
  const text = unwrapText(bytes);
  if (!text) throw unusable(envelopeRefusal);
  const version = versionOfText(text.content);
  if (trusted.length > 0) {
    requireSignature(version, text.signature, trusted);
  }
  const bundle = checkShape(parseText(text.content));
  // If no signature is required, a text that is not canonical is accepted too.
  if (bundle.version !== (version ?? hashOf(bundle))) throw unusable(hashRefusal);
  return bundle;
}

/** A value has no text, so the value is hashed. */
function readValue(value: unknown, trusted: readonly SignatureKey[]): Bundle {
  const { content, signature } = unwrapValue(value);
  const version = isPlainObject(content) ? content["version"] : undefined;
  if (trusted.length > 0) requireSignature(typeof version === "string" ? version : "", signature, trusted);
  const bundle = checkShape(content);
  if (hashOf(bundle) !== bundle.version) throw unusable(hashRefusal);
  return bundle;
}

/** Removes the envelope, if there is one. */
function unwrapValue(value: unknown): { readonly content: unknown; readonly signature?: string } {
  if (!isPlainObject(value) || !Object.hasOwn(value, "bundle")) return { content: value };
  const { bundle, signature, ...rest } = value;
  if (typeof signature !== "string" || Object.keys(rest).length > 0) throw unusable(envelopeRefusal);
  return { content: bundle, signature };
}

function requireSignature(
  version: string | undefined,
  signature: string | undefined,
  trusted: readonly SignatureKey[],
): void {
  if (signature === undefined) throw unusable("it is not signed, though a public key is configured");
  if (version === undefined) throw unusable(hashRefusal);
  if (!isSignedBy(trusted, version, signature))
    throw unusable("its signature was not made for it by a configured key");
}

function parseText(content: Uint8Array): unknown {
  try {
    return parseJsonBytes(content);
  } catch (error) {
    if (error instanceof SyntaxError) throw unusable(error.message, error);
    throw error;
  }
}

function checkShape(value: unknown): Bundle {
  // Before its shape, which is not known here.
  if (isPlainObject(value) && Number(value["schemaVersion"]) > format)
    throw refused(
      `a newer version made it (format ${value["schemaVersion"]}); upgrade connect-authorizer here, or make it with this version`,
    );
  const problem = bundleProblem(value);
  if (problem !== undefined) throw unusable(problem);
  // The shape was checked on the line above.
  return value as Bundle;
}

function hashOf({ version, ...content }: Bundle): string {
  try {
    return sha256(canonicalJson(content));
  } catch (error) {
    if (error instanceof RangeError) throw unusable("it is nested too deeply", error);
    throw error;
  }
}

function unusable(reason: string, cause?: unknown): CodedError {
  return refused(`${reason}; make it again with \`connect-authorizer bundle\``, cause);
}

function refused(reason: string, cause?: unknown): CodedError {
  return new CodedError("bundleUnavailable", `the policy bundle is refused: ${reason}`, { cause });
}
