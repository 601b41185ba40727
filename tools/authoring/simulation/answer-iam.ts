/**
 * IAM's policy simulator with this product's engine: requests and answers of `SimulateCustomPolicy`,
 * `SimulatePrincipalPolicy`, `GetContextKeysForCustomPolicy` and `GetContextKeysForPrincipalPolicy` (IAM API Reference).
 * What the reference leaves open is as AWS's own answers have it; docs/how-to/simulate.md lists the differences.
 */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import type { RequestContext } from "../../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { checkRequest } from "./check-request.ts";
import { type ConfiguredCaller, findCaller, readCallerKeys } from "./configured-caller.ts";
import { type ContextValues, readContextEntries } from "./context-entries.ts";
import {
  accountOf,
  type EntityArn,
  readCallerArn,
  readPolicySource,
  readResourceOwner,
  readResources,
} from "./iam-arn.ts";
import { invalidInput } from "./iam-error.ts";
import type { IamOperation, IamRequest, PolicyExclusion } from "./iam-model.ts";
import { parseInput } from "./input-policies.ts";
import { compileSimulated, keysOf, type SimulatedPolicies } from "./policy-set.ts";
import { readResourcePolicy } from "./resource-policy.ts";
import { type EvaluationResult, type Simulation, simulateAction } from "./simulate-action.ts";

export interface SimulationAnswer {
  readonly EvaluationResults: readonly EvaluationResult[];
  readonly IsTruncated: boolean;
  /** Where the next page begins. */
  readonly Marker?: string;
}

/** IAM may answer with fewer results than MaxItems; here, so that each answer stays below some 50 megabytes. */
const mostResults = 100_000;

export type IamAnswer = SimulationAnswer | { readonly ContextKeyNames: readonly string[] };

/**
 * @param request as JSON has it
 * @param bundle the configuration whose callers `PolicySourceArn` names
 * @throws IamError
 */
export function answerIam(operation: IamOperation, request: unknown, bundle?: Bundle): IamAnswer {
  const checked = checkRequest(operation, request);
  if (operation.startsWith("GetContextKeys")) {
    const { attached, denying, boundaries } = policiesOf(checked, new Map(), bundle);
    return {
      ContextKeyNames: [...keysOf([compilePolicies([...attached, ...denying, ...boundaries])]).values()],
    };
  }
  const { ActionNames: actions = [], MaxItems: count = 100 } = checked;
  if (actions.length === 0) throw invalidInput("ActionNames cannot be null or empty.");
  if (!actions.every((action) => action.includes(":")))
    throw invalidInput("The action is invalid since it is missing names");
  const start = readMarker(operation, checked.Marker);
  const simulation = prepare(checked, bundle);
  const fitting = Math.max(1, Math.floor(mostResults / simulation.resources.length));
  const end = start + Math.min(count, fitting);
  const page = actions.slice(start, end);
  const isTruncated = end < actions.length;
  return {
    EvaluationResults: page.map((action) => simulateAction(action, simulation)),
    IsTruncated: isTruncated,
    ...(isTruncated ? { Marker: writeMarker(operation, end) } : {}),
  };
}

function writeMarker(operation: IamOperation, start: number): string {
  return Buffer.from(`${operation}:${start}`).toString("base64url");
}

function readMarker(operation: IamOperation, marker: string | undefined): number {
  if (marker === undefined) return 0;
  const [name, start = ""] = Buffer.from(marker, "base64url").toString().split(":");
  if (name !== operation || !/^[1-9]\d{0,8}$/.test(start))
    throw invalidInput("Invalid marker for pagination.");
  return Number(start);
}

function prepare(request: IamRequest, bundle: Bundle | undefined): Simulation {
  const { PolicySourceArn: source } = request;
  const resources = readResources(request.ResourceArns ?? []);
  assertHandled(request, resources);
  const entries = readContextEntries(request.ContextEntries ?? []);
  const caller = readCaller(request);
  const owner = request.ResourceOwner === undefined ? undefined : readResourceOwner(request.ResourceOwner);
  const policies = policiesOf(request, entries, bundle);
  const resource = resourcePolicyOf(request, resources, caller);
  return {
    policies: compileSimulated(resource === undefined ? policies : { ...policies, resource }),
    context: contextOf(entries, caller, source === undefined ? undefined : bundle),
    resources,
    isForeign: (each) => (accountOf(each) ?? owner ?? caller?.account) !== caller?.account,
  };
}

/** The one who has the policies calls, unless the request names another caller. */
function readCaller({ CallerArn: caller, PolicySourceArn: source }: IamRequest): EntityArn | undefined {
  if (caller !== undefined) return readCallerArn(caller);
  return source === undefined ? undefined : readPolicySource(source);
}

/** The scenarios of Amazon EC2 that the option names. */
const handling = /^EC2-(?:Classic|VPC)-(?:InstanceStore|EBS)(?:-Subnet)?$/;

function assertHandled(
  { ResourceHandlingOption: option, ActionNames = [] }: IamRequest,
  resources: readonly string[],
) {
  if (option === undefined || resources.join() === "*") return;
  const other = ActionNames.find((action) => action !== "ec2:RunInstances" || !handling.test(option));
  if (other === undefined) return;
  const problem = "Invalid input resource handling options.";
  throw invalidInput(`${problem} Action does not support resource handling options: ${other}.`);
}

function resourcePolicyOf(
  { ResourcePolicy: text }: IamRequest,
  resources: readonly string[],
  caller: EntityArn | undefined,
): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  if (caller === undefined) throw invalidInput("Invalid caller - Caller cannot be null or empty.");
  if (resources.join() === "*")
    throw invalidInput("Invalid Entity Arn: * does not clearly define entity type and name.");
  return readResourcePolicy(text, caller);
}

/** The policies of the caller, and those that the request brings along. */
function policiesOf(
  request: IamRequest,
  entries: ContextValues,
  bundle: Bundle | undefined,
): Omit<SimulatedPolicies, "resource"> {
  const { PermissionsBoundaryPolicyInputList: given = [], PolicySourceArn: arn } = request;
  if (given.length > 1)
    throw invalidInput("The list of Permissions Boundary policies cannot exceed 1 items.");
  const inputs = parseAll(request.PolicyInputList, "PolicyInputList");
  const boundaries = parseAll(given, "PermissionsBoundaryPolicyInputList");
  const levels = (request.OrderedOrganizationPolicyInputList ?? []).map((level, index) => {
    const texts = level.ServiceControlPolicyInputList ?? [];
    const at = index + 1;
    if (texts.length === 0)
      throw invalidInput(
        `Organization policy at index ${at} must contain at least one service control policy`,
      );
    return parseAll(texts, `OrderedOrganizationPolicyInputList.${at}`);
  });
  const none = { attached: [], denying: [], boundaries: [], guardrails: [] };
  const own = arn === undefined ? none : callerOf(arn, { request, entries, bundle });
  return {
    attached: [...own.attached, ...inputs],
    denying: own.denying,
    // One that is given takes the place of what the caller has.
    boundaries: boundaries.length > 0 ? boundaries : own.boundaries,
    levels,
    guardrails: own.guardrails,
  };
}

function parseAll(texts: readonly string[] = [], name: string): readonly PolicyDocument[] {
  return texts.map((text, index) => parseInput(text, `${name}.${index + 1}`));
}

interface Asked {
  readonly request: IamRequest;
  readonly entries: ContextValues;
  readonly bundle: Bundle | undefined;
}

/** What the configuration gives the caller, without the policies that the request excludes. */
function callerOf(arn: string, { request, entries, bundle }: Asked): ConfiguredCaller {
  const source = readPolicySource(arn);
  if (bundle === undefined)
    throw invalidInput(
      "PolicySourceArn names a caller of a configuration: name the configuration, by --config",
    );
  const own = findCaller(source, entries, bundle);
  const excluded = request.PolicyExclusionList ?? [];
  for (const { PolicyArn } of excluded) if (PolicyArn !== undefined) assertPolicyArn(PolicyArn);
  const isOut = (type: string) => excluded.some(({ PolicyType }) => PolicyType === type);
  const kept = (documents: readonly PolicyDocument[]) =>
    isOut("user-managed") ? [] : documents.filter(({ name }) => !excluded.some((each) => names(each, name)));
  return {
    attached: kept(own.attached),
    denying: kept(own.denying),
    boundaries: isOut("permission-boundary") ? [] : own.boundaries,
    guardrails: isOut("scp") ? [] : own.guardrails,
  };
}

const policyForm = /^arn:[a-z-]+:iam::(?:aws|\d{12}):policy\/(?:[^/*?]+\/)*([^/*?]+)$/;

function assertPolicyArn(arn: string): void {
  if (!policyForm.test(arn)) throw invalidInput(`Invalid policy ARN: ${arn}.`);
}

function names({ PolicyArn }: PolicyExclusion, policy: string): boolean {
  return PolicyArn !== undefined && policyForm.exec(PolicyArn)?.[1] === policy;
}

/** The request's own entries, and what is known of the caller. */
function contextOf(
  entries: ContextValues,
  caller: EntityArn | undefined,
  bundle: Bundle | undefined,
): RequestContext {
  if (caller === undefined) return entries;
  if (bundle !== undefined) {
    const known = readCallerKeys(caller, entries, bundle.config);
    return { get: (key) => entries.get(key) ?? known(key) };
  }
  const known = new Map([
    ["aws:userid", caller.arn],
    ["aws:principalarn", caller.arn],
    ["aws:principalaccount", caller.account],
    ...(caller.kind === "user" ? [["aws:username", caller.name] as const] : []),
  ]);
  return { get: (key) => entries.get(key) ?? known.get(key) };
}
