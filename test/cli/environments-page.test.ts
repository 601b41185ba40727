// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write names
/** docs/how-to/environments.md: its files are a configuration, its commands exist, and they print what it says. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { loadConfiguration } from "../../tools/authoring/configuration/load-configuration.ts";
import { parametersOf } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { createFolder } from "../authoring/configuration/configuration-folder.ts";
import { run } from "./command-run.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/how-to/environments.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\n\`\`\`${language}\n(.*?\n)\`\`\``, "gs"))].map(([, text = ""]) => text);
const [base = "", prod = ""] = blocks("yaml");
const [policy = ""] = blocks("json");
const [explained = "", mistyped = ""] = blocks("text");
const [caller = "", request = ""] = [...page.matchAll(/`(\{ "(?:id|method)".*?\})`/g)].map(
  ([, text]) => text,
);

async function folderOfPage(changed: Readonly<Record<string, string>> = {}) {
  const folder = await createFolder({
    "authorizer.yaml": base,
    "policies/hr.json": policy,
    "environments/prod.yaml": prod,
    "alice.json": caller,
    "describe.json": request,
    ...changed,
  });
  onTestFinished(() => folder.remove());
  return folder.path;
}

it("has files that are a configuration without any issue", async () => {
  const path = await folderOfPage();
  expect(await run(["validate", path, "--strict"])).toMatchObject({ status: 0, stdout: "" });
  const loaded = await loadConfiguration(path, { environment: "prod" });
  expect(loaded).toMatchObject({
    ok: true,
    bundle: {
      config: {
        instances: [{ region: "eu-central-1", accountId: "444455556666" }],
        issuers: [{ issuer: expect.stringContaining("Product") }],
        cors: { allowOrigins: ["https://console.example.com"] },
      },
    },
  });
});

it("shows what `explain` prints", async () => {
  const path = await folderOfPage();
  const [command = ""] = blocks("sh");
  const words = command.trim().replace("npx connect-authorizer ", "").split(" ");
  const argv = words.map((word) => (word.endsWith(".json") ? join(path, word) : word));
  vi.stubEnv("AUTHORIZER_CONFIG", path);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(await run(argv)).toEqual({ status: 0, stdout: explained, stderr: "" });
});

it("shows the message for a name that no instance has", async () => {
  const path = await folderOfPage({ "policies/hr.json": policy.replace("${main}", "${mian}") });
  const { status, stdout } = await run(["validate", path]);
  expect(status).toBe(1);
  expect(stdout.trim()).toMatch(new RegExp(`${escapeRegExp(mistyped.trim().replace(/^config\//, ""))}$`));
});

it("names commands that there are, with flags that they have", async () => {
  const commands = await loadCommands();
  const named = [...page.matchAll(/`connect-authorizer ([a-z-]+)( [^`]*)?`/g)];
  expect(named.length).toBeGreaterThan(6);
  for (const [line, name, rest = ""] of named) {
    const command = commands.find((each) => each.name === name);
    const flags = parametersOf(command?.options).map(({ flag }) => flag);
    for (const flag of rest.match(/--[a-z-]+/g) ?? [])
      expect({ line, flags }).toEqual({ line, flags: expect.arrayContaining([flag]) });
    expect(command, line).toBeDefined();
  }
});

it("says what a text with a name is refused for", async () => {
  const path = await folderOfPage({ "policies/hr.json": policy.replace("${main}/agent/*", "${main}*") });
  expect((await run(["validate", path])).stdout).toContain("error misplacedName `${main}` is the whole ARN");
});

function escapeRegExp(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
