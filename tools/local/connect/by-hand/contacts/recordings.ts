/**
 * Voice recordings: one table says which operation takes which state to which.
 *
 * The API Reference calls starting and stopping one-time actions: what was stopped cannot be started again, and
 * only what is suspended can be resumed.
 */
import type { Handlers } from "../../handler.ts";
import { invalidRequest, ServiceFault } from "../../service-fault.ts";
import type { World } from "../../world.ts";
import type { Recording } from "./contact-shape.ts";

const transitions = {
  start: { from: ["none"], to: "active" },
  suspend: { from: ["active"], to: "suspended" },
  resume: { from: ["suspended"], to: "active" },
  stop: { from: ["active", "suspended"], to: "stopped" },
} as const satisfies Record<string, { from: readonly Recording["state"][]; to: Recording["state"] }>;

export const recordingHandlers = {
  StartContactRecording: (input, world) => move(input, world, "start"),
  StopContactRecording: (input, world) => move(input, world, "stop"),
  SuspendContactRecording: (input, world) => move(input, world, "suspend"),
  ResumeContactRecording: (input, world) => move(input, world, "resume"),
} satisfies Handlers;

interface RecordedContact {
  readonly InstanceId: string;
  readonly ContactId: string;
  readonly InitialContactId: string;
  readonly ContactRecordingType?: string | undefined;
}

function move(target: RecordedContact, world: World, verb: keyof typeof transitions): Record<never, never> {
  const { contacts } = world.instance(target.InstanceId);
  const row = contacts.get(target.ContactId);
  const { shape } = row;
  if (target.InitialContactId !== (shape.described.InitialContactId ?? row.id)) {
    const message = `contact \`${row.id}\` does not belong to the initial contact \`${target.InitialContactId}\``;
    throw new ServiceFault("ResourceNotFoundException", message);
  }
  const type = target.ContactRecordingType;
  if (type === "SCREEN") throw invalidRequest(`contact \`${row.id}\` has no screen recording`);
  if (shape.described.Channel !== "VOICE")
    throw invalidRequest(`contact \`${row.id}\` is not a voice contact`);
  if (shape.described.DisconnectTimestamp) throw invalidRequest(`contact \`${row.id}\` has ended`);
  const recording = advance(shape.recording, verb, world.now());
  if (!recording) {
    throw invalidRequest(
      `cannot ${verb} the recording of contact \`${row.id}\`: ${words[shape.recording.state]}`,
    );
  }
  contacts.revise(row, { shape: { ...shape, recording } });
  return {};
}

const words: Record<Recording["state"], string> = {
  none: "it was never started",
  active: "it is running",
  suspended: "it is suspended",
  stopped: "it was stopped, which is final",
};

function advance(recording: Recording, verb: keyof typeof transitions, now: Date): Recording | undefined {
  const { from, to } = transitions[verb];
  if (!from.some((state) => state === recording.state)) return undefined;
  return {
    ...recording,
    state: to,
    ...(verb === "start" ? { startedAt: now } : {}),
    ...(verb === "stop" ? { stoppedAt: now } : {}),
  };
}
