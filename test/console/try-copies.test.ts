/** What is copied from Try decides as Try did: policy tests are run by `test`; and what Try says of routes and of what only Amazon Connect knows. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DocumentError } from "../../shared/errors.ts";
import { readKnownFacts } from "../../tools/authoring/explain/known-facts.ts";
import { inputOfRecord } from "../../tools/console/page/live/calls/record-input.ts";
import {
  type CopiedCall,
  curlOf,
  javascriptOf,
  policyTestOf,
} from "../../tools/console/page/try/copy/copies.ts";
import { misfitOf } from "../../tools/console/page/try/form/form-value.ts";
import { TryModel } from "../../tools/console/page/try/try-model.ts";
import { run } from "../cli/command-run.ts";
import { Chooser } from "../policy/random-policies.ts";
import { givenOf, variant } from "./random-tries.ts";
import { instanceId, writeTryConfiguration } from "./try-configuration.ts";

interface Given {
  readonly caller: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly known?: string;
}

async function tryIn(model: TryModel, { caller, operation, input, known = "" }: Given): Promise<CopiedCall> {
  const written = model.callers.bound.get(caller);
  if (written === undefined) throw new Error(caller);
  const facts = known === "" ? new Map() : readKnownFacts(known, "known");
  const { report, request } = await model.decide({
    ...{ principal: model.principalOf(written), operation, input, known: facts },
  });
  const route = model.route(operation);
  return {
    ...{ caller: written, operation, input, request, report, known: facts, shape: model.shape(operation) },
    ...{ origin: "http://127.0.0.1:3000", tokenHeader: "authorization", region: "us-west-2" },
    ...{ program: "npx connect-authorizer", made: { at: new Date().toISOString(), userAgent: "browser" } },
    consults: (...keys) => model.consults(...keys),
    ...(route ? { route } : {}),
  };
}

const textOf = (copied: { readonly text: string } | { readonly problem: string }) =>
  "text" in copied ? copied.text : `problem: ${copied.problem}`;

describe("a copied policy test", () => {
  it("holds, for random calls of the examples", async () => {
    const model = new TryModel(await givenOf());
    const folder = await writeTryConfiguration("examples/aws");
    const choose = new Chooser(19);
    const names = [...model.callers.bound.keys()];
    let count = 0;
    for (let at = 0; at < 160; at++) {
      const operation = choose.of(model.operations).name;
      const caller = choose.chance(0.4) ? "groups operators" : choose.of(names);
      const input = variant(choose, model.fill(operation));
      const copied = policyTestOf(await tryIn(model, { caller, operation, input }));
      if ("problem" in copied) continue;
      await writeFile(join(folder, "tests", `copied-${count++}.yaml`), copied.text);
    }
    expect(count).toBeGreaterThan(40);
    const done = await run(["test", folder]);
    expect(done.stdout + done.stderr).not.toMatch(/fail/i);
    expect(done.status).toBe(0);
  });

  it("holds for routes, claims, and what is told of a resource", async () => {
    const folder = await writeTryConfiguration();
    const model = new TryModel(await givenOf(folder));
    const agent = { path: { agentId: "u-1" } };
    const name = { path: { queueId: "q-1" }, query: { about: "x y" }, body: { name: "new" } };
    const calls: readonly (readonly [Given, string])[] = [
      [{ caller: "claim site=berlin", operation: "GET /agents/{agentId}", input: agent }, "allow"],
      [{ caller: "claim site=berlin", operation: "PUT /queues/{queueId}/name", input: name }, "allow"],
      [
        {
          caller: "groups team",
          operation: "GET /agents/{agentId}",
          input: agent,
          known: "agent/u-1: { tags: { team: a } }",
        },
        "deny",
      ],
      [
        { caller: "groups team", operation: "DeleteUser", input: { InstanceId: instanceId, UserId: "u" } },
        "deny",
      ],
    ];
    for (const [at, [given, outcome]] of calls.entries()) {
      const copied = await tryIn(model, given);
      expect([given.operation, copied.report.outcome]).toEqual([given.operation, outcome]);
      await writeFile(join(folder, "tests", `copied-${at}.yaml`), textOf(policyTestOf(copied)));
    }
    const done = await run(["test", folder]);
    expect(done.status).toBe(0);
    expect(done.stdout).toContain("4 tests");
  });

  it("is not made where it could not say what was decided", async () => {
    const model = new TryModel(await givenOf(await writeTryConfiguration()));
    const open = await tryIn(model, {
      ...{ caller: "groups team", operation: "DescribeUser", input: { InstanceId: instanceId, UserId: "u" } },
    });
    expect(open.report.outcome).toBe("notKnown");
    expect(textOf(policyTestOf(open))).toContain("problem: A policy test needs what Amazon Connect knows");
    const malformed = await tryIn(model, {
      ...{ caller: "claim site=berlin", operation: "DescribeUser", input: { UserId: 1 } },
    });
    expect(textOf(policyTestOf(malformed))).toContain("problem: A request that is refused");
    expect(textOf(javascriptOf(malformed))).toContain("await fetch(");
    expect(textOf(policyTestOf({ ...open, report: malformed.report, consults: () => true }))).toContain(
      "problem: ",
    );
  });
});

describe("a copied program", () => {
  it("has dates, and keys that are no names", async () => {
    const model = new TryModel(await givenOf());
    const copied = await tryIn(model, {
      ...{ caller: "groups admins", operation: "GetMetricDataV2" },
      input: {
        ...JSON.parse(model.fill("GetMetricDataV2")),
        Filters: [{ FilterKey: "QUEUE", FilterValues: ["q-1"] }],
        Metrics: [],
        StartTime: 1_767_225_600.5,
        EndTime: "2026-01-02T00:00:00+01:00",
      },
    });
    const text = textOf(javascriptOf(copied));
    expect(text).toContain('StartTime: new Date("2026-01-01T00:00:00.500Z")');
    expect(text).toContain('EndTime: new Date("2026-01-02T00:00:00+01:00")');
    const tags = await tryIn(model, {
      ...{ caller: "groups admins", operation: "TagResource" },
      input: { ...JSON.parse(model.fill("TagResource")), tags: { "my team": "a" } },
    });
    expect(textOf(javascriptOf(tags))).toContain('"my team": "a"');
    const quoted = { ...tags, caller: { ...tags.caller, id: "it's --sub" } };
    expect(textOf(curlOf(quoted))).toContain("--sub='it'\\''s --sub'");
  });
});

describe("a route in Try", () => {
  it("has a form and a request, and is what a curl line to it becomes", async () => {
    const model = new TryModel(await givenOf(await writeTryConfiguration()));
    const name = "PUT /queues/{queueId}/name";
    expect(model.find("queues name").map((each) => each.name)).toContain(name);
    const filled: Readonly<Record<string, unknown>> = JSON.parse(model.fill(name));
    expect(filled).toEqual({ path: { queueId: "some-queue-id" }, query: {}, body: {} });
    const shape = model.shape(name);
    expect(shape && misfitOf(shape, { ...filled, body: { name: "a" } })).toBeUndefined();
    expect(shape && misfitOf(shape, { ...filled, body: { other: "a" } })).toContain("`body.other`");
    const given = { path: { queueId: "q 1" }, query: { about: "x&y" }, body: { name: "a" } };
    const request = model.request(name, given);
    expect(request).toMatchObject({ method: "PUT", path: "/queues/q%201/name", body: '{"name":"a"}' });
    const line = "curl -X PUT 'http://127.0.0.1:3000/queues/q%201/name?about=x%26y' -d '{\"name\":\"a\"}'";
    const read = model.readCurl(line);
    expect([read.operation, JSON.parse(read.input)]).toEqual([name, given]);
  });
});

describe("what only Amazon Connect knows", () => {
  it("decides once it is told, and is asked for before", async () => {
    const model = new TryModel(await givenOf(await writeTryConfiguration()));
    const caller = { id: "a", groups: ["team"], tags: { team: "a" }, claims: {} };
    const decide = async (known: string) => {
      const principal = model.principalOf(caller);
      const input = { InstanceId: instanceId, UserId: "u-1" };
      const facts = known === "" ? new Map() : readKnownFacts(known, "known");
      const { report } = await model.decide({ principal, operation: "DescribeUser", input, known: facts });
      return [report.outcome, report.untold?.map(({ resource, example }) => `${resource}: { ${example} }`)];
    };
    expect(await decide("")).toEqual(["notKnown", ["agent/u-1: { tags: { team: … } }"]]);
    expect(await decide("agent/u-1: { tags: { team: a } }")).toEqual(["allow", undefined]);
    expect(await decide('{"agent/u-1": {"tags": {"team": "b"}}}')).toEqual(["deny", undefined]);
  });

  it.each([
    ["agent/u-1", "mapping"],
    ["user/u-1: { tags: {} }", "`user/u-1` is not a resource"],
    ["agent/u-1: { tag: {} }", "`tag`"],
    ["agent/u-1: [", ""],
  ])("is refused with a reason: %s", (text, problem) => {
    try {
      readKnownFacts(text, "known");
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      expect(error.issues.map(({ message }) => message).join()).toContain(problem);
    }
  });
});

describe("what a record says of an input", () => {
  const arn = (rest: string) => `arn:aws:connect:us-east-1:123456789012:instance/i-1${rest}`;
  it.each([
    ["DescribeUser", [arn("/agent/u-1")], { InstanceId: "i-1", UserId: "u-1" }],
    [
      "UpdateUserRoutingProfile",
      [arn("/agent/u-1"), arn("/routing-profile/r-1")],
      { InstanceId: "i-1", UserId: "u-1", RoutingProfileId: "r-1" },
    ],
    ["TagResource", [arn("/queue/q-1")], { resourceArn: arn("/queue/q-1") }],
    ["ListUsers", [arn("")], { InstanceId: "i-1" }],
    ["DescribeUser", ["*", "", "arn:aws:s3:::x"], {}],
    ["Nothing", [arn("/agent/u-1")], {}],
  ])("is the ids of %s", (operation, resources, input) => {
    const asks = resources.map((resource) => ({ action: "", resource, isReferenced: false, decision: "" }));
    expect(inputOfRecord({ operation, asks })).toEqual(input);
  });
});
