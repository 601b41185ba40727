/** Contacts of a seed, as `DescribeContact` has them, with times that may follow the clock. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { decodeStructure, membersOf } from "../../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import { didYouMean } from "../../../authoring/nearest-name.ts";
import { checkAttributes } from "../by-hand/contacts/contact-attributes.ts";
import type { ContactShape } from "../by-hand/contacts/contact-shape.ts";
import { checkTags } from "../by-hand/settings/tags.ts";
import { checkValues } from "../records/checks.ts";
import type { Members } from "../records/resource-table.ts";
import { invalidParameter, ServiceFault } from "../service-fault.ts";
import type { Rest } from "./calls.ts";
import { problemOf } from "./draft.ts";
import { pathOfMember, type SeedEntry } from "./problem.ts";
import { readRelativeTime, relativeForms } from "./relative-time.ts";

/** Members of a contact that name another resource, and its family. */
const naming: readonly (readonly [holder: string, family: string])[] = [
  ["QueueInfo", "Queue"],
  ["AgentInfo", "User"],
  ["TaskTemplateInfo", "TaskTemplate"],
];
const namingContacts = ["InitialContactId", "PreviousContactId", "RelatedContactId"] as const;

/** Members that follow from others, or that a call must make (`StartContactRecording`). */
const aside = new Set(["Arn", "LastUpdateTimestamp", "Recordings"]);
const required = ["Channel", "InitiationMethod"] as const;

/** The structure of a contact. */
export function contactSchema(): NormalizedSchema {
  const schema = findOperationSchema("DescribeContact")?.output.getMemberSchema("Contact");
  if (!schema) throw new TypeError("`DescribeContact` answers no `Contact`");
  return schema;
}

export function plantContacts(contacts: readonly SeedEntry[], rest: Rest): void {
  const schema = contactSchema();
  const known = new Map([...schema.structIterator()].filter(([member]) => !aside.has(member)));
  const all = new Set(contacts.map(idOf));
  const seen = new Set<string>();
  for (const entry of contacts) {
    const id = idOf(entry);
    if (seen.has(id)) {
      const message = `another contact has the identifier \`${id}\``;
      rest.report({ path: entry.path, code: "duplicateId", message });
    }
    seen.add(id);
    const unknown = Object.keys(entry.value).filter((member) => !known.has(member) && !aside.has(member));
    for (const member of unknown) {
      const message = `\`Contacts\` have no member \`${member}\`${didYouMean(member, known.keys())}`;
      rest.report({ path: [...entry.path, member], code: "unknownMember", message });
    }
    if (unknown.length === 0) plantContact({ entry, id, all, schema }, rest);
  }
}

interface Planted {
  readonly entry: SeedEntry;
  readonly id: string;
  readonly all: ReadonlySet<string>;
  readonly schema: NormalizedSchema;
}

function plantContact(
  { entry: { path, value }, id, all, schema }: Planted,
  { instance, references, report, world }: Rest,
): void {
  try {
    const now = world.now();
    const members = Object.entries(value).filter(([member]) => !aside.has(member));
    const timed = withTimes(schema, Object.fromEntries(members), now);
    const { Id: _, Name, Attributes, Tags, ...decoded }: Members = decodeStructure(schema, timed, "");
    checkValues(schema, decoded);
    const described: Record<string, unknown> = { InitiationTimestamp: now, ...decoded };
    for (const member of required)
      if (decoded[member] === undefined) throw invalidParameter(member, "is missing");
    for (const [holder, family] of naming) {
      const held = described[holder];
      if (isPlainObject(held) && typeof held["Id"] === "string")
        described[holder] = { ...held, Id: references.identify(family, held["Id"], [...path, holder, "Id"]) };
    }
    for (const member of namingContacts) {
      const other = described[member];
      if (typeof other === "string" && !all.has(other))
        throw invalidParameter(member, `there is no contact \`${other}\` in the seed`);
    }
    checkOrder(described, now);
    const tags = checkTags(Tags as Parameters<typeof checkTags>[0], "Tags");
    const shape = {
      name: typeof Name === "string" ? Name : "",
      described,
      attributes: checkAttributes((Attributes ?? {}) as ContactShape["attributes"]),
      recording: { state: "none" },
    };
    // The decoder has held the contact against the schema that the type comes from.
    instance.contacts.add({ id, tags, shape: shape as unknown as ContactShape });
  } catch (error) {
    const { path: member, message } = problemOf(error);
    const hint = message.includes("must be a time") ? `, or like ${relativeForms}` : "";
    const code = error instanceof ServiceFault ? "refused" : "wrongValue";
    report({ path: pathOfMember(path, member), code, message: `${message}${hint}` });
  }
}

/** Without an identifier, one that is the same in every instance and at every start. */
function idOf({ path, value: { Id } }: SeedEntry): string {
  return typeof Id === "string" ? Id : `00000000-0000-5000-a000-${String(path.at(-1)).padStart(12, "0")}`;
}

/** Writes relative times as the decoder reads them. */
function withTimes(schema: NormalizedSchema, value: unknown, now: Date): unknown {
  if (typeof value === "string" && schema.isTimestampSchema()) {
    const at = readRelativeTime(value, now);
    return at === undefined ? value : at / 1000;
  }
  if (!isPlainObject(value) || !schema.isStructSchema()) return value;
  const { members } = membersOf(schema);
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => {
      const its = members.get(member);
      return [member, its ? withTimes(its, inner, now) : inner];
    }),
  );
}

/** A contact's life in its order. Metrics are differences of these times. */
const life = [
  ["InitiationTimestamp"],
  ["QueueInfo", "EnqueueTimestamp"],
  ["AgentInfo", "ConnectedToAgentTimestamp"],
  ["DisconnectTimestamp"],
  ["AgentInfo", "AfterContactWorkStartTimestamp"],
  ["AgentInfo", "AfterContactWorkEndTimestamp"],
] as const;

function checkOrder(described: Members, now: Date): void {
  let before: readonly [name: string, time: number] | undefined;
  for (const steps of life) {
    const name = steps.join(".");
    const at = steps.reduce<unknown>(
      (value, step) => (isPlainObject(value) ? value[step] : undefined),
      described,
    );
    if (!(at instanceof Date)) continue;
    if (at > now) throw invalidParameter(name, "must not be in the future");
    if (before && at.getTime() < before[1])
      throw invalidParameter(name, `must not be before \`${before[0]}\``);
    before = [name, at.getTime()];
  }
}
