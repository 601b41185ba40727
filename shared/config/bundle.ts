/**
 * The immutable file that configuration travels in: made on the author's side, opened in a Lambda.
 *
 * INVARIANT: nothing of the author's side (`yaml`, the policy parser) is imported here; a Lambda packages this file.
 */
import { CodedError, DocumentError, formatIssue } from "../errors.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { PolicyDocument } from "../policy/document.ts";
import type { PolicyLayers } from "../policy/layers.ts";
import type { CallerDocuments } from "../policy/session-policy.ts";
import { createLayerFinder } from "./binding-layers.ts";
import { bundleProblem } from "./bundle-shape.ts";
import { isSignedBy, type SignatureKey } from "./bundle-signature.ts";
import { isTextOfVersion } from "./bundle-text.ts";
import { createDocumentFinder } from "./caller-documents.ts";
import { canonicalJson, isPlainObject } from "./canonical-json.ts";
import { findConsultedClaims } from "./consulted-claims.ts";
import type { Attachments } from "./principals/attachments.ts";
import { sha256 } from "./sha256.ts";
import type { Bundle, BundlePlace, Configuration } from "./types.ts";

/** A bundle that was checked and compiled. */
export interface OpenedBundle {
  /** Lower-case hexadecimal SHA-256 of the content: names the policy set in every decision. */
  readonly version: string;
  readonly config: Configuration;
  readonly policyCount: number;
  hasPolicy(name: string): boolean;
  /**
   * Gives the policies that hold for a principal; `undefined` when no binding matches and nothing is attached: no access.
   *
   * @param attachments of policies that the bundle has, counted in as if a binding named them
   */
  layersFor(principal: VerifiedPrincipal, attachments?: Attachments): PolicyLayers | undefined;
  /** Lower-case names of the claims that any decision can depend on. */
  readonly consultedClaims: ReadonlySet<string>;
  /** Gives the same policies as documents. */
  documentsFor(principal: VerifiedPrincipal, attachments?: Attachments): CallerDocuments;
}

export interface OpenOptions {
  /** What it is opened for; as the live one, which is the default, a bundle in shadow mode is refused. */
  readonly place?: BundlePlace;
  /** What the JSON was parsed from, if that is at hand. */
  readonly bytes?: Uint8Array | undefined;
}

/**
 * Makes a bundle; equal content gives an equal bundle, whatever the order of keys and policies.
 *
 * @throws CodedError `invalidDocument` when the content is not a configuration that {@link openBundle} takes
 */
export function createBundle(config: Configuration, policies: readonly PolicyDocument[]): Bundle {
  const sorted = [...policies].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const text = canonicalJson({ schemaVersion: 1, config, policies: sorted });
  const content: Omit<Bundle, "version"> = JSON.parse(text);
  const bundle = { ...content, version: sha256(text) };
  const problem = bundleProblem(bundle);
  if (problem !== undefined) throw new CodedError("invalidDocument", problem);
  return bundle;
}

/**
 * Formats a bundle as the text of its file: canonical JSON, without a line break at the end. A signed one is
 * `{"bundle": …, "signature": "base64"}`: both are replaced in one step, wherever they are kept.
 */
export function formatBundle(bundle: Bundle, signature?: string): string {
  return canonicalJson(signature === undefined ? bundle : { bundle, signature });
}

/**
 * Checks a bundle (signature, schema version, closed shape, hash) and compiles its policies.
 *
 * @param json what `JSON.parse` gave
 * @param trusted keys of which one must have signed it; with none, a signature is not looked at
 * @throws CodedError `bundleUnavailable` for anything that is not exactly a bundle that this version understands
 */
export function openBundle(
  json: unknown,
  trusted: readonly SignatureKey[] = [],
  { place = "live", bytes }: OpenOptions = {},
): OpenedBundle {
  const bundle = readBundle(json, trusted, bytes);
  // INVARIANT: what asks not to be enforced never stands where enforcing is all there is. It opens nothing.
  if (place === "live" && bundle.config.mode !== "enforce") throw unusable(shadowRefusal);
  try {
    const { version, config, policies } = bundle;
    // Every policy is read here, also one that nothing refers to: what cannot be read refuses the bundle.
    const consultedClaims = findConsultedClaims(policies, config.bindings);
    const [layersFor, documentsFor] = [createLayerFinder(bundle), createDocumentFinder(bundle)];
    const policyCount = policies.length;
    const names = new Set(policies.map(({ name }) => name));
    const hasPolicy = (name: string) => names.has(name);
    return { version, config, policyCount, hasPolicy, layersFor, documentsFor, consultedClaims };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const [first] = error.issues;
    throw unusable(`one of its policies is refused: ${first ? formatIssue(first) : error.message}`, error);
  }
}

/**
 * Checks all of a bundle but its policies' statements, and gives it as it is.
 *
 * @throws CodedError `bundleUnavailable`, as {@link openBundle} does
 */
export function readBundle(json: unknown, trusted: readonly SignatureKey[] = [], bytes?: Uint8Array): Bundle {
  const { content, signature } = unwrap(json);
  if (trusted.length > 0) requireSignature(content, signature, trusted);
  return verifyBundle(content, bytes);
}

const shadowRefusal =
  "its configuration says `mode: shadow`, so that it never enforces; name it in `AUTHORIZER_SHADOW_BUNDLE`, or write `mode: enforce`";

/** Takes a bundle out of its envelope, if it has one. */
function unwrap(json: unknown): { readonly content: unknown; readonly signature?: unknown } {
  if (!isPlainObject(json) || !Object.hasOwn(json, "bundle")) return { content: json };
  const { bundle, signature, ...rest } = json;
  if (typeof signature !== "string" || Object.keys(rest).length > 0)
    throw unusable("its envelope must hold `bundle` and `signature`, and nothing else");
  return { content: bundle, signature };
}

function requireSignature(content: unknown, signature: unknown, trusted: readonly SignatureKey[]): void {
  if (signature === undefined) throw unusable("it is not signed, though a public key is configured");
  const version = isPlainObject(content) ? content["version"] : undefined;
  if (!isSignedBy(trusted, version, signature))
    throw unusable("its signature was not made for it by a configured key");
}

function verifyBundle(json: unknown, bytes: Uint8Array | undefined): Bundle {
  try {
    const problem = bundleProblem(json);
    if (problem !== undefined) throw unusable(problem);
    // The shape was checked on the line above.
    const bundle = json as Bundle;
    const { version, ...content } = bundle;
    const isItsText = bytes !== undefined && isTextOfVersion(bytes, version);
    if (!isItsText && sha256(canonicalJson(content)) !== version)
      throw unusable("its content does not have the hash it claims");
    return bundle;
  } catch (error) {
    if (error instanceof RangeError) throw unusable("it is nested too deeply", error);
    throw error;
  }
}

function unusable(reason: string, cause?: unknown): CodedError {
  const message = `the policy bundle is refused: ${reason}; make it again with \`connect-authorizer bundle\``;
  return new CodedError("bundleUnavailable", message, { cause });
}
