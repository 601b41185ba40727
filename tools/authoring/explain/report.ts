/** An explained call with what its reader needs around it: one sentence, the caller, and what would change the answer. */

import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import type { ExplainedAsk } from "./explain-ask.ts";
import type { Explanation } from "./explain-call.ts";
import { ShortNames } from "./short-names.ts";

/** The id of a caller whose id was not given. Policies do not see it. */
export const unnamed = "(no id given)";

/** Whether the token's signature was checked. */
export type Signature = "valid" | "not checked";

export interface MatchedBinding {
  readonly place: string;
  /** `perhaps`: it depends on a claim that cannot be read. Its Denies and its boundary count, its Allows do not. */
  readonly match: "certain" | "perhaps";
  readonly policies: readonly string[];
  readonly boundary?: string;
}

export interface ReportedCaller {
  /** Absent if it was not given. */
  readonly id?: string;
  readonly name?: string;
  readonly groups: readonly string[];
  readonly issuer: string;
  readonly signature?: Signature;
}

/** What a record says of a call in addition to its decision, and what has changed since. */
export interface RecordedFacts {
  readonly requestId: string;
  readonly time: string;
  readonly stage: string;
  /** Of the bundle that decided; absent if none did. */
  readonly policyVersion?: string;
  /** Of this configuration. */
  readonly configuredVersion: string;
  readonly reason?: string;
  /** How another version, this configuration, decides the recorded questions. */
  readonly today?: Explanation["outcome"];
  /** Whether the record was shortened. */
  readonly isIncomplete: boolean;
}

export interface Report extends Explanation {
  /** The answer in one sentence: by what, and where that is written. */
  readonly summary: string;
  /** Absent for a call without a good token. */
  readonly caller?: ReportedCaller;
  /** Of the configuration's policies, as people here name it; empty for a bundle. */
  readonly folder: string;
  readonly bindings: readonly MatchedBinding[];
  readonly policies: readonly string[];
  readonly boundaries: readonly string[];
  readonly guardrails: readonly string[];
  /** Required members that were left out: `UserId: "some-user-id"`. */
  readonly filledIn: readonly string[];
  /** For an explicit deny, the outcome without the Denies behind it. */
  readonly withoutDeny?: Explanation["outcome"];
  /** Of a call that a record is of. */
  readonly recorded?: RecordedFacts;
  readonly notes: readonly string[];
}

interface Around
  extends Pick<Report, "folder" | "filledIn" | "bindings" | "withoutDeny" | "recorded" | "notes"> {
  /** Absent for a call without a good token. */
  readonly caller?: { readonly principal: VerifiedPrincipal; readonly signature?: Signature };
  readonly guardrails: readonly string[];
}

export function reportOf(
  explanation: Explanation,
  { caller, bindings, guardrails, ...around }: Around,
): Report {
  const report = {
    ...explanation,
    ...around,
    ...(caller ? { caller: reportedCaller(caller) } : {}),
    bindings,
    policies: unique(bindings.flatMap(({ policies }) => policies)),
    boundaries: unique(bindings.flatMap(({ boundary }) => boundary ?? [])),
    guardrails: unique(guardrails),
  };
  return { summary: summarize(report), ...report };
}

function reportedCaller({ principal, signature }: NonNullable<Around["caller"]>): ReportedCaller {
  const { id, name, groups, issuer } = principal;
  return {
    ...(id === unnamed ? {} : { id }),
    ...(name === id ? {} : { name }),
    ...{ groups, issuer },
    ...(signature ? { signature } : {}),
  };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** Says in one sentence what is decided, by what, and where. */
function summarize(report: Summarized): string {
  const { operation, outcome, proxy, asks, caller } = report;
  if (proxy.answer === "refused" && outcome === "deny")
    return `Refused${proxy.status > 0 ? ` (${proxy.status})` : ""}: ${proxy.message ?? report.recorded?.reason ?? "no reason is recorded"}`;
  const who = describeCaller(caller);
  const what = operation ?? "this";
  const decisive = findDecisive(asks);
  const on = decisive ? describeAsk(decisive, what, new ShortNames(asks)) : "it";
  if (outcome === "allow") return `Allowed: ${who} may ${what}${describeAllows(report)}`;
  if (report.recorded && outcome === "notKnown")
    return `Not known: the authorizer left ${what} by ${who} to the proxy, whose record has the same request id`;
  if (outcome === "notKnown" || decisive?.isOpen) {
    const keys = decisive?.missingContextKeys.map((key) => `\`${key}\``).join(", ") || "something";
    const [verdict, why] =
      outcome === "notKnown"
        ? ["Not known", "which is not given"]
        : ["Denied", "which the functions cannot know"];
    return `${verdict}: whether ${who} may ${what} ${on} depends on ${keys}, ${why}`;
  }
  return `Denied: ${who} may not ${what}: ${describeRefusal(report, decisive, on)}`;
}

/** `on agent/u-1`; with the action, if it is not the operation's own. */
function describeAsk({ action, resource }: ExplainedAsk, operation: string, names: ShortNames): string {
  const named = action === `connect:${operation}` ? "" : `(${shortAction(action)}) `;
  return `${named}on ${names.shorten(resource)}`;
}

type Summarized = Omit<Report, "summary">;

function describeRefusal(report: Summarized, decisive: ExplainedAsk | undefined, on: string): string {
  const { bindings, boundaries, countsAttachments, recorded, folder } = report;
  const { layer = "attached", decision, statements: [deny] = [] } = decisive ?? {};
  if (decision === "explicitDeny" && deny)
    return `the Deny ${nameStatement(deny, folder)}${layer === "attached" ? "" : ` of a ${layer}`} forbids it ${on}`;
  // What another version had is not known here; nor is it, of a record, whether a claim matched.
  const isSame = !recorded || recorded.policyVersion === recorded.configuredVersion;
  const some = bindings.filter(({ match }) => match === "certain" || recorded);
  if (isSame && !countsAttachments && some.length === 0) return "no binding matches";
  const [boundary, ...others] = isSame ? boundaries : [];
  const named = boundary === undefined || others.length > 0 ? "a boundary" : `the boundary \`${boundary}\``;
  const whose = { attached: "no policy of the caller", boundary: named, guardrail: "a guardrail" }[layer];
  return `${whose} ${layer === "attached" ? "allows" : "does not allow"} it ${on}`;
}

/** The question that settles the answer, as `combine` of shared/decide/authorize.ts chooses it. */
export function findDecisive(asks: readonly ExplainedAsk[]): ExplainedAsk | undefined {
  return (
    asks.find(({ decision }) => decision === "explicitDeny") ??
    asks.find(({ decision, sort }) => decision === "implicitDeny" && sort === "required") ??
    asks.find(({ isOpen }) => isOpen)
  );
}

function describeCaller(caller: ReportedCaller | undefined): string {
  const { id, name, groups = [] } = caller ?? {};
  if (id !== undefined) return `\`${id}\``;
  if (name !== undefined) return `\`${name}\``;
  const named = groups.map((group) => `\`${group}\``).join(", ");
  return groups.length === 0 ? "this caller" : `a caller in ${named}`;
}

function describeAllows({ asks, folder }: Pick<Report, "asks" | "folder">): string {
  const required = asks.filter(({ sort }) => sort === "required").flatMap(({ statements }) => statements);
  const names = unique(required.map((each) => nameStatement(each, folder)));
  const [first] = names;
  if (first === undefined) return "";
  return `, by the Allow ${first}${names.length > 1 ? ` and ${names.length - 1} more` : ""}`;
}

/** `POLICY#Sid (config/policies/POLICY.json:4:5)` */
export function nameStatement({ policy, sid, index, ...at }: MatchedStatement, folder: string): string {
  return `${policy}#${sid ?? index} (${placeOf(at, folder)})`;
}

/** Where a statement is written, as the current folder sees it. */
export function placeOf(
  { file, line, column }: Pick<MatchedStatement, "file" | "line" | "column">,
  folder: string,
): string {
  return `${pathIn(folder, file)}:${line}:${column}`;
}

/** Names a file of the configuration's folder. */
export function pathIn(folder: string, file: string): string {
  return folder === "" || folder === "." ? file : `${folder}/${file}`;
}

export function shortAction(action: string): string {
  return action.replace(/^connect:/, "");
}
