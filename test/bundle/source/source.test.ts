/**
 * The current bundle over time: refreshed, never replaced by a bad one, refused when too old.
 */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatBundle } from "../../../shared/bundle/bundle.ts";
import type { BundleProblem } from "../../../shared/bundle/source/source.ts";
import { createBundleSource } from "../../../shared/bundle/source/source.ts";
import { CodedError } from "../../../shared/errors.ts";
import { type Environment, readSettings } from "../../../shared/settings.ts";
import { bundleAllowing } from "../bundle-fixture.ts";

const first = bundleAllowing("connect:DescribeUser");
const second = bundleAllowing("connect:DeleteUser");
let folder = "";
let path = "";
let clock = { nowMs: 0 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-source-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  path = join(folder, "bundle.json");
  clock = { nowMs: 1_700_000_000_000 };
  await replace(formatBundle(first));
});

async function replace(text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

function open(settings: Environment = {}) {
  const problems: BundleProblem[] = [];
  const environment = { AUTHORIZER_BUNDLE: `file:${path}`, AUTHORIZER_REFRESH_SECONDS: "0", ...settings };
  const options = { onProblem: (problem: BundleProblem) => problems.push(problem), now: () => clock.nowMs };
  const source = createBundleSource(readSettings(environment), undefined, options);
  const version = async () => (await source.current()).version;
  return { source, problems, version };
}

async function refusal(environment: Environment, packaged?: unknown): Promise<string> {
  const source = createBundleSource(readSettings(environment), packaged, { onProblem: () => undefined });
  const error: unknown = await source.current().catch((reason: unknown) => reason);
  if (!(error instanceof CodedError)) throw new Error("expected a coded error");
  expect(error.code).toBe("bundleUnavailable");
  return error.message;
}

describe("createBundleSource", () => {
  it("opens the packaged bundle by default, once", async () => {
    for (const environment of [{}, { AUTHORIZER_BUNDLE: "package:" }, { AUTHORIZER_BUNDLE: "" }]) {
      const source = createBundleSource(readSettings(environment), first);
      const opened = await source.current();
      expect(opened.version).toBe(first.version);
      expect(await source.current()).toBe(opened);
    }
  });

  it.each([
    [{ AUTHORIZER_BUNDLE: "s3://bucket/key" }, "`AWS_REGION` must name a region"],
    [{ AUTHORIZER_BUNDLE: "s3://bucket" }, "`s3://bucket` is not a bundle location"],
    [{ AUTHORIZER_BUNDLE: "s3://Bucket/key" }, "is not a bundle location"],
    [{ AUTHORIZER_BUNDLE: "s3://bucket/a/../b" }, "is not a bundle location"],
    [{ AUTHORIZER_BUNDLE: "ssm:name" }, "is not a bundle location"],
    [{ AUTHORIZER_BUNDLE: "ssm:/a b" }, "is not a bundle location"],
    [{ AUTHORIZER_BUNDLE: "appconfig:app/env" }, "is not a bundle location"],
    [
      { AUTHORIZER_BUNDLE: "appconfig:app/env/profile", AUTHORIZER_REFRESH_SECONDS: "10" },
      "AppConfig accepts a request every 15 seconds",
    ],
    [{ AUTHORIZER_MIN_KEPT_PERCENT: "101" }, "must be a whole number of percent up to 100"],
    [{ AUTHORIZER_BUNDLE: "file:bundle.json" }, "must hold an absolute path"],
    [{ AUTHORIZER_BUNDLE: "http://x/" }, "is not a bundle location"],
    [{ AUTHORIZER_REFRESH_SECONDS: "soon" }, "`AUTHORIZER_REFRESH_SECONDS` must be a whole number"],
    [{ AUTHORIZER_REFRESH_SECONDS: "-1" }, "must be a whole number"],
    [{ AUTHORIZER_REFRESH_SECONDS: "1.5" }, "must be a whole number"],
    [{ AUTHORIZER_REFRESH_SECONDS: " 5" }, "must be a whole number"],
    [{ AUTHORIZER_REFRESH_SECONDS: "999999999999" }, "must be a whole number"],
    [{ AUTHORIZER_PRINCIPALS_TABLE: "a table" }, "must be the name of a DynamoDB table"],
    [{ AUTHORIZER_MAX_STALE_SECONDS: "1h" }, "`AUTHORIZER_MAX_STALE_SECONDS` must be a whole number"],
    [{ AUTHORIZER_MAX_STALE_SECONDS: "30" }, "must not be less than `AUTHORIZER_REFRESH_SECONDS` (60)"],
  ])("refuses every call under %j", async (environment, message) => {
    expect(await refusal(environment, first)).toContain(message);
  });

  it("refuses every call when nothing was packaged, or something bad", async () => {
    expect(await refusal({})).toContain("the deployment package holds no policy bundle");
    expect(await refusal({}, { ...first, version: "x" })).toContain("does not match its version hash");
  });
});

describe("a file", () => {
  it("is looked at on every call when the refresh is 0", async () => {
    const { version, source } = open();
    expect(await version()).toBe(first.version);
    const opened = await source.current();
    expect(await source.current()).toBe(opened);
    await replace(formatBundle(second));
    expect(await version()).toBe(second.version);
  });

  it("is looked at again only after the refresh interval", async () => {
    const { version } = open({ AUTHORIZER_REFRESH_SECONDS: "60" });
    await version();
    await replace(formatBundle(second));
    clock.nowMs += 59_999;
    expect(await version()).toBe(first.version);
    clock.nowMs += 1;
    expect(await version()).toBe(second.version);
  });

  it("is looked at when the clock was set back", async () => {
    const { version } = open({ AUTHORIZER_REFRESH_SECONDS: "60" });
    await version();
    await replace(formatBundle(second));
    clock.nowMs -= 3_600_000;
    expect(await version()).toBe(second.version);
  });

  it("keeps the last good bundle while a new one is bad, and says so once for each problem", async () => {
    const { version, problems } = open();
    await version();
    await replace(formatBundle(second).slice(0, -1));
    expect(await version()).toBe(first.version);
    expect(await version()).toBe(first.version);
    expect(problems).toMatchObject([
      {
        location: `file:${path}`,
        keeps: first.version,
        error: { message: expect.stringContaining("it is not JSON") },
      },
    ]);
    await rm(path);
    expect(await version()).toBe(first.version);
    expect(problems).toHaveLength(2);
    await replace(formatBundle(second));
    expect(await version()).toBe(second.version);
    expect(problems).toHaveLength(2);
  });

  it("keeps the same object for the same content", async () => {
    const { source } = open();
    const opened = await source.current();
    await replace(JSON.stringify(first, undefined, 2));
    expect(await source.current()).toBe(opened);
  });

  it("refuses every call until there is a good bundle for the first time", async () => {
    await replace("{}");
    const { version, problems } = open({ AUTHORIZER_REFRESH_SECONDS: "60" });
    await expect(version()).rejects.toMatchObject({ code: "bundleUnavailable" });
    await expect(version()).rejects.toMatchObject({ code: "bundleUnavailable" });
    expect(problems).toHaveLength(1);
    await replace(formatBundle(first));
    expect(await version()).toBe(first.version);
  });

  it("that is not there is refused with its name and the reason", async () => {
    await rm(path);
    await expect(open().version()).rejects.toMatchObject({
      code: "bundleUnavailable",
      message: expect.stringMatching(/^the policy bundle of `file:.*` could not be loaded: ENOENT/),
    });
  });

  it("never tells its content in an error", async () => {
    await replace('{"secret-looking-text');
    await expect(open().version()).rejects.toMatchObject({ message: expect.not.stringContaining("secret") });
  });

  it("that is not UTF-8 is refused", async () => {
    await writeFile(path, Buffer.concat([Buffer.from('"'), Buffer.from([0xff]), Buffer.from('"')]));
    await expect(open().version()).rejects.toMatchObject({ code: "bundleUnavailable" });
  });
});

describe("the maximum staleness", () => {
  const limits = { AUTHORIZER_REFRESH_SECONDS: "10", AUTHORIZER_MAX_STALE_SECONDS: "30" };

  it("denies everything once no check has succeeded for so long, and ends with the next success", async () => {
    const { version } = open(limits);
    await version();
    await rm(path);
    clock.nowMs += 30_000;
    expect(await version()).toBe(first.version);
    clock.nowMs += 1;
    await expect(version()).rejects.toMatchObject({
      code: "bundleStale",
      message: expect.stringContaining("could not be confirmed for more than 30 seconds"),
    });
    await replace(formatBundle(first));
    clock.nowMs += 10_000;
    expect(await version()).toBe(first.version);
  });

  it("counts a bad new bundle as no confirmation, though it does not change any more", async () => {
    const { version } = open(limits);
    await version();
    await replace("{}");
    clock.nowMs += 20_000;
    expect(await version()).toBe(first.version);
    clock.nowMs += 20_000;
    await expect(version()).rejects.toMatchObject({ code: "bundleStale" });
  });

  it("is over when the clock was set back and nothing can be confirmed, until something can", async () => {
    const { version } = open(limits);
    await version();
    clock.nowMs -= 3_600_000;
    expect(await version()).toBe(first.version);
    clock.nowMs -= 1;
    await rm(path);
    await expect(version()).rejects.toMatchObject({ code: "bundleStale" });
    await replace(formatBundle(first));
    clock.nowMs += 10_000;
    expect(await version()).toBe(first.version);
  });

  it("does not hold against a function that slept, when the bundle is still the one", async () => {
    const { version } = open(limits);
    await version();
    clock.nowMs += 86_400_000;
    expect(await version()).toBe(first.version);
  });
});

describe("concurrent callers", () => {
  it("share one load", async () => {
    let reads = 0;
    const packaged = new Proxy(first, {
      ownKeys: (target) => {
        reads += 1;
        return Reflect.ownKeys(target);
      },
    });
    const alone = createBundleSource(readSettings({}), packaged);
    await alone.current();
    const once = reads;
    reads = 0;
    const source = createBundleSource(readSettings({}), packaged);
    const opened = await Promise.all(Array.from({ length: 50 }, () => source.current()));
    expect(new Set(opened).size).toBe(1);
    expect(reads).toBe(once);
  });

  it("never see a version that is neither the old nor the new one while it changes under them", async () => {
    const { version, problems } = open();
    const seen = new Set<string>();
    for (let round = 0; round < 40; round += 1) {
      const [, ...versions] = await Promise.all([
        replace(formatBundle(round % 2 ? first : second)),
        ...Array.from({ length: 5 }, version),
      ]);
      for (const each of versions) seen.add(each);
    }
    expect([...seen].sort()).toEqual([first.version, second.version].sort());
    expect(problems).toEqual([]);
  });
});
