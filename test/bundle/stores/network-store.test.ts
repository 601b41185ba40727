/**
 * Stores of AWS: what is asked, what is understood, what is said when they fail.
 */

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatBundle, openContent } from "../../../shared/bundle/bundle.ts";
import { openStore } from "../../../shared/bundle/stores/open-store.ts";
import { findObject } from "../../../shared/bundle/stores/s3.ts";
import type { BundleStore } from "../../../shared/bundle/stores/store.ts";
import { readSettings } from "../../../shared/settings.ts";
import { packBundle } from "../../../tools/cli/bundle/stores/parameters.ts";
import { bundleAllowing } from "../bundle-fixture.ts";
import { type AwsFault, etagOf, type FakeAws, startAws } from "./aws-server.ts";

const first = formatBundle(bundleAllowing("connect:DescribeUser"));
const second = formatBundle(bundleAllowing("connect:DeleteUser"));
const key = "policies/live bundle+(1)*'!~é.json";
let aws: FakeAws;

beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.fault = undefined;
  aws.requests.length = 0;
  aws.objects.clear();
  aws.parameters.clear();
  aws.deployed.clear();
});

/** Each store: where it is, and how it gets a content. */
const stores = [
  {
    name: "s3",
    location: `s3://my-bucket/${key}`,
    put: (text: string) => aws.objects.set(`/my-bucket/${key}`, text),
    remove: () => aws.objects.clear(),
    missing: "the service answered 404 `NoSuchKey`",
  },
  {
    name: "ssm, whole",
    location: "ssm:/connect/bundle",
    put: (text: string) => aws.parameters.set("/connect/bundle", text),
    remove: () => aws.parameters.clear(),
    missing: "the service answered 400 `ParameterNotFound`",
  },
  {
    name: "ssm, in chunks",
    location: "ssm:/connect/bundle",
    put: (text: string) => putChunks(text),
    remove: () => aws.parameters.clear(),
    missing: "the service answered 400 `ParameterNotFound`",
  },
  {
    name: "appconfig",
    location: "appconfig:my app/prod/policies",
    put: (text: string) => aws.deployed.set("my app/prod/policies", text),
    remove: () => aws.deployed.clear(),
    missing: "the service answered 404 `ResourceNotFoundException`",
  },
];

function putChunks(text: string, maxLength = 40): void {
  const { value, chunks } = packBundle("/connect/bundle", text, maxLength);
  for (const chunk of chunks) aws.parameters.set(chunk.name, chunk.value);
  aws.parameters.set("/connect/bundle", value);
}

function open(location: string, environment = aws.environment): BundleStore {
  return openStore(location, {
    packaged: undefined,
    settings: readSettings(environment),
    refreshSeconds: 60,
  });
}

const never = new AbortController().signal;

async function contentOf(store: BundleStore, known?: string) {
  const found = await store.load(known, never);
  if (found.kind === "unchanged") throw new Error("unchanged");
  if (found.content.kind !== "text") throw new Error("no text");
  return { json: Buffer.from(found.content.bytes).toString(), revision: found.revision };
}

describe.each(stores)("$name", ({ location, put, remove, missing }) => {
  it("gives a content with its revision, then says that it is unchanged, then gives the next", async () => {
    put(first);
    const store = open(location);
    const one = await contentOf(store);
    expect(one.json).toBe(first);
    aws.nowMs += 60_000;
    expect(await store.load(one.revision, never)).toMatchObject({ kind: "unchanged" });
    put(second);
    aws.nowMs += 60_000;
    const two = await contentOf(store, one.revision);
    expect(two.json).toBe(second);
    expect(two.revision).not.toBe(one.revision);
  });

  it("gives a content again to a caller that does not know it", async () => {
    put(first);
    const store = open(location);
    const [one, two] = [await contentOf(store), await contentOf(store)];
    expect(two).toEqual(one);
    expect(await contentOf(open(location))).toEqual(one);
  });

  it("goes back to an earlier content like to any other", async () => {
    const store = open(location);
    const seen: string[] = [];
    let known: string | undefined;
    for (const text of [first, second, first]) {
      put(text);
      aws.nowMs += 60_000;
      const found = await contentOf(store, known);
      seen.push(found.json);
      known = found.revision;
    }
    expect(seen).toEqual([first, second, first]);
  });

  it("says what AWS said when there is nothing, and no more of it", async () => {
    remove();
    await expect(open(location).load(undefined, never)).rejects.toMatchObject({ message: missing });
  });

  const faults: readonly (readonly [what: string, fault: AwsFault, message: string | RegExp])[] = [
    ["is not allowed", { kind: "error", status: 403, code: "AccessDenied" }, "answered 403 `AccessDenied`"],
    [
      "is told of a skewed clock",
      { kind: "error", status: 403, code: "RequestTimeTooSkewed" },
      "answered 403 `RequestTimeTooSkewed`",
    ],
    [
      "is throttled twice",
      { kind: "error", status: 400, code: "ThrottlingException" },
      "`ThrottlingException`",
    ],
    ["finds the service down", { kind: "error", status: 503, code: "ServiceUnavailable" }, "answered 503"],
    ["loses the connection in the middle", { kind: "cut" }, /terminated|fetch failed/],
    ["cannot connect", { kind: "reset" }, "fetch failed"],
    ["is sent elsewhere", { kind: "redirect" }, "the bucket is in another region: `eu-west-1`"],
  ];
  it.each(faults)("fails when it %s", async (_what, fault, message) => {
    put(first);
    aws.fault = fault;
    await expect(open(location).load(undefined, never)).rejects.toThrow(message);
  });

  it.each<AwsFault>([
    { kind: "error", status: 500, code: "InternalError", times: 1 },
    { kind: "error", status: 503, code: "SlowDown", times: 1 },
    { kind: "error", status: 400, code: "ThrottlingException", times: 1 },
    { kind: "reset", times: 1 },
  ])("gets over one passing fault: %j", async (fault) => {
    put(first);
    aws.fault = fault;
    expect((await contentOf(open(location))).json).toBe(first);
  });

  it("tries nothing twice that was refused", async () => {
    put(first);
    aws.fault = { kind: "error", status: 403, code: "AccessDenied" };
    await expect(open(location).load(undefined, never)).rejects.toThrow();
    expect(aws.requests).toHaveLength(1);
  });

  it("stops when its caller does", async () => {
    put(first);
    aws.fault = { kind: "silence" };
    const caller = new AbortController();
    const loading = open(location).load(undefined, caller.signal);
    await expect.poll(() => aws.requests.length).toBe(1);
    caller.abort(new Error("enough"));
    await expect(loading).rejects.toThrow("enough");
    expect(aws.requests).toHaveLength(1);
  });

  it("quotes nothing of a content that is not JSON", async () => {
    put('{"secret-looking-text');
    const found = await open(location).load(undefined, never);
    if (found.kind === "unchanged") throw new Error("unchanged");
    expect(() => openContent(found.content)).toThrow(
      /^the policy bundle is refused: it is not JSON; make it/,
    );
  });

  it("fails without credentials, and with wrong ones", async () => {
    put(first);
    const { AWS_ACCESS_KEY_ID: _id, ...without } = aws.environment;
    await expect(open(location, without).load(undefined, never)).rejects.toThrow(
      "the environment has no AWS credentials",
    );
    const wrong = { ...aws.environment, AWS_SECRET_ACCESS_KEY: "wrong" };
    await expect(open(location, wrong).load(undefined, never)).rejects.toThrow("SignatureDoesNotMatch");
  });
});

describe("s3", () => {
  it("takes the object's etag for its revision and asks for a newer one only", async () => {
    aws.objects.set("/b-1/k", first);
    const { revision } = await contentOf(open("s3://b-1/k"));
    expect(revision).toBe(etagOf(first));
  });

  it("does not mistake an object of another name for its own", async () => {
    aws.objects.set("/b-1/a/b", first);
    aws.objects.set("/b-1/a//b", second);
    expect((await contentOf(open("s3://b-1/a//b"))).json).toBe(second);
  });

  it.each([
    ["us-east-1", "my-bucket", "https://my-bucket.s3.us-east-1.amazonaws.com", "/a/b%20c"],
    // A wildcard certificate covers one label.
    ["eu-west-1", "my.bucket", "https://s3.eu-west-1.amazonaws.com", "/my.bucket/a/b%20c"],
    ["cn-north-1", "my-bucket", "https://my-bucket.s3.cn-north-1.amazonaws.com.cn", "/a/b%20c"],
  ])("in %s finds the bucket %s at %s", (region, bucket, origin, path) => {
    const found = findObject({ kind: "s3", bucket, key: "a/b c" }, readSettings({ AWS_REGION: region }));
    expect([found.endpoint.url.origin, found.path]).toEqual([origin, path]);
  });
});

describe("ssm", () => {
  const name = "/connect/bundle";

  it("asks for a manifest again and for its chunks only when it changed", async () => {
    putChunks(first);
    const store = open(`ssm:${name}`);
    const { revision } = await contentOf(store);
    aws.requests.length = 0;
    await store.load(revision, never);
    expect(aws.requests).toEqual(["POST / GetParameter"]);
  });

  it("keeps a bundle whole up to a parameter's length and packs a larger one", () => {
    const small = packBundle(name, "x".repeat(4096));
    expect(small).toEqual({ value: "x".repeat(4096), chunks: [] });
    const large = packBundle(name, "é".repeat(4096));
    expect(large.chunks).toHaveLength(1);
    expect(large.chunks.every(({ value }) => value.length <= 4096)).toBe(true);
    expect(packBundle(name, "é".repeat(4096))).toEqual(large);
  });

  it("gives chunks of other content other names, so that the old ones stay whole", () => {
    const [one, two] = [packBundle(name, first, 40), packBundle(name, second, 40)];
    const names = new Set([...one.chunks, ...two.chunks].map((chunk) => chunk.name));
    expect(names.size).toBe(one.chunks.length + two.chunks.length);
    expect([...names].every((each) => each.startsWith(`${name}/`))).toBe(true);
  });

  it("fails while a chunk is missing, and reads on when it is there", async () => {
    putChunks(first);
    const chunk = [...aws.parameters.keys()].find((each) => each.endsWith("/3")) ?? "";
    const value = aws.parameters.get(chunk) ?? "";
    aws.parameters.delete(chunk);
    const store = open(`ssm:${name}`);
    await expect(store.load(undefined, never)).rejects.toThrow(`the chunk \`${chunk}\` is missing`);
    aws.parameters.set(chunk, value);
    expect((await contentOf(store)).json).toBe(first);
  });

  it("asks for no further chunks once one is missing", async () => {
    putChunks(first, 4);
    const chunks = [...aws.parameters.keys()].filter((each) => each !== name);
    aws.parameters.delete(chunks[0] ?? "");
    aws.requests.length = 0;
    await expect(open(`ssm:${name}`).load(undefined, never)).rejects.toThrow("is missing");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(aws.requests.length).toBeLessThan(chunks.length / 10 / 2);
  });

  it("fails when a chunk holds something else", async () => {
    putChunks(first);
    const chunk = [...aws.parameters.keys()].find((each) => each.endsWith("/0")) ?? "";
    aws.parameters.set(chunk, gzipSync(second).toString("base64").slice(0, 40));
    await expect(open(`ssm:${name}`).load(undefined, never)).rejects.toThrow("do not match the hash");
  });

  it.each([
    '{"chunks":0,"sha256":"x"}',
    '{"chunks":1e9,"sha256":"0000000000000000000000000000000000000000000000000000000000000000"}',
    '{"chunks":1,"sha256":"../../other"}',
    '{"chunks":1,"sha256":"0000000000000000000000000000000000000000000000000000000000000000","name":"/other"}',
  ])("asks for no chunks of a malformed manifest: %s", async (value) => {
    aws.parameters.set(name, value);
    expect((await contentOf(open(`ssm:${name}`))).json).toBe(value);
    expect(aws.requests).toEqual(["POST / GetParameter"]);
  });
});

describe("appconfig", () => {
  const location = "appconfig:a/e/p";
  const calls = () => aws.requests.map((each) => each.split(" ")[1]);

  it("keeps one session, whose answers say when to ask again", async () => {
    aws.deployed.set("a/e/p", first);
    const store = open(location);
    const found = await store.load(undefined, never);
    expect(found.pauseMs).toBe(42_000);
    const revision = found.kind === "content" ? found.revision : "";
    for (let round = 0; round < 3; round += 1) {
      aws.nowMs += 42_000;
      expect(await store.load(revision, never)).toEqual({ kind: "unchanged", pauseMs: 42_000 });
    }
    expect(calls()).toEqual(["/configurationsessions", ...Array(4).fill("/configuration")]);
  });

  it("starts another session when a token is refused, and knows the content again", async () => {
    aws.deployed.set("a/e/p", first);
    const store = open(location);
    const { revision } = await contentOf(store);
    // Too early: the service refuses the session's next request.
    expect(await store.load(revision, never)).toMatchObject({ kind: "unchanged" });
    expect(calls()).toEqual([
      "/configurationsessions",
      "/configuration",
      "/configuration",
      "/configurationsessions",
      "/configuration",
    ]);
  });

  it("does not take nothing new for nothing changed when its last answer got lost", async () => {
    aws.deployed.set("a/e/p", first);
    const store = open(location);
    const { revision } = await contentOf(store);
    aws.deployed.set("a/e/p", second);
    aws.nowMs += 42_000;
    // Read, and never used by the caller: what it knows is still the first.
    await store.load(revision, never);
    aws.nowMs += 42_000;
    expect((await contentOf(store, revision)).json).toBe(second);
  });

  it("fails when nothing is deployed", async () => {
    aws.deployed.set("a/e/p", "");
    await expect(open(location).load(undefined, never)).rejects.toThrow("holds nothing");
  });
});
