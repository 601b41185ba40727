/** docs/how-to/agents.md: its configurations load, its commands and its program do what the page says, and its policy narrows agents. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPath } from "../../../tools/cli/open-configuration.ts";
import { type LocalGateway, startLocal } from "../../../tools/local/start-local.ts";
import {
  type ConfigurationFolder,
  createFolder,
} from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";

const root = resolve(import.meta.dirname, "../../..");
const page = await readFile(join(root, "docs/how-to/agents.md"), "utf8");
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );
const [open = "", bound = "", guardrails = ""] = blocksOf("yaml");
const [policy = ""] = blocksOf("json");
const [program = ""] = blocksOf("js");
const shell = blocksOf("sh").map((text) => text.trim());

const base = `instances:
  - arn: arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1
issuers:
  - { issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }
bindings:
  - { match: { groups: [supervisors] }, policies: [users] }
`;
const Action = ["connect:DescribeUser", "connect:DeleteUser", "connect:ListUsers"];
const users = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*" }],
});

let folder: ConfigurationFolder;
let gateway: LocalGateway;

const filesWith = (...parts: readonly string[]) => ({
  "authorizer.yaml": base + parts.join(""),
  "policies/users.json": users,
  "policies/agents.json": policy,
});

beforeAll(async () => {
  folder = await createFolder(filesWith(open, guardrails));
  gateway = await startLocal({
    ...{ port: 0, api: "rest", configFolder: folder.path, connect: { kind: "embedded" }, environment: {} },
    ...{ load: loadPath, program: "npx connect-authorizer", print: () => undefined },
  });
});
afterAll(async () => {
  await gateway.close();
  await folder.remove();
});

const commandOf = (name: string) => {
  const line = shell.find((each) => each.startsWith(`npm run --silent cli -- ${name} `)) ?? "";
  return line.split(" ").slice(5);
};

describe("docs/how-to/agents.md", () => {
  it("has configurations that load without a warning", async () => {
    await mkdir(join(folder.path, "bound/policies"), { recursive: true });
    for (const [name, text] of Object.entries(filesWith(bound, guardrails)))
      await writeFile(join(folder.path, "bound", name), text);
    for (const path of [folder.path, join(folder.path, "bound")])
      expect(await run(["validate", path, "--strict"])).toMatchObject({ status: 0 });
  });

  it("shows where clients learn who issues tokens", async () => {
    const [, url = ""] = /^curl -s (\S+)$/.exec(shell.find((each) => each.startsWith("curl ")) ?? "") ?? [];
    const answer = await fetch(url.replace("http://127.0.0.1:3000", gateway.url));
    expect(await answer.json()).toMatchObject({ authorization_servers: ["https://issuer.example/"] });
  });

  it("has a program that lists what the caller of `token` may do by MCP", async () => {
    const { stdout: token } = await run([...commandOf("token"), "--url", gateway.url]);
    const source = program.replace("http://127.0.0.1:3000", gateway.url);
    const args = ["--input-type=module", "--eval", source];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: root,
      env: { ...process.env, TOKEN: token.trim() },
    });
    expect(stdout.trim().split("\n").toSorted()).toEqual(["DescribeUser", "ListUsers"]);
  });

  it("narrows agents by its policy, and says how to see it", async () => {
    const argv = [...commandOf("explain"), "--config", folder.path, "--json"];
    expect(argv).toContain("--via");
    const decide = async (words: readonly string[]) => JSON.parse((await run(words)).stdout).outcome;
    expect(await decide(argv)).toBe("deny");
    expect(await decide(argv.filter((word) => word !== "--via" && word !== "mcp"))).toBe("allow");
  });

  it("has at most 500 words", () => {
    expect(page.split(/\s+/).length).toBeLessThanOrEqual(600);
    expect(page.replaceAll(/^```[\s\S]*?^```$/gm, "").split(/\s+/).length).toBeLessThanOrEqual(500);
  });
});
