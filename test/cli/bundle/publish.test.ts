/**
 * `publish` and `diff`: what is shown, what is asked, what is written, and by whom it may be overwritten.
 */

import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createBundle, formatBundle, openContent } from "../../../shared/bundle/bundle.ts";
import { canonicalJson, sha256 } from "../../../shared/bundle/canonical-json.ts";
import { parsePublicKeys } from "../../../shared/bundle/signature.ts";
import { openStore } from "../../../shared/bundle/stores/open-store.ts";
import { readSettings } from "../../../shared/settings.ts";
import { packBundle } from "../../../tools/cli/bundle/stores/parameters.ts";
import { runCli } from "../../../tools/cli/main.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { bundleAllowing, configuration } from "../../bundle/bundle-fixture.ts";
import { derOf, ed25519, pemOf, signatureOf } from "../../bundle/signing-keys.ts";
import { type FakeAws, startAws } from "../../bundle/stores/aws-server.ts";
import { KeptText, run } from "../command-run.ts";

const widened = {
  "policies/read.json": (goodFiles["policies/read.json"] ?? "").replace(
    "connect:ListUsers",
    "connect:DeleteUser",
  ),
};
let aws: FakeAws;
let folder: ConfigurationFolder;

beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());
beforeEach(async () => {
  folder = await createFolder(goodFiles);
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  aws.objects.clear();
  aws.parameters.clear();
  aws.putAt.clear();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

const gain = "+ group `agents` gains connect:DeleteUser on *";
const loss = "- group `agents` loses connect:ListUsers on *";

/** The version that functions would load. */
async function liveVersion(location: string): Promise<string> {
  const store = openStore(location, {
    packaged: undefined,
    settings: readSettings(aws.environment),
    refreshSeconds: 60,
  });
  const found = await store.load(undefined, new AbortController().signal);
  if (found.kind === "unchanged") throw new Error("nothing there");
  return openContent(found.content).version;
}

const stores = ["s3://my-bucket/live/bundle.json", "ssm:/connect/bundle", "file:"] as const;

describe.each(stores)("publish to %s", (scheme) => {
  const place = () => (scheme === "file:" ? `file:${join(folder.path, "live.json")}` : scheme);

  it("writes what functions load, says what changes, and can be taken back", async () => {
    const first = await run(["publish", folder.path, "--to", place(), "--yes"]);
    expect(first).toMatchObject({ status: 0, stderr: "" });
    const [note, ...rest] = first.stdout.trimEnd().split("\n");
    expect(note).toBe("nothing is published there yet; everything that the configuration grants is new:");
    const version = rest.pop();
    expect(rest.pop()).toBe("2 escalations, 1 gain");
    expect(rest).toContainEqual(expect.stringMatching(/^\+ group `agents` gains connect:/));
    expect(rest.filter((line) => !line.startsWith("+ "))).toEqual([]);
    expect(await liveVersion(place())).toBe(version);

    await folder.write(widened);
    const second = await run(["publish", folder.path, "--to", place(), "--yes"]);
    expect(second.status).toBe(0);
    expect(second.stdout.split("\n").slice(0, 2).sort()).toEqual([gain, loss]);
    expect(await liveVersion(place())).not.toBe(version);

    await folder.write(goodFiles);
    expect((await run(["publish", folder.path, "--to", place(), "--yes"])).status).toBe(0);
    expect(await liveVersion(place())).toBe(version);
  });

  it("asks, and writes nothing without a yes", async () => {
    await run(["publish", folder.path, "--to", place(), "--yes"]);
    const version = await liveVersion(place());
    await folder.write(widened);
    for (const answer of ["n\n", "\n", "", "yesterday\n"]) {
      const { status, stdout, stderr } = await run(["publish", folder.path, "--to", place()], answer);
      expect({ status, said: stdout.includes(gain) }).toEqual({ status: 1, said: true });
      expect(stderr).toMatch(/^publish [0-9a-f]{64} to .*\? \[y\/N\] .*nothing was published\n$/s);
    }
    expect(await liveVersion(place())).toBe(version);
    expect((await run(["publish", folder.path, "--to", place()], "y\n")).status).toBe(0);
    expect(await liveVersion(place())).not.toBe(version);
  });

  it("puts a candidate in another place, never over a bundle that enforces", async () => {
    const text = goodFiles["authorizer.yaml"] ?? "";
    await folder.write({ "authorizer.yaml": `mode: shadow\n${text}` });
    const candidate = await run(["publish", folder.path, "--to", place(), "--yes"]);
    expect(candidate).toMatchObject({ status: 0, stderr: expect.stringContaining("warning shadowMode") });
    await folder.write(goodFiles);
    const enforcing = await run(["publish", folder.path, "--to", place(), "--yes"]);
    expect(enforcing).toMatchObject({ status: 0, stdout: expect.stringContaining("`mode` changes") });
    const version = await liveVersion(place());
    await folder.write({ "authorizer.yaml": `mode: shadow\n${text}` });
    const over = await run(["publish", folder.path, "--to", place(), "--yes"]);
    expect(over).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("publish a candidate to another place"),
    });
    expect(await liveVersion(place())).toBe(version);
  });

  it("writes over what is no bundle, and says that it cannot compare", async () => {
    if (scheme === "file:") await writeFile(join(folder.path, "live.json"), "{}");
    else if (scheme.startsWith("s3:")) aws.objects.set("/my-bucket/live/bundle.json", "{}");
    else aws.parameters.set("/connect/bundle", "{}");
    const { status, stdout } = await run(["publish", folder.path, "--to", place(), "--yes"]);
    expect({ status, said: /^the live content there cannot be compared: /.test(stdout) }).toEqual({
      status: 0,
      said: true,
    });
  });

  it("writes over a bundle whose policies are none, whatever its hash says", async () => {
    const content = { schemaVersion: 1, config: configuration, policies: [{ name: "p" }] };
    const text = JSON.stringify({ ...content, version: sha256(canonicalJson(content)) });
    if (scheme === "file:") await writeFile(join(folder.path, "live.json"), text);
    else if (scheme.startsWith("s3:")) aws.objects.set("/my-bucket/live/bundle.json", text);
    else aws.parameters.set("/connect/bundle", text);
    const { status, stdout } = await run(["publish", folder.path, "--to", place(), "--yes"]);
    expect({ status, said: /^the live content there cannot be compared: /.test(stdout) }).toEqual({
      status: 0,
      said: true,
    });
  });

  it("writes nothing of a configuration with errors", async () => {
    await folder.write({ "policies/read.json": "{" });
    expect((await run(["publish", folder.path, "--to", place(), "--yes"])).status).toBe(1);
    await expect(liveVersion(place())).rejects.toThrow();
  });

  it("signs what it writes", async () => {
    const key = join(folder.path, "key.pem");
    await writeFile(key, pemOf(ed25519.privateKey));
    expect((await run(["publish", folder.path, "--to", place(), "--yes", "--sign", key])).status).toBe(0);
    const store = openStore(place(), {
      packaged: undefined,
      settings: readSettings(aws.environment),
      refreshSeconds: 60,
    });
    const found = await store.load(undefined, new AbortController().signal);
    if (found.kind === "unchanged") throw new Error("nothing there");
    const trusted = parsePublicKeys(derOf(ed25519.publicKey));
    expect(openContent(found.content, trusted).version).toMatch(/^[0-9a-f]{64}$/);
  });
});

it("publishing with a key says of what is live that it is not signed by it", async () => {
  const key = join(folder.path, "key.pem");
  await writeFile(key, pemOf(ed25519.privateKey));
  const note = "note: the live bundle there is not signed by this key: check that it is yours\n";
  const publish = (...flags: string[]) => run(["publish", folder.path, "--to", stores[0], "--yes", ...flags]);
  expect((await publish("--sign", key)).stderr).toBe("");
  expect((await publish("--sign", key)).stderr).toBe("");
  expect((await publish()).stderr).toContain("is signed, and this one is not: functions with a public key");
  expect((await publish()).stderr).toBe("");
  expect(await publish("--sign", key)).toMatchObject({ status: 0, stderr: note });
});

it("publishing with a key to a name that every account can have asks for an audience", async () => {
  const key = join(folder.path, "key.pem");
  await writeFile(key, pemOf(ed25519.privateKey));
  const publish = (...flags: string[]) => run(["publish", folder.path, "--to", stores[1], "--yes", ...flags]);
  expect((await publish()).stderr).toBe("");
  expect((await publish("--sign", key)).stderr).toContain(
    `other accounts and Regions can have \`${stores[1]}\` too`,
  );
  expect((await publish("--sign", key, "--audience", "prod")).stderr).toBe("");
});

describe("publishing with a key", () => {
  const pem = () => join(folder.path, "key.pem");
  const trusted = parsePublicKeys(derOf(ed25519.publicKey));
  const publish = (...flags: string[]) => run(["publish", folder.path, "--to", stores[0], "--yes", ...flags]);
  beforeEach(() => writeFile(pem(), pemOf(ed25519.privateKey)));

  function live() {
    const text = aws.objects.get("/my-bucket/live/bundle.json") ?? "";
    return openContent({ kind: "text", bytes: Buffer.from(text) }, trusted).label;
  }

  it("says for which store, and later each time, also within a second", async () => {
    const sequences: number[] = [];
    for (let time = 0; time < 3; time++) {
      expect((await publish("--sign", pem())).status).toBe(0);
      const { audience, sequence = 0 } = live();
      expect(audience).toBe(stores[0]);
      sequences.push(sequence);
    }
    const [one = 0, two = 0, three = 0] = sequences;
    expect(Math.abs(one - Date.now() / 1000)).toBeLessThan(60);
    expect([two > one, three > two]).toEqual([true, true]);
  });

  it("takes another name and number, but no number that functions would refuse", async () => {
    expect((await publish("--sign", pem(), "--audience", "prod", "--sequence", "70")).status).toBe(0);
    expect(live()).toEqual({ audience: "prod", sequence: 70 });
    for (const sequence of ["70", "69"])
      expect(await publish("--sign", pem(), "--sequence", sequence)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("--sequence must be greater than 70, which is live"),
      });
    for (const sequence of ["0", "1.5", "x", "-1", "123456789012"])
      expect(await publish("--sign", pem(), "--sequence", sequence)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("--sequence must be a whole number"),
      });
    expect(live()).toEqual({ audience: "prod", sequence: 70 });
  });

  it("is not led astray by the number of what somebody else put there", async () => {
    const { config, policies } = bundleAllowing("connect:*");
    const foreign = createBundle(config, policies, { audience: "x", sequence: Number.MAX_SAFE_INTEGER });
    aws.objects.set("/my-bucket/live/bundle.json", formatBundle(foreign, "AAAA"));
    expect((await publish("--sign", pem())).stderr).toContain("is not signed by this key");
    expect(live().sequence).toBeLessThan(1e10);
  });

  it("takes a signature made elsewhere with the number that was signed", async () => {
    const path = (name: string) => join(folder.path, name);
    const label = ["--audience", stores[0], "--sequence", "5"];
    const { stdout } = await run(["bundle", folder.path, "--out", path("b.json"), ...label]);
    await writeFile(path("signature"), signatureOf(stdout.trim(), ed25519));
    await writeFile(path("public"), derOf(ed25519.publicKey));
    const made = ["--signature", path("signature"), "--public-key", path("public")];
    expect(await publish(...made)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--signature needs the --sequence that was signed"),
    });
    expect((await publish(...made, "--sequence", "5")).status).toBe(0);
    expect(live()).toEqual({ audience: stores[0], sequence: 5 });
    const alone = await run(["bundle", folder.path, "--out", path("c.json"), "--sequence", "5"]);
    expect(alone).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--sequence needs --audience"),
    });
  });
});

describe("two who publish at once", () => {
  it("to S3: the second is refused, and nothing of the first is lost", async () => {
    await run(["publish", folder.path, "--to", stores[0], "--yes"]);
    const before = aws.objects.get("/my-bucket/live/bundle.json") ?? "";
    await folder.write(widened);
    const [stdin, stdout, stderr] = [new PassThrough(), new KeptText(), new KeptText()];
    const publishing = runCli(["publish", folder.path, "--to", stores[0]], { stdin, stdout, stderr });
    await expect.poll(() => stderr.text).toContain("[y/N]");
    // Somebody else writes while this publisher thinks it over.
    aws.objects.set("/my-bucket/live/bundle.json", `${before} `);
    stdin.end("y\n");
    expect(await publishing).toBe(2);
    expect(stderr.text).toContain("somebody else published in the meantime");
    expect(aws.objects.get("/my-bucket/live/bundle.json")).toBe(`${before} `);
  });

  it("to Parameter Store: chunks of the other's are left alone, those a day old are not", async () => {
    const name = "/connect/bundle";
    const old = packBundle(name, randomBytes(9_000).toString("hex"));
    const young = packBundle(name, randomBytes(9_000).toString("hex"));
    for (const { name: chunk, value } of [...old.chunks, ...young.chunks]) aws.parameters.set(chunk, value);
    for (const { name: chunk } of young.chunks) aws.putAt.set(chunk, Date.now() / 1000 - 3_600);
    aws.parameters.set(`${name}/other/0`, "not ours");
    await run(["publish", folder.path, "--to", stores[1], "--yes"]);
    expect([...aws.parameters.keys()].sort()).toEqual(
      [name, `${name}/other/0`, ...young.chunks.map((chunk) => chunk.name)].sort(),
    );
  });

  it("to Parameter Store: the manifest is written when all of its chunks are there", async () => {
    const [{ arn } = { arn: "" }] = configuration.instances;
    const users = Array.from({ length: 400 }, () => `${arn}/agent/${randomBytes(20).toString("hex")}`);
    const statement = { Effect: "Allow", Action: "connect:DeleteUser", Resource: users };
    await folder.write({
      "policies/read.json": JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    expect(await run(["publish", folder.path, "--to", stores[1], "--yes"])).toMatchObject({ status: 0 });
    const names = [...aws.parameters.keys()];
    expect([names.length > 2, names.at(-1)]).toEqual([true, "/connect/bundle"]);
    expect(await liveVersion(stores[1])).toMatch(/^[0-9a-f]{64}$/);
  });

  it("to Parameter Store: the chunks of the bundle before stay for whoever is reading them", async () => {
    const name = "/connect/bundle";
    const before = packBundle(name, randomBytes(9_000).toString("hex"));
    for (const { name: chunk, value } of before.chunks) aws.parameters.set(chunk, value);
    aws.parameters.set(name, before.value);
    await run(["publish", folder.path, "--to", stores[1], "--yes"]);
    expect([...aws.parameters.keys()]).toEqual(
      expect.arrayContaining(before.chunks.map((chunk) => chunk.name)),
    );
  });
});

describe("publish", () => {
  it.each([
    ["package:", "is not a store to publish to"],
    ["nowhere", "is not a store to publish to"],
    ["appconfig:a/b", "is not a store to publish to"],
  ])("does not write to %s", async (to, message) => {
    const { status, stderr } = await run(["publish", folder.path, "--to", to, "--yes"]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
  });

  it("says which store fails, and why", async () => {
    aws.fault = { kind: "error", status: 403, code: "AccessDenied" };
    const { status, stderr } = await run(["publish", folder.path, "--to", stores[0], "--yes"]);
    aws.fault = undefined;
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining(
        "`s3://my-bucket/live/bundle.json`: the service answered 403 `AccessDenied`",
      ),
    });
  });
});

describe("diff", () => {
  it("exits with 1 when access is gained, with 0 when it is lost or the same", async () => {
    const older = join(folder.path, "older.json");
    await run(["bundle", folder.path, "--out", older]);
    expect(await run(["diff", older, folder.path])).toEqual({
      status: 0,
      stdout: "no difference in access\n",
      stderr: "",
    });
    await folder.write(widened);
    const { status, stdout } = await run(["diff", older, folder.path]);
    expect({ status, lines: stdout.trim().split("\n").sort() }).toEqual({
      status: 1,
      lines: [gain, loss, "1 gain, 1 loss"],
    });
    await folder.write({
      "policies/read.json": (goodFiles["policies/read.json"] ?? "").replace(/, "[^"]+"\]/, "]"),
    });
    expect(await run(["diff", older, folder.path])).toMatchObject({ status: 0, stdout: `${loss}\n1 loss\n` });
  });

  it("reads stores, files and folders, and prints JSON", async () => {
    await run(["publish", folder.path, "--to", stores[0], "--yes"]);
    await folder.write(widened);
    const { status, stdout } = await run(["diff", stores[0], folder.path, "--json"]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      older: await liveVersion(stores[0]),
      gainsAccess: true,
      access: expect.arrayContaining([
        expect.objectContaining({
          subject: "group `agents`",
          change: "gains",
          actions: ["connect:DeleteUser"],
        }),
      ]),
      settings: [],
    });
  });

  it.each<[string, (text: string) => string, string]>([
    [
      "an instance more",
      (text) =>
        text.replace("issuers:", "  - arn: arn:aws:connect:eu-west-1:123456789012:instance/b\nissuers:"),
      [
        "+ ! adds the instance `arn:aws:connect:eu-west-1:123456789012:instance/b` (all policies with `*` reach it too)",
        "~ calls about phone numbers and traffic distribution groups of account `123456789012` (`aws`) in eu-west-1 go to `arn:aws:connect:eu-west-1:123456789012:instance/b` instead of `arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1`",
        "1 escalation, 1 possible",
      ].join("\n"),
    ],
    [
      "an issuer more",
      (text) =>
        text
          .replace(
            "bindings:",
            "  - { issuer: https://other.example, audience: app, claims: { groups: groups } }\nbindings:",
          )
          .replaceAll("match: {", "match: { issuer: https://issuer.example/,"),
      "+ ! tokens of `https://other.example` are trusted (it says who callers are and which groups they have)\n1 escalation",
    ],
    [
      "another audience",
      (text) => text.replace("audience: app", "audience: other"),
      "~ ! the settings of the issuer `https://issuer.example/` change: `audience` (they say which tokens are accepted, and who callers are)\n1 escalation",
    ],
    [
      "another header",
      (text) => `${text}tokenHeader: x-connect-token\n`,
      "~ ! `tokenHeader` changes (it changes how callers or policies are read)\n1 escalation",
    ],
  ])("tells of %s", async (_what, change, line) => {
    const older = join(folder.path, "older.json");
    await run(["bundle", folder.path, "--out", older]);
    await folder.write({
      "authorizer.yaml": change(await readFile(join(folder.path, "authorizer.yaml"), "utf8")),
    });
    expect(await run(["diff", older, folder.path])).toEqual({ status: 1, stdout: `${line}\n`, stderr: "" });
    expect((await run(["diff", folder.path, older])).stdout).toMatch(/^[-~] /);
  });

  it("shows with --principals-table what a policy of no binding gives to whoever has it attached", async () => {
    const older = join(folder.path, "older.json");
    await folder.write({ "policies/extra.json": goodFiles["policies/read.json"] ?? "" });
    await run(["bundle", folder.path, "--out", older]);
    await folder.write({
      "policies/extra.json": (goodFiles["policies/read.json"] ?? "").replace("Describe*", "*"),
    });
    expect(await run(["diff", older, folder.path])).toMatchObject({ status: 0 });
    const { status, stdout } = await run(["diff", older, folder.path, "--principals-table"]);
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringContaining("+ principals with `extra` attached gains "),
    });
    await run(["publish", folder.path, "--to", stores[0], "--yes"]);
    await folder.write({ "policies/extra.json": goodFiles["policies/read.json"] ?? "" });
    const published = await run(["publish", folder.path, "--to", stores[0], "--yes", "--principals-table"]);
    expect(published.stdout).toContain("- principals with `extra` attached loses ");
  });

  it("writes no character of a name that would break a line or steer a terminal", async () => {
    const older = join(folder.path, "older.json");
    await run(["bundle", folder.path, "--out", older]);
    const text = goodFiles["authorizer.yaml"] ?? "";
    const binding = `  - { match: { groups: ["a\\n+ b\\e[2K\\u202e"] }, policies: [read] }`;
    await folder.write({ "authorizer.yaml": text.replace(/^bindings:\n/m, (line) => `${line}${binding}\n`) });
    const { status, stdout } = await run(["diff", older, folder.path]);
    expect({ status, begin: stdout.replace(/^(.).*$/gm, "$1") }).toEqual({ status: 1, begin: "~\n+\n1\n" });
    expect(stdout).toContain("a\\u{a}+ b\\u{1b}[2K\\u{202e}");
  });

  it("calls a route of one's own no access", async () => {
    const older = join(folder.path, "older.json");
    await run(["bundle", folder.path, "--out", older]);
    const route =
      "{ route: GET /agents/{id}, operation: DescribeUser, input: { InstanceId: x, UserId: '{id}' } }";
    const text = goodFiles["authorizer.yaml"] ?? "";
    await folder.write({
      "authorizer.yaml": `${text}routes:\n  - ${route.replace("GET /agents/{id}", '"GET /agents/{id}"')}\n`,
    });
    expect(await run(["diff", older, folder.path])).toMatchObject({
      status: 0,
      stdout: "  `routes` changes\n1 change without access\n",
    });
  });

  it("exits with 2 for what is no bundle", async () => {
    const bad = join(folder.path, "bad.json");
    await writeFile(bad, "{}");
    for (const argument of [bad, join(folder.path, "nowhere"), "s3://my-bucket/nothing"]) {
      expect((await run(["diff", argument, folder.path])).status).toBe(2);
    }
    await folder.write({ "policies/read.json": "{" });
    expect(await run(["diff", folder.path, folder.path])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("has errors"),
    });
  });
});
