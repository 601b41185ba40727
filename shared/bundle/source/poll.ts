/**
 * Decides when to check for a newer bundle. A check reads, verifies and compiles the store's bundle, and compares it
 * with the bundle in use.
 */
import { isWithin, untilAborted } from "../../time.ts";
import { type OpenedBundle, openContent } from "../bundle.ts";
import { type StoredBundle, unusable } from "../stores/store.ts";
import type { BundleLabel } from "../types.ts";
import type { BundleSettings } from "./settings.ts";

/** Part of the interval before a background check. A random part is added: a fleet must not check all at once. */
const earliest = 0.75;
const spread = 0.15;

/**
 * Checks in the background when a check is nearly due, and before the next decision when it is overdue. So a container
 * that is called often never delays a call, and one that was frozen never decides by old policies.
 */
export class RefreshClock {
  readonly #refreshMs: number;
  readonly #random: () => number;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #soonMs = 0;
  #dueMs: number;

  /**
   * @param refreshMs the age at which a decision waits for a check; 0: each decision waits
   * @param random from 0 up to 1
   */
  constructor(refreshMs: number, random: () => number) {
    this.#refreshMs = refreshMs;
    this.#random = random;
    this.#dueMs = refreshMs;
  }

  /** Whether to check: not yet, in the background, or before any decision. */
  need(nowMs: number): "none" | "soon" | "now" {
    const ageMs = nowMs - this.#checkedAtMs;
    if (!isWithin(ageMs, this.#dueMs)) return "now";
    return ageMs >= this.#soonMs ? "soon" : "none";
  }

  /**
   * Notes a finished check, good or bad.
   *
   * @param startedAtMs when it began: its result is at least as new
   * @param pauseMs the store accepts the next request only this long after it
   */
  checked(startedAtMs: number, pauseMs: number): void {
    this.#checkedAtMs = startedAtMs;
    this.#soonMs = Math.max(this.#refreshMs * (earliest + spread * this.#random()), pauseMs);
    this.#dueMs = Math.max(this.#refreshMs, pauseMs);
  }
}

/** The result of one check. */
export interface Look {
  /** The bundle to use, or why the store's bundle is refused. Unchanged content gives the bundle in use. */
  readonly result: { readonly opened: OpenedBundle } | { readonly failure: unknown };
  /** The store accepts the next request only after this time. */
  readonly pauseMs: number;
}

/** @throws any error when the store cannot be reached before the signal is aborted */
export type Poll = (inUse: OpenedBundle | undefined, signal: AbortSignal) => Promise<Look>;

/** Remembers the last content, good or bad, and opens it only once. */
export function createPoll(settings: BundleSettings): Poll {
  let seen: { readonly revision: string; readonly result: Look["result"] } | undefined;
  return async (inUse, signal) => {
    const found = await untilAborted(settings.store.load(seen?.revision, signal), signal);
    if (found.kind === "content") {
      const { revision, content } = found;
      seen = { revision, result: attempt(() => openFound(content, settings, inUse)) };
    }
    if (!seen) throw unusable("the store says that nothing changed, though nothing was read");
    return { result: seen.result, pauseMs: found.pauseMs ?? 0 };
  };
}

type Content = Extract<StoredBundle, { readonly kind: "content" }>["content"];

function openFound(
  content: Content,
  settings: BundleSettings,
  inUse: OpenedBundle | undefined,
): OpenedBundle {
  const { publicKeys, place, minKeptPercent } = settings;
  const opened = openContent(content, publicKeys, { place });
  if (publicKeys.length > 0) assertMeantForHere(opened.label, settings);
  if (!inUse) return opened;
  // Equal content keeps the object, because others cache by it.
  if (opened.version === inUse.version) return inUse;
  if (publicKeys.length > 0) assertNewer(opened.label, inUse.label);
  assertPlausible(opened, inUse, minKeptPercent);
  return opened;
}

/** Refuses a bundle that was signed for another deployment, or that is older than this deployment allows. */
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

/** Refuses a bundle older than the one in use: a writer of the store may have kept it. Sequences are unique. */
function assertNewer(next: Partial<BundleLabel>, inUse: Partial<BundleLabel>): void {
  const [after, before] = [next.sequence ?? 0, inUse.sequence ?? 0];
  if (after > before || before === 0) return;
  throw unusable(
    `the policy bundle has the sequence ${after}, and the one in use ${before}: sign the older policies anew`,
  );
}

/** Refuses a bundle with none or far fewer of the policies or bindings: this is hardly ever intended. */
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
