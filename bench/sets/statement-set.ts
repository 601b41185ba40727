/**
 * The 20 statements of the comparison: a team that onboards agents and handles contacts, in the manner of AWS's own
 * examples for Amazon Connect (administrator guide, "Amazon Connect resource-level policy examples").
 *
 * Most have one action and one resource, which favours the engines that turn each pair into a row of its own.
 */
import type { BenchRequest, BenchStatement } from "../engines/statement.ts";

const instance = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc2";
const owner = `${instance}/agent/5a1d2c3b-0000-4000-8000-00000000000a`;
const agent = `${instance}/agent/5a1d2c3b-0000-4000-8000-00000000000b`;
const adminProfile = `${instance}/security-profile/7c2e1f00-0000-4000-8000-00000000000c`;
const agentProfile = `${instance}/security-profile/7c2e1f00-0000-4000-8000-00000000000d`;
const queue = `${instance}/queue/9d3f2a11-0000-4000-8000-00000000000e`;
const contact = "contact/1f2e3d4c-0000-4000-8000-00000000000f";

const team = "aws:PrincipalTag/team";
const contract = "aws:PrincipalTag/contract";

type Rest = Pick<BenchStatement, "Condition">;

function statement(Effect: "Allow" | "Deny", actions: string, resources: readonly string[], rest: Rest = {}) {
  const Action = actions.split(" ").map((name) => (name === "*" ? "connect:*" : `connect:${name}`));
  return { Effect, Action, Resource: resources, ...rest };
}

function when(key: string, ...values: readonly string[]): Rest {
  return { Condition: { StringEquals: { [key]: values } } };
}

const recording = "StartContactRecording StopContactRecording SuspendContactRecording ResumeContactRecording";

/** The statements, in one policy. */
export const statementSet: readonly BenchStatement[] = [
  statement("Allow", "Describe*", [`${instance}/*`]),
  statement("Allow", "List*", [instance, `${instance}/*`]),
  statement("Allow", "SearchUsers", [instance]),
  statement("Allow", "CreateUser", [`${instance}/agent/*`]),
  statement("Allow", "CreateUser", [`${instance}/security-profile/*`]),
  statement("Allow", "CreateUser", [`${instance}/routing-profile/*`]),
  statement("Deny", "CreateUser", [adminProfile]),
  statement("Allow", "UpdateUser*", [`${instance}/agent/*`], when(team, "onboarding")),
  statement("Deny", "UpdateUser* DeleteUser", [owner]),
  statement("Allow", recording, [`${instance}/contact/*`]),
  statement("Allow", "GetContactAttributes", [`${instance}/contact/*`]),
  statement("Allow", "UpdateContactAttributes", [`${instance}/contact/*`], when(team, "care", "sales")),
  statement("Allow", "StartChatContact", [`${instance}/contact-flow/*`]),
  statement("Allow", "StartOutboundVoiceContact", [`${instance}/contact/*`], when(team, "sales")),
  statement("Allow", "*", ["arn:aws:connect:us-west-2:123456789012:instance/*/contact/*"]),
  statement("Deny", "Delete*", ["*"], when(contract, "temporary")),
  statement("Allow", "DeleteUser", [`${instance}/agent/*`]),
  statement("Allow", "UpdateQueue*", [`${instance}/queue/*`]),
  statement("Deny", "UpdateQueueMaxContacts", [queue]),
  statement("Deny", "StartOutboundVoiceContact", ["*"], when(contract, "suspended")),
].map((rest, i) => ({ Sid: `Bench${i}`, ...rest }));

function request(
  expected: BenchRequest["expected"],
  name: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): BenchRequest {
  return { action: `connect:${name}`, resource, context, expected };
}

/** The requests; every statement decides at least one of them. */
export const requestSet: readonly BenchRequest[] = [
  request("allowed", "DescribeUser", agent, { [team]: "care" }),
  request("allowed", "ListUsers", instance, { [team]: "care" }),
  request("allowed", "ListQueues", `${instance}/queue/*`),
  request("allowed", "SearchUsers", instance, { [team]: "onboarding" }),
  request("allowed", "CreateUser", `${instance}/agent/*`, { [team]: "onboarding" }),
  request("allowed", "CreateUser", agentProfile, { [team]: "onboarding" }),
  request("allowed", "CreateUser", `${instance}/routing-profile/r1`, { [team]: "onboarding" }),
  request("explicitDeny", "CreateUser", adminProfile, { [team]: "onboarding" }),
  request("implicitDeny", "CreateUser", `${west}/agent/*`, { [team]: "onboarding" }),
  request("allowed", "UpdateUserRoutingProfile", agent, { [team]: "onboarding" }),
  request("implicitDeny", "UpdateUserRoutingProfile", agent, { [team]: "care" }),
  request("explicitDeny", "UpdateUserRoutingProfile", owner, { [team]: "onboarding" }),
  request("allowed", "SuspendContactRecording", `${instance}/${contact}`, { [team]: "care" }),
  request("allowed", "GetContactAttributes", `${instance}/${contact}`, { [team]: "care" }),
  request("allowed", "UpdateContactAttributes", `${instance}/${contact}`, { [team]: "sales" }),
  request("implicitDeny", "UpdateContactAttributes", `${instance}/${contact}`),
  request("allowed", "StartChatContact", `${instance}/contact-flow/f1`, { [contract]: "temporary" }),
  request("allowed", "StartOutboundVoiceContact", `${instance}/contact/*`, { [team]: "sales" }),
  request("explicitDeny", "StartOutboundVoiceContact", `${instance}/contact/*`, {
    [team]: "sales",
    [contract]: "suspended",
  }),
  request("allowed", "StopContact", `${west}/${contact}`, { [team]: "care" }),
  request("implicitDeny", "StopContact", `${instance}/${contact}`, { [team]: "care" }),
  request("allowed", "DeleteUser", agent, { [team]: "onboarding" }),
  request("explicitDeny", "DeleteUser", agent, { [team]: "onboarding", [contract]: "temporary" }),
  request("explicitDeny", "DeleteUser", owner, { [team]: "onboarding" }),
  request("allowed", "UpdateQueueStatus", queue, { [team]: "care" }),
  request("explicitDeny", "UpdateQueueMaxContacts", queue, { [team]: "care" }),
  request("implicitDeny", "CreateInstance", "*", { [team]: "care" }),
];
