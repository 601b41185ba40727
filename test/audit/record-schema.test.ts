/** docs/audit.schema.json: what `cli schema --audit` prints, and what it takes for a record. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, expectTypeOf, it } from "vitest";
import type * as z from "zod";
import type { DecisionRecord, ShadowRecord, UpstreamRecord } from "../../shared/audit/record.ts";
import {
  type decisionRecord,
  formatRecordSchema,
  type shadowRecord,
  type upstreamRecord,
} from "../../tools/cli/audit/record-schema.ts";
import { run } from "../cli/command-run.ts";
import { recordProblems } from "./assert-record.ts";
import { smallestRecord as record } from "./smallest-record.ts";

/** A type without `readonly` and without the names of interfaces. */
type Plain<Type> = Type extends readonly (infer Item)[]
  ? Plain<Item>[]
  : Type extends object
    ? { -readonly [Name in keyof Type]: Plain<Exclude<Type[Name], undefined>> }
    : Type;

describe("the schema of records", () => {
  it("is the published one, and what `cli schema --audit` prints", async () => {
    const published = readFileSync(new URL("../../docs/audit.schema.json", import.meta.url), "utf8");
    expect(published).toBe(formatRecordSchema());
    expect(await run(["schema", "--audit"])).toMatchObject({ status: 0, stdout: published });
  });

  it("has the types of the records that the functions write", () => {
    expectTypeOf<Plain<z.infer<typeof decisionRecord>>>().toEqualTypeOf<Plain<DecisionRecord>>();
    expectTypeOf<Plain<z.infer<typeof upstreamRecord>>>().toEqualTypeOf<Plain<UpstreamRecord>>();
    expectTypeOf<Plain<z.infer<typeof shadowRecord>>>().toEqualTypeOf<Plain<ShadowRecord>>();
  });

  it("is a schema without words that mean nothing", () => {
    expect(() => new Ajv({ strict: true }).compile(JSON.parse(formatRecordSchema()))).not.toThrow();
  });

  it("takes the smallest record of each kind", () => {
    expect(recordProblems(record)).toBe("");
    const { outcome: _, ...common } = record;
    expect(recordProblems({ ...common, type: "upstream", status: 200 })).toBe("");
    const principal = { id: "alice", name: "alice", issuer: "https://issuer.test" };
    const sides = { live: { outcome: "allow" }, candidate: { outcome: "deny" } };
    const versions = { policyVersion: "1", candidateVersion: "2" };
    const shadow = { ...common, type: "shadow", difference: "loses", principal, ...versions, ...sides };
    expect(recordProblems(shadow)).toBe("");
  });

  it.each<[string, object]>([
    ["a member that it does not know", { ...record, token: "t" }],
    [
      "a member inside the principal that it does not know",
      { ...record, principal: { id: "a", name: "a", issuer: "i", claims: {} } },
    ],
    ["another version", { ...record, schemaVersion: 2 }],
    ["another type", { ...record, type: "other" }],
    ["an outcome that there is not", { ...record, outcome: "maybe" }],
    ["a missing outcome", { ...record, outcome: undefined }],
    ["a time in another form", { ...record, time: "today" }],
  ])("refuses %s", (_, value) => {
    expect(recordProblems(JSON.parse(JSON.stringify(value)))).not.toBe("");
  });
});
