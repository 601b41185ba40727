/**
 * Runs what README.md shows: a newcomer copies it as it stands.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { run as runCommand } from "./cli/command-run.ts";
import { type RunningGateway, startRunningGateway } from "./scenario/running-gateway.ts";

const root = resolve(import.meta.dirname, "..");
const text = readFileSync(resolve(root, "README.md"), "utf8");
const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
  language,
  code,
}));

function block(language: string, beginning: string): string {
  const found = blocks.filter(
    ({ code, ...each }) => each.language === language && code.startsWith(beginning),
  );
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${language} begin with ${beginning}`);
  return found[0]?.code ?? "";
}

interface Policy {
  readonly Statement: readonly { Sid?: string; Effect: string; Action: string | string[] }[];
}

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startRunningGateway();
}, 60_000);
afterAll(async () => {
  await gateway.stop();
});

/** Points a snippet at the gateway of this test. */
function here(code: string): string {
  return code
    .replaceAll("http://127.0.0.1:3000", gateway.url)
    .replace("-- token ", `-- token --url ${gateway.url} `);
}

async function run(
  command: string,
  args: readonly string[],
  environment: object = {},
): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  return { status: await new Promise((done) => child.once("close", done)), stdout };
}

describe("README.md", () => {
  it("shows no snippet that this test does not know", () => {
    expect(blocks.map(({ language, code }) => `${language} ${code.split("\n")[0]}`)).toEqual([
      "sh npm ci && npm start",
      "sh TOKEN=$(npm run --silent cli -- token --sub alice --group operators)",
      ` ${block("", "{").trim()}`,
      // .ci/run runs these with the packed file.
      "sh npx connect-authorizer init my-api --yes",
      'json { "Version": "2012-10-17", "Statement": [',
      " \u2717 config/tests/policies.yaml:37:5 onboarding makes no users with the one security profile",
    ]);
  });

  it("names the file that npm pack makes of this version", () => {
    const { version } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
    const files = [...text.matchAll(/connect-authorizer-[\d.]+\.tgz/g)].map(([file]) => file);
    expect(files).toEqual(Array(2).fill(`connect-authorizer-${version}.tgz`));
  });

  it("shows the policy that the group onboarding has", () => {
    const policy: Policy = JSON.parse(
      readFileSync(resolve(root, "examples/aws/policies/create-users-except-one-profile.json"), "utf8"),
    );
    const bare = ({ Statement }: Policy) =>
      Statement.map(({ Sid: _, Action, ...rest }) => ({ ...rest, Action: [Action].flat() }));
    expect(bare(policy)).toEqual(bare(JSON.parse(block("json", "{"))));
  });

  it("shows what the policy tests say, with its Deny and without", async () => {
    const folder = mkdtempSync(join(tmpdir(), "readme-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const config = join(folder, "config");
    cpSync(resolve(root, "examples/aws"), config, { recursive: true });
    const test = async () =>
      (await runCommand(["test", config])).stdout.replaceAll(/[^\s`]*readme-\w+[\\/]config[\\/]/g, "config/");
    expect(text).toContain(`\`npm run --silent cli -- test config\` prints\n\`${(await test()).trim()}\``);
    const file = join(config, "policies/create-users-except-one-profile.json");
    const { Statement, ...rest }: Policy = JSON.parse(readFileSync(file, "utf8"));
    const kept = Statement.filter(({ Effect }) => Effect !== "Deny");
    writeFileSync(file, JSON.stringify({ ...rest, Statement: kept }));
    expect(await test()).toContain(block("", "\u2717").trimEnd());
  });

  it("has a first minute that works, down to the text of the refusal", async () => {
    const { status, stdout } = await run("bash", ["-ec", here(block("sh", "TOKEN="))]);
    expect(status).toBe(0);
    const [allowed, refused] = stdout.split("}{").length > 1 ? stdout.split(/(?<=\})(?=\{)/) : [];
    expect(JSON.parse(allowed ?? "")).toMatchObject({ User: { Username: "jane.doe" } });
    expect(refused).toBe(block("", "{").trim());
  }, 30_000);
});
