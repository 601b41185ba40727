/** docs/tutorial/first-policy.md: every step as a reader takes it, and what the page says that comes of it. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadPath } from "../../../tools/cli/open-configuration.ts";
import { type LocalGateway, startLocal } from "../../../tools/local/start-local.ts";
import { useExampleProject } from "../example-project.ts";
import { asShown, readPage, runShown, wordsOf } from "./shown.ts";

const { page, blocks } = readPage("tutorial/first-policy.md");
const [
  ,
  firstCall = "",
  explain = "",
  secondCalls = "",
  teams = "",
  test = "",
  update = "",
  diff = "",
  bundle = "",
] = blocks("sh");
const outputs = blocks("text");
const [start = "", refused = "", explained = "", reloaded = "", answers = "", byTeam = ""] = outputs;
const [snapshot = "", updated = "", broken = "", gains = ""] = outputs.slice(6);
const [policy = "", narrowed = ""] = blocks("json");
const [binding = "", tests = ""] = blocks("yaml");

useExampleProject();

let gateway: LocalGateway;
const printed: string[] = [];
const variables = new Map<string, string>();

beforeAll(async () => {
  const git = (...args: readonly string[]) => execFileSync("git", args, { stdio: "ignore" });
  git("init");
  git("add", "-A");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-m", "a");
  gateway = await startLocal({
    ...{ port: 0, configFolder: "config", connect: { kind: "embedded" }, api: "rest", load: loadPath },
    program: "npm run --silent cli --",
    environment: { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    print: (text) => printed.push(text),
  });
});
afterAll(() => gateway.close());

/** Runs lines of a POSIX shell: variables, `token`, and curl. Returns what curl prints, a line for each call. */
async function inShell(lines: string): Promise<string> {
  let output = "";
  for (const line of lines.trim().split("\n")) {
    const filled = line.replace(/\$(\w+)/g, (_, name: string) => variables.get(name) ?? "");
    const [, name, value = ""] = /^(\w+)=(.*)$/.exec(filled) ?? [];
    if (name === undefined) output += `${await curl(wordsOf(filled))}\n`;
    else variables.set(name, await valueFor(value));
  }
  return output;
}

async function valueFor(text: string): Promise<string> {
  const command = /^\$\((.*)\)$/.exec(text)?.[1];
  if (command === undefined) return text.replace("http://127.0.0.1:3000", gateway.url);
  return (await runShown(`${command} --url ${gateway.url}`)).stdout.trim();
}

async function curl(words: readonly string[]): Promise<string> {
  const url = words.find((word) => word.startsWith("http://")) ?? "";
  const [name = "", value = ""] = (words[words.indexOf("-H") + 1] ?? "").split(": ");
  const method = words.includes("-X") ? (words[words.indexOf("-X") + 1] ?? "") : "GET";
  return (await fetch(url, { method, headers: { [name]: value } })).text();
}

/** Writes a file of the configuration, and waits until the gateway has taken it. */
async function change(file: string, text: string): Promise<void> {
  const before = printed.length;
  writeFileSync(file, text);
  await vi.waitFor(() => expect(printed.slice(before).join("\n")).toMatch(/^reloaded /m), {
    timeout: 20_000,
  });
}

const policyFile = "config/policies/quality.json";

describe("docs/tutorial/first-policy.md", () => {
  it("1. starts", () => {
    const banner = printed.join("\n").trimStart().replaceAll(gateway.url, "http://127.0.0.1:3000");
    expect(`${banner}\n`).toMatch(asShown(start));
  });

  it("2. is refused", async () => {
    expect(await inShell(firstCall)).toBe(refused);
  });

  it("3. says why", async () => {
    expect(await runShown(explain)).toEqual({ status: 0, stdout: explained, stderr: "" });
  });

  it("4. is allowed by a policy and a binding, and to do nothing else", async () => {
    writeFileSync(policyFile, policy);
    const configuration = readFileSync("config/authorizer.yaml", "utf8");
    await change(
      "config/authorizer.yaml",
      configuration.replace(/^bindings:\n/m, (line) => line + binding),
    );
    expect(`${printed.at(-1)}\n`).toMatch(asShown(reloaded));
    expect(await inShell(secondCalls)).toMatch(asShown(answers));
  });

  it("5. is allowed for the own team alone", async () => {
    await change(policyFile, narrowed);
    expect(await inShell(teams)).toMatch(asShown(byTeam));
  });

  it("6. is held by a test, which fails without the condition", async () => {
    writeFileSync("config/tests/quality.yaml", tests);
    const first = await runShown(test);
    expect(first).toMatchObject({ status: 1, stdout: expect.stringMatching(asShown(snapshot)) });
    expect(await runShown(update)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(asShown(updated)),
    });
    const without = narrowed.replace(/,\n *"Condition".*/, "");
    expect(without).not.toBe(narrowed);
    writeFileSync(policyFile, without);
    expect(await runShown(test)).toMatchObject({ status: 1, stdout: expect.stringMatching(asShown(broken)) });
    writeFileSync(policyFile, narrowed);
    expect(await runShown(test)).toMatchObject({ status: 0 });
  });

  it("7. tells what the change gives", async () => {
    expect(await runShown(diff)).toMatchObject({ status: 1, stdout: expect.stringMatching(asShown(gains)) });
  });

  it("8. becomes a bundle", async () => {
    const { status, stdout } = await runShown(bundle);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) });
    expect(JSON.parse(readFileSync("dist/bundle.json", "utf8"))).toMatchObject({ version: stdout.trim() });
  });

  it("has a step for each of its commands and outputs", () => {
    expect([blocks("sh").length, outputs.length]).toEqual([9, 10]);
    expect(page.match(/^## \d\./gm)?.length).toBe(8);
  });
});
