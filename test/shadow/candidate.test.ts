/**
 * The candidate's store is never what a call waits for, but for a moment now and then.
 */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { formatBundle } from "../../shared/bundle/bundle.ts";
import { readSettings } from "../../shared/settings.ts";
import type { ShadowProblem } from "../../shared/shadow/candidate.ts";
import { Candidate } from "../../shared/shadow/candidate.ts";
import { bundleAllowing } from "../bundle/bundle-fixture.ts";
import { ed25519, pemOf } from "../bundle/signing-keys.ts";
import { type FakeAws, startAws } from "../bundle/stores/aws-server.ts";

let aws: FakeAws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.fault = undefined;
  aws.objects.clear();
  aws.requests.length = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
});

const bundle = bundleAllowing("connect:DescribeUser");

function candidateOf(environment: Readonly<Record<string, string>> = {}) {
  const clock = { nowMs: 1_700_000_000_000 };
  const problems: ShadowProblem[] = [];
  const candidate = new Candidate(
    readSettings({
      ...aws.environment,
      AUTHORIZER_SHADOW_BUNDLE: "s3://my-bucket/candidate.json",
      ...environment,
    }),
    undefined,
    {
      onProblem: (problem) => problems.push(problem),
      now: () => clock.nowMs,
      waitMs: 50,
    },
  );
  const call = async () => {
    candidate.begin();
    return (await candidate.current())?.version;
  };
  return { clock, problems, candidate, call };
}

/** How often a wait with a limit began. */
function countWaits(): () => number {
  const spy = vi.spyOn(globalThis, "setTimeout");
  return () => spy.mock.calls.filter(([, ms]) => ms === 50).length;
}

describe("a candidate", () => {
  it("is loaded beside a call, and looked for again only when its time has come", async () => {
    aws.objects.set("/my-bucket/candidate.json", formatBundle(bundle));
    const { clock, candidate, call } = candidateOf();
    expect(candidate.loaded()).toBe(undefined);
    await vi.waitFor(async () => expect(await call()).toBe(bundle.version));
    expect(await call()).toBe(bundle.version);
    expect(aws.requests).toHaveLength(1);
    clock.nowMs += 61_000;
    expect(await call()).toBe(bundle.version);
    await vi.waitFor(() => expect(aws.requests).toHaveLength(2));
  });

  it("whose store is silent is waited for once, and then not for a while", async () => {
    aws.fault = { kind: "silence" };
    const { clock, call } = candidateOf();
    const waits = countWaits();
    for (let number = 0; number < 5; number++) expect(await call()).toBe(undefined);
    expect(waits()).toBe(1);
    expect(aws.requests).toHaveLength(1);
    clock.nowMs += 10_000;
    await call();
    expect(waits()).toBe(2);
  });

  it("whose store fails is asked for again after a while, and told of", async () => {
    aws.fault = { kind: "error", status: 403, code: "AccessDenied" };
    const { clock, problems, call } = candidateOf();
    await vi.waitFor(async () => {
      await call();
      expect(problems).toHaveLength(1);
    });
    for (let number = 0; number < 5; number++) expect(await call()).toBe(undefined);
    expect(aws.requests).toHaveLength(1);
    aws.fault = undefined;
    aws.objects.set("/my-bucket/candidate.json", formatBundle(bundle));
    clock.nowMs += 10_000;
    await vi.waitFor(async () => expect(await call()).toBe(bundle.version));
  });

  it("that was loaded stays while its store fails, however long", async () => {
    aws.objects.set("/my-bucket/candidate.json", formatBundle(bundle));
    const { clock, problems, call } = candidateOf({ AUTHORIZER_MAX_STALE_SECONDS: "60" });
    await vi.waitFor(async () => expect(await call()).toBe(bundle.version));
    aws.fault = { kind: "error", status: 500, code: "InternalError" };
    clock.nowMs += 3_600_000;
    expect(await call()).toBe(bundle.version);
    await vi.waitFor(() => expect(problems).toMatchObject([{ keeps: bundle.version }]));
  });

  it("must be signed where the deployment asks for signatures", async () => {
    aws.objects.set("/my-bucket/candidate.json", formatBundle(bundle));
    const { problems, call } = candidateOf({ AUTHORIZER_BUNDLE_PUBLIC_KEY: pemOf(ed25519.publicKey) });
    await vi.waitFor(async () => {
      expect(await call()).toBe(undefined);
      expect(String(problems[0]?.error)).toContain("it is not signed");
    });
  });

  it("that no location names is told of once a minute", async () => {
    const { clock, problems, call } = candidateOf({ AUTHORIZER_SHADOW_BUNDLE: "candidate.json" });
    for (let second = 0; second <= 60; second += 10) {
      expect(await call()).toBe(undefined);
      clock.nowMs += 10_000;
    }
    expect(problems).toMatchObject([{ location: "candidate.json" }, { location: "candidate.json" }]);
  });
});
