/**
 * Shadow mode: a candidate bundle decides each call again after its answer is settled, and every difference is
 * recorded. Nothing here can change an answer.
 */
import type { DecisionRecord, ShadowSink } from "../audit/record.ts";
import { assertTrusted, type OpenedBundle } from "../bundle/bundle.ts";
import type { CallDecision } from "../decide/authorize.ts";
import { summarizePrincipal } from "../decide/report.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { CountedEvent } from "../observe/metric-table.ts";
import type { Settings } from "../settings.ts";
import { Candidate, type CandidateOptions, type ShadowProblem } from "./candidate.ts";
import { type Attempt, attempt, differenceOf, type OpenOutcome, sideOf } from "./compare.ts";

export interface SettledCall {
  readonly stage: DecisionRecord["stage"];
  readonly requestId: string;
  readonly bundle: OpenedBundle;
  readonly principal: VerifiedPrincipal;
  /** The decision behind the answer. */
  readonly own: Attempt;
  /**
   * Decides the same call by another bundle, with what is already known and without I/O. `undefined`: this stage cannot
   * decide.
   *
   * @throws CodedError for a call that the bundle does not serve
   */
  decide(candidate: OpenedBundle): CallDecision | undefined;
}

export interface ShadowOptions {
  /** Default: a line on standard output. */
  readonly onDifference?: ShadowSink | undefined;
  /** Default: a line on stderr. */
  readonly onProblem?: (problem: ShadowProblem) => void;
  /** Counts events for metrics; absent when metrics are off. */
  readonly count?: (event: CountedEvent) => void;
  /** Clock for the budget, in milliseconds. */
  readonly clock?: () => number;
  /** How long a call waits for the candidate's store. */
  readonly waitMs?: number;
}

/** Destinations of differences and problems. */
export interface ShadowReports extends Pick<CandidateOptions, "onProblem"> {
  readonly onDifference: ShadowSink;
}

/** A comparison takes microseconds. In the long run, comparisons take at most this part of the time. */
const share = 0.05;
/** The most that may be spent at once: a caller's first comparison compiles the caller's policies. */
const burstMs = 100;

/** Compares calls with the candidate that `AUTHORIZER_SHADOW_BUNDLE` names. Its methods never throw or reject. */
export class Shadow {
  readonly #candidate: Candidate;
  readonly #location: string;
  readonly #options: ShadowOptions & ShadowReports;
  readonly #clock: () => number;
  readonly #joinClaims = createClaimUnion();
  #budgetMs = burstMs;
  #paidAtMs: number;
  #notCompared = 0;

  /** @param packaged the bundle inside the deployment package, as parsed JSON */
  constructor(settings: Settings, packaged: unknown, options: ShadowOptions & ShadowReports) {
    const { onProblem, waitMs, clock = () => performance.now() } = options;
    this.#candidate = new Candidate(settings, packaged, {
      onProblem,
      ...(waitMs === undefined ? {} : { waitMs }),
    });
    this.#location = settings.AUTHORIZER_SHADOW_BUNDLE ?? "";
    this.#options = options;
    this.#clock = clock;
    this.#paidAtMs = clock();
  }

  /** Prepares a comparison while the call does its own work. */
  begin(): void {
    this.#candidate.begin();
  }

  /** The claims that both bundles consult; `undefined` when the deciding bundle consults all of them. */
  claimsFor(bundle: OpenedBundle): ReadonlySet<string> | undefined {
    const other = this.#candidate.loaded();
    return other && this.#joinClaims(bundle.consultedClaims, other.consultedClaims);
  }

  async compare(call: SettledCall): Promise<void> {
    const other = await this.#candidate.current();
    if (!other || other.version === call.bundle.version) return;
    const startedMs = this.#clock();
    this.#budgetMs = Math.min(burstMs, this.#budgetMs + (startedMs - this.#paidAtMs) * share);
    this.#paidAtMs = startedMs;
    if (this.#budgetMs <= 0) {
      this.#notCompared++;
      return;
    }
    try {
      this.#compareWith(call, other);
    } catch (error) {
      this.#options.onProblem({ location: this.#location, error, keeps: other.version });
    }
    this.#budgetMs -= this.#clock() - startedMs;
  }

  #compareWith(call: SettledCall, other: OpenedBundle): void {
    const { stage, requestId, principal } = call;
    const live = sideOf(call.own, "deny");
    const tried = attempt(() => {
      assertTrusted(principal, other);
      return call.decide(other);
    });
    const isWhole = knowsClaims(principal, other);
    const found = sideOf(tried, openOutcomeOf(tried, stage));
    // Without all claims, a binding may be missed or a Deny counted by mistake: only an Allow is certain.
    const candidate = isWhole || found.outcome === "allow" ? found : { ...found, ...claimsNotKnown };
    const difference = differenceOf(live, candidate);
    if (difference === undefined) return;
    this.#options.onDifference({
      type: "shadow",
      schemaVersion: 1,
      time: new Date().toISOString(),
      stage,
      requestId,
      difference,
      principal: summarizePrincipal(principal),
      policyVersion: call.bundle.version,
      candidateVersion: other.version,
      live,
      candidate,
      ...(this.#notCompared > 0 ? { notCompared: this.#notCompared } : {}),
    });
    this.#options.count?.("ShadowDifference");
    this.#notCompared = 0;
  }
}

const claimsNotKnown = { outcome: "notYetKnown", reason: "claimsNotCarried" } as const;

/**
 * What a candidate's open answer would be if it decided. The proxy would look up what is wanted, but a candidate causes
 * no look-ups. With nothing to look up, the proxy would refuse.
 */
function openOutcomeOf(tried: Attempt, stage: SettledCall["stage"]): OpenOutcome {
  if (stage === "authorizer" || "error" in tried) return "notYetKnown";
  const isWanting = tried.decision?.asks.some(({ isOpen, wanted }) => isOpen && wanted.size > 0);
  return isWanting ? "notYetKnown" : "deny";
}

/** Whether the principal knows every claim that the bundle consults, as it would if the bundle decided. */
function knowsClaims({ carriedClaims }: VerifiedPrincipal, { consultedClaims }: OpenedBundle): boolean {
  return carriedClaims === undefined || [...consultedClaims].every((name) => carriedClaims.includes(name));
}

/** The same sets give the same object, because callers cache by it. `undefined` if the first set has all. */
function createClaimUnion() {
  let last: { own: ReadonlySet<string>; other: ReadonlySet<string>; union?: ReadonlySet<string> } | undefined;
  return (own: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> | undefined => {
    if (last?.own === own && last.other === other) return last.union;
    const isAll = [...other].every((name) => own.has(name));
    last = { own, other, ...(isAll ? {} : { union: new Set([...own, ...other]) }) };
    return last.union;
  };
}
