/**
 * Each store against a server that speaks the real API.
 */

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createBundle, formatBundle } from "../../shared/bundle/bundle.ts";
import type { BundleProblem } from "../../shared/bundle/source/source.ts";
import { createBundleSource } from "../../shared/bundle/source/source.ts";
import type { Bundle } from "../../shared/bundle/types.ts";
import { type Environment, readSettings } from "../../shared/settings.ts";
import { clientSettings, prepareClient } from "../../tools/cli/aws.ts";
import { findStored, storeVersion } from "../../tools/cli/bundle/stores/hosted-version.ts";
import { packBundle } from "../../tools/cli/bundle/stores/parameters.ts";
import { openWriter } from "../../tools/cli/bundle/stores/store.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../authoring/configuration/configuration-folder.ts";
import { bundleAllowing, configuration, policy } from "../bundle/bundle-fixture.ts";
import { startAws } from "../bundle/stores/aws-server.ts";
import { run } from "../cli/command-run.ts";
import { type FilledServer, startFilledMoto, startSdk } from "./python-sdk.ts";

const first = bundleAllowing("connect:DescribeUser");
const second = bundleAllowing("connect:DeleteUser");
let moto: FilledServer;

beforeAll(async () => {
  moto = await startFilledMoto();
  await moto.call("s3", "create_bucket", { Bucket: "policy-bucket" });
});
afterAll(() => moto?.close());

function open(location: string, settings: Environment = {}) {
  const problems: BundleProblem[] = [];
  const clock = { nowMs: 1_700_000_000_000 };
  const environment = { ...moto.environment, AUTHORIZER_BUNDLE: location, ...settings };
  const options = { onProblem: (problem: BundleProblem) => problems.push(problem), now: () => clock.nowMs };
  const source = createBundleSource(readSettings(environment), undefined, options);
  const version = async () => {
    clock.nowMs += 60_000;
    return (await source.current()).version;
  };
  return { source, problems, version };
}

/** A bundle that does not shrink to nothing when it is packed. */
function largeBundle(): Bundle {
  const names = Array.from({ length: 200 }, (_, index) => `policy-${index}`);
  const policies = names.map((name) => policy(name, `connect:${randomBytes(60).toString("hex")}*`));
  return createBundle({ ...configuration, bindings: [] }, policies);
}

const places = [
  {
    name: "s3",
    location: "s3://policy-bucket/live/bündle (1)+a=b&c.json",
    put: (text: string) =>
      moto.call("s3", "put_object", {
        Bucket: "policy-bucket",
        Key: "live/bündle (1)+a=b&c.json",
        Body: text,
      }),
    remove: () =>
      moto.call("s3", "delete_object", { Bucket: "policy-bucket", Key: "live/bündle (1)+a=b&c.json" }),
    missing: "answered 404 `NoSuchKey`",
  },
  {
    name: "ssm",
    location: "ssm:/connect/bundle",
    put: (text: string) => putParameter("/connect/bundle", text),
    remove: () => moto.call("ssm", "delete_parameter", { Name: "/connect/bundle" }),
    missing: "answered 400 `ParameterNotFound`",
  },
];

async function putParameter(name: string, text: string, type = "String"): Promise<void> {
  const { value, chunks } = packBundle(name, text);
  for (const each of [...chunks, { name, value }]) {
    const input = { Name: each.name, Value: each.value, Type: type, Overwrite: true };
    expect(await moto.call("ssm", "put_parameter", input)).not.toHaveProperty("Error");
  }
}

describe.each(places)("$name", ({ location, put, remove, missing }) => {
  it("is read, followed through changes and back, and the last good bundle kept through faults", async () => {
    await put(formatBundle(first));
    const { version, problems } = open(location);
    expect(await version()).toBe(first.version);
    expect(await version()).toBe(first.version);
    await put(formatBundle(second));
    expect(await version()).toBe(second.version);
    await put(formatBundle(first));
    expect(await version()).toBe(first.version);
    await put(formatBundle(second).slice(0, -9));
    expect(await version()).toBe(first.version);
    await remove();
    expect(await version()).toBe(first.version);
    expect(problems.map(({ error }) => String(error))).toEqual([
      expect.stringContaining("it is not JSON"),
      expect.stringContaining(missing),
    ]);
    await expect(open(location).version()).rejects.toThrow(missing);
    await put(formatBundle(second));
    expect(await version()).toBe(second.version);
  });

  it("holds a bundle of many policies", async () => {
    const large = largeBundle();
    await put(formatBundle(large));
    expect(await open(location).version()).toBe(large.version);
  });
});

describe("s3", () => {
  it("names what is wrong with a bucket", async () => {
    await expect(open("s3://no-such-bucket/k").version()).rejects.toThrow("answered 404 `NoSuchBucket`");
  });

  it("answers with the etag that AWS's SDK sees", async () => {
    const text = formatBundle(first);
    const put = await moto.call("s3", "put_object", { Bucket: "policy-bucket", Key: "k", Body: text });
    expect(put["ETag"]).toBe(`"${createHash("md5").update(text).digest("hex")}"`);
    expect(await open("s3://policy-bucket/k").version()).toBe(first.version);
  });
});

describe("ssm", () => {
  it("reads parameters that are encrypted", async () => {
    const large = largeBundle();
    await putParameter("/connect/secret", formatBundle(large), "SecureString");
    expect(await open("ssm:/connect/secret").version()).toBe(large.version);
  });
});

describe("publishing", () => {
  let folder: ConfigurationFolder;
  beforeAll(async () => {
    folder = await createFolder(goodFiles);
    for (const [name, value] of Object.entries(moto.environment)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await folder.remove();
  });

  it.each(["s3://policy-bucket/published.json", "ssm:/published/bundle"])(
    "to %s is what functions load",
    async (location) => {
      const first = await run(["publish", folder.path, "--to", location, "--yes"]);
      expect(first.status).toBe(0);
      const { version } = open(location);
      expect(await version()).toBe(first.stdout.trim().split("\n").at(-1));
      const [{ arn } = { arn: "" }] = configuration.instances;
      const users = Array.from({ length: 400 }, () => `${arn}/agent/${randomBytes(20).toString("hex")}`);
      const statement = { Effect: "Allow", Action: "connect:DeleteUser", Resource: users };
      const large = { Version: "2012-10-17", Statement: [statement] };
      const yaml = (goodFiles["authorizer.yaml"] ?? "").replace("[read]", "[read, large]");
      await folder.write({ "authorizer.yaml": yaml });
      await folder.write({ "policies/large.json": JSON.stringify(large) });
      const second = await run(["publish", folder.path, "--to", location, "--yes"]);
      expect(second.status).toBe(0);
      expect(await version()).toBe(second.stdout.trim().split("\n").at(-1));
      await folder.write({ "policies/large.json": "{" });
      expect(await run(["publish", folder.path, "--to", location, "--yes"])).toMatchObject({ status: 1 });
      expect(await version()).toBe(second.stdout.trim().split("\n").at(-1));
      await folder.write({ ...goodFiles, "policies/large.json": JSON.stringify(large) });
    },
  );

  it("to S3 is refused where somebody else published in the meantime", async () => {
    const { write } = await openWriter("s3://policy-bucket/raced.json", { tell: () => undefined });
    const put = (text: string, over?: string) => write(text, { over, version: "" });
    await put("{}");
    await expect(put("{}")).rejects.toThrow("somebody else published in the meantime");
    await expect(put("[]", '"0123"')).rejects.toThrow("somebody else published in the meantime");
    const { ETag } = await moto.call("s3", "head_object", { Bucket: "policy-bucket", Key: "raced.json" });
    await put("[]", String(ETag));
  });

  it("to AppConfig stores a version; moto has no deployments", async () => {
    const { Id: ApplicationId } = await moto.call("appconfig", "create_application", { Name: "connect" });
    const made = { ApplicationId, Name: "policies", LocationUri: "hosted" };
    const { Id: ConfigurationProfileId } = await moto.call("appconfig", "create_configuration_profile", made);
    const ids = {
      ApplicationId: String(ApplicationId),
      ConfigurationProfileId: String(ConfigurationProfileId),
    };
    const sdk = await import("@aws-sdk/client-appconfig");
    const client = prepareClient(new sdk.AppConfigClient(clientSettings()));
    const place = { sdk, client, ids: { ...ids, EnvironmentId: "none" } };
    const seen = { latest: undefined, labels: new Map<string, number>() };
    const content = { text: formatBundle(first), hash: first.version };
    const number = await storeVersion(place, content, seen);
    const stored = { ...ids, VersionNumber: number };
    const read = await moto.call("appconfig", "get_hosted_configuration_version", stored);
    expect(Buffer.from(String(read["Content"]), "base64").toString()).toBe(content.text);
    expect(read).toMatchObject({
      ContentType: "application/json",
      VersionLabel: `bundle-${first.version.slice(0, 16)}`,
      Description: `policyVersion ${first.version}`,
    });
    const labelled = { latest: number, labels: new Map([[`bundle-${first.version.slice(0, 16)}`, number]]) };
    expect(await findStored(place, content, labelled)).toBe(number);
    expect(await findStored(place, { ...content, text: "{}" }, labelled)).toBeUndefined();
  });
});

describe("kms", () => {
  let folder: ConfigurationFolder;
  let keys = "";
  beforeAll(async () => {
    folder = await createFolder(goodFiles);
    keys = await mkdtemp(join(tmpdir(), "keys-"));
  });
  afterAll(async () => {
    await folder.remove();
    await rm(keys, { recursive: true });
  });

  it.each([
    ["ECC_NIST_P256", "ECDSA_SHA_256"],
    ["RSA_2048", "RSASSA_PSS_SHA_256"],
  ])("signs bundles with a key of type %s, which are opened with its public key", async (spec, algorithm) => {
    const created = await moto.call("kms", "create_key", { KeyUsage: "SIGN_VERIFY", KeySpec: spec });
    const { KeyId } = created["KeyMetadata"] as { KeyId: string };
    const { PublicKey } = await moto.call("kms", "get_public_key", { KeyId });
    const out = join(keys, "bundle.json");
    const label = ["--audience", `file:${out}`, "--sequence", "1"];
    const { stdout } = await run(["bundle", folder.path, "--out", out, ...label]);
    const { Signature } = await moto.call("kms", "sign", {
      KeyId,
      Message: `connect-authorizer bundle\n${stdout.trim()}`,
      MessageType: "RAW",
      SigningAlgorithm: algorithm,
    });
    await writeFile(join(keys, "signature"), String(Signature));
    await writeFile(join(keys, "key"), String(PublicKey));
    const flags = ["--signature", join(keys, "signature"), "--public-key", join(keys, "key")];
    expect(await run(["bundle", folder.path, "--out", out, ...label, ...flags])).toMatchObject({
      status: 0,
      stderr: "",
    });
    const settings = { AUTHORIZER_BUNDLE_PUBLIC_KEY: String(PublicKey) };
    expect(await open(`file:${out}`, settings).version()).toBe(stdout.trim());
  });
});

describe("the fake AppConfig of the unit tests", () => {
  it("is understood by AWS's SDK as the real one is", async () => {
    const aws = await startAws();
    const sdk = startSdk(aws.environment["AWS_ENDPOINT_URL_APPCONFIGDATA"] ?? "");
    try {
      aws.deployed.set("a/e/p", "content");
      const started = await sdk.call("appconfigdata", "start_configuration_session", {
        ApplicationIdentifier: "a",
        EnvironmentIdentifier: "e",
        ConfigurationProfileIdentifier: "p",
        RequiredMinimumPollIntervalInSeconds: 20,
      });
      const poll = (token: unknown) =>
        sdk.call("appconfigdata", "get_latest_configuration", { ConfigurationToken: token });
      const one = await poll(started["InitialConfigurationToken"]);
      expect(one).toMatchObject({
        Configuration: Buffer.from("content").toString("base64"),
        NextPollIntervalInSeconds: 20,
        NextPollConfigurationToken: expect.any(String),
      });
      const early = await poll(one["NextPollConfigurationToken"]);
      expect(early).toMatchObject({ Error: { Code: "BadRequestException" } });
      aws.nowMs += 20_000;
      const two = await poll(one["NextPollConfigurationToken"]);
      expect(two).toMatchObject({ Configuration: "" });
      const again = await poll(one["NextPollConfigurationToken"]);
      expect(again).toMatchObject({ Error: { Code: "BadRequestException" } });
    } finally {
      await Promise.all([sdk.close(), aws.close()]);
    }
  });
});
