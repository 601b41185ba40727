/** `who-can --table`: each principal whose own item gives the action, as the functions read the item. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { type FakeDynamo, itemOf, startDynamo, tableName } from "../../principals/fake-dynamodb.ts";
import { run } from "../command-run.ts";

const issuer = "https://issuer.example/";
const nowMs = Date.parse("2030-01-01T00:00:00.250Z");
const hour = nowMs / 1000 - 0.25 + 3_600;
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = { Effect: "Allow", Action: "connect:DeleteUser", Resource: "*" };
let dynamo: FakeDynamo;
let folder: ConfigurationFolder;
let authoritative: ConfigurationFolder;

beforeAll(async () => {
  dynamo = await startDynamo();
  const yaml = goodFiles["authorizer.yaml"] ?? "";
  const files = {
    ...goodFiles,
    "policies/delete.json": document(allow),
    "policies/mine.json": document({ ...allow, Resource: "arn:aws:connect:*:*:instance/*/agent/u-1" }),
    "policies/tagged.json": document({
      ...allow,
      Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
    }),
    "policies/never.json": document({ ...allow, Effect: "Deny" }),
  };
  folder = await createFolder(files);
  authoritative = await createFolder({ ...files, "authorizer.yaml": `${yaml}principals: authoritative\n` });
});
afterAll(async () => {
  await dynamo.close();
  await folder.remove();
  await authoritative.remove();
});
beforeEach(() => {
  for (const [name, value] of Object.entries(dynamo.environment)) vi.stubEnv(name, value);
  vi.spyOn(Date, "now").mockReturnValue(nowMs);
  dynamo.items.clear();
  dynamo.fault = undefined;
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

type More = Parameters<typeof itemOf>[1];
const put = (id: string, more: More, of = issuer) => {
  const key = JSON.stringify([of, id]);
  dynamo.items.set(key, itemOf(key, more));
};
const ask = (action: string, { path }: ConfigurationFolder, ...flags: string[]) =>
  run(["who-can", action, "*", "--table", tableName, "--config", path, ...flags]);

const answersOf = async (of: ConfigurationFolder) => {
  const { principals } = JSON.parse((await ask("DeleteUser", of, "--json")).stdout);
  return Object.fromEntries(principals.map(({ id, answer }: Record<string, string>) => [id, answer]));
};

const items: readonly (readonly [id: string, More, answer: string | undefined])[] = [
  ["whole", { policies: ["delete"] }, "yes"],
  ["part", { policies: ["mine"] }, "some"],
  ["tagged", { policies: ["tagged"] }, "depends"],
  ["other", { policies: ["read"] }, undefined],
  ["bounded", { policies: ["delete"], boundary: ["read"] }, undefined],
  ["narrowed", { policies: ["delete"], boundary: ["mine"] }, "some"],
  ["denied", { policies: ["delete", "never"] }, undefined],
  ["running", { policies: ["delete"], until: { delete: hour } }, "yes"],
  ["ended", { policies: ["delete"], until: { delete: hour - 3_600 } }, undefined],
  ["ended Deny", { policies: ["delete", "never"], until: { never: hour - 3_600 } }, undefined],
];

it("answers for each item as its policies, boundaries and ends say, in both modes", async () => {
  for (const [id, more] of items) put(id, more);
  const expected = Object.fromEntries(
    items.flatMap(([id, , answer]) => (answer === undefined ? [] : [[id, answer]])),
  );
  expect(await answersOf(folder)).toEqual(expected);
  expect(await answersOf(authoritative)).toEqual(expected);
  const { stderr } = await ask("DeleteUser", authoritative);
  expect(stderr).toContain("note: `principals: authoritative`: a caller's item may deny");
  expect(stderr).not.toContain("not read here");
});

it("says by which policies, and until when; and no more once the end has come", async () => {
  put("alice", { policies: ["delete", "read", "mine"], until: { delete: hour } });
  const { status, stdout, stderr } = await ask("DeleteUser", folder);
  expect(status).toBe(0);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    `yes principal ["${issuer}","alice"] by delete (until 2030-01-01T01:00:00Z, 59 min 59 s left), mine `,
  );
  expect(stderr).toContain("note: groups and claims of the table's principals are unknown here");
  const json = JSON.parse((await ask("DeleteUser", folder, "--json")).stdout);
  expect(json.principals).toMatchObject([
    { issuer, id: "alice", policies: ["delete", "mine"], until: { delete: "2030-01-01T01:00:00Z" } },
  ]);
  vi.spyOn(Date, "now").mockReturnValue(hour * 1000);
  expect(await answersOf(folder)).toEqual({ alice: "some" });
});

it("answers for patterns", async () => {
  put("alice", { policies: ["delete"], until: { delete: hour } });
  put("bob", { policies: [] });
  const { stdout } = await ask("Delete*", folder);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    `principal ["${issuer}","alice"] by delete (until 2030-01-01T01:00:00Z, 59 min 59 s left) yes `,
  );
  expect(stdout).not.toContain("bob");
  const { actions } = JSON.parse((await ask("Delete*", folder, "--json")).stdout);
  const given = actions.filter(({ principals }: { principals: object[] }) => principals.length > 0);
  expect(given.map(({ action }: { action: string }) => action)).toEqual(["connect:DeleteUser"]);
});

it("tells items that functions refuse, and does not count them", async () => {
  put("unknown", { policies: ["delete", "gone"] });
  put("foreign", { policies: ["delete"] }, "https://other.example/");
  const key = JSON.stringify([issuer, "odd"]);
  dynamo.items.set(key, { ...itemOf(key, { policies: ["delete"] }), Boundary: { SS: ["read"] } });
  dynamo.items.set("odd", itemOf("odd", { policies: ["delete"] }));
  const { status, stdout, stderr } = await ask("DeleteUser", folder, "--json");
  const { principals, refused } = JSON.parse(stdout);
  expect({ status, principals }).toEqual({ status: 0, principals: [] });
  const reasons = [
    "it has the unknown member `Boundary`",
    "it names the policy `gone`, which the configuration does not have",
    "its issuer is not one of the configuration's",
    'its key is not `["issuer","subject"]`',
  ];
  expect(refused.map(({ reason }: { reason: string }) => reason).sort()).toEqual(reasons);
  for (const reason of reasons) expect(stderr).toContain(`gives nothing: ${reason}\n`);
});

it("fails if the table does not answer", async () => {
  const { status, stdout } = await run([
    ...["who-can", "DeleteUser", "*", "--config", folder.path],
    ...["--table", "missing"],
  ]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});
