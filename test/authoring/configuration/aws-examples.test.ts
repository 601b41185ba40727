/**
 * examples/aws: it has no issue, and its groups may do what AWS's examples say.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { type OpenedBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import { resolveAsks } from "../../../shared/catalog/targets.ts";
import { evaluateLayers } from "../../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../../shared/policy/model/context.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { principalOf } from "../../identity/principals.ts";

const east = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17";
const user = "agent/00dtcddd1-123e-111e-93e3-11111bfbfcc1";

let bundle: OpenedBundle;
beforeAll(async () => {
  const loaded = await loadConfiguration("examples/aws");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
  expect(loaded.warnings).toEqual([]);
  bundle = openBundle(loaded.bundle);
});

function decide(group: string, operation: string, resource: string): string {
  const layers = bundle.layersFor(principalOf({ groups: [group] }));
  const row = findOperation(operation);
  if (!layers || !row) throw new Error(`no such group or operation: ${group} ${operation}`);
  return evaluateLayers(layers, { action: row.action, resource, context: createContext({}) }).decision;
}

describe("the configuration of AWS's examples", () => {
  it("names the two instances, east first", () => {
    expect(bundle.config.instances.map(({ arn }) => arn)).toEqual([east, west]);
    expect(bundle.config).toMatchObject({ mode: "enforce", tokenHeader: "authorization", guardrails: [] });
  });

  it("binds six groups and nobody else", () => {
    const groups = bundle.config.bindings.flatMap(({ match }) => match.groups ?? []);
    expect(groups).toEqual([
      "admins",
      "operators",
      "onboarding",
      "recorders",
      "contact-handlers",
      "contact-admins",
    ]);
    expect(bundle.layersFor(principalOf({ groups: ["strangers"] }))).toBeUndefined();
  });

  it.each([
    ["admins", "DeleteUser", `${east}/${user}`, "allowed"],
    ["operators", "DescribeUser", `${east}/${user}`, "allowed"],
    ["operators", "DeleteUser", `${east}/${user}`, "explicitDeny"],
    ["operators", "UpdateUserIdentityInfo", `${east}/${user}`, "explicitDeny"],
    ["operators", "UpdateUserConfig", `${east}/${user}`, "explicitDeny"],
    ["operators", "DeleteUser", `${west}/${user}`, "allowed"],
    ["operators", "UpdateUserIdentityInfo", `${west}/${user}`, "allowed"],
    ["onboarding", "CreateUser", `${west}/agent/*`, "allowed"],
    [
      "onboarding",
      "CreateUser",
      `${west}/security-profile/11dtcggg1-123e-111e-93e3-11111bfbfcc17`,
      "explicitDeny",
    ],
    [
      "onboarding",
      "CreateUser",
      `${west}/security-profile/11dtcggg2-123e-111e-93e3-11111bfbfcc17`,
      "allowed",
    ],
    ["onboarding", "DescribeUser", `${west}/${user}`, "implicitDeny"],
    ["recorders", "StartContactRecording", `${west}/contact/c`, "allowed"],
    ["recorders", "StopContactRecording", `${west}/contact/c`, "allowed"],
    ["recorders", "SuspendContactRecording", `${west}/contact/c`, "allowed"],
    ["recorders", "ResumeContactRecording", `${west}/contact/c`, "allowed"],
    ["recorders", "StartContactRecording", `${east}/contact/c`, "implicitDeny"],
    ["recorders", "StopContact", `${west}/contact/c`, "implicitDeny"],
    ["contact-handlers", "GetContactAttributes", `${west}/contact/c`, "allowed"],
    ["contact-handlers", "UpdateContactAttributes", `${west}/contact/c`, "allowed"],
    ["contact-handlers", "StopContact", `${west}/contact/c`, "allowed"],
    ["contact-handlers", "StartOutboundVoiceContact", `${west}/contact/*`, "allowed"],
    ["contact-handlers", "StartChatContact", `${west}/contact-flow/f`, "allowed"],
    ["contact-handlers", "ListContactFlows", `${west}/contact-flow/*`, "allowed"],
    ["contact-handlers", "DescribeContactFlow", `${west}/contact-flow/f`, "implicitDeny"],
    ["contact-handlers", "StopContact", `${east}/contact/c`, "implicitDeny"],
    ["contact-handlers", "StartContactRecording", `${west}/contact/c`, "implicitDeny"],
    ["contact-admins", "StartContactRecording", `${west}/contact/c`, "allowed"],
    ["contact-admins", "StopContact", `${west.replace("fcc17", "other")}/contact/c`, "allowed"],
    ["contact-admins", "StopContact", `${east}/contact/c`, "implicitDeny"],
    ["contact-admins", "ListContactFlows", `${west}/contact-flow/*`, "implicitDeny"],
    ["contact-admins", "DescribeUser", `${west}/${user}`, "implicitDeny"],
  ])("%s: %s on %s is %s", (group, operation, resource, decision) => {
    expect(decide(group, operation, resource)).toBe(decision);
  });
});

describe("each action of the contact-handlers", () => {
  const instanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
  const contact = { InstanceId: instanceId, ContactId: "55c00001-123e-111e-93e3-11111bfbfcc17" };
  const flow = { InstanceId: instanceId, ContactFlowId: "44cf0001-123e-111e-93e3-11111bfbfcc17" };
  const chat = { ...flow, ParticipantDetails: { DisplayName: "x" } };

  function answers(operation: string, input: Readonly<Record<string, unknown>>, region: string): string[] {
    const row = findOperation(operation);
    const instance = bundle.config.instances.find((each) => each.region === region);
    const layers = bundle.layersFor(principalOf({ groups: ["contact-handlers"] }));
    if (!row || !instance || !layers) throw new Error(`no such operation: ${operation}`);
    const where = { ...instance, namesInstance: true };
    return resolveAsks(row, { get: (member) => input[member] }, where).map(
      ({ action, resource = "*", sort }) => {
        const { decision } = evaluateLayers(layers, { action, resource, context: createContext({}) });
        return `${sort} ${decision}`;
      },
    );
  }

  it.each([
    ["GetContactAttributes", { InstanceId: instanceId, InitialContactId: contact.ContactId }],
    ["ListContactFlows", { InstanceId: instanceId }],
    ["StartChatContact", chat],
    ["StartOutboundVoiceContact", { ...flow, DestinationPhoneNumber: "+12065550100" }],
    ["StopContact", contact],
    [
      "UpdateContactAttributes",
      { InstanceId: instanceId, InitialContactId: contact.ContactId, Attributes: {} },
    ],
  ])("is granted on what %s really asks for, in its own instance only", (operation, input) => {
    const west = answers(operation, input, "us-west-2");
    expect(west).toContain("required allowed");
    expect(west.filter((answer) => answer.startsWith("required"))).toEqual(
      west.filter((answer) => answer === "required allowed"),
    );
    expect(west.some((answer) => answer.endsWith("explicitDeny"))).toBe(false);
    const eastId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
    expect(answers(operation, { ...input, InstanceId: eastId }, "us-east-1")).not.toContain(
      "required allowed",
    );
  });
});
