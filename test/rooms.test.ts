import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Floors from top to bottom. A file may import from its own room and from floors below; never upward, never from
 * another room of its own floor.
 */
const floors: readonly (readonly string[])[] = [
  ["tools/events"],
  ["tools/local", "tools/bench", "tools/mutation"],
  ["functions/authorizer", "functions/preflight", "functions/proxy", "tools/cli"],
  ["tools/catalog"],
  ["shared/shadow"],
  ["shared/authorize.ts"],
  ["shared/config", "shared/audit"],
  ["shared/policy", "shared/identity", "shared/request", "shared/connect"],
  ["tools/dynalite"],
  ["tools/install-packages.ts"],
  ["shared/catalog"],
  ["shared/observe"],
  ["shared/ascii.ts", "shared/endpoint.ts", "shared/errors.ts", "shared/json-members.ts"],
];

/** The joining page and the few files that belong to it. */
const joining = [
  "shared/call-context.ts",
  "shared/caller-session.ts",
  "shared/decide-with-attachments.ts",
  "shared/decide-with-facts.ts",
  "shared/decision-report.ts",
  "shared/join-attachments.ts",
  "shared/verify-caller.ts",
];

const root = resolve(import.meta.dirname, "..");

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name));
}

function roomOf(file: string): string | undefined {
  if (joining.includes(file)) return "shared/authorize.ts";
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

const files = ["functions", "shared", "tools"].flatMap(sourceFiles);
const arrows = files.flatMap(arrowsOf).filter(({ to }) => to.endsWith(".ts"));

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

  it("leave shared/policy knowing nothing but errors and letters", () => {
    const outside = arrows.filter(
      ({ from, to }) => from.startsWith("shared/policy/") && !to.startsWith("shared/policy/"),
    );
    expect(new Set(outside.map(({ to }) => to))).toEqual(new Set(["shared/ascii.ts", "shared/errors.ts"]));
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
});
