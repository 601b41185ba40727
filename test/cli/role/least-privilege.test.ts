import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectClient, CreateUserCommand, DescribeUserCommand } from "@aws-sdk/client-connect";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../../shared/audit/record.ts";
import { type OpenedBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import { decideCall } from "../../../shared/decide/authorize.ts";
import { summarizeDecision } from "../../../shared/decide/report.ts";
import { compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import { evaluatePolicies } from "../../../shared/policy/evaluate/evaluate.ts";
import type { CanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { type Generalization, generalizations } from "../../../tools/authoring/proposal/generalize.ts";
import {
  AskedResources,
  type Grant,
  type ProposedPolicy,
  proposePolicy,
} from "../../../tools/authoring/proposal/propose-policy.ts";
import { readRecordedCall } from "../../../tools/cli/learn/recorded-call.ts";
import { smallestRecord } from "../../audit/smallest-record.ts";
import { allowAll, given, instanceId, type Lambdas } from "../../functions/lambda-fixture.ts";
import { principalOf } from "../../identity/principals.ts";
import {
  asksOf,
  Chooser,
  callOf,
  documentOf,
  httpCall,
  instances,
  makeBundle,
  randomCall,
  served,
} from "../../reach/random-calls.ts";
import { run } from "../command-run.ts";

const [east] = instances.map(({ arn }) => arn);

function recordOf(
  asks: readonly {
    readonly action: string;
    readonly resource: string;
    readonly sort: "required" | "referenced";
  }[],
  more: Partial<DecisionRecord> = {},
): DecisionRecord {
  return {
    ...smallestRecord,
    principal: { id: "alice", name: "alice", issuer: "https://issuer.example/", groups: ["supervisors"] },
    operation: "DescribeUser",
    decision: "allowed",
    asks: asks.map(({ action, resource, sort }) => ({ action, resource, sort, decision: "allowed" })),
    ...more,
  };
}

function ask(action: string, resource: string, sort: "required" | "referenced" = "required") {
  return { action: `connect:${action}`, resource, sort };
}

/** Decides by a proposal alone, with our own engine. */
function simulate(policy: ProposedPolicy): (grants: readonly Grant[]) => boolean {
  const parsed = parsePolicy(JSON.stringify(policy), { name: "proposal", file: "proposal.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const set = compilePolicies([parsed.document]);
  return (grants) =>
    grants.every(
      ({ action, resource }) =>
        evaluatePolicies(set, { action, resource, context: new Map() }).decision === "allowed",
    );
}

function without<Item>(items: readonly Item[], index: number): Item[] {
  return items.filter((_, other) => other !== index);
}

/** The proposal without each of its statements, of its actions, of its resources. */
function smallerOnes(policy: ProposedPolicy): ProposedPolicy[] {
  return policy.Statement.flatMap((statement, at) => {
    const replaced = (changed: Partial<typeof statement>): ProposedPolicy => ({
      ...policy,
      Statement: policy.Statement.map((other, index) =>
        index === at ? { ...statement, ...changed } : other,
      ),
    });
    const { Action, Resource } = statement;
    return [
      { ...policy, Statement: without(policy.Statement, at) },
      ...(Action.length > 1 ? Action.map((_, index) => replaced({ Action: without(Action, index) })) : []),
      ...(Resource.length > 1
        ? Resource.map((_, index) => replaced({ Resource: without(Resource, index) }))
        : []),
    ];
  });
}

function grantsOf(calls: readonly ReturnType<typeof randomCall>[]): Grant[][] {
  return calls
    .filter((call) => call !== undefined)
    .map((call) => asksOf([call]).filter(({ sort }) => sort === "required"));
}

function propose(calls: readonly (readonly Grant[])[], generalization?: Generalization): ProposedPolicy {
  const asked = new AskedResources();
  for (const grant of calls.flat()) asked.add(grant);
  return proposePolicy(asked, generalization);
}

const operations = fc.array(fc.constantFrom(...served), { minLength: 1, maxLength: 12 });
const step = fc.constantFrom(undefined, ...generalizations);

describe("a proposal, simulated", () => {
  it("allows all recorded calls, and without any element refuses one", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), operations, step, (seed, some, generalization) => {
        const chooser = new Chooser(seed);
        const calls = grantsOf(
          some.flatMap((operation) => [randomCall(chooser, operation), randomCall(chooser, operation)]),
        );
        const policy = propose(calls, generalization);
        const allows = simulate(policy);
        expect(calls.filter((call) => !allows(call))).toEqual([]);
        for (const smaller of smallerOnes(policy)) {
          const allowsLess = smaller.Statement.length === 0 ? () => false : simulate(smaller);
          expect(calls.every(allowsLess)).toBe(false);
        }
      }),
      { seed: 20260101, numRuns: 60 },
    );
  });

  it.each([undefined, ...generalizations])(
    "allows the call of each operation that it was learned from, and without any element not, generalizing %s",
    { timeout: 60_000 },
    (generalization) => {
      const wrong = served.flatMap(({ row, whole }) => {
        const [call = []] = grantsOf([callOf(row, whole)]);
        const policy = propose([call], generalization);
        const refused = smallerOnes(policy).every(
          (smaller) => smaller.Statement.length === 0 || !simulate(smaller)(call),
        );
        return call.length > 0 && simulate(policy)(call) && refused ? [] : [row.name];
      });
      expect(wrong).toEqual([]);
    },
  );

  it("allows no other call than one of recorded parts", { timeout: 60_000 }, () => {
    let allowed = 0;
    fc.assert(
      fc.property(fc.integer(), operations, (seed, some) => {
        const chooser = new Chooser(seed);
        const recorded = grantsOf(some.map((operation) => randomCall(chooser, operation)));
        const parts = new Set(recorded.flat().map(({ action, resource }) => `${action} ${resource}`));
        const allows = simulate(propose(recorded));
        for (const call of grantsOf([...some, ...some].map((operation) => randomCall(chooser, operation)))) {
          if (!allows(call)) continue;
          allowed += 1;
          expect(call.filter(({ action, resource }) => !parts.has(`${action} ${resource}`))).toEqual([]);
        }
      }),
      { seed: 20260101, numRuns: 60 },
    );
    expect(allowed).toBeGreaterThan(50);
  });

  it("goes on allowing what a narrower one allows", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), operations, (seed, some) => {
        const chooser = new Chooser(seed);
        const calls = grantsOf(some.map((operation) => randomCall(chooser, operation)));
        const more = grantsOf(some.map((operation) => randomCall(chooser, operation)));
        const steps = [undefined, ...generalizations].map((each) => simulate(propose(calls, each)));
        for (const call of [...calls, ...more]) {
          const answers = steps.map((allows) => allows(call));
          expect(answers).toEqual(answers.toSorted());
        }
      }),
      { seed: 20260101, numRuns: 30 },
    );
  });
});

describe("a proposal", () => {
  const users = [`${east}/agent/u-1`, `${east}/agent/u-2`];
  const grants = (action: string, resources: readonly string[]) =>
    resources.map((resource) => ({ action: `connect:${action}`, resource }));

  it("joins actions that were asked on the same resources, and no others", () => {
    const policy = propose([
      grants("UpdateUserPhoneConfig", users),
      grants("DescribeUser", [...users].reverse()),
      grants("DeleteUser", users.slice(0, 1)),
    ]);
    expect(policy).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["connect:DeleteUser"], Resource: users.slice(0, 1) },
        {
          Effect: "Allow",
          Action: ["connect:DescribeUser", "connect:UpdateUserPhoneConfig"],
          Resource: users,
        },
      ],
    });
  });

  it("writes all resources of a type as a wildcard only where that allows no single one", () => {
    const all = [`${east}/agent/*`];
    const policy = propose([grants("CreateUser", all), grants("TagResource", all)]);
    const literal = `${east}/agent/\${*}`;
    expect(policy.Statement.map(({ Resource }) => Resource)).toEqual([all, [literal]]);
    const allows = simulate(policy);
    expect(allows(grants("TagResource", all))).toBe(true);
    expect(allows(grants("TagResource", users))).toBe(false);
  });

  it.each([
    ["ids", [`${east}/agent/*`, `${east}/queue/*`]],
    ["types", [`${east}/*`]],
    ["instances", [`${east?.replace(/[^/]*$/, "*")}`]],
  ] as const)("generalizes %s", (how, resources) => {
    const policy = propose(
      [grants("TagResource", [...users, `${east}/queue/q-1`, `${east}/queue/agent/u-1`])],
      how,
    );
    expect(policy.Statement.map(({ Resource }) => Resource)).toEqual([resources]);
  });

  it("keeps the instance itself apart from what is in it", () => {
    const policy = propose([grants("TagResource", [`${east}`, ...users])], "types");
    expect(policy.Statement[0]?.Resource).toEqual([`${east}`, `${east}/*`]);
  });
});

describe("a record", () => {
  const whole = recordOf([ask("DescribeUser", `${east}/agent/u-1`)]);
  const read = (record: object) => readRecordedCall(record as Readonly<Record<string, unknown>>);

  it("tells a call that the proxy decided, and a denial of the authorizer", () => {
    const grants = [{ action: "connect:DescribeUser", resource: `${east}/agent/u-1` }];
    expect(read(whole)).toMatchObject({
      outcome: "allow",
      principal: "alice",
      groups: ["supervisors"],
      grants,
    });
    expect(read({ ...whole, stage: "authorizer", outcome: "deny" })).toMatchObject({
      outcome: "deny",
      grants,
    });
  });

  it.each([
    ["an authorizer's allow, which the proxy records too", { ...whole, stage: "authorizer" }],
    ["a call that is not yet decided", { ...whole, outcome: "notYetKnown" }],
    ["a call that could not be decided", { ...whole, outcome: "error" }],
    ["an operation that there is not", { ...whole, operation: "constructor" }],
    ["nobody's call", { ...whole, principal: { name: "x" } }],
    ["a stage that there is not", { ...whole, stage: "other" }],
  ])("tells no call when it is of %s", (_, record) => {
    expect(read(record)).toBeUndefined();
  });

  it.each([
    ["it has no questions, as older ones", { ...whole, asks: undefined }],
    ["questions were left out", { ...whole, asksLeftOut: 1 }],
    ["a resource is not known", { ...whole, asks: [{ action: "connect:CreateUser", sort: "required" }] }],
    ["a resource is a pattern", recordOf([ask("DescribeUser", `${east}/agent/u*`)])],
    ["a resource is a wider pattern", recordOf([ask("DescribeUser", "arn:*")])],
    ["a resource has a variable", recordOf([ask("DescribeUser", `${east}/agent/\${aws:userid}`)])],
    ["an action is a pattern", recordOf([ask("*", `${east}/agent/u-1`)])],
    [
      "an action is of another service",
      recordOf([{ action: "iam:PassRole", resource: "*", sort: "required" }]),
    ],
    ["a question is none", { ...whole, asks: ["connect:DescribeUser"] }],
  ])("tells not what to allow when %s", (_, record) => {
    expect(read(record)).toMatchObject({ grants: undefined });
  });

  it("needs no Allow for what a call only refers to", () => {
    const record = recordOf([
      ask("TransferContact", `${east}/contact/c-1`),
      ask("TransferContact", `${east}/queue/q-1`, "referenced"),
    ]);
    expect(read(record)?.grants).toEqual([
      { action: "connect:TransferContact", resource: `${east}/contact/c-1` },
    ]);
  });
});

describe("60 random logs", () => {
  const who = principalOf({ groups: ["g"] });
  const bundleOf = (Statement: readonly object[]) =>
    openBundle(makeBundle([documentOf("p", Statement)], [{ match: { groups: ["g"] }, policies: ["p"] }]));
  const decide = (bundle: OpenedBundle, call: CanonicalCall) =>
    decideCall({ bundle, principal: who, call: httpCall }, call);
  const nothing = { Effect: "Deny", Action: "*", Resource: "*" };
  const everything = bundleOf([{ Effect: "Allow", Action: "*", Resource: "*" }]);

  it.each([undefined, ...generalizations])(
    "make a policy that allows every recorded call, and without any element refuses one, generalizing %s",
    { timeout: 60_000 },
    async (generalization) => {
      for (let seed = 1; seed <= 60; seed++) {
        const chooser = new Chooser(seed);
        const calls = chooser
          .some(1, 12, () => randomCall(chooser, chooser.of(served)))
          .filter((call) => call !== undefined);
        const lines = calls.map((call) =>
          JSON.stringify(recordOf([], summarizeDecision(decide(everything, call)))),
        );
        const flags = generalization === undefined ? [] : ["--generalize", generalization];
        const { status, stdout } = await run(["least-privilege", "--from", "-", ...flags], lines.join("\n"));
        if (calls.length === 0) continue;
        expect(status).toBe(0);
        const policy: ProposedPolicy = JSON.parse(stdout);
        const proposed = bundleOf(policy.Statement);
        const refused = calls.filter((call) => decide(proposed, call).decision !== "allowed");
        expect({ seed, refused }).toEqual({ seed, refused: [] });
        for (const { Statement } of smallerOnes(policy)) {
          const smaller = bundleOf(Statement.length > 0 ? Statement : [nothing]);
          expect(calls.every((call) => decide(smaller, call).decision === "allowed")).toBe(false);
        }
      }
    },
  );
});

describe("least-privilege", () => {
  const line = JSON.stringify(recordOf([ask("DescribeUser", `${east}/agent/u-1`)]));
  const expected = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["connect:DescribeUser"], Resource: [`${east}/agent/u-1`] }],
  };
  const stream = "2026/11/25/[$LATEST]0123456789abcdef";
  const learn = (text: string, ...flags: string[]) => run(["least-privilege", "--from", "-", ...flags], text);

  it.each([
    ["a function's own output", line],
    [
      "other lines around it",
      `START RequestId: 1\nready http://127.0.0.1\n{"type":"other"}\n${line}\nREPORT {\n[decision`,
    ],
    ["`sam logs`", `${stream} 2026-11-25T08:00:00.123000 ${line}`],
    ["`aws logs tail`", `2026-11-25T08:00:00.123000+00:00 ${stream} ${line}\r`],
    ["an export to S3", `2026-11-25T08:00:00.123Z ${line}`],
    [
      "Lambda's JSON log format",
      JSON.stringify({ timestamp: "t", level: "INFO", message: JSON.parse(line) }),
    ],
    [
      "`aws logs filter-log-events`",
      JSON.stringify({ events: [{ timestamp: 1, message: line }] }, undefined, 4),
    ],
    [
      "`aws logs get-query-results`",
      JSON.stringify({ results: [[{ field: "@message", value: line }]] }, undefined, 4),
    ],
    ["the same in one line", JSON.stringify({ results: [[{ field: "@message", value: line }]] })],
    ["JSON of Logs Insights", JSON.stringify([{ "@timestamp": "t", "@message": line }])],
    [
      "JSON of Logs Insights with parsed messages",
      JSON.stringify([{ "@message": JSON.parse(line) }], undefined, 2).replaceAll(/\n\s*/g, ""),
    ],
    ["CSV of Logs Insights", `@timestamp,@message\n2026-11-25 08:00:00.000,"${line.replaceAll('"', '""')}"`],
  ])("reads %s", async (_, text) => {
    const { status, stdout, stderr } = await learn(text);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "learned from 1 calls: 1 actions\n" });
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  it.each([
    ["in a sentence", `GET /users/${line}`],
    ["behind words that are no prefix", `error: ${line}`],
    ["in a member that holds no log event", JSON.stringify({ path: line })],
    ["in a record's own text", JSON.stringify(recordOf([], { outcome: "error", message: line }))],
    ["cut off", line.slice(0, -1)],
  ])("takes for no record what stands %s", async (_, text) => {
    const { status, stdout, stderr } = await learn(text);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("the logs have no recorded call to learn from");
  });

  it("suggests the group and the caller that the records have", async () => {
    const { groups, id } = JSON.parse(line).principal;
    const almost = (name: string) => `${name}x`;
    const { status, stderr } = await learn(line, "--group", almost(groups[0]), "--principal", almost(id));
    expect(status).toBe(2);
    for (const [what, name] of [
      ["group", groups[0]],
      ["principal", id],
    ])
      expect(stderr).toContain(`no record has the ${what} \`${almost(name)}\`; did you mean \`${name}\``);
  });

  it("warns where what it learned from is a sample", async () => {
    const sampled = recordOf([ask("DescribeUser", `${east}/agent/u-1`)], { samplePercent: 10 });
    const { status, stdout, stderr } = await learn(`${line}\n${JSON.stringify(sampled)}`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(expected);
    expect(stderr).toContain("warning: 1 of them are a sample");
  });

  it("learns nothing from a record that was cut, whose parts may look whole", async () => {
    const cut = recordOf([ask("DescribeUser", `${east}/agent/u`)], { cut: ["asks.resource"] });
    const { stdout, stderr } = await learn(`${line}\n${JSON.stringify(cut)}`);
    expect(JSON.parse(stdout)).toEqual(expected);
    expect(stderr).toContain("warning: 1 calls were left out, since their records are incomplete");
    expect(stderr).toContain("DescribeUser");
  });

  const several = [
    recordOf([ask("DescribeUser", `${east}/agent/u-1`)]),
    recordOf([ask("ListUsers", `${east}`)], {
      principal: { id: "bob", name: "b", issuer: "i", groups: ["supervisors", "auditors"] },
    }),
    recordOf([ask("DeleteUser", `${east}/agent/u-1`)], { outcome: "deny", decision: "explicitDeny" }),
    recordOf([ask("StopContact", `${east}/contact/c-1`)], {
      principal: { id: "carol", name: "c", issuer: "i" },
    }),
    { ...recordOf([]), operation: "CreateUser", stage: "authorizer" as const, outcome: "deny" as const },
  ]
    .map((record) => JSON.stringify(record))
    .join("\n");

  const actionsOf = (policy: ProposedPolicy) => policy.Statement.flatMap(({ Action }) => Action);

  it.each([
    [["--principal", "alice"], ["connect:DescribeUser"]],
    [
      ["--principal", "alice", "--principal", "bob"],
      ["connect:DescribeUser", "connect:ListUsers"],
    ],
    [["--group", "auditors"], ["connect:ListUsers"]],
    [["--outcome", "deny"], ["connect:DeleteUser"]],
    [
      ["--issuer", "i"],
      ["connect:ListUsers", "connect:StopContact"],
    ],
    [["--issuer", "https://issuer.example/", "--group", "supervisors"], ["connect:DescribeUser"]],
    [
      ["--outcome", "all", "--principal", "alice"],
      ["connect:DeleteUser", "connect:DescribeUser"],
    ],
  ])("learns with %j just what is asked for", async (flags, actions) => {
    const { stdout } = await learn(several, ...flags);
    expect(actionsOf(JSON.parse(stdout))).toEqual(actions);
  });

  it.each([
    [["--by", "group"], true],
    [["--group", "supervisors"], true],
    [["--principal", "alice", "--principal", "bob"], true],
    [["--by", "group", "--issuer", "i"], false],
    [["--principal", "alice"], false],
    [[], false],
  ])("warns with %j where callers of several issuers may share a name: %s", async (flags, warns) => {
    const { stderr } = await learn(several, ...flags);
    const warning =
      "warning: callers of 2 issuers are mixed if their ids or groups have the same name; choose one with --issuer: https://issuer.example/, i\n";
    expect(stderr.includes(warning)).toBe(warns);
  });

  it("sorts policies by principal, and by group, for each group of the caller", async () => {
    const sorted = async (by: string) =>
      Object.entries<ProposedPolicy>(JSON.parse((await learn(several, "--by", by)).stdout)).map(
        ([name, policy]) => [name, ...actionsOf(policy)],
      );
    expect(await sorted("principal")).toEqual([
      ["alice", "connect:DescribeUser"],
      ["bob", "connect:ListUsers"],
      ["carol", "connect:StopContact"],
    ]);
    expect(await sorted("group")).toEqual([
      ["auditors", "connect:ListUsers"],
      ["supervisors", "connect:DescribeUser", "connect:ListUsers"],
    ]);
  });

  it("says what it left out, and what no Allow can change", async () => {
    const { stderr } = await learn(several, "--outcome", "all", "--by", "group");
    expect(stderr).toContain("learned from 3 calls: 3 actions\n");
    expect(stderr).toMatch(
      /warning: 1 calls were left out, since their records are incomplete .*: CreateUser\n/,
    );
    expect(stderr).toContain("warning: 1 calls were left out, since their callers have no group\n");
    expect(stderr).toContain("warning: 1 of them were denied explicitly");
  });

  it("reads several files, and gives the same text for the same calls in any order", async () => {
    const folder = await mkdtemp(join(tmpdir(), "logs-"));
    const files = several.split("\n").map((text, index) => ({ path: join(folder, `${index}.log`), text }));
    await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
    const from = files.flatMap(({ path }) => ["--from", path]);
    const { stdout } = await run(["least-privilege", ...from]);
    const backwards = files.toReversed().flatMap(({ path }) => ["--from", path]);
    expect(await run(["least-privilege", ...backwards])).toMatchObject({ stdout });
    expect(stdout).toBe((await learn(several)).stdout);
  });

  it.each([
    [["--by", "role"], "`--by role` must be one of `all`, `principal`, `group`"],
    [["--outcome", "denied"], "`--outcome denied` must be one of `allow`, `deny`, `all`"],
    [["--generalize", "all"], "`--generalize all` must be one of `ids`, `types`, `instances`"],
  ])("refuses %j with status 2", async (flags, message) => {
    expect(await learn(line, ...flags)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });

  it("refuses a file that is not there with status 2", async () => {
    expect(await run(["least-privilege", "--from", "/no/such"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`/no/such` can't be read"),
    });
  });

  it("learns from the records of the functions a policy under which they allow the same calls", async () => {
    const connect = mockClient(ConnectClient);
    connect.on(CreateUserCommand).resolves({ $metadata: {}, UserId: "u-9" });
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    const send = async (functions: Lambdas) => {
      const statuses: number[] = [];
      for (const [method, path, input] of calls) {
        const { status } = await functions.call(method, path, input ? { body: input } : {});
        statuses.push(status);
      }
      return statuses;
    };
    const newUser = {
      Username: "jane",
      RoutingProfileId: "r-1",
      SecurityProfileIds: ["s-1"],
      Tags: { a: "b" },
    };
    const calls = [
      ["GET", `/users/${instanceId}/u-1`],
      ["PUT", `/users/${instanceId}`, newUser],
      ["PUT", `/users/${instanceId}`, { ...newUser, SecurityProfileIds: ["s-1", "s-2"] }],
    ] as const;
    const before = given([allowAll]);
    expect(await send(before)).toEqual([200, 200, 200]);
    const { stdout } = await learn(before.records.map((record) => JSON.stringify(record)).join("\n"));
    const policy: ProposedPolicy = JSON.parse(stdout);
    expect(await send(given(policy.Statement))).toEqual([200, 200, 200]);
    for (const { Statement } of smallerOnes(policy)) {
      expect(await send(given(Statement))).toContain(403);
    }
    connect.restore();
  });
});
