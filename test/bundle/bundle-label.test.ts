/**
 * A signed bundle says what it is for and its place in the order of bundles. One that was signed for another deployment, or
 * before the one in use, is refused, no matter who put it into the store.
 */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundle, formatBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { type BundleSource, createBundleSource } from "../../shared/bundle/source/source.ts";
import type { Bundle, BundleLabel } from "../../shared/bundle/types.ts";
import { readSettings } from "../../shared/settings.ts";
import { Candidate } from "../../shared/shadow/candidate.ts";
import { configuration, forge, policy } from "./bundle-fixture.ts";
import { derOf, ed25519, signatureOf } from "./signing-keys.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-label-"));
});
afterAll(() => rm(folder, { recursive: true }));

const here = () => `file:${folder}/bundle.json`;
const publicKey = derOf(ed25519.publicKey);

function bundleOf(label?: BundleLabel, action = "connect:DescribeUser"): Bundle {
  return createBundle(configuration, [policy("p", action)], label);
}

async function put(bundle: Bundle): Promise<void> {
  const text = formatBundle(bundle, signatureOf(bundle.version, ed25519));
  await writeFile(join(folder, "next.json"), text);
  await rename(join(folder, "next.json"), join(folder, "bundle.json"));
}

/** A function that looks at every call. */
function container(environment: Readonly<Record<string, string>> = {}): BundleSource {
  const settings = {
    AUTHORIZER_BUNDLE: here(),
    AUTHORIZER_BUNDLE_PUBLIC_KEY: publicKey,
    AUTHORIZER_REFRESH_SECONDS: "0",
    ...environment,
  };
  return createBundleSource(readSettings(settings), undefined, { onProblem: () => undefined });
}

const refused = (source: BundleSource) =>
  source.current().then(
    ({ version }) => `opened ${version}`,
    (error: Error) => error.message,
  );

describe("a label", () => {
  it("is part of what the version is the hash of", () => {
    const [plain, one, two] = [
      bundleOf(),
      bundleOf({ audience: "a", sequence: 1 }),
      bundleOf({ audience: "b", sequence: 1 }),
    ];
    expect(new Set([plain.version, one.version, two.version]).size).toBe(3);
    expect(openBundle(one).label).toEqual({ audience: "a", sequence: 1 });
    expect(openBundle(plain).label).toEqual({});
    expect(() => openBundle({ ...one, audience: "b" })).toThrow("does not match its version hash");
    expect(() => openBundle({ ...one, sequence: 2 })).toThrow("does not match its version hash");
  });

  it.each([
    { audience: "a" },
    { sequence: 1 },
    { audience: "", sequence: 0 },
    { audience: "a", sequence: 1.5 },
    { audience: "a", sequence: "1" },
    { audience: ["a"], sequence: 1 },
  ])("is whole, or the bundle is refused: %j", (label) => {
    expect(() => openBundle(forge(bundleOf(), label))).toThrow("the policy bundle is refused");
  });
});

describe("where a key is trusted", () => {
  it("a bundle opens that was signed for the place it is loaded from", async () => {
    const bundle = bundleOf({ audience: here(), sequence: 7 });
    await put(bundle);
    expect(await refused(container())).toBe(`opened ${bundle.version}`);
  });

  it("a bundle for another place is refused, and so is one for none", async () => {
    await put(bundleOf({ audience: "s3://staging/policies.json", sequence: 7 }));
    expect(await refused(container())).toContain(
      "is signed for `s3://staging/policies.json` and not for `file:",
    );
    await put(bundleOf());
    expect(await refused(container())).toContain("is signed for no deployment and not for `file:");
  });

  it("a name that the function is given takes the place's place", async () => {
    const named = bundleOf({ audience: "prod", sequence: 7 });
    await put(named);
    expect(await refused(container({ AUTHORIZER_BUNDLE_AUDIENCE: "prod" }))).toBe(`opened ${named.version}`);
    expect(await refused(container({ AUTHORIZER_BUNDLE_AUDIENCE: "test" }))).toContain("and not for `test`");
    await put(bundleOf({ audience: here(), sequence: 7 }));
    expect(await refused(container({ AUTHORIZER_BUNDLE_AUDIENCE: "prod" }))).toContain("and not for `prod`");
  });

  it("the packaged bundle is for its package, unless a name is given", async () => {
    const bundle = bundleOf();
    const packaged = { bundle, signature: signatureOf(bundle.version, ed25519) };
    const environment = { AUTHORIZER_BUNDLE_PUBLIC_KEY: publicKey };
    const quiet = { onProblem: () => undefined };
    expect((await createBundleSource(readSettings(environment), packaged, quiet).current()).version).toBe(
      bundle.version,
    );
    const named = createBundleSource(
      readSettings({ ...environment, AUTHORIZER_BUNDLE_AUDIENCE: "prod" }),
      packaged,
      quiet,
    );
    expect(await refused(named)).toContain("is signed for no deployment and not for `prod`");
  });

  it("an older bundle never takes the place of a newer one, in whatever order they are put there", async () => {
    const sequences = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(sequences, async (published) => {
      const source = container();
      let newest = 0;
      for (const [index, sequence] of published.entries()) {
        const action = index % 2 === 0 ? "connect:DescribeUser" : "connect:DeleteUser";
        await put(bundleOf({ audience: here(), sequence }, action));
        const { label, version } = await source.current();
        const isNewer = sequence > newest;
        newest = Math.max(newest, sequence);
        expect(label.sequence).toBe(newest);
        if (isNewer) expect(version).toBe(bundleOf({ audience: here(), sequence }, action).version);
      }
    });
    await fc.assert(property, { seed: 13, numRuns: 40 });
  });

  it("a container that has had none yet takes none below the least that is asked for", async () => {
    const bundle = bundleOf({ audience: here(), sequence: 41 });
    await put(bundle);
    expect(await refused(container({ AUTHORIZER_BUNDLE_MIN_SEQUENCE: "41" }))).toBe(
      `opened ${bundle.version}`,
    );
    expect(await refused(container({ AUTHORIZER_BUNDLE_MIN_SEQUENCE: "42" }))).toContain(
      "has the sequence 41, less than `AUTHORIZER_BUNDLE_MIN_SEQUENCE` (42)",
    );
    expect(await refused(container({ AUTHORIZER_BUNDLE_MIN_SEQUENCE: "x" }))).toContain(
      "`AUTHORIZER_BUNDLE_MIN_SEQUENCE` must be a whole number up to",
    );
  });

  it("a candidate is one that was signed for the candidate's place", async () => {
    const problems: unknown[] = [];
    const environment = {
      AUTHORIZER_BUNDLE: "package:",
      AUTHORIZER_BUNDLE_AUDIENCE: "prod",
      AUTHORIZER_BUNDLE_MIN_SEQUENCE: "100",
      AUTHORIZER_BUNDLE_PUBLIC_KEY: publicKey,
      AUTHORIZER_SHADOW_BUNDLE: here(),
    };
    const candidate = () => {
      const made = new Candidate(readSettings(environment), undefined, {
        onProblem: (problem) => problems.push(problem),
      });
      made.begin();
      return made.current();
    };
    await put(bundleOf({ audience: "prod", sequence: 101 }));
    expect(await candidate()).toBeUndefined();
    expect(problems).toHaveLength(1);
    const bundle = bundleOf({ audience: here(), sequence: 1 });
    await put(bundle);
    expect((await candidate())?.version).toBe(bundle.version);
  });
});

it("without a trusted key nobody is asked what a bundle was signed for, or when", async () => {
  const source = container({ AUTHORIZER_BUNDLE_PUBLIC_KEY: "" });
  await put(bundleOf({ audience: "elsewhere", sequence: 9 }));
  expect((await source.current()).label.sequence).toBe(9);
  await put(bundleOf({ audience: "elsewhere", sequence: 8 }));
  expect((await source.current()).label.sequence).toBe(8);
});
