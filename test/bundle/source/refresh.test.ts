/**
 * A bundle from a store over the network, over time: how fresh decisions are, and what keeps them as they were.
 *
 * The clock is the test's own; the store answers over a real connection.
 */

import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBundle, formatBundle } from "../../../shared/bundle/bundle.ts";
import type { BundleProblem } from "../../../shared/bundle/source/source.ts";
import { type BundleSourceOptions, createBundleSource } from "../../../shared/bundle/source/source.ts";
import { type Environment, readSettings } from "../../../shared/settings.ts";
import { bundleAllowing, configuration, forge, policy } from "../bundle-fixture.ts";
import { derOf, ed25519, rsa, signatureOf } from "../signing-keys.ts";
import { type AwsFault, type FakeAws, startAws } from "../stores/aws-server.ts";

const first = bundleAllowing("connect:DescribeUser");
const second = bundleAllowing("connect:DeleteUser");
const path = "/my-bucket/bundle.json";
let aws: FakeAws;
let clock = { nowMs: 0 };

beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  clock = { nowMs: 1_700_000_000_000 };
  aws.fault = undefined;
  aws.requests.length = 0;
  aws.objects.set(path, formatBundle(first));
});

function publish(text: string): void {
  aws.objects.set(path, text);
}

function open(settings: Environment = {}, options: BundleSourceOptions = {}) {
  const problems: BundleProblem[] = [];
  const environment = {
    ...aws.environment,
    AUTHORIZER_BUNDLE: "s3://my-bucket/bundle.json",
    AUTHORIZER_REFRESH_SECONDS: "60",
    ...settings,
  };
  const source = createBundleSource(readSettings(environment), undefined, {
    onProblem: (problem) => problems.push(problem),
    now: () => clock.nowMs,
    random: () => 0,
    ...options,
  });
  return { source, problems, version: async () => (await source.current()).version };
}

describe("the refresh", () => {
  it("begins before it is due, while calls go on with the bundle they have", async () => {
    const { version } = open();
    expect(await version()).toBe(first.version);
    publish(formatBundle(second));
    clock.nowMs += 44_999;
    expect(await version()).toBe(first.version);
    expect(aws.requests).toHaveLength(1);
    clock.nowMs += 1;
    expect(await version()).toBe(first.version);
    await expect.poll(version).toBe(second.version);
    expect(aws.requests).toHaveLength(2);
  });

  it("is waited for when it is due, so that a container that slept decides by what holds now", async () => {
    const { version } = open();
    await version();
    publish(formatBundle(second));
    clock.nowMs += 60_000;
    expect(await version()).toBe(second.version);
    publish(formatBundle(first));
    clock.nowMs += 86_400_000;
    expect(await version()).toBe(first.version);
  });

  it("asks for a newer one only: an unchanged bundle is not read again", async () => {
    const { source } = open();
    const opened = await source.current();
    for (let round = 0; round < 3; round += 1) {
      clock.nowMs += 60_000;
      expect(await source.current()).toBe(opened);
    }
    expect(aws.requests).toHaveLength(4);
  });

  it("*no decision is older than the interval*: each is by a bundle that was in the store less than it ago", async () => {
    const step = fc.record({
      afterMs: fc.oneof(fc.nat(5_000), fc.nat(70_000), fc.nat(7_200_000)),
      publishes: fc.boolean(),
      calls: fc.integer({ min: 0, max: 3 }),
    });
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      let live = first.version;
      let replacedAtMs = new Map<string, number>();
      publish(formatBundle(first));
      const { version, problems } = open();
      await version();
      for (const { afterMs, publishes, calls } of steps) {
        clock.nowMs += afterMs;
        if (publishes) {
          replacedAtMs = new Map([[live, clock.nowMs]]);
          const next = live === first.version ? second : first;
          live = next.version;
          publish(formatBundle(next));
        }
        for (const used of await Promise.all(Array.from({ length: calls }, version))) {
          if (used === live) continue;
          expect(clock.nowMs - (replacedAtMs.get(used) ?? Number.NEGATIVE_INFINITY)).toBeLessThan(60_000);
        }
      }
      expect(problems).toEqual([]);
    });
    await fc.assert(property, { seed: 43, numRuns: 60 });
  });
});

describe("a slow store", () => {
  const limits = { checkMs: 150, waitMs: 20 };

  it("makes no call wait while the check is not due", async () => {
    const { version } = open({}, { limits: { checkMs: 60_000, waitMs: 60_000 } });
    await version();
    aws.fault = { kind: "silence" };
    clock.nowMs += 59_999;
    expect(await version()).toBe(first.version);
  });

  it("makes a call wait for a little when it is, and then decide by the last good bundle", async () => {
    const { version, problems } = open({}, { limits: { checkMs: 2_000, waitMs: 20 } });
    await version();
    aws.fault = { kind: "silence" };
    clock.nowMs += 60_000;
    expect(await version()).toBe(first.version);
    expect(problems).toEqual([]);
    await expect.poll(() => problems, { timeout: 10_000 }).toHaveLength(1);
    expect(problems).toMatchObject([
      { keeps: first.version, error: { message: "the store did not answer within 2000 ms" } },
    ]);
  });

  it("refuses every call within the time limit when there is no bundle yet", async () => {
    aws.fault = { kind: "silence" };
    const { version } = open({}, { limits });
    await expect(version()).rejects.toMatchObject({
      code: "bundleUnavailable",
      message: expect.stringContaining("did not answer within 150 ms"),
    });
  });

  it("is asked anew by a container that slept in the middle of a check", async () => {
    const { version, problems } = open();
    await version();
    aws.fault = { kind: "silence" };
    clock.nowMs += 50_000;
    await version();
    await expect.poll(() => aws.requests.length).toBe(2);
    aws.fault = undefined;
    publish(formatBundle(second));
    clock.nowMs += 3_600_000;
    const versions = await Promise.all(Array.from({ length: 5 }, version));
    expect(new Set(versions)).toEqual(new Set([second.version]));
    expect(aws.requests).toHaveLength(3);
    expect(problems).toEqual([]);
  });

  it("is asked anew also when the container slept before it had any bundle", async () => {
    aws.fault = { kind: "silence" };
    const { version } = open();
    const early = version();
    await expect.poll(() => aws.requests.length).toBe(1);
    aws.fault = undefined;
    clock.nowMs += 3_600_000;
    expect(await version()).toBe(first.version);
    expect(await early).toBe(first.version);
  });
});

/** Contents that must never be used, and what is said of each. */
const [document] = second.policies;
const operator = {
  operator: "StringMaybe",
  key: "aws:username",
  values: ["x"],
  position: { line: 1, column: 1, offset: 0 },
};
const badContents: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ["truncated", formatBundle(second).slice(0, -20), /it is not JSON/],
  [
    "of a wrong hash",
    JSON.stringify({ ...second, version: first.version }),
    /does not match its version hash/,
  ],
  ["JSON of another kind", "{}", /is missing/],
  ["empty", "", /it is not JSON/],
  [
    "of an unknown operator",
    JSON.stringify(
      forge(second, {
        policies: [
          {
            ...document,
            statements: document?.statements.map((each) => ({ ...each, conditions: [operator] })),
          },
        ],
      }),
    ),
    /one of its policies is refused: .*StringMaybe/,
  ],
  ["of an unknown schema", JSON.stringify(forge(second, { schemaVersion: 2 })), /a newer version made it/],
  [
    "without policies",
    JSON.stringify(forge(second, { policies: [], config: { ...configuration, bindings: [] } })),
    /implausibly small: 0 policies, where the one in use has 1/,
  ],
  [
    "without bindings",
    JSON.stringify(forge(second, { config: { ...configuration, bindings: [] } })),
    /implausibly small: 0 bindings/,
  ],
];
const faults: readonly (readonly [what: string, fault: AwsFault, message: RegExp])[] = [
  ["is down", { kind: "reset" }, /fetch failed/],
  ["fails", { kind: "error", status: 503, code: "ServiceUnavailable" }, /503 `ServiceUnavailable`/],
  ["refuses", { kind: "error", status: 403, code: "AccessDenied" }, /403 `AccessDenied`/],
  [
    "finds the clock skewed",
    { kind: "error", status: 403, code: "RequestTimeTooSkewed" },
    /403 `RequestTimeTooSkewed`/,
  ],
  ["stops in the middle", { kind: "cut" }, /terminated|fetch failed/],
];

describe("a bundle that is", () => {
  it.each(badContents)(
    "%s keeps the last good one, and is named as the reason",
    async (_what, text, message) => {
      const { source, problems } = open();
      const good = await source.current();
      publish(text);
      clock.nowMs += 60_000;
      expect(await source.current()).toBe(good);
      expect(problems).toMatchObject([{ location: "s3://my-bucket/bundle.json", keeps: first.version }]);
      expect(String(problems[0]?.error)).toMatch(message);
      publish(formatBundle(second));
      clock.nowMs += 60_000;
      expect((await source.current()).version).toBe(second.version);
      publish(formatBundle(first));
      clock.nowMs += 60_000;
      expect((await source.current()).version).toBe(first.version);
      expect(problems).toHaveLength(1);
    },
  );

  it.each(badContents.filter(([what]) => !what.startsWith("without")))(
    "%s denies every call of a container that has none yet",
    async (_what, text, message) => {
      publish(text);
      const { version } = open();
      const refused = { code: "bundleUnavailable", message: expect.stringMatching(message) };
      await expect(version()).rejects.toMatchObject(refused);
      await expect(version()).rejects.toMatchObject(refused);
      publish(formatBundle(first));
      expect(await version()).toBe(first.version);
    },
  );

  it("signed by another key, or by none, keeps the last good one", async () => {
    const sign = (bundle: typeof first, pair: typeof ed25519) =>
      formatBundle(bundle, signatureOf(bundle.version, pair));
    const labelled = ({ config, policies }: typeof first, sequence: number) =>
      createBundle(config, policies, { audience: "s3://my-bucket/bundle.json", sequence });
    const [earlier, later] = [labelled(first, 1), labelled(second, 2)];
    publish(sign(earlier, ed25519));
    const { source, problems } = open({ AUTHORIZER_BUNDLE_PUBLIC_KEY: derOf(ed25519.publicKey) });
    const good = await source.current();
    const bad = [
      formatBundle(later),
      sign(later, rsa),
      formatBundle(later, signatureOf(earlier.version, ed25519)),
    ];
    for (const text of bad) {
      publish(text);
      clock.nowMs += 60_000;
      expect(await source.current()).toBe(good);
    }
    expect(problems.map(({ error }) => String(error))).toEqual([
      expect.stringContaining("it is not signed"),
      expect.stringContaining("its signature was not made for it"),
      expect.stringContaining("its signature was not made for it"),
    ]);
    publish(sign(later, ed25519));
    clock.nowMs += 60_000;
    expect((await source.current()).version).toBe(later.version);
  });

  it("much smaller than the one in use keeps it where the deployment says so", async () => {
    const names = ["p", "a", "b", "c"];
    const bundleOf = (count: number) =>
      createBundle(
        configuration,
        names.slice(0, count).map((name) => policy(name, "connect:DescribeUser")),
      );
    publish(formatBundle(bundleOf(4)));
    const { version, problems } = open({ AUTHORIZER_MIN_KEPT_PERCENT: "50" });
    await version();
    publish(formatBundle(bundleOf(1)));
    clock.nowMs += 60_000;
    expect(await version()).toBe(bundleOf(4).version);
    expect(String(problems[0]?.error)).toContain("implausibly small: 1 policies, where the one in use has 4");
    publish(formatBundle(bundleOf(2)));
    clock.nowMs += 60_000;
    expect(await version()).toBe(bundleOf(2).version);
  });
});

describe("a store that", () => {
  it.each(faults)(
    "%s keeps the last good bundle, and is told of again every minute",
    async (_what, fault, message) => {
      const { source, problems } = open();
      const good = await source.current();
      aws.fault = fault;
      for (let minute = 0; minute < 3; minute += 1) {
        clock.nowMs += 60_000;
        expect(await source.current()).toBe(good);
      }
      expect(problems).toHaveLength(3);
      for (const { error, keeps } of problems) {
        expect(String(error)).toMatch(message);
        expect(keeps).toBe(first.version);
      }
      aws.fault = undefined;
      publish(formatBundle(second));
      clock.nowMs += 60_000;
      expect((await source.current()).version).toBe(second.version);
    },
  );

  it.each(faults)("%s at cold start denies every call until it is back", async (_what, fault, message) => {
    aws.fault = fault;
    const { version } = open();
    await expect(version()).rejects.toMatchObject({
      code: "bundleUnavailable",
      message: expect.stringMatching(message),
    });
    aws.fault = undefined;
    expect(await version()).toBe(first.version);
  });

  it("is down makes calls wait no more than once an interval", async () => {
    const { version } = open();
    await version();
    aws.fault = { kind: "error", status: 403, code: "AccessDenied" };
    clock.nowMs += 60_000;
    await version();
    aws.requests.length = 0;
    for (let second = 0; second < 44; second += 1) {
      clock.nowMs += 1_000;
      await version();
    }
    expect(aws.requests).toEqual([]);
  });

  it("stays away for too long denies every call, with a reason of its own", async () => {
    const { version } = open({ AUTHORIZER_MAX_STALE_SECONDS: "180" });
    await version();
    aws.fault = { kind: "error", status: 403, code: "AccessDenied" };
    clock.nowMs += 180_000;
    expect(await version()).toBe(first.version);
    clock.nowMs += 1;
    await expect(version()).rejects.toMatchObject({ code: "bundleStale" });
    aws.fault = undefined;
    clock.nowMs += 60_000;
    expect(await version()).toBe(first.version);
  });
});

describe("many at once", () => {
  it("share one request at cold start", async () => {
    const { source } = open();
    const opened = await Promise.all(Array.from({ length: 50 }, () => source.current()));
    expect(new Set(opened).size).toBe(1);
    expect(aws.requests).toHaveLength(1);
  });

  it("each start cold by themselves, and all by the same bundle", async () => {
    const versions = await Promise.all(Array.from({ length: 20 }, () => open().version()));
    expect(new Set(versions)).toEqual(new Set([first.version]));
  });

  it("publish at once: readers see the one or the other, whole", async () => {
    const { version, problems } = open({ AUTHORIZER_REFRESH_SECONDS: "0" });
    const seen = new Set<string>();
    for (let round = 0; round < 30; round += 1) {
      publish(formatBundle(round % 2 ? first : second));
      const reading = Array.from({ length: 4 }, version);
      publish(formatBundle(round % 2 ? second : first));
      for (const each of await Promise.all(reading)) seen.add(each);
    }
    expect([...seen].every((each) => each === first.version || each === second.version)).toBe(true);
    expect(problems).toEqual([]);
  });
});
