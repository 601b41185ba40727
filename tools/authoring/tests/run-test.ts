/** Decides a test as the proxy decides a call, and compares the decision with what the test expects. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { CallDecision } from "../../../shared/decide/authorize.ts";
import { decideWithFacts } from "../../../shared/decide/with-facts.ts";
import { CodedError } from "../../../shared/errors.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import { isDeciding } from "./deciding-statement.ts";
import type { PolicyTest } from "./read-tests.ts";
import { ToldFacts, type UntoldFact } from "./told-facts.ts";

/** `unknown` and `refused` calls are denied: by neither a statement nor the lack of one. */
type Came = "allow" | "explicitDeny" | "implicitDeny" | "unknown" | "refused";

export interface TestResult {
  readonly test: PolicyTest;
  readonly holds: boolean;
  readonly came: Came;
  /** Absent for a call that is refused before policies are evaluated. */
  readonly decision?: CallDecision;
  /** Why it is refused. */
  readonly refusal?: string;
  /** The statements that decided: the Denies of an explicit deny, or the Allows. */
  readonly statements: readonly MatchedStatement[];
  /** Properties that the decision asked for and the test does not tell. */
  readonly untold: readonly UntoldFact[];
}

const outcomeOf = {
  allowed: "allow",
  explicitDeny: "explicitDeny",
  implicitDeny: "implicitDeny",
  unknown: "unknown",
} as const satisfies Record<CallDecision["decision"], Came>;

const timeKeys: ReadonlySet<string> = new Set(["aws:currenttime", "aws:epochtime"]);

export async function runTest(test: PolicyTest, bundle: OpenedBundle): Promise<TestResult> {
  const { principal, call, known, atMs } = test;
  if (!call.canonical) return refused(test, call.refusal ?? "");
  const facts = new ToldFacts(known);
  const moment = atMs === undefined ? { unseen: timeKeys } : { nowMs: atMs };
  try {
    const caller = { bundle, principal, call: call.http, ...moment };
    const { decision } = await decideWithFacts(caller, call.canonical, async (each) => facts.lookUp(each));
    const came = outcomeOf[decision.decision];
    const statements = statementsOf(decision);
    const result = { test, came, decision, statements, untold: facts.untold };
    return { ...result, holds: isExpected(test, came) && isByRight(test, statements) };
  } catch (error) {
    if (error instanceof CodedError) return refused(test, error.message);
    throw error;
  }
}

function refused(test: PolicyTest, refusal: string): TestResult {
  const holds = test.expect === "deny" && test.by === undefined;
  return { test, holds, came: "refused", refusal, statements: [], untold: [] };
}

function isExpected({ expect }: PolicyTest, came: Came): boolean {
  return expect === "deny" ? came !== "allow" : came === expect;
}

function isByRight({ by }: PolicyTest, statements: readonly MatchedStatement[]): boolean {
  return by === undefined || statements.some((statement) => isDeciding(by, statement));
}

/** Of an allowed call, the Allows of all that had to be allowed. */
function statementsOf({ decision, decisive, asks }: CallDecision): readonly MatchedStatement[] {
  if (decision === "explicitDeny") return decisive.evaluation.matched;
  if (decision !== "allowed") return [];
  const allowed = asks.filter(({ ask }) => ask.sort === "required");
  return [...new Set(allowed.flatMap(({ evaluation }) => evaluation.matched))];
}
