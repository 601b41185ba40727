/**
 * Which calls callers of the configuration make with `--live`: mostly what their policies let them try, and now and then
 * something else. They read, and record contacts; nothing that a person has made is changed.
 */
import { BoundPolicies } from "../../../shared/bundle/binding-layers.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { AccessModel, type AccessRow } from "../../authoring/access/access-model.ts";
import { anyId, knownCallers, type WrittenCaller } from "../../authoring/access/known-callers.ts";
import type { Recording } from "../connect/by-hand/contacts/contact-shape.ts";
import type { InstanceState } from "../connect/instance-state.ts";
import type { Chance } from "../connect/live/chance.ts";

type Json = Readonly<Record<string, unknown>>;

export interface LiveCall {
  readonly caller: WrittenCaller;
  readonly operation: string;
  readonly input: Json;
}

interface Caller {
  readonly caller: WrittenCaller;
  /** Operations of which not every call is denied. */
  readonly usable: readonly string[];
}

/** More would make none of them known by its calls. */
const mostCallers = 12;

/** Names of callers whose binding asks for none. */
const names = ["ana", "ben", "chloe", "dan", "eva", "finn", "gina", "hugo", "ines", "jan", "kim", "leo"];

interface Surroundings {
  readonly instance: InstanceState;
  readonly chance: Chance;
}

/** Makes an input with ids of the moment; `undefined` if nothing of its kind is there. */
type MakeInput = (around: Surroundings) => Json | undefined;

const list: MakeInput = () => ({ MaxResults: 25 });

/** The operation's member for an id of a table. */
function one(table: string, member: string): MakeInput {
  return ({ instance, chance }) => {
    const id = chance.oneOf(instance.table(table).all())?.id;
    return id === undefined ? undefined : { [member]: id };
  };
}

/** A contact that is not over. */
const contact: MakeInput = ({ instance, chance }) => {
  const open = instance.contacts.all().filter(({ shape }) => !shape.described.DisconnectTimestamp);
  const id = chance.oneOf(open)?.id;
  return id === undefined ? undefined : { ContactId: id };
};

/** A voice contact that is not over, whose recording is in one of these states. */
function recorded(...states: readonly Recording["state"][]): MakeInput {
  return ({ instance, chance }) => {
    const fitting = instance.contacts.all().filter(({ shape: { described, recording } }) => {
      const isOpen = described.Channel === "VOICE" && !described.DisconnectTimestamp;
      return isOpen && states.includes(recording.state);
    });
    const row = chance.oneOf(fitting);
    return row === undefined
      ? undefined
      : { ContactId: row.id, InitialContactId: row.shape.described.InitialContactId ?? row.id };
  };
}

/** An operation that is there twice is called twice as often. */
const calls: readonly (readonly [operation: string, input: MakeInput])[] = [
  ["ListUsers", list],
  ["DescribeUser", one("User", "UserId")],
  ["DescribeUser", one("User", "UserId")],
  ["SearchUsers", list],
  ["ListQueues", list],
  ["DescribeQueue", one("Queue", "QueueId")],
  ["ListRoutingProfiles", list],
  ["DescribeRoutingProfile", one("RoutingProfile", "RoutingProfileId")],
  ["ListSecurityProfiles", list],
  ["ListAgentStatuses", list],
  [
    "GetCurrentMetricData",
    (around) => {
      const queue = around.chance.oneOf(around.instance.table("Queue").all())?.id;
      const metric = { Name: "CONTACTS_IN_QUEUE", Unit: "COUNT" };
      return queue === undefined ? undefined : { Filters: { Queues: [queue] }, CurrentMetrics: [metric] };
    },
  ],
  ["DescribeContact", contact],
  [
    "GetContactAttributes",
    (around) => {
      const found = contact(around);
      return found && { InitialContactId: found["ContactId"] };
    },
  ],
  [
    "StartContactRecording",
    (around) => {
      const found = recorded("none")(around);
      return found && { ...found, VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" } };
    },
  ],
  ["SuspendContactRecording", recorded("active")],
  ["ResumeContactRecording", recorded("suspended")],
  ["StopContactRecording", recorded("active", "suspended")],
];

/** Operations that these calls may be of. */
export const liveOperations: ReadonlySet<string> = new Set(calls.map(([operation]) => operation));

interface Named {
  /** Of the binding, as the access table has it. */
  readonly name: string;
  readonly caller: WrittenCaller;
}

function usableOf(
  model: AccessModel,
  rows: readonly AccessRow[],
  { name, caller }: Named,
): readonly string[] {
  const { id, groups, issuer } = caller;
  const described = { groups, ...(id === anyId ? {} : { id }), ...(issuer === undefined ? {} : { issuer }) };
  const column = model.columns.find((each) => each.name === name) ?? model.columnOfCaller(described);
  return rows.filter((row) => model.cell(row, column).word !== "never").map((row) => row.name);
}

export class LivePlan {
  readonly #callers: readonly Caller[];
  readonly #chance: Chance;

  constructor(bundle: Bundle, chance: Chance) {
    const { config } = bundle;
    const model = new AccessModel(config, new BoundPolicies(bundle));
    const rows = model.rows.filter(({ name }) => liveOperations.has(name));
    const bound = [...knownCallers(config).bound];
    this.#callers = bound.slice(0, mostCallers).map(([name, caller], at) => ({
      caller: caller.id === anyId ? { ...caller, id: names[at] ?? caller.id } : caller,
      usable: usableOf(model, rows, { name, caller }),
    }));
    this.#chance = chance;
  }

  /** Makes the next call; `undefined` if nothing is there that it could be about. */
  next(instance: InstanceState): LiveCall | undefined {
    const chosen = this.#chance.oneOf(this.#callers);
    if (chosen === undefined) return undefined;
    const usable = calls.filter(([operation]) => chosen.usable.includes(operation));
    const isUsual = this.#chance.below(4) > 0 && usable.length > 0;
    const [operation, make] = this.#chance.oneOf(isUsual ? usable : calls) ?? [];
    const input = make?.({ instance, chance: this.#chance });
    if (operation === undefined || input === undefined) return undefined;
    return { caller: chosen.caller, operation, input: { InstanceId: instance.configured.id, ...input } };
  }
}
