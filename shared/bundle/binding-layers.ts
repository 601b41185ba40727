/**
 * Finds the policies that apply to a principal: matches bindings and compiles each combination of policies once. For a
 * session policy, it gives the same policies as documents.
 */
import { lowerAscii } from "../ascii.ts";
import { isClaimKnown } from "../identity/principal/principal-keys.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import { LruMap } from "../lru.ts";
import { compilePolicies } from "../policy/evaluate/compile.ts";
import type { PolicyLayers } from "../policy/evaluate/layers.ts";
import type { PolicyDocument } from "../policy/model/document.ts";
import type { CallerDocuments } from "../policy/session/session-policy.ts";
import type { Attachments } from "./attachments.ts";
import type { Binding, Bundle } from "./types.ts";

export interface LayerCacheLimits {
  readonly combinations: number;
  /** Of all combinations together; a compiled statement takes about a kilobyte. The last used one is always kept. */
  readonly statements: number;
}

/** Combinations of bindings. */
const sharedLimits: LayerCacheLimits = { combinations: 4_096, statements: 150_000 };
/** Combinations that include attachments of single principals. */
const attachedLimits: LayerCacheLimits = { combinations: 1_024, statements: 50_000 };

export function createLayerCache(
  limits: LayerCacheLimits,
): (key: string, make: () => PolicyLayers) => PolicyLayers {
  const kept = new LruMap<string, PolicyLayers>({
    maxEntries: limits.combinations,
    maxWeight: limits.statements,
    weightOf: countStatements,
  });
  return (key, make) => {
    const known = kept.get(key);
    if (known) return known;
    const layers = make();
    kept.set(key, layers);
    return layers;
  };
}

/** Without guardrails, which all combinations share. */
function countStatements({ attached, denying, boundaries }: PolicyLayers): number {
  const sets = [attached, ...(denying ? [denying] : []), ...boundaries];
  return sets.reduce((sum, set) => sum + set.statements.length, 0);
}

/**
 * The policies of a bundle, by principal.
 *
 * All matching bindings count together. Their policies are attached as one set, and each boundary must allow, even
 * policies of other bindings: IAM bounds a principal and not a policy.
 *
 * If a claim is unknown, a binding that needs it *may* match. Its Denies then apply and its boundary must allow; its
 * Allows do not count.
 *
 * A principal's attachments count like one more binding.
 */
export class BoundPolicies {
  readonly #documents: ReadonlyMap<string, PolicyDocument>;
  readonly #findBindings: (principal: VerifiedPrincipal) => readonly Found[];
  readonly #keys: ReadonlyMap<Binding, string>;
  readonly #guardrailNames: readonly string[];
  readonly #isAuthoritative: boolean;
  readonly #guardrails: PolicyLayers["guardrails"];
  readonly #cached = createLayerCache(sharedLimits);
  /** A separate cache, so that many principals with attachments do not evict what all others share. */
  readonly #cachedAttached = createLayerCache(attachedLimits);

  /** @throws DocumentError when a guardrail is refused */
  constructor({ policies, config: { bindings, guardrails, principals } }: Bundle) {
    this.#isAuthoritative = principals === "authoritative";
    this.#documents = new Map(policies.map((document) => [document.name, document]));
    this.#findBindings = createBindingFinder(bindings);
    this.#keys = new Map(bindings.map((binding, index) => [binding, String(index)]));
    this.#guardrailNames = guardrails;
    this.#guardrails = [...new Set(guardrails)].map((name) => compilePolicies(this.#named([name])));
  }

  has(name: string): boolean {
    return this.#documents.has(name);
  }

  /** Compiled on first use; `undefined` when the principal has no policies. */
  layersFor(principal: VerifiedPrincipal, attachments?: Attachments): PolicyLayers | undefined {
    const found = this.#findBindings(principal);
    if (!attachments && !found.some(({ fit }) => fit === "certain")) return undefined;
    const [only, second] = found;
    const key =
      only && !second
        ? this.#keyOf(only)
        : found
            .map((each) => this.#keyOf(each))
            .sort()
            .join();
    const make = () => this.#compile(found, attachments);
    if (!attachments) return this.#cached(key, make);
    const { policies, boundaries, ended } = attachments;
    return this.#cachedAttached(JSON.stringify([key, policies, boundaries, ended]), make);
  }

  /** The same policies as documents. */
  documentsFor(principal: VerifiedPrincipal, attachments?: Attachments): CallerDocuments {
    const { certain, perhaps, boundaries } = namesOf(this.#findBindings(principal));
    const attached = this.#named(attachments?.policies ?? []);
    const whole = this.#isAuthoritative ? attachments : undefined;
    const limits = [...(whole?.boundaries ?? []), ...(whole?.ended ?? [])];
    // The Denies of a binding that only may match count, as those of boundaries do. Its Allows do not.
    return {
      attached: [...this.#named(certain), ...(whole ? attached : attached.map(onlyAllows))],
      bounding: this.#named([...perhaps, ...boundaries, ...limits, ...this.#guardrailNames]),
    };
  }

  #compile(found: readonly Found[], more?: Attachments): PolicyLayers {
    const { certain, perhaps, boundaries } = namesOf(found);
    const bounding = sorted([...boundaries, ...(more?.boundaries ?? [])]);
    const denying = [...perhaps, ...(more?.ended ?? [])];
    return {
      attached: compilePolicies(this.#named([...certain, ...(more?.policies ?? [])])),
      ...(denying.length > 0 ? { denying: compilePolicies(this.#named(denying)) } : {}),
      // A name without a document would be an empty set, which allows nothing.
      boundaries: bounding.map((name) => compilePolicies(this.#named([name]))),
      guardrails: this.#guardrails,
    };
  }

  #keyOf({ binding, fit }: Found): string {
    return `${this.#keys.get(binding)}${fit === "perhaps" ? "?" : ""}`;
  }

  #named(names: readonly string[]): readonly PolicyDocument[] {
    return sorted(names).flatMap((name) => this.#documents.get(name) ?? []);
  }
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

function namesOf(found: readonly Found[]) {
  const policiesOf = (wanted: Fit) =>
    found.flatMap(({ binding, fit }) => (fit === wanted ? binding.policies : []));
  return {
    certain: policiesOf("certain"),
    perhaps: policiesOf("perhaps"),
    boundaries: found.flatMap(({ binding }) => binding.boundary ?? []),
  };
}

/** Attachments that only add do not restrict what bindings give, so their Denies must not reach AWS. */
function onlyAllows(document: PolicyDocument): PolicyDocument {
  return { ...document, statements: document.statements.filter(({ effect }) => effect === "Allow") };
}

/** `perhaps` when it depends on a claim whose value is unknown. */
type Fit = "certain" | "perhaps" | "none";

/** A binding that matches or may match a principal. */
interface Found {
  readonly binding: Binding;
  readonly fit: Fit;
}

interface Matcher {
  readonly binding: Binding;
  readonly fitOf: (principal: VerifiedPrincipal) => Fit;
}

/** Indexes bindings by group or else by principal, so that thousands of them do not slow down a call. */
export function createBindingFinder(
  bindings: readonly Binding[],
): (principal: VerifiedPrincipal) => readonly Found[] {
  const byGroup = new Map<string, Matcher[]>();
  const byPrincipal = new Map<string, Matcher[]>();
  const others: Matcher[] = [];
  for (const binding of bindings) {
    const matcher = { binding, fitOf: compileMatch(binding) };
    const { groups, principals } = binding.match;
    if (groups) for (const group of groups) append(byGroup, group, matcher);
    else if (principals) for (const id of principals) append(byPrincipal, id, matcher);
    else others.push(matcher);
  }
  return (principal) => {
    const candidates = new Set(others);
    for (const matcher of byPrincipal.get(principal.id) ?? []) candidates.add(matcher);
    for (const group of principal.groups) {
      for (const matcher of byGroup.get(group) ?? []) candidates.add(matcher);
    }
    return [...candidates]
      .map(({ binding, fitOf }) => ({ binding, fit: fitOf(principal) }))
      .filter(({ fit }) => fit !== "none");
  };
}

function append(index: Map<string, Matcher[]>, key: string, matcher: Matcher): void {
  const matchers = index.get(key);
  if (matchers) matchers.push(matcher);
  else index.set(key, [matcher]);
}

/** All kinds of conditions must hold, and all names of claims; within one list, any value is enough. */
function compileMatch({ match }: Binding): (principal: VerifiedPrincipal) => Fit {
  const issuers = match.issuer && new Set(match.issuer);
  const groups = match.groups && new Set(match.groups);
  const principals = match.principals && new Set(match.principals);
  const claims = Object.entries(match.claims ?? {}).map(([name, values]) => ({
    name,
    lowerName: lowerAscii(name),
    values: new Set(values),
  }));
  return (principal) => {
    if (issuers && !issuers.has(principal.issuer)) return "none";
    if (groups && !principal.groups.some((group) => groups.has(group))) return "none";
    if (principals && !principals.has(principal.id)) return "none";
    let fit: Fit = "certain";
    for (const { name, lowerName, values } of claims) {
      if (!isClaimKnown(principal, lowerName)) fit = "perhaps";
      else if (!claimValues(principal, name).some((value) => values.has(value))) return "none";
    }
    return fit;
  };
}

function claimValues({ claims }: VerifiedPrincipal, name: string): readonly string[] {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
