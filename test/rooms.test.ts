import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Floors from top to bottom. A file may import from its own room and from floors below; never upward, never from
 * another room of its own floor.
 */
const floors: readonly (readonly string[])[] = [
  ["tools/events", "tools/package", "bench"],
  ["tools/cli"],
  ["tools/library", "tools/local", "tools/mutation"],
  ["functions/authorizer", "functions/authzen", "functions/mcp", "functions/preflight", "functions/proxy"],
  ["tools/console", "tools/openapi"],
  ["tools/catalog"],
  ["tools/authoring"],
  ["shared/reach", "shared/call"],
  ["shared/shadow"],
  ["shared/decide"],
  ["shared/principals"],
  ["shared/bundle", "shared/connect"],
  ["shared/request"],
  ["shared/policy", "shared/identity", "shared/catalog", "shared/audit"],
  ["shared/observe"],
  ["tools/dynalite"],
  ["tools/install-packages.mjs"],
  ["shared/settings.ts"],
  [
    "shared/ascii.ts",
    "shared/endpoint.ts",
    "shared/errors.ts",
    "shared/json-members.ts",
    "shared/lru.ts",
    "shared/shape.ts",
    "shared/time.ts",
  ],
  ["shared/without-controls.ts"],
];

/** Lower it when one goes. */
const mostCircles = 0;

const root = resolve(import.meta.dirname, "..");

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(folder, name));
}

function roomOf(file: string): string | undefined {
  return floors.flat().find((room) => file === room || file.startsWith(`${room}/`));
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

function arrowsOf(file: string): Arrow[] {
  const text = readFileSync(join(root, file), "utf8");
  const imports = text.matchAll(
    /^(?:import|export)\s(type\s)?[^;]*?from\s+"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gm,
  );
  return [...imports].map((match) => ({
    from: file,
    to: relative(root, resolve(root, dirname(file), match[2] ?? match[3] ?? "")),
    isTypeOnly: match[1] !== undefined,
  }));
}

const files = ["functions", "shared", "tools", "bench"].flatMap(sourceFiles);
const arrows = files.flatMap(arrowsOf).filter(({ to }) => /\.tsx?$/.test(to));

describe("the rooms", () => {
  it("hold every source file", () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it("are joined by imports that run downhill only", () => {
    const wrong = arrows.filter(({ from, to, isTypeOnly }) => {
      const [own = "", other = ""] = [roomOf(from), roomOf(to)];
      if (own === other) return false;
      // A type costs nothing at run time: the floor's neighbours may share shapes, though never upward.
      const [here, there] = [floorOf(own), floorOf(other)];
      return isTypeOnly ? there < here : there <= here;
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("leave shared/policy knowing nothing but errors, letters and shapes", () => {
    const outside = arrows.filter(
      ({ from, to }) => from.startsWith("shared/policy/") && !to.startsWith("shared/policy/"),
    );
    expect(new Set(outside.map(({ to }) => to))).toEqual(
      new Set(["shared/ascii.ts", "shared/errors.ts", "shared/shape.ts"]),
    );
  });

  it("leave shared/policy without packages", () => {
    const packages = files
      .filter((file) => file.startsWith("shared/policy/"))
      .flatMap((file) =>
        [...readFileSync(join(root, file), "utf8").matchAll(/from\s+"([^."][^"]*)"/g)].map(
          (match) => `${file} ${match[1]}`,
        ),
      );
    expect(packages).toEqual([]);
  });

  it("keep what is deployed apart from tools/", () => {
    const deployed = reachedFrom(files.filter((file) => file.startsWith("functions/")));
    expect(deployed.size).toBeGreaterThan(150);
    expect([...deployed].filter((file) => !/^(?:functions|shared)\//.test(file))).toEqual([]);
  });

  it("hold in shared/ only what the functions load", () => {
    const deployed = reachedFrom(files.filter((file) => file.startsWith("functions/")));
    expect(files.filter((file) => file.startsWith("shared/") && !deployed.has(file))).toEqual([]);
  });

  it("have sub-rooms where a folder has more than 12 files", () => {
    const folders = grouped(files, (file) => dirname(file));
    const names = [...folders.keys()];
    const crowded = [...folders].filter(
      ([folder, own]) => own.length > 12 && !names.some((name) => name.startsWith(`${folder}/`)),
    );
    expect(crowded.map(([folder, own]) => `${folder} ${own.length}`)).toEqual([]);
  });

  it("have few import circles, and never more", () => {
    const circles = circlesOf(files, arrows);
    expect(circles.length, JSON.stringify(circles, null, 2)).toBeLessThanOrEqual(mostCircles);
  });
});

/** Every file that some files import, directly or not. */
function reachedFrom(entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>(entries);
  for (const file of reached) for (const { from, to } of arrows) if (from === file) reached.add(to);
  return reached;
}

/** The sets of files that import each other in a circle, types included. */
function circlesOf(all: readonly string[], edges: readonly Arrow[]): string[][] {
  const targets = grouped(edges, ({ from }) => from);
  const reach = new Map(all.map((file) => [file, new Set(targets.get(file)?.map(({ to }) => to))]));
  // Transitive closure: the files are few enough.
  for (const own of reach.values())
    for (const file of own) for (const next of reach.get(file) ?? []) own.add(next);
  const circular = all.filter((file) => reach.get(file)?.has(file));
  const groups = grouped(circular, (file) =>
    circular.filter((other) => reach.get(file)?.has(other) && reach.get(other)?.has(file)).join(" "),
  );
  return [...groups.values()];
}

function grouped<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}
