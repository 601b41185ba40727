/**
 * Voice recordings of the local Connect, through a real SDK client.
 */
import {
  DescribeContactCommand,
  InvalidParameterException,
  InvalidRequestException,
  ResourceNotFoundException,
  ResumeContactRecordingCommand,
  StartContactRecordingCommand,
  StopContactCommand,
  StopContactRecordingCommand,
  SuspendContactRecordingCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { east, useLocalConnect, west } from "../connect-fixture.ts";

const fixture = useLocalConnect();
const nowhere = "99999999-123e-111e-93e3-11111bfbfcc17";

async function describeContact(ContactId: string) {
  return (await fixture.client.send(new DescribeContactCommand({ InstanceId: east, ContactId }))).Contact;
}

describe("recordings of the local Connect", () => {
  const contact = { InstanceId: east, ContactId: seedIds.contact, InitialContactId: seedIds.contact };
  const VoiceRecordingConfiguration = { VoiceRecordingTrack: "ALL" } as const;
  const start = () => new StartContactRecordingCommand({ ...contact, VoiceRecordingConfiguration });

  it("start, suspend, resume and stop once, and show in the contact", async () => {
    const { client } = fixture;
    await client.send(start());
    await expect(client.send(start())).rejects.toBeInstanceOf(InvalidRequestException);
    await client.send(new SuspendContactRecordingCommand(contact));
    await client.send(new ResumeContactRecordingCommand(contact));
    await client.send(new StopContactRecordingCommand(contact));
    await expect(client.send(start())).rejects.toThrow("stopped, which is final");
    const [recording] = (await describeContact(seedIds.contact))?.Recordings ?? [];
    expect(recording).toMatchObject({ MediaStreamType: "AUDIO", Status: "AVAILABLE" });
    expect(recording?.StopTimestamp).toBeInstanceOf(Date);
  });

  it("are refused for what is not an ongoing call of that instance and chain", async () => {
    const { client } = fixture;
    const ids = (id: string) => ({ ContactId: id, InitialContactId: id });
    const record = (changes: object) =>
      client.send(new StartContactRecordingCommand({ ...contact, VoiceRecordingConfiguration, ...changes }));
    await expect(record(ids(seedIds.chatContact))).rejects.toBeInstanceOf(InvalidRequestException);
    await expect(record(ids(nowhere))).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(record({ InitialContactId: seedIds.chatContact })).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    await expect(
      record({ VoiceRecordingConfiguration: { VoiceRecordingTrack: "LOUD" } }),
    ).rejects.toBeInstanceOf(InvalidParameterException);
    await client.send(new StopContactCommand({ InstanceId: east, ContactId: seedIds.contact }));
    await expect(record({})).rejects.toThrow("has ended");
    await record({ InstanceId: west });
  });

  it("stop when their contact stops", async () => {
    await fixture.client.send(start());
    await fixture.client.send(new StopContactCommand({ InstanceId: east, ContactId: seedIds.contact }));
    const [recording] = (await describeContact(seedIds.contact))?.Recordings ?? [];
    expect(recording?.StopTimestamp).toBeInstanceOf(Date);
  });
});
