import {
  AccessDeniedException,
  type ConnectClient,
  CreateUserCommand,
  DeleteUserCommand,
  DescribeContactCommand,
  DescribeUserCommand,
  GetContactAttributesCommand,
  InvalidParameterException,
  ListContactFlowsCommand,
  ListUsersCommand,
  ResourceNotFoundException,
  StartChatContactCommand,
  StartContactRecordingCommand,
  StartOutboundVoiceContactCommand,
  StopContactCommand,
  StopContactRecordingCommand,
  UpdateContactAttributesCommand,
  UpdateUserIdentityInfoCommand,
} from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectClient, type RunningGateway, startRunningGateway, tokenFor } from "./running-gateway.ts";

const east = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
const seededUser = "00dtcddd1-123e-111e-93e3-11111bfbfcc1";
const forbiddenProfile = "11dtcggg1-123e-111e-93e3-11111bfbfcc17";
const allowedProfile = "11dtcggg2-123e-111e-93e3-11111bfbfcc17";
const routingProfile = "22rp0001-123e-111e-93e3-11111bfbfcc17";
const contactFlow = "44cf0001-123e-111e-93e3-11111bfbfcc17";
const contact = "55c00001-123e-111e-93e3-11111bfbfcc17";

const groups = [
  "admins",
  "operators",
  "onboarding",
  "recorders",
  "contact-handlers",
  "contact-admins",
] as const;
type Group = (typeof groups)[number] | "nobody";

let gateway: RunningGateway;
const clients = new Map<Group, ConnectClient>();

beforeAll(async () => {
  gateway = await startRunningGateway();
  for (const group of groups)
    clients.set(group, connectClient(gateway.url, await tokenFor(gateway.url, group)));
  clients.set("nobody", connectClient(gateway.url, await tokenFor(gateway.url)));
}, 60_000);

afterAll(async () => {
  await gateway.stop();
});

function as(group: Group): ConnectClient {
  const client = clients.get(group);
  if (!client) throw new Error(`no client for ${group}`);
  return client;
}

function newUser(InstanceId: string, ...SecurityProfileIds: string[]): CreateUserCommand {
  return new CreateUserCommand({
    InstanceId,
    Username: `user-${Math.floor(performance.now() * 1000)}`,
    RoutingProfileId: routingProfile,
    SecurityProfileIds,
    PhoneConfig: { PhoneType: "SOFT_PHONE" },
    IdentityInfo: { FirstName: "A", LastName: "B" },
  });
}

async function usernames(InstanceId: string): Promise<(string | undefined)[]> {
  const { UserSummaryList = [] } = await as("admins").send(
    new ListUsersCommand({ InstanceId, MaxResults: 1000 }),
  );
  return UserSummaryList.map(({ Username }) => Username);
}

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`expected a refusal, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}

async function expectDenied(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await refusal(promise);
  expect(error).toBeInstanceOf(AccessDeniedException);
  expect(error).toMatchObject({
    $metadata: { httpStatusCode: 403 },
    message: expect.stringMatching(message),
  });
}

describe("operators", () => {
  const describeSeeded = (InstanceId: string) => new DescribeUserCommand({ InstanceId, UserId: seededUser });

  it("describe the seeded user", async () => {
    const { User } = await as("operators").send(describeSeeded(east));
    expect(User).toMatchObject({
      Id: seededUser,
      Arn: expect.stringContaining(`${east}/agent/${seededUser}`),
    });
  });

  it("neither delete nor update it, by an explicit deny", async () => {
    const deletion = new DeleteUserCommand({ InstanceId: east, UserId: seededUser });
    await expectDenied(
      as("operators").send(deletion),
      /^User: alice is not authorized to perform: connect:DeleteUser on resource: arn:aws:connect:us-east-1:123456789012:instance\/00fbeee1-123e-111e-93e3-11111bfbfcc1\/agent\/00dtcddd1-123e-111e-93e3-11111bfbfcc1 with an explicit deny/,
    );
    const update = new UpdateUserIdentityInfoCommand({
      InstanceId: east,
      UserId: seededUser,
      IdentityInfo: { FirstName: "X" },
    });
    await expectDenied(
      as("operators").send(update),
      /connect:UpdateUserIdentityInfo .* with an explicit deny/,
    );
    const { User } = await as("admins").send(describeSeeded(east));
    expect(User?.IdentityInfo?.FirstName).not.toBe("X");
  });

  it("do both in the other instance", async () => {
    const { UserId } = await as("operators").send(newUser(west, allowedProfile));
    const user = { InstanceId: west, UserId };
    await as("operators").send(
      new UpdateUserIdentityInfoCommand({ ...user, IdentityInfo: { FirstName: "X" } }),
    );
    const { User } = await as("operators").send(new DescribeUserCommand(user));
    expect(User?.IdentityInfo?.FirstName).toBe("X");
    await as("operators").send(new DeleteUserCommand(user));
    expect(await refusal(as("operators").send(new DescribeUserCommand(user)))).toBeInstanceOf(
      ResourceNotFoundException,
    );
  });
});

describe("onboarding", () => {
  it("creates a user with an allowed profile, which an admin then finds", async () => {
    const command = newUser(west, allowedProfile);
    const { UserId } = await as("onboarding").send(command);
    const { User } = await as("admins").send(new DescribeUserCommand({ InstanceId: west, UserId }));
    expect(User).toMatchObject({ Username: command.input.Username, SecurityProfileIds: [allowedProfile] });
  });

  it.each([
    ["alone", [forbiddenProfile]],
    ["among others", [allowedProfile, forbiddenProfile]],
    ["first of several", [forbiddenProfile, allowedProfile]],
    ["twice", [forbiddenProfile, forbiddenProfile]],
    ["in capitals", [forbiddenProfile.toUpperCase()]],
    [
      "as its ARN",
      [`arn:aws:connect:us-west-2:123456789012:instance/${west}/security-profile/${forbiddenProfile}`],
    ],
  ])("never creates one with the forbidden profile %s", async (_, profiles) => {
    const command = newUser(west, ...profiles);
    await expectDenied(
      as("onboarding").send(command),
      /connect:CreateUser .*security-profile\/11dtcggg1.* with an explicit deny/,
    );
    expect(await usernames(west)).not.toContain(command.input.Username);
  });

  it.each([
    [
      "another instance's ARN",
      `arn:aws:connect:us-east-1:123456789012:instance/${east}/security-profile/${forbiddenProfile}`,
    ],
    [
      "another account's ARN",
      `arn:aws:connect:us-west-2:210987654321:instance/${west}/security-profile/${forbiddenProfile}`,
    ],
    [
      "another type's ARN",
      `arn:aws:connect:us-west-2:123456789012:instance/${west}/queue/${forbiddenProfile}`,
    ],
    ["a path", `x/../${forbiddenProfile}`],
    ["a trailing space", `${forbiddenProfile} `],
    ["an encoded letter", forbiddenProfile.replace("d", "%64")],
    ["a wildcard", "11dtcggg?-123e-111e-93e3-11111bfbfcc17"],
  ])("gets 400 for the forbidden profile as %s", async (_, profile) => {
    const command = newUser(west, profile);
    const error = await refusal(as("onboarding").send(command));
    expect(error).toBeInstanceOf(InvalidParameterException);
    expect(error).toMatchObject({ message: expect.stringMatching(/^SecurityProfileIds\[0\]: /) });
    expect(await usernames(west)).not.toContain(command.input.Username);
  });

  it("does nothing else", async () => {
    const deletion = new DeleteUserCommand({ InstanceId: west, UserId: seededUser });
    await expectDenied(
      as("onboarding").send(deletion),
      /because no identity-based policy allows the connect:DeleteUser action/,
    );
    await expectDenied(
      as("onboarding").send(new ListUsersCommand({ InstanceId: west })),
      /connect:ListUsers/,
    );
  });
});

describe("recorders", () => {
  const recording = (InstanceId: string) => ({ InstanceId, ContactId: contact, InitialContactId: contact });
  const start = (InstanceId: string) =>
    new StartContactRecordingCommand({
      ...recording(InstanceId),
      VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" },
    });

  it("record in the us-west-2 instance only", async () => {
    await as("recorders").send(start(west));
    await as("recorders").send(new StopContactRecordingCommand(recording(west)));
    await expectDenied(
      as("recorders").send(start(east)),
      /connect:StartContactRecording .*because no identity-based policy/,
    );
    await expectDenied(
      as("recorders").send(new StopContactRecordingCommand(recording(east))),
      /connect:StopContactRecording/,
    );
  });

  it("do nothing else", async () => {
    await expectDenied(
      as("recorders").send(new DescribeContactCommand({ InstanceId: west, ContactId: contact })),
      /connect:DescribeContact/,
    );
  });
});

/** What the two contact groups may do in the us-west-2 instance, call by call. */
const contactCalls: readonly [
  name: string,
  handlers: boolean,
  admins: boolean,
  call: (group: Group, InstanceId: string) => Promise<unknown>,
][] = [
  [
    "GetContactAttributes",
    true,
    true,
    (group, InstanceId) =>
      as(group).send(new GetContactAttributesCommand({ InstanceId, InitialContactId: contact })),
  ],
  [
    "UpdateContactAttributes",
    true,
    true,
    (group, InstanceId) =>
      as(group).send(
        new UpdateContactAttributesCommand({ InstanceId, InitialContactId: contact, Attributes: { a: "b" } }),
      ),
  ],
  [
    "StartOutboundVoiceContact",
    true,
    true,
    (group, InstanceId) =>
      as(group).send(
        new StartOutboundVoiceContactCommand({
          InstanceId,
          ContactFlowId: contactFlow,
          DestinationPhoneNumber: "+15550100",
          SourcePhoneNumber: "+15550101",
        }),
      ),
  ],
  [
    "StartChatContact",
    true,
    false,
    (group, InstanceId) =>
      as(group).send(
        new StartChatContactCommand({
          InstanceId,
          ContactFlowId: contactFlow,
          ParticipantDetails: { DisplayName: "A" },
        }),
      ),
  ],
  [
    "ListContactFlows",
    true,
    false,
    (group, InstanceId) => as(group).send(new ListContactFlowsCommand({ InstanceId })),
  ],
  [
    "DescribeContact",
    false,
    true,
    (group, InstanceId) => as(group).send(new DescribeContactCommand({ InstanceId, ContactId: contact })),
  ],
  [
    "DescribeUser",
    false,
    false,
    (group, InstanceId) => as(group).send(new DescribeUserCommand({ InstanceId, UserId: seededUser })),
  ],
];

describe.each(contactCalls)("%s", (name, handlers, admins, call) => {
  it.each([
    ["contact-handlers", handlers],
    ["contact-admins", admins],
  ] as const)("in us-west-2 by %s: %s", async (group, allowed) => {
    if (allowed)
      await expect(call(group, west)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    else await expectDenied(call(group, west), new RegExp(`connect:${name} `));
  });

  it.each(["contact-handlers", "contact-admins"] as const)("in us-east-1 is refused to %s", async (group) => {
    await expectDenied(call(group, east), new RegExp(`connect:${name} `));
  });
});

describe("StopContact", () => {
  it.each(["contact-handlers", "contact-admins"] as const)("ends a contact for %s", async (group) => {
    const { ContactId } = await as("admins").send(
      new StartOutboundVoiceContactCommand({
        InstanceId: west,
        ContactFlowId: contactFlow,
        DestinationPhoneNumber: "+15550100",
        SourcePhoneNumber: "+15550101",
      }),
    );
    await as(group).send(new StopContactCommand({ InstanceId: west, ContactId }));
  });
});

describe("a user without a binding", () => {
  it("gets 403", async () => {
    const describeUser = new DescribeUserCommand({ InstanceId: east, UserId: seededUser });
    await expectDenied(
      as("nobody").send(describeUser),
      /because no identity-based policy allows the connect:DescribeUser action/,
    );
  });
});
