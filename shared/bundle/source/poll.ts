/**
 * When to look for a newer bundle, and one look: what the store holds is read, verified, compiled and compared with the
 * bundle in use, or refused.
 */
import { isWithin, untilAborted } from "../../time.ts";
import { type OpenedBundle, openContent } from "../bundle.ts";
import { type StoredBundle, unusable } from "../stores/store.ts";
import type { BundleLabel } from "../types.ts";
import type { BundleSettings } from "./settings.ts";

/** The check in the background begins after this part of the interval, plus a random part: fleets must not look all at once. */
const earliest = 0.75;
const spread = 0.15;

/**
 * Says when to look: in the background when a check is nearly due, before the next decision when it is overdue. So a
 * container that is called often never makes a call wait, and one that was frozen never decides by old policies.
 */
export class RefreshClock {
  readonly #refreshMs: number;
  readonly #random: () => number;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #soonMs = 0;
  #dueMs: number;

  /**
   * @param refreshMs the age at which a decision has to wait; 0 makes each of them wait
   * @param random from 0 up to 1
   */
  constructor(refreshMs: number, random: () => number) {
    this.#refreshMs = refreshMs;
    this.#random = random;
    this.#dueMs = refreshMs;
  }

  /** Whether to look: not yet, in the background, or before anything is decided. */
  need(nowMs: number): "none" | "soon" | "now" {
    const ageMs = nowMs - this.#checkedAtMs;
    if (!isWithin(ageMs, this.#dueMs)) return "now";
    return ageMs >= this.#soonMs ? "soon" : "none";
  }

  /**
   * Notes a check, whatever its result.
   *
   * @param startedAtMs when it began: what it found is not older than that
   * @param pauseMs the store accepts the next request only this long after it
   */
  checked(startedAtMs: number, pauseMs: number): void {
    this.#checkedAtMs = startedAtMs;
    this.#soonMs = Math.max(this.#refreshMs * (earliest + spread * this.#random()), pauseMs);
    this.#dueMs = Math.max(this.#refreshMs, pauseMs);
  }
}

/** What a look at the store found. */
export interface Look {
  /** The bundle to use from now on, or why the store's is refused. Unchanged content gives the bundle in use. */
  readonly result: { readonly opened: OpenedBundle } | { readonly failure: unknown };
  /** The store accepts the next request only after this time. */
  readonly pauseMs: number;
}

/** @throws any error when the store cannot be reached before the signal is aborted */
export type Poll = (inUse: OpenedBundle | undefined, signal: AbortSignal) => Promise<Look>;

/** The poll remembers what it saw last, good or bad, and opens it only once. */
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
  // Equal content keeps the object that others cache by.
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

/**
 * Refuses a bundle that is older than the one in use: anyone who can write to the store may have kept it. No two bundles
 * have the same sequence.
 */
function assertNewer(next: Partial<BundleLabel>, inUse: Partial<BundleLabel>): void {
  const [after, before] = [next.sequence ?? 0, inUse.sequence ?? 0];
  if (after > before || before === 0) return;
  throw unusable(
    `the policy bundle has the sequence ${after}, and the one in use ${before}: sign the older policies anew`,
  );
}

/** Refuses a bundle with no policies or bindings after one that had some, or with far fewer: that is hardly ever meant. */
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
