/** What is copied from Try is really run: the curl line by a shell, the program by Node.js, the policy test by `test`; each says what Try says. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../../cli/command-run.ts";
import { instanceId, writeTryConfiguration } from "../try-configuration.ts";
import { openConsole, startGateway } from "./open-console.ts";

const root = resolve(import.meta.dirname, "../../..");

interface Call {
  readonly caller: string;
  readonly operation: string;
  readonly input?: object;
  readonly known?: string;
}

/** Fills in a call, and sends it. @returns what the gateway answered */
async function send(page: Page, { caller, operation, input, known = "" }: Call): Promise<string> {
  await page.getByLabel("Caller").fill(caller);
  await page.getByLabel("Operation").fill(operation);
  await page.keyboard.press("Escape");
  if (input !== undefined) await page.getByLabel("Input").fill(JSON.stringify(input));
  await page.getByLabel("Known").fill(known);
  const answered = page.waitForResponse(/\/api\/send$/);
  await page.getByRole("button", { name: "Send" }).click();
  const { status }: { readonly status: number } = await (await answered).json();
  await page.getByText(`${status} from the gateway`).waitFor();
  await expect.poll(() => page.getByRole("status").textContent()).toMatch(/from the gateway/);
  return (await page.getByRole("status").textContent()) ?? "";
}

async function copied(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name: `Copy as ${name}` }).click();
  await page.getByText(`Copied as ${name}`).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Runs lines in a shell in which `npx connect-authorizer` is this checkout. */
async function runShell(lines: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "copied "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const command = `#!/bin/sh\nshift\nexec '${process.execPath}' '${root}/tools/run.mjs' cli "$@"\n`;
  await writeFile(join(folder, "npx"), command);
  await chmod(join(folder, "npx"), 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}` };
  return (await promisify(execFile)("sh", ["-eu", "-c", lines], { env })).stdout;
}

/** Runs a program with the packages of this checkout. @returns what it printed */
async function runProgram(program: string, token: string): Promise<string> {
  const running = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    ...{ cwd: root, env: { ...process.env, TOKEN: token, NO_COLOR: "1" } },
  });
  return running.then(
    ({ stdout }) => stdout,
    ({ stderr }: { readonly stderr: string }) => stderr,
  );
}

/** The token that the copied line gets. */
async function tokenOf(curl: string): Promise<string> {
  const [first = ""] = curl.split("\n");
  return (await runShell(`${first}\necho "$TOKEN"`)).trim();
}

async function opened(config: string): Promise<Page> {
  const url = await startGateway({ configFolder: config });
  const page = await openConsole(url, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("link", { name: "Try", exact: true }).click();
  return page;
}

/** Whether the texts say what the gateway answered. */
async function expectSame(page: Page, call: Call, config: string): Promise<void> {
  const answer = await send(page, call);
  const [status = ""] = /^\d+/.exec(answer) ?? [];
  const texts = { curl: await copied(page, "curl"), program: await copied(page, "JavaScript") };
  const body = await page
    .getByRole("region", { name: "Answer of the gateway" })
    .locator("pre.json")
    .textContent();
  const told: { readonly Message?: string; readonly message?: string } = JSON.parse(body ?? "{}");
  const message = told.Message ?? told.message;
  expect(JSON.stringify(texts)).not.toContain("eyJ");
  const curled = await runShell(texts.curl);
  expect(curled).toContain(`HTTP/1.1 ${status}`);
  const programmed = await runProgram(texts.program, await tokenOf(texts.curl));
  if (message !== undefined) {
    expect(curled).toContain(JSON.stringify(message).slice(1, -1));
    expect(programmed).toContain(message);
  } else {
    expect(JSON.parse(curled.slice(curled.indexOf("\r\n\r\n")))).toEqual(told);
    expect(programmed).toMatch(/httpStatusCode: 200|^200 /m);
  }
  await writeFile(join(config, "tests", "copied.yaml"), await copied(page, "policy test"));
  const tested = await run(["test", config]);
  expect([tested.status, tested.stdout]).toEqual([0, expect.stringContaining("1 test")]);
}

describe("what is copied from Try", () => {
  it("answers what Send answers, allowed and denied, with tags, a token's own claims and quotes", async () => {
    const config = await writeTryConfiguration("examples/aws");
    const page = await opened(config);
    await expectSame(page, { caller: "groups admins", operation: "ListUsers" }, config);
    await expectSame(page, { caller: "groups operators", operation: "DeleteUser" }, config);
    const caller = `{"sub": "it's me", "groups": ["admins"], "tags": {"team": "a b"}}`;
    await expectSame(page, { caller, operation: "SearchUsers" }, config);
    const token = await tokenOf(await copied(page, "curl"));
    await expectSame(page, { caller: token, operation: "DescribeUser" }, config);
  }, 180_000);

  it("answers it for a route, and for what depends on what Amazon Connect knows", async () => {
    const config = await writeTryConfiguration();
    const page = await opened(config);
    const agent = { path: { agentId: "u-1" } };
    const site = '{"claims": {"site": "berlin"}}';
    await expectSame(page, { caller: site, operation: "GET /agents/{agentId}", input: agent }, config);
    await expectSame(
      page,
      {
        ...{ caller: '{"groups": ["team"], "tags": {"team": "a"}}', operation: "DescribeUser" },
        ...{ input: { InstanceId: instanceId, UserId: "u-1" }, known: "agent/u-1: { tags: { team: b } }" },
      },
      config,
    );
  }, 180_000);
});
