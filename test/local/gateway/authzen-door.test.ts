/** The door of AuthZEN in the local gateway, as docs/how-to/authzen.md opens and asks it. */
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { startLocal } from "../../../tools/local/start-local.ts";
import { run } from "../../cli/command-run.ts";
import { codesOf } from "../../page-blocks.ts";

const page = "docs/how-to/authzen.md";
const [open = "", trusting = ""] = codesOf(page, "yaml");
const [decision = "", properties = ""] = codesOf(page, "json");
const [head = "", body = ""] = (codesOf(page, "http")[0] ?? "").split("\n\n");
const path = /^POST (\S+) /.exec(head)?.[1] ?? "";
const question = JSON.parse(body);

async function start(api: "rest" | "http", doors: string) {
  const configFolder = await mkdtemp(join(tmpdir(), "authzen-"));
  onTestFinished(() => rm(configFolder, { recursive: true, force: true }));
  await cp("examples/aws", configFolder, { recursive: true });
  await appendFile(join(configFolder, "authorizer.yaml"), doors);
  const printed: string[] = [];
  const recordsFile = join(configFolder, "records.jsonl");
  const gateway = await startLocal({
    ...{ port: 0, api, configFolder, recordsFile, environment: {}, program: "npx connect-authorizer" },
    connect: { kind: "embedded" },
    load: loadConfiguration,
    print: (text) => printed.push(text),
  });
  onTestFinished(() => gateway.close());
  const tokenOf = async (sub: string, groups: readonly string[]) => {
    const request = { method: "POST", headers: { "content-type": "application/json", "x-local-token": "1" } };
    const answer = await fetch(`${gateway.url}/local/token`, {
      ...request,
      body: JSON.stringify({ sub, groups }),
    });
    return ((await answer.json()) as { token: string }).token;
  };
  const ask = async (sub: string, groups: readonly string[], about: object = question) => {
    const headers = {
      authorization: `Bearer ${await tokenOf(sub, groups)}`,
      "content-type": "application/json",
    };
    const answer = await fetch(gateway.url + path, { method: "POST", headers, body: JSON.stringify(about) });
    return { status: answer.status, text: await answer.text() };
  };
  return { gateway, configFolder, recordsFile, printed, ask };
}

it.each(["rest", "http"] as const)("is open where the page opens it, behind a %s API", async (api) => {
  const { gateway, recordsFile, printed, ask } = await start(api, open);
  const answer = await ask("alice", ["admins"]);
  expect({ status: answer.status, ...JSON.parse(answer.text) }).toEqual({
    status: 200,
    ...JSON.parse(decision),
  });
  expect(JSON.parse((await ask("alice", ["nobody"])).text)).toMatchObject({ decision: false });
  expect(await ask("bob", ["admins"])).toMatchObject({ status: 403 });
  expect(await fetch(gateway.url + path, { method: "POST" })).toMatchObject({ status: 401 });
  const metadata = await fetch(`${gateway.url}/.well-known/authzen-configuration`);
  expect(await metadata.json()).toEqual({
    policy_decision_point: gateway.url,
    access_evaluation_endpoint: gateway.url + path,
    access_evaluations_endpoint: `${gateway.url}/access/v1/evaluations`,
  });
  expect(printed).toContainEqual(
    expect.stringMatching(/^authzen allow DescribeUser alice allowed everything#/),
  );
  const types = (await readFile(recordsFile, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).type);
  expect(new Set(types)).toEqual(new Set(["evaluation"]));
  // No policy is learned from calls that nobody made.
  const learned = await run(["least-privilege", "--from", recordsFile]);
  expect(learned.stdout).not.toContain("connect:DescribeUser");
});

it("is open to a program that the page trusts, about others", async () => {
  const { ask } = await start("rest", trusting);
  const subject = { type: "user", id: "bob", properties: JSON.parse(properties) };
  const answer = await ask("backend", ["backends"], { ...question, subject });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({ decision: true });
});

it("is shut by default, and opens and shuts with the configuration", async () => {
  const { gateway, configFolder, ask } = await start("rest", "");
  expect(await ask("alice", ["admins"])).toMatchObject({ status: 404 });
  expect(await fetch(`${gateway.url}/.well-known/authzen-configuration`)).toMatchObject({ status: 401 });
  const file = join(configFolder, "authorizer.yaml");
  await writeFile(file, (await readFile(file, "utf8")) + open);
  await expect.poll(async () => (await ask("alice", ["admins"])).status, { timeout: 10_000 }).toBe(200);
});
