/** docs/how-to/bundles.md: each command as a reader runs it, with files in the place of S3 and of AWS KMS. */
import { sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkoutProgram } from "../../../tools/cli/called-as.ts";
import { commandsOf } from "../../../tools/events/pages/page-scripts.ts";
import { derOf, ecdsa, ed25519, pemOf } from "../../bundle/signing-keys.ts";
import { useExampleProject } from "../example-project.ts";
import { asShown, readPage, runShown } from "./shown.ts";

const { page, blocks } = readPage("how-to/bundles.md");
const [policy = ""] = blocks("json");
const [difference = ""] = blocks("text");
const commands = commandsOf("docs/how-to/bundles.md", page)
  .map(({ command }) => command)
  .filter((command) => command.includes("npx connect-authorizer"));
const [bundle = "", diff = "", publish = "", toAppConfig = "", bundleSigned = ""] = commands;
const [version = "", publishSigned = ""] = commands.slice(5);

useExampleProject();

const here = (command: string) =>
  command.replaceAll("s3://my-bucket/policies.json", `file:${process.cwd()}/store.json`);

describe("docs/how-to/bundles.md", () => {
  it("shows no command that this test does not know", () => {
    expect(commands).toHaveLength(7);
    // test/cli/bundle/app-config.test.ts publishes there.
    expect(toAppConfig).toMatch(/ --to appconfig:\S+ --strategy \S+ --wait$/);
  });

  it("writes a bundle and prints its version", async () => {
    const stdout = expect.stringMatching(/^[0-9a-f]{64}\n$/);
    expect(await runShown(bundle)).toMatchObject({ status: 0, stdout });
  });

  it("publishes, and shows what a new policy gives", async () => {
    expect((await runShown(`${here(publish)} --yes`)).status).toBe(0);
    const settings = readFileSync("config/authorizer.yaml", "utf8");
    const binding = "bindings:\n  - match: { groups: [hr] }\n    policies: [hr]\n";
    writeFileSync("config/policies/hr.json", policy);
    writeFileSync("config/authorizer.yaml", settings.replace("bindings:\n", binding));
    const { status, stdout } = await runShown(here(diff));
    expect(status).toBe(1);
    expect(stdout.replaceAll(checkoutProgram, "npx connect-authorizer")).toMatch(asShown(difference));
  });

  it("signs with a key in a file", async () => {
    writeFileSync("signing-key.pem", pemOf(ed25519.privateKey));
    expect((await runShown(bundleSigned)).status).toBe(0);
    expect(JSON.parse(readFileSync("bundle.json", "utf8"))).toHaveProperty("signature");
  });

  it("signs with a key that stays elsewhere", async () => {
    const label = `--audience file:${process.cwd()}/store.json --sequence 1800000000`;
    const withLabel = (command: string) => here(command).replace("$LABEL", label);
    const [, inner = ""] = /^VERSION=\$\((.*)\)$/.exec(version) ?? [];
    const { stdout } = await runShown(withLabel(inner));
    const message = Buffer.from(`connect-authorizer bundle\n${stdout.trim()}`);
    writeFileSync("signature", sign("sha256", message, ecdsa.privateKey).toString("base64"));
    writeFileSync("public-key", derOf(ecdsa.publicKey));
    expect(await runShown(`${withLabel(publishSigned)} --yes`)).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync("store.json", "utf8"))).toHaveProperty("signature");
  });
});
