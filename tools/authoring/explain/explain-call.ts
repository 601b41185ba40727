/** A whole request, decided as the two functions decide it, with every reason as plain data. */

import { lowerAscii } from "../../../shared/ascii.ts";
import {
  type AskDecision,
  type CallDecision,
  type Caller,
  decideRoute,
} from "../../../shared/decide/authorize.ts";
import { describeDenial } from "../../../shared/decide/report.ts";
import { decideWithFacts } from "../../../shared/decide/with-facts.ts";
import { decideWithAttachments } from "../../../shared/decide/with-table.ts";
import { CodedError } from "../../../shared/errors.ts";
import { answerErrorOf } from "../../../shared/request/answer/error-answer.ts";
import { createCanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../../shared/request/decode/decode.ts";
import { findRoute, findServedSchema } from "../../../shared/request/route/served-route.ts";
import type { RoutedCall } from "../../../shared/request/types.ts";
import type { WrittenPolicies } from "../configuration/read/policies.ts";
import type { WrittenFacts } from "../tests/test-file.ts";
import { ToldFacts, type UntoldFact } from "../tests/told-facts.ts";
import { type ExplainedAsk, explainAsk } from "./explain-ask.ts";
import { findLacking, type Lacking } from "./lacking.ts";

/** A request that is refused before policies are evaluated. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

type AuthorizerAnswer = NonNullable<Explanation["authorizer"]>["answer"];

export interface Explanation {
  readonly operation: string | null;
  /** `notKnown`: it depends on something that you could still say. The functions deny what they do not know. */
  readonly outcome: "allow" | "deny" | "notKnown";
  /** Absent where no request is at hand. */
  readonly authorizer?: {
    readonly answer: "allow" | "deny" | "notYetKnown";
    readonly unknown: readonly string[];
  };
  readonly proxy: {
    readonly answer: "allow" | "deny" | "refused";
    readonly status: number;
    readonly message?: string;
  };
  /** Whether attachments from a table count; absent if the bundle alone decides. */
  readonly countsAttachments?: boolean;
  readonly asks: readonly ExplainedAsk[];
  /** What Amazon Connect would tell, and was not given here; absent when there is nothing. */
  readonly untold?: readonly UntoldFact[];
  /** What would allow a call that nothing allows; absent for other calls. */
  readonly lacking?: Lacking;
}

interface ExplainOptions {
  /** The policies' texts that name instances, if they come from a folder. */
  readonly written?: WrittenPolicies;
  /** What Amazon Connect would tell, in the place of the proxy's look-ups. */
  readonly known?: ReadonlyMap<string, WrittenFacts>;
}

/** Explains a request, also one that is refused. Attachments from a table count as they do in the two functions. */
export async function explainCall(
  { attachments, ...caller }: Caller,
  { written = new Map(), known = new Map() }: ExplainOptions = {},
): Promise<Explanation> {
  const facts = new ToldFacts(known);
  const look = attachments ? ({ kind: "attached", attachments } as const) : ({ kind: "none" } as const);
  const source = { find: async () => look };
  const routed = await attempt(() => findRoute(caller.call, caller.bundle.config.routes));
  if (!routed.ok) return refused(null, "notYetKnown", routed.refusal);
  const name = routed.value.row.name;
  const decideEarly = (each: Caller) => ({ decision: decideRoute(each, routed.value) });
  const early = await attempt(() => decideWithAttachments(caller, source, decideEarly, true));
  const answer = early.ok
    ? answerOf(early.value.decided.decision)
    : early.refusal.status === 403
      ? "deny"
      : "notYetKnown";
  const decide = async (each: Caller) => ({ decision: await decideWhole(each, routed.value, facts) });
  const whole = await attempt(() => decideWithAttachments(caller, source, decide));
  if (!whole.ok) return refused(name, answer, whole.refusal);
  const authorizer = { answer, unknown: early.ok ? unknownOf(early.value.decided.decision) : [] };
  const { decided, caller: counted } = whole.value;
  return { authorizer, ...explainDecision(decided.decision, counted, { written, facts }) };
}

interface Looked {
  readonly written: WrittenPolicies;
  readonly facts: ToldFacts;
}

/** @param caller with the attachments, if they count */
function explainDecision(
  decided: CallDecision,
  caller: Caller,
  { written, facts }: Looked,
): Omit<Explanation, "authorizer"> {
  const { bundle, principal, attachments } = caller;
  const { operation, decision, asks } = decided;
  const isAllowed = decision === "allowed";
  const untold = untoldOf(decided, facts);
  const isTellable = untold.length > 0 || asks.some((each) => each.isOpen && dependsOnSaid(each));
  const layers = bundle.layersFor(principal, attachments);
  const lacking = findLacking(decided, caller);
  return {
    operation,
    outcome: isAllowed ? "allow" : decision === "unknown" && isTellable ? "notKnown" : "deny",
    proxy: isAllowed
      ? { answer: "allow", status: 200 }
      : { answer: "deny", status: 403, message: describeDenial(principal, decided) },
    ...(attachments ? { countsAttachments: true } : {}),
    asks: asks.map((each) => explainAsk(each, layers, written)),
    ...(untold.length > 0 ? { untold } : {}),
    ...(lacking ? { lacking } : {}),
  };
}

async function decideWhole(caller: Caller, routed: RoutedCall, facts: ToldFacts): Promise<CallDecision> {
  const schema = findServedSchema(routed.row);
  const input = decodeInput(caller.call, routed, schema);
  const call = createCanonicalCall(routed, input, caller.bundle.config.instances);
  return (await decideWithFacts(caller, call, async (each) => facts.lookUp(each))).decision;
}

/** What a decision depends on, of what Amazon Connect would tell. */
function untoldOf({ decision, asks }: CallDecision, { untold }: ToldFacts): readonly UntoldFact[] {
  if (decision !== "unknown") return [];
  const keys = asks.flatMap((each) =>
    each.isOpen ? each.evaluation.missingContextKeys.map(lowerAscii) : [],
  );
  const isAsked = ({ key }: UntoldFact) => keys.some((each) => each === key || each.startsWith(`${key}/`));
  return [...new Map(untold.filter(isAsked).map((each) => [JSON.stringify(each), each])).values()];
}

/** Keys of the caller and of where a call comes from, which a command line may have left out. */
const saidKeys = /^(?:aws:(?:sourceip|userid|username|tokenissuetime|useragent)$|jwt:)/;

function dependsOnSaid({ evaluation }: AskDecision): boolean {
  return evaluation.missingContextKeys.some((key) => saidKeys.test(lowerAscii(key)));
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

async function attempt<T>(work: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { status, name, message } = answerErrorOf(error);
    return { ok: false, refusal: { status, type: name, message } };
  }
}

function refused(operation: string | null, answer: AuthorizerAnswer, refusal: Refusal): Explanation {
  const { status, message } = refusal;
  return {
    operation,
    outcome: "deny",
    authorizer: { answer, unknown: [] },
    proxy: { answer: "refused", status, message },
    asks: [],
  };
}

function answerOf({ decision }: CallDecision): AuthorizerAnswer {
  if (decision === "allowed") return "allow";
  return decision === "unknown" ? "notYetKnown" : "deny";
}

/** What the authorizer does not know: members of the body, and condition keys. */
function unknownOf(decided: CallDecision): readonly string[] {
  if (decided.decision !== "unknown") return [];
  const open = decided.asks.filter((each) => each.isOpen);
  if (open.length === 0) return ["the instance"];
  return [
    ...new Set(
      open.flatMap(({ ask, evaluation }) => [
        ...(ask.resource === undefined ? [ask.source === "*" ? "the instance" : ask.source] : []),
        ...evaluation.missingContextKeys.filter((key) => key !== "resource"),
      ]),
    ),
  ];
}
