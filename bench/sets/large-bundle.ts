/**
 * Bundles of any size, of real operations and of resources that statements name: for what a cold start takes.
 *
 * One statement in five is about resources whose ids begin and end alike, one in ten is a Deny, one in four has a condition.
 */
import { createBundle } from "../../shared/bundle/bundle.ts";
import type { Binding, Bundle, Configuration } from "../../shared/bundle/types.ts";
import { DocumentError } from "../../shared/errors.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";

/** `spread`: each policy has a group of its own. `together`: one group has all policies. */
export type BundleLayout = "spread" | "together";

export interface BundleSize {
  readonly policies: number;
  readonly statementsPerPolicy: number;
  readonly layout: BundleLayout;
}

/** A call that a statement of a large bundle speaks of, and what the bundle makes of it. */
export interface LargeCall {
  /** Of the caller. */
  readonly group: string;
  readonly path: string;
  readonly expected: "allowed" | "explicitDeny";
}

export const issuer = "https://issuer.example";
export const callerName = "bench";
const accountId = "123456789012";
const region = "us-east-1";
const instanceCount = 20;

/** Resource types, where their descriptions are had, and operations on one resource of each. */
const kinds = [
  {
    type: "agent",
    path: "users",
    actions: ["DescribeUser", "DeleteUser", "UpdateUserHierarchy", "UpdateUserIdentityInfo"],
  },
  {
    type: "queue",
    path: "queues",
    actions: ["DescribeQueue", "DeleteQueue", "UpdateQueueName", "UpdateQueueStatus"],
  },
  {
    type: "routing-profile",
    path: "routing-profiles",
    actions: ["DescribeRoutingProfile", "DeleteRoutingProfile", "UpdateRoutingProfileName"],
  },
  {
    type: "security-profile",
    path: "security-profiles",
    actions: ["DescribeSecurityProfile", "DeleteSecurityProfile", "UpdateSecurityProfile"],
  },
  {
    type: "contact-flow",
    path: "contact-flows",
    actions: ["DescribeContactFlow", "DeleteContactFlow", "UpdateContactFlowName"],
  },
  {
    type: "operating-hours",
    path: "hours-of-operations",
    actions: ["DescribeHoursOfOperation", "DeleteHoursOfOperation", "UpdateHoursOfOperation"],
  },
] as const;

/** Spreads numbers over 32 bits, the same at each run (the finalizer of MurmurHash3). */
function scatter(value: number): number {
  let bits = value + 0x9e3779b9;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const hex = (value: number) => scatter(value).toString(16).padStart(8, "0");
const instanceOf = (i: number) => `00fbeee1-123e-111e-93e3-${hex(1_000_000 + (i % instanceCount))}0000`;
const resourceIdOf = (i: number) => `${hex(i)}-0000-4000-8000-${hex(i + 500_000)}0000`;
const effectOf = (i: number) => (i % 10 === 9 ? "Deny" : "Allow");

function kindOf(i: number) {
  const kind = kinds[i % kinds.length];
  if (kind === undefined) throw new RangeError(`no kind ${i}`);
  return kind;
}

function actionOf(i: number): string {
  const { actions } = kindOf(i);
  return actions[scatter(i + 1) % actions.length] ?? actions[0];
}

function statementOf(i: number): object {
  const instance = `arn:aws:connect:${region}:${accountId}:instance/${instanceOf(i)}`;
  const resource = `${instance}/${kindOf(i).type}/${resourceIdOf(i)}`;
  return {
    Sid: `Bench${i}`,
    Effect: effectOf(i),
    Action: `connect:${actionOf(i)}`,
    Resource: i % 5 === 4 ? `${resource.slice(0, -4)}*0` : resource,
    ...(i % 4 === 3 ? { Condition: { StringEquals: { "aws:username": callerName } } } : {}),
  };
}

function policyOf(p: number, perPolicy: number): PolicyDocument {
  const Statement = Array.from({ length: perPolicy }, (_, at) => statementOf(p * perPolicy + at));
  const text = JSON.stringify({ Version: "2012-10-17", Statement });
  const parsed = parsePolicy(text, { name: `policy-${p}`, file: `policies/policy-${p}.json` });
  if (!parsed.ok) throw new DocumentError(parsed.issues);
  return parsed.document;
}

/** Makes the bundle; its one issuer has the given keys. */
export function createLargeBundle(
  { policies: count, statementsPerPolicy, layout }: BundleSize,
  jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] },
): Bundle {
  const policies = Array.from({ length: count }, (_, p) => policyOf(p, statementsPerPolicy));
  const names = policies.map(({ name }) => name);
  const bindings: readonly Binding[] =
    layout === "together"
      ? [{ match: { groups: ["group-0"] }, policies: names }]
      : names.map((name, p) => ({ match: { groups: [`group-${p}`] }, policies: [name] }));
  const config: Configuration = {
    instances: Array.from({ length: instanceCount }, (_, i) => {
      const id = instanceOf(i);
      const arn = `arn:aws:connect:${region}:${accountId}:instance/${id}`;
      return { arn, partition: "aws", region, accountId, id };
    }),
    issuers: [{ issuer, audience: ["bench"], claims: { id: "sub", name: "name", groups: "groups" }, jwks }],
    bindings,
    guardrails: [],
    mode: "enforce",
    tokenHeader: "authorization",
    routes: [],
  };
  return createBundle(config, policies);
}

/** Lists calls that describe what a statement names, spread over the whole bundle. */
export function createLargeCalls(size: BundleSize, count: number): readonly LargeCall[] {
  const statements = size.policies * size.statementsPerPolicy;
  const calls: LargeCall[] = [];
  for (let k = 0; calls.length < count; k++) {
    let i = Math.floor((k * statements) / count) % statements;
    while (!actionOf(i).startsWith("Describe")) i = (i + 1) % statements;
    const policy = size.layout === "together" ? 0 : Math.floor(i / size.statementsPerPolicy);
    calls.push({
      group: `group-${policy}`,
      path: `/${kindOf(i).path}/${instanceOf(i)}/${resourceIdOf(i)}`,
      expected: effectOf(i) === "Deny" ? "explicitDeny" : "allowed",
    });
  }
  return calls;
}
