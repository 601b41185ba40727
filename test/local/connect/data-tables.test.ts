/** Values of data tables: batches with failures of their own, locks, defaults, and what values must be. */
import type { DataTableLockLevel } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { problemOfValue } from "../../../tools/local/connect/by-hand/data-tables/value-checks.ts";
import { east } from "./connect-fixture.ts";
import type { Input } from "./walk/inputs.ts";
import { useWireClient } from "./walk/wire-client.ts";

const InstanceId = east;
const send = useWireClient();

async function makeTable(ValueLockLevel: DataTableLockLevel = "NONE"): Promise<Input> {
  const table = { Name: "Queues", TimeZone: "UTC", ValueLockLevel, Status: "PUBLISHED" };
  const { Id: DataTableId } = await send("CreateDataTable", { InstanceId, ...table });
  const at = { InstanceId, DataTableId };
  const Validation = { IgnoreCase: true };
  await send("CreateDataTableAttribute", {
    ...at,
    Name: "site",
    ValueType: "TEXT",
    Primary: true,
    Validation,
  });
  await send("CreateDataTableAttribute", { ...at, Name: "limit", ValueType: "NUMBER" });
  await send("CreateDataTableAttribute", { ...at, Name: "open", ValueType: "BOOLEAN" });
  return at;
}

const site = (Value: string) => [{ AttributeName: "site", Value }];
const value = (where: string | undefined, AttributeName: string, Value: string, more: Input = {}) => ({
  ...(where === undefined ? {} : { PrimaryValues: site(where) }),
  AttributeName,
  Value,
  ...more,
});

interface Outcome {
  readonly done: readonly Input[];
  readonly failed: readonly unknown[];
}

async function batch(verb: string, at: Input, ...Values: Input[]): Promise<Outcome> {
  const given = verb === "Describe" || verb === "Delete" ? Values.map(({ Value, ...each }) => each) : Values;
  const output = await send(`Batch${verb}DataTableValue`, { ...at, Values: given });
  const failed = output["Failed"] as Input[];
  return { done: output["Successful"] as Input[], failed: failed.map(({ Message }) => Message) };
}

describe("a batch", () => {
  it("does what it can, and says of each other value why not", async () => {
    const at = await makeTable();
    const { done, failed } = await batch(
      "Create",
      at,
      value("Rome", "limit", "5"),
      value("Rome", "limit", "6"),
      value("Rome", "open", "maybe"),
      value("Rome", "color", "red"),
      value("Rome", "site", "Rome"),
      { ...value(undefined, "limit", "1"), PrimaryValues: [{ AttributeName: "limit", Value: "1" }] },
    );
    expect(done).toMatchObject([{ AttributeName: "limit", RecordId: expect.any(String) }]);
    expect(failed).toEqual([
      expect.stringContaining("in the batch already"),
      expect.stringContaining("`true` or `false`"),
      expect.stringContaining("no attribute `color`"),
      expect.stringContaining("is a primary attribute"),
      expect.stringContaining("is not a primary attribute"),
    ]);
    const again = await batch("Create", at, value("rome", "limit", "7"));
    expect(again.failed).toEqual([expect.stringContaining("exists already")]);
    expect((await batch("Update", at, value("Paris", "limit", "7"))).failed).toHaveLength(1);
    await batch("Update", at, value("ROME", "limit", "8"));
    const described = await batch("Describe", at, value("Rome", "limit", ""), value("Oslo", "limit", ""));
    expect(described.done).toMatchObject([
      { Value: "8", PrimaryValues: [{ AttributeName: "site", Value: "Rome" }] },
    ]);
    expect(described.failed).toHaveLength(1);
    const { LockVersion } = described.done[0] ?? {};
    expect((await batch("Delete", at, value("Rome", "limit", "", { LockVersion }))).done).toHaveLength(1);
    expect((await send("ListDataTablePrimaryValues", at))["PrimaryValuesList"]).toEqual([]);
  });
});

describe("the lock of a value", () => {
  const levels = [
    ["NONE", undefined, []],
    ["VALUE", "Value", ["limit"]],
    ["ATTRIBUTE", "Attribute", ["limit", "limit elsewhere"]],
    ["PRIMARY_VALUE", "PrimaryValues", ["limit", "open"]],
    ["DATA_TABLE", "DataTable", ["limit", "open", "limit elsewhere"]],
  ] as const;

  it.each(levels)("at the level %s is `%s`, and a change locks %j", async (level, member, locked) => {
    const at = await makeTable(level);
    const places = {
      limit: ["Rome", "limit"],
      open: ["Rome", "open"],
      "limit elsewhere": ["Oslo", "limit"],
    } as const;
    const names = Object.keys(places) as (keyof typeof places)[];
    const placed = (name: keyof typeof places, text: string, more: Input = {}) =>
      value(places[name][0], places[name][1], text, more);
    const texts = { limit: "5", open: "true", "limit elsewhere": "5" };
    await batch("Create", at, ...names.map((name) => placed(name, texts[name])));
    const { done } = await batch("Describe", at, ...names.map((name) => placed(name, "")));
    const locks = new Map(names.map((name, index) => [name, done[index]?.["LockVersion"]]));
    const update = async (name: keyof typeof places, LockVersion: unknown) =>
      (await batch("Update", at, placed(name, texts[name], { LockVersion }))).failed[0];
    const without = await update("limit", undefined);
    if (member === undefined) expect(without).toBeUndefined();
    else expect(without).toContain(`LockVersion.${member}`);
    expect(await update("limit", locks.get("limit"))).toBeUndefined();
    const refused: string[] = [];
    for (const name of names) {
      const described = await batch("Describe", at, placed(name, ""));
      const current = described.done[0]?.["LockVersion"] as Input;
      const isStale = (await update(name, locks.get(name))) !== undefined;
      if (isStale) refused.push(name);
      // What is refused with the old lock is not with the new one. The order of names keeps it from the next.
      if (isStale)
        expect(member !== undefined && current[member]).not.toBe((locks.get(name) as Input)[member ?? ""]);
    }
    expect(refused).toEqual(locked);
  });

  it("does not keep the values of one batch from each other", async () => {
    const at = await makeTable("DATA_TABLE");
    const created = await batch("Create", at, value("Rome", "limit", "1"), value("Rome", "open", "true"));
    const LockVersion = created.done[1]?.["LockVersion"];
    const both = [
      value("Rome", "limit", "2", { LockVersion }),
      value("Rome", "open", "false", { LockVersion }),
    ];
    expect((await batch("Update", at, ...both)).failed).toEqual([]);
    expect((await batch("Update", at, ...both)).failed).toHaveLength(2);
  });
});

describe("values", () => {
  it("are listed by record and by primary value, in pages, and evaluated with defaults", async () => {
    const at = await makeTable();
    await batch(
      "Create",
      at,
      value(undefined, "limit", "1"),
      value("Rome", "limit", "5"),
      value("Rome", "open", "true"),
      value("Oslo", "open", "false"),
    );
    const valuesOf = async (more: Input) => (await send("ListDataTableValues", { ...at, ...more }))["Values"];
    expect(await valuesOf({})).toHaveLength(4);
    const oslo = { PrimaryAttributeValues: [{ AttributeName: "site", Values: ["Oslo"] }] };
    expect(await valuesOf(oslo)).toMatchObject([
      { AttributeName: "open", ValueType: "BOOLEAN", Value: "false" },
    ]);
    const { PrimaryValuesList } = await send("ListDataTablePrimaryValues", at);
    expect(PrimaryValuesList).toMatchObject([
      { PrimaryValues: [{ AttributeName: "site", Value: "Rome" }] },
      { PrimaryValues: [{ AttributeName: "site", Value: "Oslo" }] },
    ]);
    const [rome] = PrimaryValuesList as Input[];
    expect(await valuesOf({ RecordIds: [rome?.["RecordId"]] })).toHaveLength(2);
    const page = await send("ListDataTableValues", { ...at, MaxResults: 3 });
    expect(await valuesOf({ NextToken: page["NextToken"] })).toHaveLength(1);
    const sets = ["Rome", "Oslo", "Bern"].map((where) => ({
      PrimaryValues: site(where),
      AttributeNames: ["limit", "open"],
    }));
    const { Values } = await send("EvaluateDataTableValues", { ...at, Values: sets });
    const found = (Values as Input[]).map(({ Found, EvaluatedValue }) => [Found, EvaluatedValue]);
    expect(found).toEqual([
      [true, "5"],
      [true, "true"],
      [true, "1"],
      [true, "false"],
      [true, "1"],
      [false, ""],
    ]);
    const bad = { ...at, Values: sets, TimeZone: "Mars/Olympus" };
    await expect(send("EvaluateDataTableValues", bad)).rejects.toThrow("time zone");
  });

  it("follow their record to other primary values and their attribute to another name, and go with both", async () => {
    const at = await makeTable("PRIMARY_VALUE");
    await batch("Create", at, value("Rome", "limit", "5"), value("Oslo", "limit", "6"));
    const lockOf = async (where: string) =>
      (await batch("Describe", at, value(where, "limit", ""))).done[0]?.["LockVersion"];
    const move = async (from: string, to: string, LockVersion: unknown) =>
      send("UpdateDataTablePrimaryValues", {
        ...at,
        PrimaryValues: site(from),
        NewPrimaryValues: site(to),
        LockVersion,
      });
    const lock = await lockOf("Rome");
    await expect(move("Rome", "Bern", {})).rejects.toMatchObject({ name: "ConflictException" });
    await expect(move("Rome", "oslo", lock)).rejects.toMatchObject({ name: "ConflictException" });
    await expect(move("Paris", "Bern", lock)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await move("Rome", "Bern", lock);
    await expect(move("Bern", "Rome", lock)).rejects.toThrow("out of date");
    const renamed = { ...at, AttributeName: "limit", Name: "ceiling", ValueType: "NUMBER" };
    await send("UpdateDataTableAttribute", renamed);
    const { done } = await batch("Describe", at, value("Bern", "ceiling", ""));
    expect(done).toMatchObject([{ Value: "5" }]);
    const ofPrimary = { ...at, AttributeName: "site" };
    await expect(send("DeleteDataTableAttribute", ofPrimary)).rejects.toMatchObject({
      name: "ConflictException",
    });
    await send("DeleteDataTableAttribute", { ...at, AttributeName: "ceiling" });
    expect((await send("ListDataTableValues", at))["Values"]).toEqual([]);
    await send("DeleteDataTableAttribute", ofPrimary);
    await send("DeleteDataTable", at);
    await expect(send("ListDataTableValues", at)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it.each([
    ["TEXT", "a", {}, true],
    ["TEXT", "ab", { MaxLength: 1 }, false],
    ["TEXT", "A", { Enum: { Strict: true, Values: ["a"] } }, false],
    ["TEXT", "A", { IgnoreCase: true, Enum: { Strict: true, Values: ["a"] } }, true],
    ["TEXT", "b", { Enum: { Strict: false, Values: ["a"] } }, true],
    ["NUMBER", "1.5", {}, true],
    ["NUMBER", "", {}, false],
    ["NUMBER", "one", {}, false],
    ["NUMBER", "5", { Minimum: 5, Maximum: 5 }, true],
    ["NUMBER", "5", { ExclusiveMaximum: 5 }, false],
    ["NUMBER", "5", { ExclusiveMinimum: 5 }, false],
    ["NUMBER", "7", { MultipleOf: 2 }, false],
    ["BOOLEAN", "TRUE", {}, false],
    ["BOOLEAN", "false", {}, true],
    ["TEXT_LIST", '["a","b"]', { MaxValues: 2 }, true],
    ["TEXT_LIST", '["a","b"]', { MaxValues: 1 }, false],
    ["TEXT_LIST", "a,b", {}, false],
    ["TEXT_LIST", "[1]", {}, false],
    ["NUMBER_LIST", "[1,2]", { Minimum: 1 }, true],
    ["NUMBER_LIST", '["1"]', {}, false],
  ] as const)("of the type %s: %s with %j fits: %s", (ValueType, text, rules, fits) => {
    const Validation = JSON.parse(JSON.stringify(rules));
    expect(problemOfValue(text, { ValueType, Validation }) === undefined).toBe(fits);
  });
});
