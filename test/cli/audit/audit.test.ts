/** `audit --to ocsf`: records as events of OCSF's API Activity, held to OCSF's definitions and to docs/how-to/audit.md. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../../shared/audit/record.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import type { JsonSchema } from "../../../tools/authoring/configuration/configuration-schema.ts";
import { findActivity } from "../../../tools/cli/audit/ocsf-event.ts";
import { callMapping } from "../../../tools/cli/audit/ocsf-mapping.ts";
import { createRecordSchema, decisionRecord } from "../../../tools/cli/audit/record-schema.ts";
import { given, instanceArn, instanceId, proxyEvent, tokenOf } from "../../functions/lambda-fixture.ts";
import { run } from "../command-run.ts";

const ocsfSchema = JSON.parse(
  readFileSync(new URL("./ocsf-api-activity.schema.json", import.meta.url), "utf8"),
);
const ajv = new Ajv({ allErrors: true });
const isOcsf = ajv.compile(ocsfSchema);
const recordSchema = createRecordSchema();
const definitions = recordSchema["definitions"] as Readonly<Record<string, JsonSchema>>;
const isRecord = ajv.compile(recordSchema);

/** A call: only evaluations say who asked. */
const whole: Required<Omit<DecisionRecord, "askedBy">> = {
  type: "decision",
  schemaVersion: 1,
  time: "2026-11-25T08:00:00.123Z",
  stage: "proxy",
  requestId: "request-id",
  extendedRequestId: "extended-id",
  awsRequestId: "aws-id",
  traceId: "trace-id",
  sourceIp: "192.0.2.1",
  via: "mcp",
  outcome: "allow",
  principal: { id: "id-1", name: "name-1", issuer: "https://issuer.test", groups: ["group-1", "group-2"] },
  operation: "DescribeUser",
  region: "us-west-2",
  action: "connect:DescribeUser",
  resource: `${instanceArn}/agent/u-1`,
  decision: "allowed",
  layer: "attached",
  statements: [{ policy: "p", sid: "S", index: 3, effect: "Allow", file: "policies/p.json", line: 17 }],
  asks: [
    {
      action: "connect:DescribeUser",
      resource: `${instanceArn}/agent/u-2`,
      sort: "required",
      decision: "allowed",
    },
  ],
  asksLeftOut: 5,
  policyVersion: "version-1",
  attachments: {
    ...{ kind: "attached", policies: ["own"], boundaries: ["limit"], version: 3 },
    ...{ until: { own: "2030-01-01T00:00:00Z" }, ended: ["past"] },
  },
  reason: "ResourceNotFoundException",
  message: "a message",
  status: 404,
  upstreamRequestId: "upstream-id",
  sessionName: "session-1",
  samplePercent: 12.5,
  cut: ["message"],
};

interface OcsfEvent {
  readonly [name: string]: unknown;
}

async function eventsOf(records: readonly unknown[]): Promise<readonly OcsfEvent[]> {
  const lines = records.map((record) => JSON.stringify(record)).join("\n");
  const { stdout, status } = await run(["audit", "--to", "ocsf", "--from", "-"], lines);
  expect(status).toBe(0);
  const events = stdout.split("\n").filter((line) => line !== "");
  return events.map((line) => {
    const event = JSON.parse(line);
    expect(isOcsf(event) ? "" : ajv.errorsText(isOcsf.errors)).toBe("");
    return event;
  });
}

/** Every value at a place like `resources[].uid`. */
function valuesAt(value: unknown, path: string): readonly unknown[] {
  return path.split(".").reduce<readonly unknown[]>(
    (values, step) => {
      const inner = values.flatMap((each) => {
        const found: unknown = Object(each)[step.replace("[]", "")];
        return found === undefined ? [] : [found];
      });
      return step.endsWith("[]") ? inner.flat() : inner;
    },
    [value],
  );
}

/** Every member of a definition, with the path of those inside it. */
function membersOf(schema: JsonSchema | undefined, prefix = ""): readonly string[] {
  if (!schema) return [];
  const { $ref: reference, allOf = [], oneOf = [], items, properties = {} } = schema;
  const inner = Object.entries(properties as Record<string, JsonSchema>).flatMap(([name, member]) => [
    `${prefix}${name}`,
    ...membersOf(member, `${prefix}${name}.`),
  ]);
  const parts = [...(allOf as JsonSchema[]), ...(oneOf as JsonSchema[])];
  return [
    ...inner,
    ...parts.flatMap((part) => membersOf(part, prefix)),
    ...membersOf(items as JsonSchema | undefined, `${prefix.slice(0, -1)}[].`),
    ...(typeof reference === "string"
      ? membersOf(definitions[reference.replace("#/definitions/", "")], prefix)
      : []),
  ];
}

describe("the mapping to OCSF", () => {
  it("has a place or a reason for every member of the schema, and for nothing else", () => {
    const members = new Set([...membersOf(definitions["decision"]), ...membersOf(definitions["upstream"])]);
    expect(Object.keys(callMapping).sort()).toEqual([...members].sort());
    expect(membersOf(definitions["shadow"]).length).toBeGreaterThan(10);
  });

  it("puts every member where it says", async () => {
    const [event] = await eventsOf([whole]);
    const missing = Object.entries(callMapping).flatMap(([member, mapping]) => {
      if (!("to" in mapping)) return [];
      const values = valuesAt(whole, member).flat();
      return mapping.to.filter((place) => {
        const found = valuesAt(event, place).flat();
        // Ids of OCSF's own: that they are right is the next test's.
        if (/(?:_id|_uid)$/.test(place) && place !== "metadata.correlation_uid") return found.length === 0;
        return !values.every((value) => isIn(found, place === "time" ? Date.parse(String(value)) : value));
      });
    });
    expect(missing).toEqual([]);
  });

  it("has a kind for every operation of Amazon Connect", () => {
    expect(operations().filter(({ name }) => findActivity(name) === undefined)).toEqual([]);
  });
});

function isIn(found: readonly unknown[], value: unknown): boolean {
  const texts = found.map((each) => (typeof each === "object" ? JSON.stringify(each) : String(each)));
  return texts.includes(typeof value === "object" ? JSON.stringify(value) : String(value));
}

describe("an event", () => {
  const { samplePercent: _, cut: __, status: ___, reason: ____, ...usual } = whole;
  const judgement = (event: OcsfEvent | undefined) =>
    ["activity_id", "type_uid", "status_id", "action_id", "disposition_id", "severity_id"].map(
      (name) => event?.[name],
    );

  it.each<[string, object, readonly number[]]>([
    ["an allowed call that went well", { status: 200 }, [2, 600302, 1, 1, 1, 1]],
    ["one that Amazon Connect refused", { status: 404 }, [2, 600302, 2, 1, 1, 2]],
    ["one that failed on the way", { status: 502 }, [2, 600302, 2, 1, 1, 3]],
    ["one that is recorded before it is sent", {}, [2, 600302, 0, 1, 1, 1]],
    ["the authorizer's allow", { stage: "authorizer" }, [2, 600302, 1, 1, 1, 1]],
    [
      "what the proxy has to decide",
      { stage: "authorizer", outcome: "notYetKnown" },
      [2, 600302, 0, 0, 0, 1],
    ],
    [
      "a refusal",
      { outcome: "deny", decision: "explicitDeny", status: 403, operation: "DeleteUser" },
      [4, 600304, 2, 2, 2, 2],
    ],
    ["an error", { outcome: "error", operation: "CreateUser" }, [1, 600301, 2, 2, 2, 3]],
    ["an update", { operation: "UpdateUserHierarchy", status: 200 }, [3, 600303, 1, 1, 1, 1]],
    ["a call about a contact", { operation: "StopContact", status: 200 }, [99, 600399, 1, 1, 1, 1]],
    ["no operation", { operation: undefined, outcome: "error" }, [0, 600300, 2, 2, 2, 3]],
  ])("judges %s", async (_name, more, expected) => {
    const [event] = await eventsOf([{ ...usual, ...more }]);
    expect(judgement(event)).toEqual(expected);
  });

  it("of a caller that nobody knows names none", async () => {
    const [event] = await eventsOf([
      { ...usual, principal: undefined, sourceIp: undefined, outcome: "error", reason: "unauthorized" },
    ]);
    expect(event).toMatchObject({
      actor: { user: { name: "unknown", type_id: 0 } },
      src_endpoint: { svc_name: "Amazon API Gateway" },
      api: { response: { error: "unauthorized" } },
    });
  });

  it("of what came of a call joins with its decision", async () => {
    const { type, schemaVersion, time, stage, requestId, operation } = whole;
    const upstream = { type: "upstream", schemaVersion, time, stage, requestId, operation, status: 200 };
    const events = await eventsOf([{ ...usual, type }, upstream]);
    expect(new Set(events.map((event) => valuesAt(event, "metadata.correlation_uid")[0])).size).toBe(1);
    expect(events[1]).toMatchObject({ actor: { app_name: "connect-authorizer" }, status_id: 1 });
  });

  it("keeps what later versions may add", async () => {
    const [event] = await eventsOf([{ ...usual, later: { a: 1 } }]);
    expect(event).toMatchObject({ unmapped: { later: { a: 1 } } });
  });

  it("is one of OCSF for whatever the functions record", async () => {
    const functions = given([
      { Effect: "Allow", Action: "connect:Describe*", Resource: "*" },
      { Effect: "Deny", Action: "connect:DescribeUser", Resource: `${instanceArn}/agent/u-2` },
    ]);
    const paths = ["/users/u-1", "/users/u-2", "/users", "/nothing"].map((path) =>
      path.replace("/users", `/users/${instanceId}`),
    );
    for (const path of paths) {
      for (const token of [tokenOf(), "no.token.here"]) {
        const early = await functions.ask("GET", path, { token }).catch(() => undefined);
        await functions.proxy(proxyEvent("GET", path, early?.context ?? {}));
      }
    }
    const events = await eventsOf(functions.records);
    expect(events).toHaveLength(16);
    expect(new Set(events.map((event) => event["action_id"])).size).toBeGreaterThan(1);
  });
});

describe("audit", () => {
  const line = JSON.stringify(whole);

  it("reads logs as least-privilege does, and prints a line each", async () => {
    const text = `START\n2026-11-25T08:00:00.123Z ${line}\n${JSON.stringify([{ "@message": line }])}\nEND\n`;
    const { stdout, stderr } = await run(["audit", "--to", "ocsf", "--from", "-"], text);
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(stderr).toBe("2 events\n");
  });

  it.each<[string, object]>([
    ["another version", { ...whole, schemaVersion: 2 }],
    ["a version that says none", { ...whole, schemaVersion: undefined }],
    ["a name that is no text", { ...whole, principal: { id: 1, name: {}, issuer: [] } }],
    ["a time that there is not", { ...whole, time: "2026-99-99T08:00:00.123Z" }],
  ])("leaves out and counts a record of %s", async (_, record) => {
    const { status, stdout, stderr } = await run(
      ["audit", "--to", "ocsf", "--from", "-"],
      `${JSON.stringify(record)}\n${line}`,
    );
    expect({ status, lines: stdout.trim().split("\n").length }).toEqual({ status: 1, lines: 1 });
    expect(stderr).toContain("warning: left out 1 line without a record of schemaVersion 1");
  });

  it("says how many differences of a candidate are not events", async () => {
    const { type: _, outcome: __, ...common } = whole;
    const shadow = {
      ...common,
      type: "shadow",
      difference: "gains",
      candidateVersion: "2",
      live: { outcome: "deny" },
      candidate: { outcome: "allow" },
    };
    const { status, stdout, stderr } = await run(
      ["audit", "--to", "ocsf", "--from", "-"],
      JSON.stringify(shadow),
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: "",
      stderr: "0 events\n1 difference of a candidate: left out, since it is no event\n",
    });
  });

  it("keeps names on their line", async () => {
    const name = "a\nb\u2028c\u202e";
    const record = { ...whole, principal: { ...whole.principal, name } };
    const { stdout } = await run(["audit", "--to", "ocsf", "--from", "-"], JSON.stringify(record));
    expect(stdout).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\u202e]*\n$/u);
    expect(JSON.parse(stdout).actor.user.name).toBe(name);
  });

  it("runs as docs/how-to/audit.md has it, on the records of docs/how-to/least-privilege.md", async () => {
    const [page, records] = ["audit", "least-privilege"].map((name) =>
      readFileSync(new URL(`../../../docs/how-to/${name}.md`, import.meta.url), "utf8"),
    );
    const [, command = ""] = /npx connect-authorizer (audit .*)/.exec(page ?? "") ?? [];
    const [, lines = ""] = /```json\n(\{"type":"decision".*?)```/s.exec(records ?? "") ?? [];
    const { status, stdout, stderr } = await run(command.replace("calls.jsonl", "-").split(" "), lines);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "3 events\n" });
    for (const line of stdout.trim().split("\n")) expect(isOcsf(JSON.parse(line))).toBe(true);
  });

  it.each([["--to", "cef"], []])("refuses another form: %j", async (...flags) => {
    expect(await run(["audit", "--from", "-", ...flags], "")).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("the check of records", () => {
  it("takes exactly what the schema takes, but for members that it does not know", () => {
    const members = Object.keys(whole) as (keyof DecisionRecord)[];
    const odd = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.array(fc.string()), fc.object());
    const property = fc.property(fc.constantFrom(...members), fc.option(odd), (name, value) => {
      const changed = JSON.parse(JSON.stringify({ ...whole, [name]: value ?? undefined }));
      expect(decisionRecord.safeParse(changed).success).toBe(isRecord(changed));
    });
    fc.assert(property, { seed: 5, numRuns: 2_000 });
  });
});
