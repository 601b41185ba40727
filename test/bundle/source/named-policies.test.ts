/**
 * A bundle that must not be older than the one that another function decided with: versions are hashes and have no
 * order, so that what counts is who has looked later.
 */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatBundle } from "../../../shared/bundle/bundle.ts";
import { createBundleSource } from "../../../shared/bundle/source/source.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { type Environment, readSettings } from "../../../shared/settings.ts";
import { bundleAllowing } from "../bundle-fixture.ts";

const first = bundleAllowing("connect:DescribeUser");
const second = bundleAllowing("connect:DeleteUser");
const startMs = 1_700_000_000_000;
let folder = "";
let path = "";
let clock = { nowMs: startMs };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "named-policies-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  path = join(folder, "bundle.json");
  clock = { nowMs: startMs };
  await publish(first);
});

async function publish(bundle: Bundle): Promise<void> {
  await writeFile(`${path}.new`, formatBundle(bundle));
  await rename(`${path}.new`, path);
}

/** One function's view of the store; `skewMs` is how far its clock is ahead. */
function open(refreshSeconds: number, skewMs = 0) {
  const environment: Environment = {
    AUTHORIZER_BUNDLE: `file:${path}`,
    AUTHORIZER_REFRESH_SECONDS: String(refreshSeconds),
  };
  return createBundleSource(readSettings(environment), undefined, {
    onProblem: () => undefined,
    now: () => clock.nowMs + skewMs,
  });
}

/** What an authorizer hands on. */
async function decideIn(authorizer: ReturnType<typeof open>) {
  const { version } = await authorizer.current();
  return { version, confirmedAtMs: authorizer.confirmedAtMs() };
}

describe("a bundle from a store that both functions ask", () => {
  it("is looked at again when the authorizer has newer policies, before the refresh is due", async () => {
    const proxy = open(3600);
    expect((await proxy.current()).version).toBe(first.version);
    await publish(second);
    clock.nowMs += 10_000;
    const named = await decideIn(open(3600));
    expect(named.version).toBe(second.version);
    expect((await proxy.current()).version).toBe(first.version);
    expect((await proxy.current(named)).version).toBe(second.version);
  });

  it("is kept when the authorizer's answer is from before the last look", async () => {
    const named = await decideIn(open(3600));
    await publish(second);
    clock.nowMs += 10_000;
    const proxy = open(3600);
    expect((await proxy.current(named)).version).toBe(second.version);
  });

  it("goes back when the publisher does: a rollback is a publication like any other", async () => {
    const proxy = open(3600);
    await publish(second);
    const before = await decideIn(open(3600));
    expect((await proxy.current(before)).version).toBe(second.version);
    clock.nowMs += 10_000;
    await publish(first);
    const after = await decideIn(open(3600));
    expect((await proxy.current(after)).version).toBe(first.version);
    // An answer that was cached before the rollback still comes by; ours is the later look.
    expect((await proxy.current(before)).version).toBe(first.version);
  });

  it("refuses the call when it cannot look", async () => {
    const proxy = open(3600);
    await proxy.current();
    await publish(second);
    clock.nowMs += 10_000;
    const named = await decideIn(open(3600));
    await rm(path);
    await expect(proxy.current(named)).rejects.toMatchObject({ code: "policiesOutdated" });
    // Without a name it serves on, as the refresh rule says.
    expect((await proxy.current()).version).toBe(first.version);
  });

  it("looks once for each time that the authorizer has looked, not for each call", async () => {
    const proxy = open(3600);
    await proxy.current();
    // An authorizer that reads from elsewhere: its version never turns up in the proxy's store.
    const named = { version: "f".repeat(64), confirmedAtMs: startMs + 20_000 };
    clock.nowMs += 21_000;
    expect((await proxy.current(named)).version).toBe(first.version);
    await publish(second);
    expect((await proxy.current(named)).version).toBe(first.version);
    const later = { ...named, confirmedAtMs: startMs + 80_000 };
    expect((await proxy.current(later)).version).toBe(second.version);
  });

  it.each([-4000, 0, 4000])("is found in spite of a clock that is %i ms ahead", async (skewMs) => {
    const proxy = open(3600, skewMs);
    await proxy.current();
    await publish(second);
    const named = await decideIn(open(3600));
    expect((await proxy.current(named)).version).toBe(second.version);
  });

  it("is looked at when the authorizer does not say since when it has its own", async () => {
    const proxy = open(3600);
    await proxy.current();
    await publish(second);
    clock.nowMs += 60_000;
    const named = { version: second.version, confirmedAtMs: Number.POSITIVE_INFINITY };
    expect((await proxy.current(named)).version).toBe(second.version);
  });

  it("is never older than what the authorizer decided with, whatever is published when", async () => {
    const versions = [first, second, bundleAllowing("connect:ListUsers")];
    const step = fc.record({
      publish: fc.option(fc.nat(2), { nil: undefined }),
      passMs: fc.constantFrom(1, 2, 900, 4000, 30_000, 70_000),
      fresh: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const history = [first.version];
      await publish(first);
      const proxy = open(60);
      let authorizer = open(60);
      let seen = { confirmedAtMs: Number.NaN, publication: 0 };
      for (const { publish: index, passMs, fresh } of steps) {
        clock.nowMs += passMs;
        const bundle = index === undefined ? undefined : versions[index];
        if (bundle && bundle.version !== history.at(-1)) {
          await publish(bundle);
          history.push(bundle.version);
        }
        if (fresh) authorizer = open(60);
        const named = await decideIn(authorizer);
        const { confirmedAtMs } = named;
        if (confirmedAtMs !== seen.confirmedAtMs) seen = { confirmedAtMs, publication: history.length - 1 };
        const { version } = await proxy.current(named);
        expect(history.slice(seen.publication)).toContain(version);
      }
    });
    await fc.assert(property, { seed: 20260101, numRuns: 60 });
  });
});

describe("a bundle in the deployment package", () => {
  const open = (bundle: Bundle, createdAtMs: number) => {
    clock.nowMs = createdAtMs;
    return createBundleSource(readSettings({}), bundle, { now: () => clock.nowMs });
  };

  it("is the later one when its process was started later", async () => {
    const authorizer = open(first, startMs);
    const proxy = open(second, startMs + 1000);
    const named = await decideIn(authorizer);
    expect((await proxy.current(named)).version).toBe(second.version);
  });

  it("refuses calls that a later deployment of the authorizer let through", async () => {
    const proxy = open(first, startMs);
    const authorizer = open(second, startMs + 1000);
    clock.nowMs += 60_000;
    const named = await decideIn(authorizer);
    await expect(proxy.current(named)).rejects.toMatchObject({ code: "policiesOutdated" });
  });

  it("serves whoever has the same, whenever it was started", async () => {
    const proxy = open(first, startMs);
    const named = await decideIn(open(first, startMs + 1000));
    expect((await proxy.current(named)).version).toBe(first.version);
  });
});
