/** One action on the resources of a request → its `EvaluationResult`. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { findResourceType, operations } from "../../../shared/catalog/catalog.ts";
import type { CompiledPolicySet, MatchedStatement } from "../../../shared/policy/evaluate/compile.ts";
import { type EvaluationRequest, evaluatePolicies } from "../../../shared/policy/evaluate/evaluate.ts";
import { evaluateLayers } from "../../../shared/policy/evaluate/layers.ts";
import type { RequestContext } from "../../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import type { AnswerStatement, CompiledPolicies } from "./policy-set.ts";

/** From the least to the most restrictive. */
const decisions = ["allowed", "implicitDeny", "explicitDeny"] as const;
export type AnswerDecision = (typeof decisions)[number];

export interface Simulation {
  readonly policies: CompiledPolicies;
  readonly context: RequestContext;
  /** `*`, or ARNs. */
  readonly resources: readonly string[];
  /** Whether a resource belongs to another account than the caller's, so that both must allow. */
  readonly isForeign: (resource: string) => boolean;
}

type DecisionDetails = Readonly<Record<string, AnswerDecision>>;

interface BoundaryDetail {
  readonly AllowedByPermissionsBoundary: boolean;
}

interface ResourceResult {
  readonly EvalResourceName: string;
  readonly EvalResourceDecision: AnswerDecision;
  readonly MatchedStatements?: readonly AnswerStatement[];
  readonly MissingContextValues?: readonly string[];
  readonly PermissionsBoundaryDecisionDetail?: BoundaryDetail;
  readonly EvalDecisionDetails?: DecisionDetails;
}

/** As the IAM API Reference has it. */
export interface EvaluationResult {
  readonly EvalActionName: string;
  readonly EvalResourceName: string;
  readonly EvalDecision: AnswerDecision;
  readonly MatchedStatements: readonly AnswerStatement[];
  readonly MissingContextValues: readonly string[];
  readonly OrganizationsDecisionDetail?: { readonly AllowedByOrganizations: boolean };
  readonly PermissionsBoundaryDecisionDetail?: BoundaryDetail;
  readonly EvalDecisionDetails?: DecisionDetails;
  readonly ResourceSpecificResults?: readonly ResourceResult[];
}

export function simulateAction(action: string, simulation: Simulation): EvaluationResult {
  const { policies, resources } = simulation;
  const verdicts = resources.map((resource) => judge(action, resource, simulation));
  const isOnAll = resources.join() === "*";
  const isByOrganizations = verdicts.every(({ byOrganizations }) => byOrganizations !== false);
  const hasOrganization = verdicts.some(({ byOrganizations }) => byOrganizations !== undefined);
  const matched = new Set(verdicts.flatMap((each) => each.matched));
  return {
    EvalActionName: action,
    EvalResourceName: nameOfResources(action, resources),
    EvalDecision: mostRestrictive(verdicts.map(({ decision }) => decision)),
    MatchedStatements: [...matched].flatMap((each) => policies.statements.get(each) ?? []),
    MissingContextValues: [...new Set(verdicts.flatMap(({ missing }) => missing))],
    ...(hasOrganization
      ? { OrganizationsDecisionDetail: { AllowedByOrganizations: isByOrganizations } }
      : {}),
    ...boundaryDetail(
      policies,
      verdicts.every(({ byBoundary }) => byBoundary),
    ),
    ...(isOnAll || !isByOrganizations
      ? {}
      : { EvalDecisionDetails: mergeDetails(verdicts.map(({ details }) => details)) }),
    ...(isOnAll ? {} : { ResourceSpecificResults: verdicts.map((each) => resultOf(each, policies)) }),
  };
}

function resultOf(verdict: Verdict, policies: CompiledPolicies): ResourceResult {
  const matched = verdict.matched.flatMap((each) => policies.statements.get(each) ?? []);
  const { resource, decision, missing, byBoundary, byOrganizations, details } = verdict;
  return {
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    // AWS leaves out what is empty.
    ...(matched.length > 0 ? { MatchedStatements: matched } : {}),
    ...(missing.length > 0 ? { MissingContextValues: missing } : {}),
    ...boundaryDetail(policies, byBoundary),
    ...(Object.keys(details).length > 0 && byOrganizations !== false ? { EvalDecisionDetails: details } : {}),
  };
}

function boundaryDetail({ boundaries }: CompiledPolicies, isAllowed: boolean) {
  return boundaries.length === 0
    ? {}
    : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: isAllowed } };
}

interface Verdict {
  readonly resource: string;
  readonly decision: AnswerDecision;
  readonly matched: readonly MatchedStatement[];
  readonly missing: readonly string[];
  readonly byBoundary: boolean;
  /** `undefined`: there are no policies of an organization. */
  readonly byOrganizations: boolean | undefined;
  /** By type of policy; only across accounts. */
  readonly details: DecisionDetails;
}

function judge(action: string, resource: string, { policies, context, isForeign }: Simulation): Verdict {
  const request = { action, resource, context };
  const identity = evaluateLayers(policies.layers, request);
  const byResource = policies.resource && evaluatePolicies(policies.resource, request);
  const byOrganizations = isAllowedByOrganizations(policies, request);
  const isAcross = byResource !== undefined && isForeign(resource);
  const both = byResource ? [identity, byResource] : [identity];
  const denies = both.filter(({ decision }) => decision === "explicitDeny");
  const allows = both.filter(({ decision }) => decision === "allowed");
  const isAllowed = isAcross ? allows.length === 2 : allows.length > 0;
  const decision =
    denies.length > 0 ? "explicitDeny" : isAllowed && byOrganizations !== false ? "allowed" : "implicitDeny";
  const deciding = decision === "explicitDeny" ? denies : decision === "allowed" ? allows : [];
  // An organization's denial ends AWS's simulation, which then names nothing else.
  const isEnded = byOrganizations === false;
  return {
    resource,
    decision,
    matched: isEnded ? [] : deciding.flatMap(({ matched }) => matched),
    missing: isEnded || decision !== "implicitDeny" ? [] : missingKeys(policies, context),
    byBoundary: policies.boundaries.every((set) => allowsBy(set, request)),
    byOrganizations,
    details: isAcross ? detailsOf(policies, request) : {},
  };
}

function allowsBy(set: CompiledPolicySet, request: EvaluationRequest): boolean {
  return evaluatePolicies(set, request).decision === "allowed";
}

/** `undefined` where there is nothing of an organization. */
function isAllowedByOrganizations(
  { levels, layers }: CompiledPolicies,
  request: EvaluationRequest,
): boolean | undefined {
  if (levels.length + layers.guardrails.length === 0) return undefined;
  return (
    levels.every((set) => allowsBy(set, request)) &&
    // A guardrail that only denies allows what it does not deny.
    layers.guardrails.every((set) =>
      set.hasAllow ? allowsBy(set, request) : evaluatePolicies(set, request).decision !== "explicitDeny",
    )
  );
}

/** Across accounts, each type of policy must allow. */
function detailsOf(policies: CompiledPolicies, request: EvaluationRequest): DecisionDetails {
  const decide = (sets: readonly CompiledPolicySet[]) =>
    mostRestrictive(
      sets.map((set) => {
        const { decision } = evaluatePolicies(set, request);
        return decision === "unknown" ? "implicitDeny" : decision;
      }),
    );
  return {
    "IAM Policy": decide([policies.layers.attached]),
    ...(policies.resource ? { "Resource Policy": decide([policies.resource]) } : {}),
    ...(policies.boundaries.length > 0 ? { "Permissions Boundary Policy": decide(policies.boundaries) } : {}),
  };
}

function mergeDetails(all: readonly DecisionDetails[]): DecisionDetails {
  const types = new Set(all.flatMap((details) => Object.keys(details)));
  return Object.fromEntries(
    [...types].map((type) => [type, mostRestrictive(all.flatMap((details) => details[type] ?? []))]),
  );
}

function mostRestrictive(given: readonly AnswerDecision[]): AnswerDecision {
  return decisions.findLast((decision) => given.includes(decision)) ?? "implicitDeny";
}

/** All keys of the policies that have no value, as AWS's simulator lists them, whatever they would change. */
function missingKeys({ keys }: CompiledPolicies, context: RequestContext): readonly string[] {
  return [...keys].flatMap(([lowerKey, key]) => {
    const value = context.get(lowerKey);
    return value === undefined || value === UNKNOWN ? [key] : [];
  });
}

/** One resource by its ARN, several by the form of the action's resource type: what AWS's simulator answers. */
function nameOfResources(action: string, resources: readonly string[]): string {
  const [first = "*"] = resources;
  if (resources.length === 1) return first;
  const lowerAction = lowerAscii(action);
  const row = operations().find((each) => lowerAscii(each.action) === lowerAction);
  const [form] = row?.targets.flatMap(({ type }) => findResourceType(type)?.arn ?? []) ?? [];
  const partition = first.split(":")[1] ?? "aws";
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the reference writes variables
  return form?.replace("${Partition}", partition) ?? "*";
}
