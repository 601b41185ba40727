/** A contact center of three queues, two routing profiles and four users, with contacts that a test chooses. */
import type { Channel } from "@aws-sdk/client-connect";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import {
  type LocalConnect,
  type LocalConnectOptions,
  startLocalConnect,
} from "../../../../tools/local/connect/server.ts";
import type { World } from "../../../../tools/local/connect/world.ts";
import { east, instances, smallSeed } from "../connect-fixture.ts";
import { type WireClient, wireClientOf } from "../walk/wire-client.ts";

/** The clock stands still. */
export const now = new Date("2026-11-30T12:00:00Z");
export const queues = ["q-0", "q-1", "q-2"];
export const users = ["u-0", "u-1", "u-2", "u-3"];
export const statuses = {
  available: seedIds.availableStatus,
  offline: seedIds.offlineStatus,
  lunch: "s-lunch",
};

/** Which queues and channels the profiles serve, and which profile each user has. */
export const profiles: Readonly<Record<string, readonly (readonly [queue: string, channel: Channel])[]>> = {
  "p-0": [
    ["q-0", "VOICE"],
    ["q-0", "CHAT"],
    ["q-1", "VOICE"],
  ],
  "p-1": [["q-1", "CHAT"]],
};
export const profileOf = (user: string) => (user === "u-3" ? "p-1" : "p-0");
export const slots = { VOICE: 1, CHAT: 3 };

/** A contact as a test writes it: how many seconds ago it began, and how long each part of its life took. */
export interface Planned {
  readonly queue: string;
  readonly channel: "VOICE" | "CHAT";
  readonly method: "INBOUND" | "API";
  readonly ago: number;
  readonly waited: number;
  /** Absent for a contact that no agent answered. */
  readonly agent?: string | undefined;
  readonly talked: number;
  readonly worked: number;
  readonly stage: "queued" | "connected" | "working" | "ended" | "abandoned";
}

const at = (ago: number) => new Date(now.getTime() - ago * 1000);

export function describePlanned(plan: Planned) {
  const { stage, agent, ago, waited, talked, worked } = plan;
  const isOver = stage === "ended" || stage === "abandoned" || stage === "working";
  const answered = ago - waited;
  const left = stage === "abandoned" ? answered : answered - talked;
  const work = {
    ...(stage === "ended" || stage === "working" ? { AfterContactWorkStartTimestamp: at(left) } : {}),
    ...(stage === "ended" ? { AfterContactWorkEndTimestamp: at(left - worked) } : {}),
  };
  return {
    Channel: plan.channel,
    InitiationMethod: plan.method,
    InitiationTimestamp: at(ago),
    QueueInfo: { Id: plan.queue, EnqueueTimestamp: at(ago) },
    ...(agent === undefined
      ? {}
      : { AgentInfo: { Id: agent, ConnectedToAgentTimestamp: at(answered), ...work } }),
    ...(isOver ? { DisconnectTimestamp: at(left), DisconnectReason: "CUSTOMER_DISCONNECT" } : {}),
  };
}

function prepare(world: World, planned: readonly Planned[]): void {
  const instance = world.instance(east);
  for (const row of instance.contacts.all()) instance.contacts.remove(row);
  for (const id of queues)
    instance.table("Queue").add({ id, shape: { Name: id, Status: "ENABLED", QueueType: "STANDARD" } });
  for (const [id, served] of Object.entries(profiles)) {
    const QueueConfigs = served.map(([QueueId, Channel]) => ({
      QueueReference: { QueueId, Channel },
      Priority: 1,
      Delay: 0,
    }));
    const MediaConcurrencies = Object.entries(slots).map(([Channel, Concurrency]) => ({
      Channel,
      Concurrency,
    }));
    instance.table("RoutingProfile").add({ id, shape: { Name: id, QueueConfigs, MediaConcurrencies } });
  }
  for (const id of users)
    instance.table("User").add({
      id,
      shape: { Username: id, RoutingProfileId: profileOf(id), SecurityProfileIds: [seedIds.agentProfile] },
    });
  instance
    .table("AgentStatus")
    .add({ id: statuses.lunch, shape: { Name: "Lunch", Type: "CUSTOM", State: "ENABLED" } });
  for (const [index, plan] of planned.entries())
    instance.contacts.add({
      id: `c-${index}`,
      shape: {
        name: "",
        described: describePlanned(plan),
        attributes: {},
        recording: { state: "none" },
      },
    });
}

export interface Center {
  readonly connect: LocalConnect;
  readonly client: WireClient;
  /** Sends to the instance, and gives the answer without its schema's types. */
  send(operation: string, input: Readonly<Record<string, unknown>>): ReturnType<WireClient["send"]>;
  close(): Promise<void>;
}

/** @param more a clock that moves, for instance; without it, time stands still */
export async function openCenter(
  planned: readonly Planned[],
  more: Pick<LocalConnectOptions, "source" | "prepare" | "live"> = {},
): Promise<Center> {
  const connect = await startLocalConnect({
    seed: smallSeed,
    instances,
    ...more,
    source: { now: () => now, ...more.source },
    prepare: (world) => {
      prepare(world, planned);
      more.prepare?.(world);
    },
  });
  const client = wireClientOf(connect);
  return {
    connect,
    client,
    send: (operation, input) => client.send(operation, { InstanceId: east, ...input }),
    close: async () => {
      client.close();
      await connect.close();
    },
  };
}
