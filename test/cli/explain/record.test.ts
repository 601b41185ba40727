/** `explain --record`: what a line of the log says, held to the handlers that wrote it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../../shared/audit/record.ts";
import { formatRecordLine } from "../../../shared/audit/record-line.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { answerBy, asked, randomKnown, randomStatement } from "../../authoring/tests/random-tests.ts";
import {
  allowAll,
  bundleOf,
  given,
  instanceArn,
  instanceId,
  type RequestFacts,
  type Statement,
} from "../../functions/lambda-fixture.ts";
import { mockConnect } from "../../functions/mocked-connect.ts";
import { Chooser } from "../../policy/random-policies.ts";
import { run } from "../command-run.ts";

const connect = mockConnect();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recorded-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

/** The records of a call through both functions. */
async function recordsOf(bundle: Bundle, path: string, facts: RequestFacts = {}) {
  const lambdas = given(bundle, { sending: { maxAttempts: 1 } as object });
  connect.onAnyCommand().resolves({ $metadata: {} });
  // Without a good token, the authorizer throws.
  await lambdas.call("POST", path, facts).catch(() => undefined);
  return lambdas.records;
}

async function explain(bundle: Bundle, record: string, ...flags: readonly string[]) {
  const config = await fileOf("bundle.json", JSON.stringify(bundle));
  return run(["explain", "--record", record, "--config", config, ...flags]);
}

async function asJson(bundle: Bundle, record: DecisionRecord) {
  const { status, stdout, stderr } = await explain(bundle, formatRecordLine(record), "--json");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

const users: Statement = { Effect: "Allow", Action: "connect:*User", Resource: `${instanceArn}/agent/*` };
const noDelete: Statement = { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" };
const deleteUser = { body: { InstanceId: instanceId, UserId: "u-1" }, claims: { sub: "u-17" } };
const lastOf = async (bundle: Bundle, path = "/operations/DeleteUser", facts: RequestFacts = deleteUser) => {
  const record = (await recordsOf(bundle, path, facts)).at(-1);
  if (!record) throw new Error("nothing is recorded");
  return record;
};

describe("explain --record", () => {
  it("says who was denied what, by which Deny, and what the record does not hold", async () => {
    const bundle = bundleOf([users, noDelete]);
    const record = await lastOf(bundle);
    const { stdout, stderr, status } = await explain(bundle, formatRecordLine(record));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(
        /^Denied: `u-17` may not DeleteUser: the Deny p#1 \(policies\/p\.json:1:\d+\) forbids it on agent\/u-1$/,
      ),
      "",
      "        action      resource   from  by",
      "denied  DeleteUser  agent/u-1        [1]",
      expect.stringMatching(/^\[1\] Deny p#1 \(policies\/p\.json:1:\d+\)$/),
      "",
      `resources    in ${instanceArn}`,
      `recorded     ${record.time} by the proxy, request 11111111-2222-3333-4444-555555555555`,
      `policies     version ${bundle.version.slice(0, 12)}, which is this configuration`,
      "not recorded the input, tags and claims",
      "caller       u-17; groups callers",
      expect.stringMatching(/^bindings {5}.*bindings\[0\]: p$/),
      "",
    ]);
    expect((await explain(bundle, formatRecordLine(record), "--expect", "allow")).status).toBe(1);
  });

  it.each([
    "npx connect-authorizer explain --record - < denied.log",
    "npx connect-authorizer explain --record denied.log",
    "connect-authorizer explain --record many.log --request-id 1",
  ])("answers `%s`, which takes at most 60 characters", async (command) => {
    expect(command.length).toBeLessThanOrEqual(60);
    const bundle = bundleOf([users, noDelete]);
    const line = formatRecordLine(await lastOf(bundle));
    const other = formatRecordLine({ ...JSON.parse(line), requestId: "22222222" });
    const files: Readonly<Record<string, string>> = {
      "denied.log": await fileOf("denied.log", line),
      "many.log": await fileOf("many.log", [other, line, other].join("\n")),
    };
    const words = command
      .replace(" < denied.log", "")
      .replace(/^.*(?=explain)/, "")
      .split(" ");
    const argv = words.map((word) => files[word] ?? word);
    const config = await fileOf("bundle.json", JSON.stringify(bundle));
    const { status, stdout } = await run([...argv, "--config", config], `${line}\n`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Denied: `u-17` may not DeleteUser: the Deny p#1 /);
  });

  it("is found in each form that logs have, and chosen by an id", async () => {
    const bundle = bundleOf([users, noDelete]);
    const lines = (await recordsOf(bundle, "/operations/DeleteUser", deleteUser)).map(formatRecordLine);
    const line = lines.at(-1) ?? "";
    const answer = await explain(bundle, line);
    expect(answer.status).toBe(0);
    const config = join(folder, "bundle.json");
    const file = await fileOf("calls.log", ["START", ...lines, "END"].join("\n"));
    const forms = [
      `2026-11-30T12:00:00.000Z\t5b0c2c5e-1111-4222-8333-444455556666\tINFO\t${line}`,
      JSON.stringify(JSON.parse(line), undefined, 2),
      JSON.stringify({ events: [{ message: line }] }),
    ];
    for (const form of forms) expect(await explain(bundle, form)).toEqual(answer);
    expect(await explain(bundle, file)).toEqual(answer);
    expect(await run(["explain", config, "--record", "-"], `${line}\n`)).toEqual(answer);

    const others = ["22222222", "33333333"].map((requestId) =>
      formatRecordLine({ ...JSON.parse(line), requestId }),
    );
    const many = await fileOf("many.log", [...lines, ...others].join("\n"));
    const { status, stdout, stderr } = await explain(bundle, many);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(
      "there are 3 refused calls; choose one by `--request-id`, whose beginning is enough:\n  11111111-",
    );
    expect(stderr).toMatch(/\n {2}33333333 \S+ deny DeleteUser by u-17\n/);
    expect(await explain(bundle, many, "--request-id", "1111")).toEqual(answer);
    expect((await explain(bundle, many, "--request-id", "2")).stdout).toContain("request 22222222\n");
  });

  it.each([
    ["{}", [], "there is no decision's record (docs/how-to/audit.md)"],
    ['{"type":"upstream","requestId":"x"}', [], "only other ones: look for"],
    ["LINE", ["--request-id", "9"], "there is no decision's record of a request `9`"],
    ["/no/such.log", [], "`/no/such.log` can't be read"],
  ])("is 2 for %s", async (given, flags, message) => {
    const bundle = bundleOf([users]);
    const record = given === "LINE" ? formatRecordLine(await lastOf(bundle)) : given;
    const { status, stdout, stderr } = await explain(bundle, record, ...flags);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("*says what the functions decided*, and never that the same policies decide otherwise", async () => {
    const counts = new Map<string, number>();
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const choose = new Chooser(seed);
        const row = choose.of(asked);
        const statements = choose.some(1, 6, () => randomStatement(choose, [row.action]));
        const byClaim = { match: { claims: { dept: ["sales"] } }, policies: ["p"] };
        const bindings = choose.of([undefined, undefined, [byClaim]]);
        const bundle = bundleOf(
          choose.chance(0.2) ? [allowAll, ...statements] : statements,
          bindings && { bindings },
        );
        const lambdas = given(bundle, { sending: { maxAttempts: 1 } as object });
        answerBy(connect, randomKnown(choose));
        const claims = { sub: "someone", dept: choose.of(["sales", "support"]) };
        const members = ["UserId", "ContactId", "QueueId", "ContactFlowId", "InitialContactId", "Name"];
        const body = Object.fromEntries(
          row.members
            .filter(({ name, required }) => required && members.includes(name))
            .map(({ name }) => [name, "some-id"]),
        );
        await lambdas.call("POST", `/operations/${row.name}`, {
          body: { InstanceId: instanceId, ...body },
          claims,
        });
        for (const record of lambdas.records) {
          const said = await asJson(bundle, record);
          const outcome = { allow: "allow", deny: "deny", notYetKnown: "notKnown", error: "deny" }[
            record.outcome
          ];
          expect(said.outcome).toBe(outcome);
          count(outcome);
          const decisive = said.asks.filter(
            ({ statements: { length } }: { statements: unknown[] }) => length > 0,
          );
          if (record.decision === "explicitDeny")
            expect(decisive.at(-1).statements).toMatchObject(record.statements as object[]);
          const { recorded } = await asJson(bundle, { ...record, policyVersion: "another" });
          if (recorded.today === undefined || recorded.today === "notKnown") continue;
          count(`today ${recorded.today}`);
          expect(recorded.today).toBe(outcome);
        }
      }),
      { numRuns: 60, seed: 103 },
    );
    for (const what of ["allow", "deny", "notKnown", "today allow", "today deny"])
      expect(counts.get(what), what).toBeGreaterThan(3);
  });
});
