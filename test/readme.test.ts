/**
 * Runs what README.md shows: a newcomer copies it as it stands.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningGateway, startRunningGateway, tokenFor } from "./scenario/running-gateway.ts";

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

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startRunningGateway();
}, 60_000);
afterAll(async () => {
  await gateway.stop();
});

/** Points a snippet at the gateway of this test, and at AWS's examples, of which `config/` is a copy in a fresh clone. */
function here(code: string): string {
  return code
    .replaceAll("http://127.0.0.1:3000", gateway.url)
    .replace("-- token ", `-- token --url ${gateway.url} `)
    .replace("-- validate config", "-- validate examples/aws");
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
      "json {",
      "sh npm ci && npm start",
      "sh TOKEN=$(npm run --silent cli -- token --sub alice --group operators)",
      ` ${block("", "{").trim()}`,
      'js import { ConnectClient, DescribeUserCommand } from "@aws-sdk/client-connect";',
      // .ci/run runs these with the packed file.
      "sh npx connect-authorizer init my-api --yes",
      "sh npm run --silent cli -- validate config",
      // .ci/run takes these from the page, with the real SAM CLI.
      "sh npm run --silent cli -- role-policy --write template.yaml",
    ]);
  });

  it("names the file that npm pack makes of this version", () => {
    const { version } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
    const files = [...text.matchAll(/connect-authorizer-[\d.]+\.tgz/g)].map(([file]) => file);
    expect(files).toEqual(Array(2).fill(`connect-authorizer-${version}.tgz`));
  });

  it("opens with the policy that the group onboarding has", () => {
    const policy: { Statement: { Sid?: string; Action: string | string[] }[] } = JSON.parse(
      readFileSync(resolve(root, "examples/aws/policies/create-users-except-one-profile.json"), "utf8"),
    );
    const shown: { Statement: { Sid?: string; Action: string | string[] }[] } = JSON.parse(
      block("json", "{"),
    );
    const bare = ({ Statement }: typeof shown) =>
      Statement.map(({ Sid: _, Action, ...rest }) => ({ ...rest, Action: [Action].flat() }));
    expect(bare(policy)).toEqual(bare(shown));
  });

  it("has a first minute that works, down to the text of the refusal", async () => {
    const { status, stdout } = await run("bash", ["-ec", here(block("sh", "TOKEN="))]);
    expect(status).toBe(0);
    const [allowed, refused] = stdout.split("}{").length > 1 ? stdout.split(/(?<=\})(?=\{)/) : [];
    expect(JSON.parse(allowed ?? "")).toMatchObject({ User: { Username: "jane.doe" } });
    expect(refused).toBe(block("", "{").trim());
  }, 30_000);

  it("has an SDK example that works", async () => {
    mkdirSync(resolve(root, "dist"), { recursive: true });
    const file = resolve(root, "dist/readme-example.mjs");
    writeFileSync(file, here(block("js", "import")));
    const TOKEN = await tokenFor(gateway.url, "operators");
    expect(await run(process.execPath, [file], { TOKEN })).toEqual({ status: 0, stdout: "jane.doe\n" });
  }, 30_000);

  it("names a validation that finds AWS's examples in order", async () => {
    const { status } = await run("bash", ["-ec", here(block("sh", "npm run --silent cli -- validate"))]);
    expect(status).toBe(0);
  }, 30_000);

  it("lists the groups of AWS's examples", () => {
    const configured = [
      ...readFileSync(resolve(root, "examples/aws/authorizer.yaml"), "utf8").matchAll(
        /groups: \[([\w-]+)\]/g,
      ),
    ].map(([, group]) => group);
    const shown = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, group]) => group);
    expect(shown).toEqual(configured);
  });
});
