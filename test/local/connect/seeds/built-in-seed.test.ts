/** The built-in seed is a file like any other, and editors know the form of such files. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { formatBuiltIn } from "../../../../tools/local/connect/page/built-in-seed.ts";
import { createSeedSchema, formatSeedSchema } from "../../../../tools/local/connect/seeds/seed-schema.ts";
import { run } from "../../../cli/command-run.ts";
import { issuesOf, write } from "./seed-fixture.ts";

const root = resolve(import.meta.dirname, "../../../..");
const file = resolve(root, "tools/local/connect/seeds/contact-center.yaml");
const yaml = readFileSync(file, "utf8");

describe("the built-in seed", () => {
  it("is read without an issue, and written as JSON", async () => {
    expect(await issuesOf(file)).toEqual([]);
    const json = readFileSync(file.replace(".yaml", ".generated.json"), "utf8");
    expect(json, "run `npm run generate`").toBe(formatBuiltIn(yaml));
  });
});

describe("the seed that the documentation shows", () => {
  const page = readFileSync(resolve(root, "docs/local-connect.md"), "utf8");
  const [, shown = ""] = /```yaml\n(# yaml-language-server[^`]*)```/.exec(page) ?? [];

  it("is read without an issue, and a wrong reference is said as shown", async () => {
    expect(await issuesOf(write("seed.yaml", shown))).toEqual([]);
    const [place] = /(?<=`seed\.yaml:)\d+:\d+ \w+/.exec(page) ?? [];
    const wrong = shown.replace("HoursOfOperationId: Office", "HoursOfOperationId: Ofice");
    expect((await issuesOf(write("seed.yaml", wrong))).join()).toContain(place);
  });
});

describe("the JSON Schema of seeds", () => {
  const validate = new Ajv({ strict: false }).compile(createSeedSchema());

  it("accepts the built-in seed, and is printed and kept", async () => {
    expect(validate(parse(yaml)), JSON.stringify(validate.errors)).toBe(true);
    const kept = readFileSync(resolve(root, "docs/seed.schema.json"), "utf8");
    expect(kept, "run `npm run generate`").toBe(formatSeedSchema());
    expect((await run(["schema", "--seed"])).stdout).toBe(kept);
  });

  it.each([
    ["an unknown group", { Queue: [] }],
    ["an unknown member", { Prompts: [{ Name: "a", S3Uri: "s", Colour: "red" }] }],
    ["a missing member", { Prompts: [{ Name: "a" }] }],
    ["a wrong type", { Prompts: [{ Name: 1, S3Uri: "s" }] }],
    ["a value of no enumeration", { AgentStatuses: [{ Name: "a", State: "ON" }] }],
    ["a wrong value inside", { HoursOfOperations: [{ Name: "a", TimeZone: "UTC", Config: [{ Day: "X" }] }] }],
    ["two calls in one", { Calls: [{ StopContact: {}, TagContact: {} }] }],
    ["a call of nothing", { Calls: [{ StopContct: {} }] }],
  ])("refuses %s", (_what, seed) => {
    expect(validate(seed)).toBe(false);
  });
});
