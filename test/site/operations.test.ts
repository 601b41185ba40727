/** The table of operations on the catalogue's page: what it holds, and what its filters find. */
import { describe, expect, it } from "vitest";
import {
  choicesOf,
  everything,
  filterOperations,
  readWanted,
  writeWanted,
} from "../../docs/site/operation-filter.ts";
import table from "../../docs/site/operations.data.ts";
import { conditionKeyNames, operations, resourceTypes } from "../../shared/catalog/catalog.ts";

const all = table.load();
const namesFor = (wanted: Partial<typeof everything>) =>
  filterOperations(all, { ...everything, ...wanted }).map(({ name }) => name);

describe("the table of operations", () => {
  it("has every operation of the catalogue, with what it is authorized on", () => {
    expect(all.map(({ name }) => name)).toEqual(operations().map(({ name }) => name));
    expect(all.find(({ name }) => name === "CreateUser")).toMatchObject({
      area: "users",
      route: "PUT /users/{InstanceId}",
      actions: ["connect:CreateUser", "connect:TagResource"],
      conditionKeys: expect.arrayContaining(["connect:InstanceId"]),
      byUrl: "part",
    });
  });

  it("offers types and keys that the catalogue has, each once", () => {
    const { type, key, area } = choicesOf(all);
    const types = ["arn", ...resourceTypes().map(({ name }) => name)];
    expect(type.filter((name) => !types.includes(name))).toEqual([]);
    expect(key.filter((name) => !conditionKeyNames().includes(name))).toEqual([]);
    for (const names of [type, key, area]) expect(names).toEqual([...new Set(names)].sort());
    expect(area.length).toBeGreaterThan(20);
  });

  it.each([
    ["operation", "createuser", "CreateUser"],
    ["operation", "user create", "CreateUser"],
    ["operation", "/users/{instanceid}", "CreateUser"],
    ["action", "connect:TagResource", "CreateUser"],
    ["action", "tagres", "CreateUser"],
    ["area", "users", "CreateUser"],
    ["type", "security-profile", "CreateUser"],
    ["key", "aws:TagKeys", "TagResource"],
  ] as const)("finds by %s: %s", (name, value, found) => {
    const names = namesFor({ [name]: value });
    expect(names).toContain(found);
    expect(names.length).toBeLessThan(all.length / 2);
  });

  it("finds what meets all that is asked, and nothing otherwise", () => {
    const one = namesFor({ operation: "describe", area: "users", type: "user" });
    expect(one).toContain("DescribeUser");
    expect(one.filter((name) => !name.startsWith("Describe"))).toEqual([]);
    expect(namesFor({ area: "users", type: "prompt" })).toEqual([]);
    expect(namesFor({}).length).toBe(all.length);
  });

  it("keeps what is asked in the address", () => {
    const wanted = { ...everything, operation: "list & get", type: "user" };
    expect(writeWanted(wanted)).toBe("?operation=list+%26+get&type=user");
    expect(readWanted(writeWanted(wanted))).toEqual(wanted);
    expect(writeWanted(everything)).toBe("");
    expect(readWanted("?other=1&__proto__=2")).toEqual(everything);
  });
});
