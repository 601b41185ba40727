/**
 * Contacts of the local Connect, through a real SDK client.
 */
import {
  ContactNotFoundException,
  DescribeContactCommand,
  GetContactAttributesCommand,
  InvalidParameterException,
  InvalidRequestException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  StartChatContactCommand,
  StartOutboundVoiceContactCommand,
  StartTaskContactCommand,
  StopContactCommand,
  TagContactCommand,
  UntagContactCommand,
  UpdateContactAttributesCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { east, useLocalConnect, west } from "../connect-fixture.ts";

const fixture = useLocalConnect();
const nowhere = "99999999-123e-111e-93e3-11111bfbfcc17";
const call = { InstanceId: east, ContactFlowId: seedIds.contactFlow, DestinationPhoneNumber: "+15555550100" };
const chat = {
  InstanceId: east,
  ContactFlowId: seedIds.contactFlow,
  ParticipantDetails: { DisplayName: "Ann" },
};
const task = { InstanceId: east, ContactFlowId: seedIds.contactFlow, Name: "Call back" };

async function describeContact(ContactId = "", InstanceId = east) {
  return (await fixture.client.send(new DescribeContactCommand({ InstanceId, ContactId }))).Contact;
}

async function attributesOf(InitialContactId = "", InstanceId = east) {
  const command = new GetContactAttributesCommand({ InstanceId, InitialContactId });
  return (await fixture.client.send(command)).Attributes;
}

describe("contacts of the local Connect", () => {
  it("are ongoing in every instance from the start: a call and a chat", async () => {
    for (const instance of [east, west]) {
      expect(await describeContact(seedIds.contact, instance)).toMatchObject({
        Channel: "VOICE",
        Recordings: [],
      });
      expect(await describeContact(seedIds.chatContact, instance)).toMatchObject({ Channel: "CHAT" });
    }
  });

  it("start as an outbound call, a chat or a task, and are described so", async () => {
    const { client } = fixture;
    const voice = await client.send(
      new StartOutboundVoiceContactCommand({ ...call, QueueId: seedIds.queue, Attributes: { crm: "1" } }),
    );
    expect(await describeContact(voice.ContactId)).toMatchObject({
      Arn: `arn:aws:connect:us-east-1:123456789012:instance/${east}/contact/${voice.ContactId}`,
      Channel: "VOICE",
      InitiationMethod: "API",
      CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: "+15555550100" },
      QueueInfo: { Id: seedIds.queue },
      Attributes: { crm: "1" },
    });
    const chatting = await client.send(new StartChatContactCommand(chat));
    expect(chatting.ParticipantToken).toBeTruthy();
    expect(await describeContact(chatting.ContactId)).toMatchObject({ Channel: "CHAT" });
    const ScheduledTime = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    const tasked = await client.send(new StartTaskContactCommand({ ...task, ScheduledTime }));
    expect(await describeContact(tasked.ContactId)).toMatchObject({
      Channel: "TASK",
      Name: "Call back",
      ScheduledTimestamp: ScheduledTime,
    });
  });

  it("do not start with references that do not exist or members out of their limits", async () => {
    const refused = [
      [new StartOutboundVoiceContactCommand({ ...call, ContactFlowId: nowhere }), ResourceNotFoundException],
      [new StartOutboundVoiceContactCommand({ ...call, QueueId: nowhere }), ResourceNotFoundException],
      [
        new StartOutboundVoiceContactCommand({ ...call, RelatedContactId: nowhere }),
        ResourceNotFoundException,
      ],
      [
        new StartOutboundVoiceContactCommand({ ...call, DestinationPhoneNumber: "555" }),
        InvalidParameterException,
      ],
      [
        new StartOutboundVoiceContactCommand({ ...call, Attributes: { "a b": "x" } }),
        InvalidParameterException,
      ],
      [new StartChatContactCommand({ ...chat, InstanceId: nowhere }), ResourceNotFoundException],
      [new StartChatContactCommand({ ...chat, ChatDurationInMinutes: 59 }), InvalidParameterException],
      [
        new StartChatContactCommand({ ...chat, SupportedMessagingContentTypes: ["text/html"] }),
        InvalidParameterException,
      ],
      [
        new StartChatContactCommand({
          ...chat,
          RelatedContactId: seedIds.chatContact,
          PersistentChat: { SourceContactId: seedIds.chatContact, RehydrationType: "FROM_SEGMENT" },
        }),
        InvalidRequestException,
      ],
      [new StartTaskContactCommand({ InstanceId: east, Name: "Nothing to run" }), InvalidRequestException],
      [new StartTaskContactCommand({ ...task, TaskTemplateId: nowhere }), InvalidRequestException],
      [new StartTaskContactCommand({ ...task, ScheduledTime: new Date(0) }), InvalidParameterException],
      [new StartTaskContactCommand({ ...task, PreviousContactId: nowhere }), ResourceNotFoundException],
    ] as const;
    for (const [command, kind] of refused) {
      await expect(fixture.client.send(command as StartTaskContactCommand)).rejects.toBeInstanceOf(kind);
    }
  });

  it("start once for each client token of an operation and instance", async () => {
    const { client } = fixture;
    const first = await client.send(new StartChatContactCommand({ ...chat, ClientToken: "token" }));
    const again = await client.send(new StartChatContactCommand({ ...chat, ClientToken: "token" }));
    expect({ ...again, $metadata: {} }).toEqual({ ...first, $metadata: {} });
    const others = [
      await client.send(new StartChatContactCommand({ ...chat, ClientToken: "Token" })),
      await client.send(new StartChatContactCommand({ ...chat, ClientToken: "token", InstanceId: west })),
      await client.send(new StartTaskContactCommand({ ...task, ClientToken: "token" })),
      await client.send(new StartChatContactCommand(chat)),
    ];
    expect(new Set([first, ...others].map((output) => output.ContactId)).size).toBe(5);
  });

  it("start after a refusal with the same client token", async () => {
    const bad = new StartChatContactCommand({ ...chat, ClientToken: "retry", ContactFlowId: nowhere });
    await expect(fixture.client.send(bad)).rejects.toBeInstanceOf(ResourceNotFoundException);
    const { ContactId } = await fixture.client.send(
      new StartChatContactCommand({ ...chat, ClientToken: "retry" }),
    );
    expect(await describeContact(ContactId)).toMatchObject({ Channel: "CHAT" });
  });

  it("stop once, and answer ContactNotFoundException with 410 from then on", async () => {
    const stop = { InstanceId: east, ContactId: seedIds.contact };
    await fixture.client.send(new StopContactCommand(stop));
    expect((await describeContact(seedIds.contact))?.DisconnectTimestamp).toBeInstanceOf(Date);
    expect((await describeContact(seedIds.contact, west))?.DisconnectTimestamp).toBeUndefined();
    for (const ContactId of [seedIds.contact, nowhere]) {
      const error: unknown = await fixture.client
        .send(new StopContactCommand({ ...stop, ContactId }))
        .catch((e) => e);
      expect(error).toBeInstanceOf(ContactNotFoundException);
      expect(error).toMatchObject({ $metadata: { httpStatusCode: 410 } });
    }
  });

  it("keep attributes, merged on update, after they have ended too", async () => {
    const InitialContactId = seedIds.contact;
    const update = (Attributes: Record<string, string>) =>
      fixture.client.send(
        new UpdateContactAttributesCommand({ InstanceId: east, InitialContactId, Attributes }),
      );
    await update({ a: "1", b: "2", constructor: "c" });
    await fixture.client.send(new StopContactCommand({ InstanceId: east, ContactId: InitialContactId }));
    await update({ b: "3" });
    expect(await attributesOf(InitialContactId)).toEqual({ a: "1", b: "3", constructor: "c" });
    expect(await attributesOf(InitialContactId, west)).toEqual({});
    await expect(update({ big: "x".repeat(32_768) })).rejects.toBeInstanceOf(InvalidParameterException);
    await expect(attributesOf(nowhere)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it("copy the attributes of a related contact and share those of a previous one", async () => {
    const { client } = fixture;
    const first = await client.send(new StartTaskContactCommand({ ...task, Attributes: { a: "1" } }));
    const related = await client.send(
      new StartTaskContactCommand({ ...task, RelatedContactId: first.ContactId }),
    );
    const next = await client.send(
      new StartTaskContactCommand({ ...task, PreviousContactId: first.ContactId, Attributes: { b: "2" } }),
    );
    expect(await describeContact(next.ContactId)).toMatchObject({ InitialContactId: first.ContactId });
    expect(await attributesOf(related.ContactId)).toEqual({ a: "1" });
    expect(await attributesOf(first.ContactId)).toEqual({ a: "1", b: "2" });
    expect(await attributesOf(next.ContactId)).toEqual({ a: "1", b: "2" });
  });

  it("take at most twelve tasks after one contact", async () => {
    const { ContactId } = await fixture.client.send(new StartTaskContactCommand(task));
    const follow = () =>
      fixture.client.send(new StartTaskContactCommand({ ...task, PreviousContactId: ContactId }));
    for (let n = 0; n < 12; n++) await follow();
    await expect(follow()).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  });

  it("are tagged and untagged", async () => {
    const at = { InstanceId: east, ContactId: seedIds.contact };
    await fixture.client.send(new TagContactCommand({ ...at, Tags: { a: "1", b: "2" } }));
    await fixture.client.send(new UntagContactCommand({ ...at, TagKeys: ["a", "z"] }));
    expect((await describeContact(seedIds.contact))?.Tags).toEqual({ b: "2" });
  });
});
