/** Contacts that follow one another or come from elsewhere: transfers, drafts of emails, external systems, campaigns. */
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { east } from "../connect-fixture.ts";
import { now, openCenter } from "../metrics/little-center.ts";
import type { Input } from "../walk/inputs.ts";
import { useWireClient } from "../walk/wire-client.ts";

const sendAny = useWireClient();
const send = (operation: string, input: Input) => sendAny(operation, { InstanceId: east, ...input });
const describeContact = async (ContactId: unknown) =>
  (await send("DescribeContact", { ContactId }))["Contact"] as Input;
const flow = { ContactFlowId: seedIds.contactFlow };
const user = { UserId: seedIds.user };

/** Each refusal's name and the start of its message. */
async function refusals(operation: string, inputs: readonly (readonly [Input, string])[]): Promise<void> {
  for (const [input, refusal] of inputs) {
    const [, name, message = ""] = /^(\w+): (.*)$/.exec(refusal) ?? [];
    await expect(send(operation, input), refusal).rejects.toMatchObject({
      name: `${name}Exception`,
      message: expect.stringContaining(message),
    });
  }
}

async function aTask(more: Input = {}): Promise<unknown> {
  return (await send("StartTaskContact", { ...flow, Name: "Call back", ...more }))["ContactId"];
}

describe("a transfer", () => {
  it("ends a task and goes on as another contact with its name, references, tags of the segment and attributes", async () => {
    const first = await aTask({
      Attributes: { crm: "1" },
      References: { page: { Type: "URL", Value: "https://example.com" } },
      SegmentAttributes: { "connect:Subtype": { ValueString: "connect:Task" } },
    });
    const token = { ClientToken: "once" };
    const transfer = { ...flow, ...token, ContactId: first, QueueId: seedIds.queue };
    const { ContactId: second, ContactArn } = await send("TransferContact", transfer);
    expect(await send("TransferContact", transfer)).toEqual({ ContactId: second, ContactArn });
    const { ContactId: third } = await send("TransferContact", { ...flow, ContactId: second, ...user });
    expect(await describeContact(first)).toMatchObject({ DisconnectReason: "TRANSFERRED" });
    expect(await describeContact(second)).toMatchObject({
      Name: "Call back",
      InitiationMethod: "TRANSFER",
      InitialContactId: first,
      PreviousContactId: first,
      QueueInfo: { Id: seedIds.queue },
      SegmentAttributes: { "connect:Subtype": { ValueString: "connect:Task" } },
      Attributes: { crm: "1" },
      DisconnectReason: "TRANSFERRED",
    });
    const last = await describeContact(third);
    expect(last).toMatchObject({
      InitialContactId: first,
      PreviousContactId: second,
      AgentInfo: { Id: seedIds.user },
    });
    expect(last).not.toHaveProperty("QueueInfo");
    const listed = await send("ListContactReferences", { ContactId: third, ReferenceTypes: ["URL"] });
    expect(listed).toEqual({
      ReferenceSummaryList: [{ Url: { Name: "page", Value: "https://example.com" } }],
    });
    const tree = (await send("ListAssociatedContacts", { ContactId: second }))[
      "ContactSummaryList"
    ] as Input[];
    expect(tree.map(({ ContactId }) => ContactId)).toEqual([first, second, third]);
  });

  it("is refused for other channels, both targets at once, other flows, what has ended, and after the eleventh", async () => {
    const { ContactFlowId } = await send("CreateContactFlow", {
      Name: "Whisper",
      Type: "AGENT_WHISPER",
      Content: "{}",
    });
    let ContactId = await aTask();
    await refusals("TransferContact", [
      [{ ...flow, ContactId: seedIds.contact }, "InvalidRequest: is of the channel VOICE"],
      [{ ...flow, ...user, ContactId, QueueId: seedIds.queue }, "InvalidRequest: not both"],
      [{ ContactFlowId, ContactId }, "InvalidRequest: is of the type AGENT_WHISPER"],
      [{ ...flow, ContactId, QueueId: "nowhere" }, "ResourceNotFound: queue"],
      [{ ...flow, ContactId, UserId: "nobody" }, "ResourceNotFound: user"],
    ]);
    const first = ContactId;
    for (let n = 0; n < 11; n++) ({ ContactId } = await send("TransferContact", { ...flow, ContactId }));
    await refusals("TransferContact", [
      [{ ...flow, ContactId }, "ServiceQuotaExceeded: 11 times"],
      [{ ...flow, ContactId: first }, "InvalidRequest: has ended"],
    ]);
  });

  it("out of a queue is no abandoned contact", async () => {
    const clock = { at: now.getTime() };
    const center = await openCenter([], { source: { now: () => new Date(clock.at) } });
    let { ContactId } = await center.send("StartTaskContact", { ...flow, Name: "Call back" });
    for (let n = 0; n < 2; n++)
      ({ ContactId } = await center.send("TransferContact", { ...flow, ContactId, QueueId: "q-0" }));
    await center.send("StopContact", { ContactId });
    clock.at += 60_000;
    const { MetricResults } = await center.send("GetMetricDataV2", {
      StartTime: now,
      EndTime: new Date(clock.at),
      ResourceArn: `arn:aws:connect:us-east-1:123456789012:instance/${east}`,
      Filters: [{ FilterKey: "QUEUE", FilterValues: ["q-0"] }],
      Metrics: [{ Name: "CONTACTS_ABANDONED" }, { Name: "CONTACTS_QUEUED" }],
    });
    await center.close();
    const [{ Collections } = { Collections: [] }] = MetricResults as { Collections: Input[] }[];
    expect(Collections.map(({ Value }) => Value)).toEqual([1, 2]);
  });
});

describe("a task", () => {
  const UserConfig = { ...flow, UserId: seedIds.user };
  const QueueConfig = { ...flow, QueueId: seedIds.queue };

  it("goes to the queue or user of a quick connect, at its time, with its template and files", async () => {
    const connect = async (Name: string, QuickConnectConfig: Input) =>
      (await send("CreateQuickConnect", { Name, QuickConnectConfig }))["QuickConnectId"];
    const toQueue = await connect("Queue", { QuickConnectType: "QUEUE", QueueConfig });
    const toUser = await connect("User", { QuickConnectType: "USER", UserConfig });
    const ScheduledTime = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    const quick = (QuickConnectId: unknown, more: Input = {}) =>
      aTask({ ContactFlowId: undefined, QuickConnectId, ...more });
    expect(await describeContact(await quick(toQueue, { ScheduledTime }))).toMatchObject({
      QueueInfo: { Id: seedIds.queue, EnqueueTimestamp: ScheduledTime },
    });
    const connected = { Id: seedIds.user, ConnectedToAgentTimestamp: expect.any(Date) };
    expect((await describeContact(await quick(toUser)))["AgentInfo"]).toEqual(connected);
    expect((await describeContact(await quick(toUser, { ScheduledTime })))["AgentInfo"]).toEqual({
      Id: seedIds.user,
    });
    const { Id: TaskTemplateId } = await send("CreateTaskTemplate", { Name: "Claim", Fields: [] });
    const Attachments = [{ FileName: "claim.pdf", S3Url: "https://example.com/claim.pdf" }];
    const ContactId = await aTask({ ContactFlowId: undefined, TaskTemplateId, Attachments });
    expect(await describeContact(ContactId)).toMatchObject({ TaskTemplateInfo: { Name: "Claim" } });
    expect(await send("ListContactReferences", { ContactId, ReferenceTypes: ["ATTACHMENT"] })).toMatchObject({
      ReferenceSummaryList: [{ Attachment: { Name: "claim.pdf" } }],
    });
  });
});

describe("a created contact", () => {
  it("is a call, an email or a task in the ways that the API Reference has", async () => {
    const { ContactId: task } = await send("CreateContact", {
      Channel: "TASK",
      InitiationMethod: "API",
      InitiateAs: "COMPLETED",
      ExpiryDurationInMinutes: 60,
    });
    expect(await describeContact(task)).toMatchObject({
      DisconnectTimestamp: expect.any(Date),
      SegmentAttributes: {
        "connect:Subtype": { ValueString: "connect:ExternalTask" },
        "connect:ContactExpiry": { ValueMap: { ExpiryDuration: { ValueInteger: 60 } } },
      },
    });
    const call = { Channel: "VOICE", InitiationMethod: "TRANSFER" };
    const { ContactId: first } = await send("CreateContact", call);
    const { ContactId: second } = await send("CreateContact", {
      ...call,
      PreviousContactId: first,
      InitiateAs: "CONNECTED_TO_USER",
      UserInfo: user,
    });
    expect(await describeContact(second)).toMatchObject({
      InitialContactId: first,
      AgentInfo: { Id: seedIds.user, ConnectedToAgentTimestamp: expect.any(Date) },
    });
    await refusals("CreateContact", [
      [{ Channel: "CHAT", InitiationMethod: "API" }, "InvalidRequest: VOICE by TRANSFER"],
      [{ Channel: "TASK", InitiationMethod: "INBOUND" }, "InvalidRequest: is not created by INBOUND"],
      [{ Channel: "EMAIL", InitiationMethod: "OUTBOUND" }, "InvalidRequest: `UserInfo`"],
      [{ ...call, InitiateAs: "COMPLETED" }, "InvalidRequest: only a TASK"],
      [
        { Channel: "TASK", InitiationMethod: "API", PreviousContactId: first },
        "InvalidRequest: external audio",
      ],
      [{ ...call, UserInfo: { UserId: "nobody" } }, "ResourceNotFound: user"],
      [
        { ...call, References: { a: { Type: "EMAIL_MESSAGE", Value: "x" } } },
        "InvalidParameter: References.a.Type",
      ],
      [
        { ...call, SegmentAttributes: { "a b": { ValueString: "x" } } },
        "InvalidParameter: SegmentAttributes",
      ],
    ]);
  });

  it("is updated in its name, references and segments, and as external audio in queue, user and endpoints", async () => {
    const ContactId = seedIds.contact;
    await send("UpdateContact", {
      ContactId,
      Name: "Claim",
      Description: "Of today",
      References: { page: { Type: "URL", Value: "https://example.com" }, n: { Type: "NUMBER", Value: "1" } },
      SegmentAttributes: { color: { ValueString: "red" } },
    });
    await send("StopContact", { ContactId });
    await send("UpdateContact", { ContactId, References: { n: { Type: "NUMBER", Value: "2" } } });
    expect(await describeContact(ContactId)).toMatchObject({
      Name: "Claim",
      Description: "Of today",
      SegmentAttributes: { color: { ValueString: "red" } },
    });
    expect(await send("ListContactReferences", { ContactId, ReferenceTypes: ["NUMBER", "DATE"] })).toEqual({
      ReferenceSummaryList: [{ Number: { Name: "n", Value: "2" } }],
    });
    const { ContactId: external } = await send("CreateContact", {
      Channel: "VOICE",
      InitiationMethod: "TRANSFER",
    });
    const told = {
      QueueInfo: { Id: seedIds.queue },
      UserInfo: user,
      CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: "+15555550100" },
    };
    await send("UpdateContact", { ContactId: external, ...told });
    expect(await describeContact(external)).toMatchObject({
      QueueInfo: { Id: seedIds.queue },
      AgentInfo: { Id: seedIds.user },
      CustomerEndpoint: told.CustomerEndpoint,
    });
    await refusals("UpdateContact", [
      [{ ContactId }, "InvalidRequest: at least one member"],
      [{ ContactId, ...told }, "InvalidRequest: external audio"],
      [{ ContactId: external, QueueInfo: { Id: "nowhere" } }, "ResourceNotFound: nowhere"],
      [{ ContactId, Name: "x".repeat(1025) }, "InvalidParameter: Name"],
    ]);
  });
});

describe("an email", () => {
  const body = (Subject: string) => ({
    MessageSourceType: "RAW",
    RawMessage: { Subject, Body: "Hello", ContentType: "text/plain" },
  });
  const ann = { EmailAddress: "ann@example.net", DisplayName: "Ann" };

  it("comes in, is answered from a draft, and loses what tells who sent it", async () => {
    await send("CreateEmailAddress", { EmailAddress: "help@example.com", DisplayName: "Help" });
    const { ContactId: asked } = await send("StartEmailContact", {
      FromEmailAddress: ann,
      DestinationEmailAddress: "Help@example.com",
      EmailMessage: body("Where is it?"),
      AdditionalRecipients: { CcAddresses: [{ EmailAddress: "bob@example.net" }] },
      Attachments: [{ FileName: "parcel.jpg", S3Url: "https://example.com/parcel.jpg" }],
    });
    expect(await describeContact(asked)).toMatchObject({
      Name: "Where is it?",
      Channel: "EMAIL",
      InitiationMethod: "INBOUND",
      CustomerEndpoint: { Type: "EMAIL_ADDRESS", Address: "ann@example.net", DisplayName: "Ann" },
      SystemEndpoint: { Type: "EMAIL_ADDRESS", Address: "Help@example.com", DisplayName: "Help" },
      AdditionalEmailRecipients: { CcList: [{ Address: "bob@example.net" }] },
    });
    const files = await send("ListContactReferences", { ContactId: asked, ReferenceTypes: ["ATTACHMENT"] });
    expect(files).toMatchObject({
      ReferenceSummaryList: [{ Attachment: { Name: "parcel.jpg", Status: "PROCESSING" } }],
    });
    const { ContactId: draft } = await send("CreateContact", {
      Channel: "EMAIL",
      InitiationMethod: "AGENT_REPLY",
      RelatedContactId: asked,
      UserInfo: user,
      InitiateAs: "CONNECTED_TO_USER",
    });
    const reply = { ContactId: draft, DestinationEmailAddress: ann, EmailMessage: body("Re: Where is it?") };
    expect(await send("StartOutboundEmailContact", reply)).toEqual({ ContactId: draft });
    expect(await describeContact(draft)).toMatchObject({
      RelatedContactId: asked,
      SystemEndpoint: { Address: "Help@example.com" },
      CustomerEndpoint: { Address: "ann@example.net" },
      SegmentAttributes: { "connect:EmailSubject": { ValueString: "Re: Where is it?" } },
    });
    const ContactFields = ["CUSTOMER_ENDPOINT", "EMAIL_SUBJECT"];
    await refusals("DeleteContactData", [
      [{ ContactId: asked, ContactFields }, "ContactNotTerminated: stop it first"],
    ]);
    await send("StopContact", { ContactId: asked });
    await send("DeleteContactData", { ContactId: asked, ContactFields });
    const rest = await describeContact(asked);
    expect(rest).not.toHaveProperty("CustomerEndpoint");
    expect(rest).not.toHaveProperty("Name");
    expect(Object.keys(rest["SegmentAttributes"] as Input)).toEqual(["connect:Subtype"]);
    expect(rest).toHaveProperty("AdditionalEmailRecipients");
    await refusals("StartOutboundEmailContact", [
      [reply, "InvalidRequest: it was sent"],
      [{ ...reply, ContactId: asked }, "InvalidRequest: has ended"],
    ]);
  });

  it("goes only to and from addresses of the instance", async () => {
    const email = { FromEmailAddress: ann, EmailMessage: body("Hi") };
    await send("CreateEmailAddress", { EmailAddress: "help@example.com" });
    await refusals("StartEmailContact", [
      [{ ...email, DestinationEmailAddress: "no@example.com" }, "ResourceNotFound: CreateEmailAddress"],
      [
        { ...email, DestinationEmailAddress: "help@example.com", FromEmailAddress: { EmailAddress: "ann" } },
        "InvalidRequest: not an email address",
      ],
    ]);
    const campaign = {
      ...email,
      DestinationEmailAddress: ann,
      FromEmailAddress: { EmailAddress: "help@example.com" },
    };
    await refusals("SendOutboundEmail", [
      [{ ...campaign, TrafficType: "CAMPAIGN" }, "InvalidRequest: SourceCampaign"],
    ]);
    await send("SendOutboundEmail", {
      ...campaign,
      TrafficType: "CAMPAIGN",
      SourceCampaign: { CampaignId: "c", OutboundRequestId: "r" },
    });
    const { Contacts } = await send("SearchContacts", {
      TimeRange: { Type: "DISCONNECT_TIMESTAMP", StartTime: new Date(0), EndTime: new Date(4e12) },
      SearchCriteria: { Channels: ["EMAIL"], InitiationMethods: ["OUTBOUND"] },
    });
    const [{ Id } = {}] = Contacts as Input[];
    expect(await describeContact(Id)).toMatchObject({ Campaign: { CampaignId: "c" } });
  });
});

describe("a batch of a campaign", () => {
  it("makes a contact of each good request and tells why others are none", async () => {
    const good = {
      CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: "+15555550100" },
      QueueId: seedIds.queue,
      Campaign: { CampaignId: "c" },
    };
    const bad: readonly (readonly [string, Input])[] = [
      ["MISSING_CAMPAIGN", { Campaign: undefined }],
      ["MISSING_CUSTOMER_ENDPOINT", { CustomerEndpoint: undefined }],
      ["INVALID_CUSTOMER_ENDPOINT", { CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: "555" } }],
      ["MISSING_QUEUE_ID_AND_SYSTEM_ENDPOINT", { QueueId: undefined }],
      ["INVALID_QUEUE", { QueueId: "nowhere" }],
      ["INVALID_SYSTEM_ENDPOINT", { SystemEndpoint: { Type: "VOIP", Address: "x" } }],
      ["INVALID_ATTRIBUTE_KEY", { Attributes: { "a b": "1" } }],
    ];
    const output = await send("BatchPutContact", {
      ContactDataRequestList: [
        { ...good, RequestIdentifier: "good" },
        ...bad.map(([RequestIdentifier, change]) => ({ ...good, RequestIdentifier, ...change })),
      ],
    });
    const [made] = output["SuccessfulRequestList"] as Input[];
    expect(await describeContact(made?.["ContactId"])).toMatchObject({ Campaign: { CampaignId: "c" } });
    const failed = output["FailedRequestList"] as Input[];
    expect(failed.map(({ RequestIdentifier }) => RequestIdentifier)).toEqual(bad.map(([reason]) => reason));
    expect(failed.map(({ FailureReasonCode }) => FailureReasonCode)).toEqual(bad.map(([reason]) => reason));
    await refusals("BatchPutContact", [[{ ContactDataRequestList: [] }, "InvalidRequest: 1 to 25"]]);
  });
});
