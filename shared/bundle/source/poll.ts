/**
 * One look at the store: what it holds is read, verified, compiled and compared with what is in use, or refused.
 */
import { untilAborted } from "../../time.ts";
import { type OpenedBundle, openContent } from "../bundle.ts";
import { type StoredBundle, unusable } from "../stores/store.ts";
import type { BundleLabel } from "../types.ts";
import type { BundleSettings } from "./settings.ts";

type FoundContent = Extract<StoredBundle, { readonly kind: "content" }>;

/** What came of a look at a store that could be reached. */
export interface Look {
  /** The bundle to use from now on: the one in use, if the store's has its content; or why the store's is refused. */
  readonly result: { readonly opened: OpenedBundle } | { readonly failure: unknown };
  /** How long the store wants to be left alone. */
  readonly pauseMs: number;
}

/**
 * Looks at the store.
 *
 * @throws any error when the store cannot be reached before the signal is aborted
 */
export type BundleLooker = (inUse: OpenedBundle | undefined, signal: AbortSignal) => Promise<Look>;

/** Creates the looker; it remembers what it saw last, good or bad, and opens it only once. */
export function createBundleLooker(settings: BundleSettings): BundleLooker {
  let seen: { readonly revision: string; readonly result: Look["result"] } | undefined;
  return async (inUse, signal) => {
    const found = await untilAborted(settings.store.load(seen?.revision, signal), signal);
    if (found.kind === "content") {
      const { revision } = found;
      seen = { revision, result: attempt(() => openFound(found, settings, inUse)) };
    }
    if (!seen) throw unusable("the store says that nothing changed, though nothing was read");
    return { result: seen.result, pauseMs: found.pauseMs ?? 0 };
  };
}

function openFound(
  { content }: FoundContent,
  settings: BundleSettings,
  inUse: OpenedBundle | undefined,
): OpenedBundle {
  const { publicKeys, place, minKeptPercent } = settings;
  const opened = openContent(content, publicKeys, { place });
  if (publicKeys.length > 0) assertMeantForHere(opened.label, settings);
  if (!inUse) return opened;
  // The same content again keeps its object, and with it what callers have cached for it.
  if (opened.version === inUse.version) return inUse;
  if (publicKeys.length > 0) assertNewer(opened.label, inUse.label);
  assertPlausible(opened, inUse, minKeptPercent);
  return opened;
}

/** Refuses a bundle that the key's owner signed for another deployment, or that is older than this deployment allows. */
function assertMeantForHere(label: Partial<BundleLabel>, { audience, minSequence }: BundleSettings): void {
  if (audience !== undefined && label.audience !== audience) {
    const meant = label.audience === undefined ? "for no deployment" : `for \`${label.audience}\``;
    throw unusable(
      `the policy bundle is signed ${meant} and not for \`${audience}\`; sign it with \`publish\`, or \`bundle --audience\``,
    );
  }
  const sequence = label.sequence ?? 0;
  if (sequence < minSequence)
    throw unusable(
      `the policy bundle has the sequence ${sequence}, less than \`AUTHORIZER_BUNDLE_MIN_SEQUENCE\` (${minSequence})`,
    );
}

/**
 * Refuses an older bundle than the one in use: anyone who can write to the store may have kept it. There is only one bundle
 * of a sequence.
 */
function assertNewer(next: Partial<BundleLabel>, inUse: Partial<BundleLabel>): void {
  const [after, before] = [next.sequence ?? 0, inUse.sequence ?? 0];
  if (after > before || before === 0) return;
  throw unusable(
    `the policy bundle has the sequence ${after}, and the one in use ${before}: sign the older policies anew`,
  );
}

/**
 * Refuses what is hardly ever meant: a bundle without any policy or binding after one that had some, or with far fewer.
 */
function assertPlausible(next: OpenedBundle, inUse: OpenedBundle, minKeptPercent: number): void {
  const counts = [
    ["policies", next.policyCount, inUse.policyCount],
    ["bindings", next.config.bindings.length, inUse.config.bindings.length],
  ] as const;
  for (const [what, now, before] of counts) {
    const needed = Math.max(before > 0 ? 1 : 0, (before * minKeptPercent) / 100);
    if (now >= needed) continue;
    throw unusable(
      `the policy bundle ${next.version} is implausibly small: ${now} ${what}, where the one in use has ${before}`,
    );
  }
}

function attempt(open: () => OpenedBundle): Look["result"] {
  try {
    return { opened: open() };
  } catch (failure) {
    return { failure };
  }
}
