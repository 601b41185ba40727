/**
 * The local Connect against a model of a few lines: whatever the order of calls, it says what the model says.
 */
import {
  CreateUserCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  ListUsersCommand,
  ResumeContactRecordingCommand,
  StartContactRecordingCommand,
  StartOutboundVoiceContactCommand,
  StopContactCommand,
  StopContactRecordingCommand,
  SuspendContactRecordingCommand,
  UpdateUserSecurityProfilesCommand,
} from "@aws-sdk/client-connect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east, useLocalConnect, west } from "./connect-fixture.ts";

const fixture = useLocalConnect();

/** Gives the name of the exception that a call ends in, or its output. */
async function outcomeOf<Output>(call: Promise<Output>): Promise<{ error: string } | { output: Output }> {
  return call.then(
    (output) => ({ output }),
    (error: unknown) => ({ error: error instanceof Error ? error.name : "not an error" }),
  );
}

describe("any sequence of user calls", () => {
  const username = fc.constantFrom("ann", "bob", "eve");
  const instance = fc.constantFrom(east, west);
  const profiles = fc.subarray([seedIds.agentProfile, seedIds.adminProfile, "missing"], { minLength: 1 });
  const step = fc.record({
    verb: fc.constantFrom("create", "remove", "profiles"),
    instance,
    username,
    profiles,
  });

  it("leaves the users that the model has, in each instance", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const { client } = fixture;
        const model = new Map<string, { id: string; profiles: readonly string[] }>();
        for (const {
          verb,
          instance: InstanceId,
          username: Username,
          profiles: SecurityProfileIds,
        } of steps) {
          const key = `${InstanceId} ${Username}`;
          const known = model.get(key);
          const UserId = known?.id ?? "nobody";
          const missing = SecurityProfileIds.includes("missing");
          if (verb === "create") {
            const RoutingProfileId = seedIds.routingProfile;
            const input = {
              InstanceId,
              Username,
              SecurityProfileIds: [...SecurityProfileIds],
              RoutingProfileId,
            };
            const outcome = await outcomeOf(client.send(new CreateUserCommand(input)));
            if (missing) expect(outcome).toEqual({ error: "ResourceNotFoundException" });
            else if (known) expect(outcome).toEqual({ error: "DuplicateResourceException" });
            else {
              const id = "output" in outcome ? (outcome.output.UserId ?? "") : "";
              expect(id).not.toBe("");
              model.set(key, { id, profiles: SecurityProfileIds });
            }
          } else if (verb === "remove") {
            const outcome = await outcomeOf(client.send(new DeleteUserCommand({ InstanceId, UserId })));
            expect("output" in outcome).toBe(known !== undefined);
            model.delete(key);
          } else {
            const input = { InstanceId, UserId, SecurityProfileIds: [...SecurityProfileIds] };
            const outcome = await outcomeOf(client.send(new UpdateUserSecurityProfilesCommand(input)));
            expect("output" in outcome).toBe(known !== undefined && !missing);
            if (known && !missing) model.set(key, { ...known, profiles: SecurityProfileIds });
          }
        }
        for (const InstanceId of [east, west]) {
          const wanted = [...model].filter(([key]) => key.startsWith(`${InstanceId} `));
          const { UserSummaryList = [] } = await client.send(new ListUsersCommand({ InstanceId }));
          const created = UserSummaryList.filter((user) => user.Id !== seedIds.user);
          expect(created.map((user) => user.Id).sort()).toEqual(wanted.map(([, user]) => user.id).sort());
          for (const [key, { id: UserId, profiles: SecurityProfileIds }] of wanted) {
            const { User } = await client.send(new DescribeUserCommand({ InstanceId, UserId }));
            expect(User).toMatchObject({ Username: key.split(" ")[1], SecurityProfileIds });
            await client.send(new DeleteUserCommand({ InstanceId, UserId }));
          }
        }
      }),
      { seed: 20_260_102, numRuns: 40 },
    );
  });
});

describe("any sequence of recording calls", () => {
  const verbs = ["start", "suspend", "resume", "stop", "stopContact"] as const;

  /** The API Reference's words, as one table: state → call → next state; what is absent is refused. */
  const model: Record<string, Partial<Record<(typeof verbs)[number], string>>> = {
    fresh: { start: "recording", stopContact: "ended" },
    recording: { suspend: "suspended", stop: "stopped", stopContact: "ended" },
    suspended: { resume: "recording", stop: "stopped", stopContact: "ended" },
    stopped: { stopContact: "ended" },
    ended: {},
  };

  it("is accepted and refused as the model says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...verbs), { minLength: 1, maxLength: 12 }),
        async (steps) => {
          const { client } = fixture;
          const call = { ContactFlowId: seedIds.contactFlow, DestinationPhoneNumber: "+15555550100" };
          const started = await client.send(
            new StartOutboundVoiceContactCommand({ InstanceId: east, ...call }),
          );
          const ContactId = started.ContactId ?? "";
          const contact = { InstanceId: east, ContactId, InitialContactId: ContactId };
          const VoiceRecordingConfiguration = { VoiceRecordingTrack: "ALL" } as const;
          const send = {
            start: () =>
              client.send(new StartContactRecordingCommand({ ...contact, VoiceRecordingConfiguration })),
            suspend: () => client.send(new SuspendContactRecordingCommand(contact)),
            resume: () => client.send(new ResumeContactRecordingCommand(contact)),
            stop: () => client.send(new StopContactRecordingCommand(contact)),
            stopContact: () => client.send(new StopContactCommand({ InstanceId: east, ContactId })),
          };
          let state = "fresh";
          for (const verb of steps) {
            const next = model[state]?.[verb];
            const outcome = await outcomeOf<object>(send[verb]());
            if (next === undefined) {
              expect(outcome).toEqual({
                error: verb === "stopContact" ? "ContactNotFoundException" : "InvalidRequestException",
              });
            } else {
              expect([state, verb, "output" in outcome]).toEqual([state, verb, true]);
              state = next;
            }
          }
        },
      ),
      { seed: 20_260_103, numRuns: 60 },
    );
  });
});
