/**
 * Shadow mode: each call decided once more by a candidate bundle, after its answer is settled, and every difference
 * recorded. Nothing here can change an answer: there is none that it is asked for.
 */
import { writeRecord } from "../audit/record.ts";
import type { ShadowSink } from "../audit/shadow-record.ts";
import { assertTrusted } from "../bundle/assert-trusted.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import type { Environment } from "../bundle/source/source.ts";
import type { CallDecision } from "../decide/authorize.ts";
import { summarizePrincipal } from "../decide/report.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { CountedEvent } from "../observe/metric-table.ts";
import { type Candidate, createCandidate } from "./candidate.ts";
import { type Attempt, attempt, differenceOf, type OpenOutcome, sideOf } from "./compare.ts";
import { logShadowProblem, type ShadowProblem } from "./shadow-problem.ts";

/** A call whose answer is settled. */
export interface SettledCall {
  readonly stage: "authorizer" | "proxy";
  readonly requestId: string;
  readonly bundle: OpenedBundle;
  readonly principal: VerifiedPrincipal;
  /** What decided the answer. */
  readonly own: Attempt;
  /**
   * Decides the same call by another bundle, with what is known already; it must ask nobody. `undefined`: not what this
   * stage can tell.
   *
   * @throws CodedError for a call that the bundle does not serve
   */
  decide(candidate: OpenedBundle): CallDecision | undefined;
}

/** Compares calls with the candidate. Nothing of it throws or rejects. */
export interface Shadow {
  /** Begins what a comparison will need, beside the call's own work. */
  begin(): void;
  /** The claims that both bundles consult; `undefined` when those of the one that decides are all. */
  claimsFor(bundle: OpenedBundle): ReadonlySet<string> | undefined;
  compare(call: SettledCall): Promise<void>;
}

export interface ShadowOptions {
  /** Default: a line on standard output. */
  readonly onDifference?: ShadowSink | undefined;
  /** Default: a line on stderr. */
  readonly onProblem?: (problem: ShadowProblem) => void;
  /** Told of each, for its metric; nobody counts where metrics are off. */
  readonly count?: (event: CountedEvent) => void;
  /** Clock for the budget, in milliseconds. */
  readonly clock?: () => number;
  /** How long a call waits for a look at the candidate's store. */
  readonly waitMs?: number;
}

/** A comparison takes microseconds. In the long run no more than this part of the time goes into them. */
const share = 0.05;
/** What may be spent at once: the first comparison compiles what belongs to its caller. */
const burstMs = 100;

/**
 * Creates it for the candidate that `AUTHORIZER_SHADOW_BUNDLE` names.
 *
 * @param packaged the bundle inside the deployment package, as parsed JSON
 */
export function createShadow(environment: Environment, packaged: unknown, options: ShadowOptions): Shadow {
  const { onDifference = writeRecord, clock = () => performance.now() } = options;
  const { onProblem = logShadowProblem } = options;
  const candidate: Candidate = createCandidate(environment, packaged, {
    onProblem,
    ...(options.waitMs === undefined ? {} : { waitMs: options.waitMs }),
  });
  const claims = createClaimUnion();
  let budgetMs = burstMs;
  let paidAtMs = clock();
  let notCompared = 0;

  const compareWith = (call: SettledCall, other: OpenedBundle) => {
    const live = sideOf(call.own, "deny");
    const tried = attempt(() => {
      assertTrusted(call.principal, other);
      return call.decide(other);
    });
    const isWhole = knowsClaims(call.principal, other);
    const found = sideOf(tried, openOutcomeOf(tried, call.stage));
    // Without all claims a binding may be missed, and a Deny counted that is not meant: an Allow alone is certain.
    const side = isWhole || found.outcome === "allow" ? found : { ...found, ...claimsNotKnown };
    const difference = differenceOf(live, side);
    if (difference === undefined) return;
    onDifference({
      type: "shadow",
      schemaVersion: 1,
      time: new Date().toISOString(),
      stage: call.stage,
      requestId: call.requestId,
      difference,
      principal: summarizePrincipal(call.principal),
      policyVersion: call.bundle.version,
      candidateVersion: other.version,
      live,
      candidate: side,
      ...(notCompared > 0 ? { notCompared } : {}),
    });
    notCompared = 0;
  };
  return {
    begin: () => candidate.begin(),
    claimsFor(bundle) {
      const other = candidate.loaded();
      return other && claims(bundle.consultedClaims, other.consultedClaims);
    },
    async compare(call) {
      const other = await candidate.current();
      if (!other || other.version === call.bundle.version) return;
      const startedMs = clock();
      budgetMs = Math.min(burstMs, budgetMs + (startedMs - paidAtMs) * share);
      paidAtMs = startedMs;
      if (budgetMs <= 0) {
        notCompared++;
        return;
      }
      try {
        compareWith(call, other);
      } catch (error) {
        onProblem({ location: environment["AUTHORIZER_SHADOW_BUNDLE"] ?? "", error, keeps: other.version });
      }
      budgetMs -= clock() - startedMs;
    },
  };
}

const claimsNotKnown = { outcome: "notYetKnown", reason: "claimsNotCarried" } as const;

/**
 * What a candidate's open answer would be if it decided. The proxy would look up what is wanted, which is not done for a
 * candidate; where there is nothing to look up, it would refuse.
 */
function openOutcomeOf(tried: Attempt, stage: SettledCall["stage"]): OpenOutcome {
  if (stage === "authorizer" || "error" in tried) return "notYetKnown";
  const isWanting = tried.decision?.asks.some(({ isOpen, wanted }) => isOpen && wanted.size > 0);
  return isWanting ? "notYetKnown" : "deny";
}

/** Whether the principal can speak of every claim that the bundle consults, as it could if the bundle decided. */
function knowsClaims({ carriedClaims }: VerifiedPrincipal, { consultedClaims }: OpenedBundle): boolean {
  return carriedClaims === undefined || [...consultedClaims].every((name) => carriedClaims.includes(name));
}

/** Joins two sets; the same object for the same two, since callers remember by it. `undefined` when one is all. */
function createClaimUnion() {
  let last: { own: ReadonlySet<string>; other: ReadonlySet<string>; union?: ReadonlySet<string> } | undefined;
  return (own: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> | undefined => {
    if (last?.own === own && last.other === other) return last.union;
    const isAll = [...other].every((name) => own.has(name));
    last = { own, other, ...(isAll ? {} : { union: new Set([...own, ...other]) }) };
    return last.union;
  };
}
