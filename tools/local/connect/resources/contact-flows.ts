/** Contact flows: kept with their content, never run. */
import { createHash } from "node:crypto";
import { ContactFlowState, ContactFlowStatus, ContactFlowType } from "@aws-sdk/client-connect";
import { checkName, checkOneOf } from "../checks.ts";
import type { Handlers } from "../handler.ts";
import { type InstanceState, lastModified } from "../instance-state.ts";
import { cutPage } from "../page.ts";
import type { Row } from "../resource-table.ts";
import { ServiceFault } from "../service-fault.ts";
import type { ContactFlowShape } from "../shapes.ts";
import { checkTags } from "./tags.ts";

export const contactFlowHandlers = {
  CreateContactFlow(store, input) {
    const instance = store.instance(input.InstanceId);
    const { InstanceId, Name, Tags, Status = "PUBLISHED", ...content } = input;
    checkName(Name, "Name");
    checkOneOf(input.Type, "Type", ContactFlowType);
    checkOneOf(Status, "Status", ContactFlowStatus);
    checkContent(input.Content);
    const shape: ContactFlowShape = { ...content, Status, State: "ACTIVE" };
    const row = instance.contactFlows.add({ name: Name, tags: checkTags(Tags, "Tags"), shape });
    return { ContactFlowId: row.id, ContactFlowArn: row.arn, FlowContentSha256: hashContent(shape.Content) };
  },
  DescribeContactFlow(store, input) {
    const instance = store.instance(input.InstanceId);
    const row = getFlow(instance, input.ContactFlowId);
    return {
      ContactFlow: {
        Id: row.id,
        Arn: row.arn,
        Name: row.name,
        ...row.shape,
        FlowContentSha256: hashContent(row.shape.Content),
        Tags: { ...row.tags },
        ...lastModified(instance, row),
      },
    };
  },
  ListContactFlows(store, input) {
    const instance = store.instance(input.InstanceId);
    const types = input.ContactFlowTypes ?? [];
    for (const type of types) checkOneOf(type, "ContactFlowTypes", ContactFlowType);
    const wanted = instance.contactFlows
      .all()
      .filter((row) => types.length === 0 || types.includes(row.shape.Type));
    const page = cutPage(wanted, input, { scope: `ListContactFlows:${input.InstanceId}` });
    const summaries = page.items.map((row) => ({
      Id: row.id,
      Arn: row.arn,
      Name: row.name,
      ContactFlowType: row.shape.Type,
      ContactFlowState: row.shape.State,
      ContactFlowStatus: row.shape.Status,
    }));
    return { ContactFlowSummaryList: summaries, NextToken: page.next };
  },
  UpdateContactFlowName(store, input) {
    const instance = store.instance(input.InstanceId);
    return revise(instance, input, {});
  },
  UpdateContactFlowMetadata(store, input) {
    const state = input.ContactFlowState;
    if (state !== undefined) checkOneOf(state, "ContactFlowState", ContactFlowState);
    return revise(store.instance(input.InstanceId), input, state === undefined ? {} : { State: state });
  },
  UpdateContactFlowContent(store, input) {
    checkContent(input.Content);
    return revise(store.instance(input.InstanceId), input, { Content: input.Content });
  },
  DeleteContactFlow(store, input) {
    store.instance(input.InstanceId).contactFlows.remove(input.ContactFlowId);
    return {};
  },
} satisfies Handlers;

/** Gets a flow; `:$SAVED` and `:$LATEST` name it too, since only one content is kept. */
function getFlow(instance: InstanceState, id: string): Row<ContactFlowShape> {
  return instance.contactFlows.get(id.replace(/:\$(SAVED|LATEST)$/, ""));
}

interface FlowChange {
  readonly ContactFlowId: string;
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
}

function revise(
  instance: InstanceState,
  asked: FlowChange,
  change: Partial<ContactFlowShape>,
): Record<never, never> {
  const row = getFlow(instance, asked.ContactFlowId);
  if (asked.Name !== undefined) checkName(asked.Name, "Name");
  const shape = { ...row.shape, Description: asked.Description ?? row.shape.Description, ...change };
  instance.contactFlows.revise(row.id, { name: asked.Name ?? row.name, shape });
  return {};
}

/** Checks that a flow is a JSON object; what its actions mean is not looked at. */
function checkContent(content: string): void {
  try {
    const flow: unknown = JSON.parse(content);
    if (typeof flow === "object" && flow !== null && !Array.isArray(flow)) return;
  } catch {
    // Falls through to the refusal below.
  }
  const message = "the content must be a JSON object in the Amazon Connect Flow language";
  throw new ServiceFault("InvalidContactFlowException", message, { problems: [{ message }] });
}

function hashContent(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
