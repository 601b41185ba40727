/**
 * Every family of resources, with inputs made from the schemas: create → describe → list → search → update → tag →
 * delete, by the JavaScript SDK, each answer held against the schema of its output.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOperation, operations } from "../../../../shared/catalog/catalog.ts";
import { enumerationAt } from "../../../../shared/catalog/enumerations.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { type Family, families, familyNamed } from "../../../../tools/local/connect/families/families.ts";
import { type MemberSet, memberSets } from "../../../../tools/local/connect/families/member-set-table.ts";
import { singularOf } from "../../../../tools/local/connect/families/words.ts";
import { wayOf } from "../../../../tools/local/connect/operations.ts";
import { membersOf, recordMember } from "../../../../tools/local/connect/records/record.ts";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { type LocalConnect, startLocalConnect } from "../../../../tools/local/connect/server.ts";
import { east, instances, smallSeed } from "../connect-fixture.ts";
import type { Input } from "./inputs.ts";
import { addressOf, isMade, listIn, type Made, Maker, structuresIn } from "./maker.ts";
import { recorded, type WireClient, wireClientOf } from "./wire-client.ts";

let folder = "";
let connect: LocalConnect;
let client: WireClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "walk-"));
  connect = await startLocalConnect({ instances, seed: smallSeed, stateFile: join(folder, "state.jsonl") });
  client = recorded(wireClientOf(connect));
  const levels = ["One", "Two", "Three"].map((level) => [`Level${level}`, { Name: level }]);
  const HierarchyStructure = Object.fromEntries(levels);
  await client.send("UpdateUserHierarchyStructure", { InstanceId: east, HierarchyStructure });
});
afterAll(async () => {
  client.close();
  await connect.close();
  rmSync(folder, { recursive: true });
});

const send = (operation: string, input: Input) => client.send(operation, input);
const maker = new Maker(send);

/** Members of an input that its family's records show under the same or a shorter name. */
function shown(family: Family, input: Input): Input {
  const asides = new Set(["InstanceId", "ClientToken", ...family.parents]);
  const members = Object.entries(input).filter(
    ([name]) => !asides.has(name) && !name.startsWith("LastModified"),
  );
  for (const [, value] of members)
    if (family.natural === undefined) Reflect.deleteProperty(Object(value), family.key);
  return Object.fromEntries(
    members
      .map(([name, value]) => [recordMember(family, name), value])
      .filter(([name]) => membersOf(family).has(String(name))),
  );
}

async function describeMade(family: Family, made: Made): Promise<Input> {
  const operation = family.operations.describe ?? "";
  const output = await send(operation, addressOf(operation, made));
  return { ...output, ...structuresIn(output) };
}

/** How many elements of a list's or search's answer are the resource. */
async function countIn(operation: string, family: Family, made: Made, more: Input = {}): Promise<number> {
  const input = await maker.input(operation, "minimal");
  const output = await send(operation, { ...input, ...addressOf(operation, made), ...more });
  return listIn(output).filter((element) => isMade(element, family, made)).length;
}

/** Tags a resource, finds it by the tag, and takes the tag away. */
async function tagAndUntag(family: Family, made: Made): Promise<void> {
  const { search } = family.operations;
  const resourceArn = made.arn;
  const tags = made.input["Tags"] as Input | undefined;
  if (resourceArn === undefined || tags === undefined) return;
  await send("TagResource", { resourceArn, tags: { walked: made.id } });
  expect(await send("ListTagsForResource", { resourceArn })).toEqual({ tags: { ...tags, walked: made.id } });
  const filter = search && tagFilterOf(search);
  const TagCondition = { TagKey: "walked", TagValue: made.id };
  if (search && filter) {
    const SearchFilter = { [filter]: { TagCondition } };
    expect(await countIn(search, family, made, { SearchFilter })).toBe(1);
    const none = { [filter]: { TagCondition: { ...TagCondition, TagValue: "other" } } };
    expect(await countIn(search, family, made, { SearchFilter: none })).toBe(0);
  }
  await send("UntagResource", { resourceArn, tagKeys: ["walked"] });
  expect(await send("ListTagsForResource", { resourceArn })).toEqual({ tags });
}

/** The member of a search's filter that has tag conditions. */
function tagFilterOf(search: string): string | undefined {
  const filter = findOperationSchema(search)?.input.getMemberSchemas()["SearchFilter"];
  const members = Object.keys(filter?.getMemberSchemas() ?? {});
  return members.find((member) => member === "TagFilter" || member === "AttributeFilter");
}

/** A list that is filtered by the resource's own value has it; one that is filtered by another value has not. */
async function filterBy(operation: string, family: Family, made: Made): Promise<void> {
  const paging = new Set(["InstanceId", "NextToken", "MaxResults", ...family.parents]);
  const filters = findOperation(operation)?.members.filter(({ name }) => !paging.has(name)) ?? [];
  for (const { name } of filters) {
    const isList = findOperationSchema(operation)?.input.getMemberSchemas()[name]?.isListSchema() === true;
    const own = made.input[recordMember(family, isList ? singularOf(name) : name)];
    if (typeof own !== "string") continue;
    expect(await countIn(operation, family, made, { [name]: isList ? [own] : own })).toBe(1);
    const place = `${findOperationSchema(operation)?.input.getName()}.${name}`;
    const unlike = name === "ContactId" ? seedIds.chatContact : "another";
    const other = enumerationAt(place)?.find((value) => value !== own) ?? unlike;
    expect(await countIn(operation, family, made, { [name]: isList ? [other] : other })).toBe(0);
  }
}

/** An update may change the name by which a resource is found. */
function renamed(family: Family, made: Made, change: Input): Made {
  const name = change[`New${family.key}`] ?? (family.natural === "Name" ? change["Name"] : undefined);
  return name === undefined ? made : { ...made, id: String(name), at: { ...made.at, [family.key]: name } };
}

const withCreate = [...families().values()].filter((family) => family.operations.create !== undefined);

describe.each(withCreate.map((family) => [family.name, family] as const))("%s", (_name, family) => {
  const { describe: describing, list, search, delete: removing } = family.operations;
  const lists = [list ?? [], family.special.lists ?? []].flat();

  it.each(["minimal", "full"] as const)("keeps what a %s create gives, and lets it go", async (extent) => {
    let made = await maker.make(family, extent);
    if (describing) expect(await describeMade(family, made)).toMatchObject(shown(family, made.input));
    for (const each of lists) expect(await countIn(each, family, made)).toBe(1);
    for (const each of lists) await filterBy(each, family, made);
    if (search) expect(await countIn(search, family, made)).toBe(1);
    if (extent === "full") await tagAndUntag(family, made);
    for (const { name } of operations()) {
      if (wayOf(name)?.family !== family.name || wayOf(name)?.verb !== "update") continue;
      const change = { ...(await maker.input(name, extent)), ...addressOf(name, made) };
      await send(name, change);
      made = renamed(family, made, change);
      if (describing) expect(await describeMade(family, made)).toMatchObject(shown(family, change));
    }
    if (!removing) return;
    await send(removing, {
      ...(await maker.input(removing, "minimal")),
      ...addressOf(removing, made),
    });
    for (const each of lists) expect(await countIn(each, family, made)).toBe(0);
    if (describing)
      await expect(describeMade(family, made)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(send(removing, addressOf(removing, made))).rejects.toMatchObject({
      name: expect.stringMatching(/NotFound|Invalid/),
    });
  });
});

describe("families that nothing creates", () => {
  const seeded = [...families().values()].filter(
    ({ operations: { create, describe } }) => !create && describe,
  );

  it.each(seeded.map((family) => [family.name, family] as const))(
    "describe, list and update %s",
    async (_name, family) => {
      const { describe: describing = "", list = "" } = family.operations;
      const [, summaries] =
        Object.entries(await send(list, { InstanceId: east })).find(([, value]) => Array.isArray(value)) ??
        [];
      const [first] = summaries as Input[];
      const id = first?.[family.key] ?? first?.["Id"];
      const at = { InstanceId: east, [family.key]: id };
      const update = { ...(await maker.input(`Update${family.name}`, "full")), ...at };
      await send(`Update${family.name}`, { ...update, ...("Value" in update ? { Value: "true" } : {}) });
      const made = { at, input: {}, id: String(id), arn: undefined };
      const { Value, ...others } = shown(family, update);
      expect(await describeMade(family, made)).toMatchObject({
        ...others,
        ...(Value ? { Value: "true" } : {}),
      });
      await expect(send(describing, { ...at, [family.key]: "nothing" })).rejects.toThrow();
    },
  );
});

describe("lists inside a resource", () => {
  it.each(memberSets.map((set) => [set.member, set] as const))("%s", async (_member, set) => {
    const family = familyNamed(set.family);
    const made = await maker.make(family, "minimal");
    const { add, remove, replace, list } = set.operations;
    const input = { ...(await maker.input(add, "full")), ...addressOf(add, made) };
    const member = set.member in input ? set.member : set.member.replace(/s$/, "");
    const address = addressOf(add, made);
    const count = async () => {
      if (list) return Object.values(await send(list, address)).find((value) => Array.isArray(value))?.length;
      const described = await describeMade(family, made);
      const held = described[set.member] ?? described[set.member.replace("Configs", "s")];
      return Array.isArray(held) ? held.length : 0;
    };
    const before = await count();
    await send(add, { ...address, [member]: input[member] });
    expect(await count()).toBe((before ?? 0) + 1);
    if (replace) await send(replace, { ...address, [member]: input[member] });
    const elements = [input[member]].flat();
    const named = elements.map((element) => partsOf(element, set));
    await send(remove, { ...address, [set.removed.member]: Array.isArray(input[member]) ? named : named[0] });
    expect(await count()).toBe(before ?? 0);
    if (replace) await expect(send(replace, { ...address, [member]: input[member] })).rejects.toThrow();
  });
});

/** What the removal of an element needs of it. */
function partsOf(element: unknown, set: MemberSet): unknown {
  const values = set.identity.map((path) =>
    path.split(".").reduce<unknown>((value, name) => Object(value)[name], element),
  );
  if (set.removed.identity.length === 0) return values[0] ?? element;
  return Object.fromEntries(set.removed.identity.map((name, at) => [name, values[at]]));
}

describe("lists of a part", () => {
  const parts = operations()
    .map(({ name }) => name)
    .filter((name) => wayOf(name)?.verb === "list of a part");

  it.each(parts)("%s answers what create gave", async (name) => {
    const family = familyNamed(wayOf(name)?.family ?? "");
    const made = await maker.make(family, "full");
    const output = await send(name, addressOf(name, made));
    const [member, list] = Object.entries(output).find(([, value]) => Array.isArray(value)) ?? [];
    expect(list).toEqual(made.input[member ?? ""]);
  });
});

describe("the walk", () => {
  it("has left a state file whose changes make again what is in memory", async () => {
    const [ended, killed] = [join(folder, "state.jsonl"), join(folder, "killed.jsonl")];
    copyFileSync(ended, killed);
    await connect.close();
    const again = await startLocalConnect({ instances, stateFile: killed });
    await again.close();
    expect(readFileSync(killed, "utf8").split("\n")).toEqual(readFileSync(ended, "utf8").split("\n"));
  });

  it("has gone through every operation that a rule serves", () => {
    const byRule = operations().filter(({ name }) => wayOf(name)?.family !== undefined);
    expect(byRule.filter(({ name }) => !client.answered.has(name)).map(({ name }) => name)).toEqual([]);
  });
});
