/** docs/explanation/how-decisions-are-made.md: its three calls, by `explain` and by the functions themselves. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeUserCommand, ListTagsForResourceCommand } from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { given } from "../../functions/lambda-fixture.ts";
import { mockConnect } from "../../functions/mocked-connect.ts";
import { makeToken, rsaKey, toJwk } from "../../identity/tokens.ts";
import { asShown, readPage, runShown } from "./shown.ts";

const { page, blocks } = readPage("explanation/how-decisions-are-made.md");
const [configuration = ""] = blocks("yaml");
const [policy = "", caller = "", see = "", create = ""] = blocks("json");
const outputs = blocks("text");
const examples = blocks("sh").map((line, index) => ({ line, output: outputs[index] ?? "" }));
const refusal = outputs[3] ?? "";

const connect = mockConnect();
const key = rsaKey("k");
const before = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "decisions-page-"));
  await mkdir(join(folder, "config/policies"), { recursive: true });
  for (const [file, text] of Object.entries({
    "config/authorizer.yaml": configuration,
    "config/policies/supervisors.json": policy,
    "ana.json": caller,
    "see.json": see,
    "create.json": create,
  })) {
    expect(page).toContain(`\`${file}\``);
    await writeFile(join(folder, file), text);
  }
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

/** The functions with the page's configuration, whose issuer is imitated here. */
async function functions() {
  const loaded = await loadConfiguration("config");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
  const { config, policies } = loaded.bundle;
  const issuers = config.issuers.map((issuer) => ({ ...issuer, jwks: { keys: [toJwk(key)] } }));
  const { id, groups, tags } = JSON.parse(caller);
  const claims = { iss: issuers[0]?.issuer, aud: issuers[0]?.audience[0], sub: id, groups, ...tags };
  const token = makeToken(key, { claims });
  const lambdas = given(createBundle({ ...config, issuers }, policies));
  return (request: string) => {
    const { method, path, body } = JSON.parse(request);
    return lambdas.call(method, path, { token, body });
  };
}

describe("docs/explanation/how-decisions-are-made.md", () => {
  it.each(examples)("says what is printed by: $line", async ({ line, output }) => {
    const { status, stdout } = await runShown(line);
    expect(stdout).toMatch(asShown(output));
    expect(status).toBe(0);
  });

  it("says what the functions do: an Allow by a tag, a Deny in the body, a look-up that fails", async () => {
    const call = await functions();
    connect.on(ListTagsForResourceCommand).resolves({ $metadata: {}, tags: { team: "a" } });
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    expect(await call(see)).toMatchObject({ effect: "Allow", status: 200 });
    expect(await call(create)).toMatchObject({
      ...{ effect: "Allow", status: 403 },
      body: { message: expect.stringContaining("security-profile/administrators with an explicit deny") },
    });
    connect.on(ListTagsForResourceCommand).rejects(new Error("no"));
    const failed = await (await functions())(see);
    expect(failed).toMatchObject({ effect: "Allow", status: 403, body: { message: refusal.trim() } });
  });

  it("has three calls, and an output for each of its commands", () => {
    expect([examples.length, outputs.length]).toEqual([3, 4]);
  });
});
