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
import type { EvaluationRequest, MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayer, PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { answerErrorOf } from "../../../shared/request/answer/error-answer.ts";
import { createCanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../../shared/request/decode/decode.ts";
import { findRoute, findServedSchema } from "../../../shared/request/route/served-route.ts";
import type { RoutedCall } from "../../../shared/request/types.ts";
import type { WrittenPolicies } from "../../authoring/configuration/read/policies.ts";
import type { ConditionExplanation, StatementExplanation } from "../../authoring/policy/explain.ts";
import { explainPolicies } from "../../authoring/policy/explain.ts";
import type { WrittenFacts } from "../../authoring/tests/test-file.ts";
import { ToldFacts, type UntoldFact } from "../../authoring/tests/told-facts.ts";
import { findLacking, type Lacking } from "./lacking.ts";
import { formatStatement } from "./statement-text.ts";

/** A request that is refused before policies are evaluated. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** A statement that has the action but does not apply, and the first reason. */
export interface PassedStatement {
  readonly statement: string;
  readonly because: string;
}

/** A text of a statement that names an instance. */
export interface NamedText {
  readonly statement: string;
  /** `policies/NAME.json:line:column` */
  readonly at: string;
  readonly written: string;
  /** What the bundle holds. */
  readonly resolved: string;
}

export interface ExplainedAsk {
  readonly action: string;
  readonly resource: string | null;
  readonly sort: "required" | "referenced";
  /** Member path that the resource comes from, or `*`. */
  readonly source: string;
  readonly decision: string;
  readonly layer?: PolicyLayer;
  readonly statements: readonly MatchedStatement[];
  readonly missingContextKeys: readonly string[];
  readonly passed: readonly PassedStatement[];
  /** Whether the answer depends on something that is not known; absent when it does not. */
  readonly isOpen?: true;
  /** Statements that apply because a value could not be read; absent when there are none. */
  readonly unreadable?: readonly PassedStatement[];
  /** What these statements have in the place of names; absent when they name no instance. */
  readonly names?: readonly NamedText[];
}

type AuthorizerAnswer = NonNullable<Explanation["authorizer"]>["answer"];

export interface Explanation {
  readonly operation: string | null;
  /** `notKnown`: it depends on something that could still be told. The functions deny what they do not know. */
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
  /** What Amazon Connect would tell, and was not told here; absent when there is nothing. */
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
  const source = attachments && { find: async () => ({ kind: "attached", attachments }) as const };
  const routed = await attempt(() => findRoute(caller.call, caller.bundle.config.routes));
  if (!routed.ok) return refused(null, "notYetKnown", routed.refusal);
  const name = routed.value.row.name;
  const decideEarly = (each: Caller) => ({ decision: decideRoute(each, routed.value) });
  const early = await attempt(() => decideWithAttachments(caller, source, decideEarly, ["implicitDeny"]));
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

/** What the policies say to one question of a call. */
export function explainAsk(
  { ask, evaluation, context, isOpen }: AskDecision,
  layers: PolicyLayers | undefined,
  written: WrittenPolicies = new Map(),
): ExplainedAsk {
  const { action, resource, sort, source } = ask;
  const sets = layers ? [layers.attached, ...layers.boundaries, ...layers.guardrails] : [];
  const request: EvaluationRequest = { action, resource: resource ?? UNKNOWN, context };
  const considered = sets.flatMap((set) => explainPolicies(set, request).statements);
  const unreadable = considered.flatMap(unreadableStatement);
  const isPassed = ({ result, action: element }: StatementExplanation) =>
    result !== "match" && element.result === "match";
  const isBehind = ({ policy, index }: StatementExplanation) =>
    evaluation.matched.some((each) => each.policy === policy && each.index === index);
  const named = considered
    .filter((each) => isBehind(each) || isPassed(each))
    .flatMap((each) => namedTexts(each, written));
  return {
    action,
    resource: resource ?? null,
    sort,
    source,
    decision: evaluation.decision,
    ...(evaluation.layer ? { layer: evaluation.layer } : {}),
    statements: evaluation.matched,
    missingContextKeys: evaluation.missingContextKeys,
    passed: considered.filter(isPassed).map(passedStatement),
    ...(isOpen && isUndecided(ask, evaluation) ? { isOpen } : {}),
    ...(unreadable.length > 0 ? { unreadable } : {}),
    ...(named.length > 0 ? { names: named } : {}),
  };
}

/** A required target that nothing allows is open to nobody. */
function isUndecided({ sort }: AskDecision["ask"], { decision }: AskDecision["evaluation"]): boolean {
  return decision === "unknown" || (sort === "referenced" && decision !== "explicitDeny");
}

function namedTexts(statement: StatementExplanation, written: WrittenPolicies): readonly NamedText[] {
  const own = [...(written.get(statement.policy) ?? [])].filter(([path]) =>
    path.startsWith(`Statement[${statement.index}].`),
  );
  return own.map(([, text]) => ({
    statement: nameStatement(statement),
    at: `${statement.file}:${text.line}:${text.column}`,
    written: text.written,
    resolved: text.resolved,
  }));
}

function nameStatement({ start, ...statement }: StatementExplanation): string {
  return formatStatement({ ...statement, ...start });
}

function unreadableStatement(statement: StatementExplanation): readonly PassedStatement[] {
  const found = statement.conditions.find(({ unreadable }) => unreadable !== undefined);
  if (statement.result !== "match" || found === undefined) return [];
  return [{ statement: nameStatement(statement), because: describeCondition(found) }];
}

function describeCondition({
  operator,
  key,
  requestValue,
  result,
  unreadable,
}: ConditionExplanation): string {
  const has = describeValue(requestValue);
  const why = unreadable === undefined ? "" : `; ${unreadable}`;
  return `${operator} on \`${key}\` ${wordOf(result)}: ${has}${why}`;
}

function describeValue(value: ConditionExplanation["requestValue"]): string {
  if (value === null) return "the request has no such key";
  if (typeof value === "object" && "unknown" in value) return "what the request has is not known here";
  return `the request has ${JSON.stringify(value)}`;
}

function passedStatement(statement: StatementExplanation): PassedStatement {
  const { resource, conditions } = statement;
  const name = nameStatement(statement);
  if (resource.result !== "match") {
    const listed = resource.patterns.map(({ value }) => `\`${value}\``).join(", ");
    return { statement: name, because: `${resource.element} ${listed} ${wordOf(resource.result)}` };
  }
  const [failed] = conditions.filter(({ result }) => result !== "match");
  if (!failed) return { statement: name, because: "it does not apply" };
  return { statement: name, because: describeCondition(failed) };
}

function wordOf(result: "match" | "noMatch" | "unknown"): string {
  if (result === "match") return "matches";
  return result === "unknown" ? "is not known to match" : "does not match";
}
