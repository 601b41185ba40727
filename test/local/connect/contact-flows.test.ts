/**
 * Contact flows of the local Connect, through a real SDK client.
 */
import {
  CreateContactFlowCommand,
  DeleteContactFlowCommand,
  DescribeContactFlowCommand,
  InvalidContactFlowException,
  ListContactFlowsCommand,
  ResourceNotFoundException,
  UpdateContactFlowContentCommand,
  UpdateContactFlowMetadataCommand,
  UpdateContactFlowNameCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { east, useLocalConnect } from "./connect-fixture.ts";

const fixture = useLocalConnect();
const InstanceId = east;

describe("contact flows of the local Connect", () => {
  it("are created, described with and without a qualifier, updated and deleted", async () => {
    const { client } = fixture;
    const Content = JSON.stringify({ Version: "2019-10-30", StartAction: "x", Actions: [] });
    const create = { InstanceId, Name: "Flow", Type: "CUSTOMER_QUEUE", Content } as const;
    const { ContactFlowId } = await client.send(new CreateContactFlowCommand(create));
    const at = { InstanceId, ContactFlowId };
    await client.send(new UpdateContactFlowNameCommand({ ...at, Name: "Flow 2", Description: "d" }));
    await client.send(new UpdateContactFlowMetadataCommand({ ...at, ContactFlowState: "ARCHIVED" }));
    await client.send(new UpdateContactFlowContentCommand({ ...at, Content: "{}" }));
    for (const qualifier of ["", ":$SAVED", ":$LATEST"]) {
      const described = new DescribeContactFlowCommand({
        InstanceId,
        ContactFlowId: `${ContactFlowId}${qualifier}`,
      });
      const { ContactFlow } = await client.send(described);
      expect(ContactFlow).toMatchObject({
        Id: ContactFlowId,
        Name: "Flow 2",
        State: "ARCHIVED",
        Content: "{}",
      });
    }
    const types = new ListContactFlowsCommand({
      InstanceId,
      ContactFlowTypes: ["CUSTOMER_QUEUE", "AGENT_HOLD"],
    });
    const { ContactFlowSummaryList } = await client.send(types);
    expect(ContactFlowSummaryList?.map((flow) => flow.Id)).toEqual([ContactFlowId]);
    await client.send(new DeleteContactFlowCommand(at));
    await expect(client.send(new DescribeContactFlowCommand(at))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });

  it("need content that is a JSON object", async () => {
    const create = { InstanceId, Name: "Bad", Type: "CONTACT_FLOW", Content: "[]" } as const;
    const error: unknown = await fixture.client.send(new CreateContactFlowCommand(create)).catch((e) => e);
    expect(error).toBeInstanceOf(InvalidContactFlowException);
    expect(error).toMatchObject({ problems: [{ message: expect.stringContaining("JSON object") }] });
  });
});
