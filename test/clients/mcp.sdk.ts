/**
 * Two more clients at the door for agents, as three callers: mcp-go, which is not of the protocol's makers, and the official
 * inspector. Needs Go; the inspector comes from the registry of npm.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningGateway, runProgram, startRunningGateway } from "../scenario/running-gateway.ts";
import { build, root } from "./client-page.ts";

const inspector = "@modelcontextprotocol/inspector@2.12.0";
let work: string;
let config: string;
let gateway: RunningGateway;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "agents "));
  config = join(work, "config");
  await cp(join(root, "examples/aws"), config, { recursive: true });
  const main = join(config, "authorizer.yaml");
  await writeFile(main, `${await readFile(main, "utf8")}\ndoors: { mcp: true }\n`);
  await cp(join(root, "test/clients/mcp-go"), join(work, "go"), { recursive: true });
  await build(["go", "build", "-o", "client", "."], join(work, "go"));
  gateway = await startRunningGateway("--config", config);
});
afterAll(async () => {
  await gateway?.stop();
  await rm(work, { recursive: true, force: true });
});

async function tokenFor(group: string): Promise<string> {
  const argv = ["cli", "token", "--sub", `some-${group}`, "--group", group, "--url", gateway.url];
  return (await runProgram(...argv)).stdout.trim();
}

/** What `what-can` does not call `never`. */
async function usableOf(group: string): Promise<readonly string[]> {
  const { stdout } = await runProgram("cli", "what-can", "--group", group, "--config", config, "--json");
  const { operations }: { operations: { operation: string; answer: string }[] } = JSON.parse(stdout);
  return operations.filter(({ answer }) => answer !== "never").map(({ operation }) => operation);
}

const west = { InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc17" };
const home = { InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc1" };
const contact = { ContactId: "c-1", InitialContactId: "c-1" };
const newUser = { Username: "eve", SecurityProfileIds: ["x"], RoutingProfileId: "r", PhoneConfig: {} };
const forbidden = {
  InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc17",
  ...newUser,
  SecurityProfileIds: ["11dtcggg1-123e-111e-93e3-11111bfbfcc17"],
};
const callers = [
  ["recorders", "StopContactRecording", { ...west, ...contact }, { ...home, ...contact }],
  [
    "contact-handlers",
    "GetContactAttributes",
    { ...west, InitialContactId: "c-1" },
    { ...home, InitialContactId: "c" },
  ],
  ["onboarding", "CreateUser", { ...home, ...newUser }, { ...forbidden }],
] as const;

describe.each(callers)("%s", (group, name, may, mayNot) => {
  it("list what they may, and may that, by mcp-go", async () => {
    const token = await tokenFor(group);
    const call = async (given: object) => {
      const args = [`${gateway.url}/mcp`, name, JSON.stringify(given)];
      const env = { ...process.env, TOKEN: token };
      const { stdout } = await promisify(execFile)(join(work, "go/client"), args, { env });
      const result: { tools: string[]; isError: boolean; text: string } = JSON.parse(stdout);
      return result;
    };
    const [allowed, refused] = [await call(may), await call(mayNot)];
    expect(allowed.tools.toSorted()).toEqual((await usableOf(group)).toSorted());
    expect(allowed.text).not.toMatch(/^(?:AccessDenied|InvalidParameter|UnknownOperation)/);
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(/^AccessDeniedException: /) });
  });

  it("list what they may, by the inspector", async () => {
    const header = `Authorization: Bearer ${await tokenFor(group)}`;
    const where = ["--cli", `${gateway.url}/mcp`, "--transport", "http", "--header", header];
    const argv = ["--yes", inspector, ...where, "--method", "tools/list"];
    const { stdout } = await promisify(execFile)("npx", argv, { cwd: work, maxBuffer: 100_000_000 });
    const { tools }: { tools: { name: string }[] } = JSON.parse(stdout);
    expect(tools.map((tool) => tool.name).toSorted()).toEqual((await usableOf(group)).toSorted());
  });
});
