/**
 * What a command does grows in proportion to the configuration: by counts of what is done, never by a clock. The work is
 * counted for three sizes, each twice the one before; of work in proportion the second step is twice the first.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { askedTeam, writeAuthorConfiguration } from "../../bench/sets/author-configuration.ts";
import type { Binding, Bundle } from "../../shared/bundle/types.ts";
import { loadConfiguration } from "../../tools/authoring/configuration/load-configuration.ts";
import { compareSettings } from "../../tools/authoring/diff/compare-configuration.ts";
import { compareAccess } from "../../tools/authoring/diff/prove.ts";
import { run } from "./command-run.ts";

const counts = vi.hoisted(() => ({ calls: new Map<string, number>(), open: 0, mostOpen: 0 }));

/** Counts the calls of a module's functions. */
const counted = vi.hoisted(() => (module: Readonly<Record<string, unknown>>) => {
  const wrapped = Object.entries(module).map(([name, value]): [string, unknown] => {
    if (typeof value !== "function" || /^[A-Z]/.test(name)) return [name, value];
    const call = value as (...given: unknown[]) => unknown;
    const counting = (...given: unknown[]) => {
      counts.calls.set(name, (counts.calls.get(name) ?? 0) + 1);
      return call(...given);
    };
    return [name, counting];
  });
  return Object.fromEntries(wrapped);
});

vi.mock("../../shared/reach/patterns/automaton.ts", async (original) => counted(await original()));
vi.mock("../../shared/reach/patterns/pattern-codes.ts", async (original) => counted(await original()));
vi.mock("../../shared/reach/patterns/regions.ts", async (original) => counted(await original()));
vi.mock("../../tools/authoring/document/parse-json.ts", async (original) => counted(await original()));
vi.mock("../../shared/reach/layer-reach.ts", async (original) => counted(await original()));
vi.mock("../../shared/reach/resource-range.ts", async (original) => counted(await original()));
vi.mock("../../tools/authoring/nearest-name.ts", async (original) => counted(await original()));
vi.mock("../../shared/policy/evaluate/compile-statement.ts", async (original) => counted(await original()));
vi.mock("../../shared/policy/pattern/resource-pattern.ts", async (original) => counted(await original()));
vi.mock("../../shared/policy/condition/condition.ts", async (original) => counted(await original()));
vi.mock("../../shared/bundle/canonical-json.ts", async (original) => counted(await original()));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const readFile = (path: string, done: (error: Error | null, bytes: Buffer) => void) => {
    counts.open += 1;
    counts.mostOpen = Math.max(counts.mostOpen, counts.open);
    fs.readFile(path, (error, bytes) => {
      counts.open -= 1;
      done(error, bytes);
    });
  };
  return { ...fs, readFile };
});

const sizes = [10, 20, 40];
const folder = mkdtempSync(join(tmpdir(), "authors cost "));
const pathOf = (policies: number, isChanged = false) =>
  join(folder, `${policies}${isChanged ? " changed" : ""}`);

beforeAll(() => {
  for (const policies of sizes)
    for (const isChanged of [false, true])
      writeAuthorConfiguration(pathOf(policies, isChanged), { policies, isChanged, changedOnceIn: 5 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Work whose second step is far more than twice its first: with each policy, every other one is done more. */
function unproportional(works: readonly ReadonlyMap<string, number>[]): readonly string[] {
  const names = new Set(works.flatMap((work) => [...work.keys()]));
  return [...names].flatMap((name) => {
    const [one = 0, two = 0, four = 0] = works.map((work) => work.get(name) ?? 0);
    // A few calls more come of what is done once for each kind of thing.
    return four - two > 2.5 * (two - one) + 20 ? `${name}: ${one}, ${two}, ${four}` : [];
  });
}

const commands: readonly (readonly [string, number, (policies: number) => readonly string[]])[] = [
  ["validate", 0, (policies) => ["validate", pathOf(policies)]],
  ["bundle", 0, (policies) => ["bundle", pathOf(policies), "--out", `${pathOf(policies)}.json`]],
  ["who-can", 0, (policies) => ["who-can", "DescribeQueue", askedTeam({ policies }).queue, pathOf(policies)]],
  [
    "what-can",
    0,
    (policies) => ["what-can", "--group", askedTeam({ policies }).group, "--config", pathOf(policies)],
  ],
  [
    "explain",
    0,
    (policies) => [
      ...["explain", "DescribeQueue", "--group", askedTeam({ policies }).group],
      ...["--config", pathOf(policies)],
    ],
  ],
  ["diff", 1, (policies) => ["diff", pathOf(policies), pathOf(policies, true)]],
  ["role-policy", 0, (policies) => ["role-policy", pathOf(policies)]],
];

describe("a command of a configuration that is twice as large", () => {
  it.each(commands)("does at most twice the work: %s", async (_name, status, argumentsFor) => {
    const works: ReadonlyMap<string, number>[] = [];
    for (const policies of [sizes[0] ?? 0, ...sizes]) {
      counts.calls.clear();
      counts.mostOpen = 0;
      const ran = await run(argumentsFor(policies));
      expect(ran.status, ran.stderr).toBe(status);
      expect(counts.mostOpen).toBeGreaterThan(1);
      expect(counts.mostOpen).toBeLessThanOrEqual(32);
      works.push(new Map(counts.calls));
    }
    // The first run also fills what is made once in a process.
    expect(works[1]?.get("compileStatement") ?? 0).toBeGreaterThan(50);
    expect(unproportional(works.slice(1))).toEqual([]);
  });

  it("reads each binding a few times, however many there are", async () => {
    const works: ReadonlyMap<string, number>[] = [];
    for (const policies of sizes) {
      const reads = new Map<string, number>();
      const [older, newer] = [await load(pathOf(policies)), await load(pathOf(policies, true))].map(
        (bundle) => countBindings(bundle, reads),
      );
      if (!older || !newer) throw new Error("no bundles");
      expect(compareAccess(older, newer).length).toBeGreaterThan(0);
      compareSettings(older, newer);
      works.push(reads);
    }
    expect(works[0]?.get("match")).toBeGreaterThan(10);
    expect(unproportional(works)).toEqual([]);
  });
});

async function load(path: string): Promise<Bundle> {
  const loaded = await loadConfiguration(path);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
  return loaded.bundle;
}

/** The same bundle, which counts how often its bindings are looked at. */
function countBindings(bundle: Bundle, reads: Map<string, number>): Bundle {
  const watch = (binding: Binding) =>
    new Proxy(binding, {
      get(target, name, receiver) {
        reads.set(String(name), (reads.get(String(name)) ?? 0) + 1);
        return Reflect.get(target, name, receiver);
      },
    });
  return { ...bundle, config: { ...bundle.config, bindings: bundle.config.bindings.map(watch) } };
}
