/** The built-in seed is a file like any other, and editors know the form of such files. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as sdk from "@aws-sdk/client-connect";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { formatBuiltIn } from "../../../../tools/local/connect/page/built-in-seed.ts";
import { createSeedSchema, formatSeedSchema } from "../../../../tools/local/connect/seeds/seed-schema.ts";
import { run } from "../../../cli/command-run.ts";
import { instances, west } from "../connect-fixture.ts";
import { issuesOf, startSeeded, write } from "./seed-fixture.ts";

const root = resolve(import.meta.dirname, "../../../..");
const file = resolve(root, "tools/local/connect/seeds/contact-center.yaml");
const yaml = readFileSync(file, "utf8");

describe("the built-in seed", () => {
  it("is read without an issue, and written as JSON", async () => {
    expect(await issuesOf(file)).toEqual([]);
    const json = readFileSync(file.replace(".yaml", ".generated.json"), "utf8");
    expect(json, "run `npm run generate`").toBe(formatBuiltIn(yaml));
  });

  it("is a small contact center with teams, sites and a yesterday, in each instance and at any hour", async () => {
    const now = new Date("2026-03-01T00:00:00Z");
    const { client } = await startSeeded(undefined, { source: { now: () => now } });
    const of = { InstanceId: west };
    const { UserSummaryList } = await client.send(new sdk.ListUsersCommand(of));
    const { QueueSummaryList = [] } = await client.send(new sdk.ListQueuesCommand(of));
    const { RoutingProfileSummaryList } = await client.send(new sdk.ListRoutingProfilesCommand(of));
    const counts = [UserSummaryList, QueueSummaryList, RoutingProfileSummaryList].map((each) => each?.length);
    expect(counts).toEqual([40, 8, 6]);
    const tagged = (TagKey: string, TagValue: string) =>
      client.send(
        new sdk.SearchUsersCommand({
          ...of,
          SearchFilter: { TagFilter: { TagCondition: { TagKey, TagValue } } },
        }),
      );
    const [a, berlin] = [await tagged("team", "a"), await tagged("site", "berlin")];
    expect([a.ApproximateTotalCount, berlin.ApproximateTotalCount]).toEqual([18, 17]);
    const metrics = new sdk.GetMetricDataV2Command({
      ResourceArn: instances[1]?.arn,
      StartTime: new Date("2026-02-28T00:00:00Z"),
      EndTime: now,
      Filters: [{ FilterKey: "QUEUE", FilterValues: QueueSummaryList.map(({ Id }) => Id ?? "") }],
      Metrics: [{ Name: "CONTACTS_QUEUED" }, { Name: "CONTACTS_HANDLED" }, { Name: "CONTACTS_ABANDONED" }],
    });
    const { MetricResults } = await client.send(metrics);
    const [queued = 0, handled = 0, abandoned = 0] =
      MetricResults?.[0]?.Collections?.map(({ Value }) => Value) ?? [];
    expect(queued).toBe(200);
    expect(handled + abandoned).toBe(200);
    expect(abandoned).toBeGreaterThan(5);
  });
});

describe("the seed that the documentation shows", () => {
  const page = readFileSync(resolve(root, "docs/how-to/local-connect.md"), "utf8");
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
