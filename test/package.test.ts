import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const lock: {
  packages: Record<string, { optionalDependencies?: Record<string, string>; version?: string }>;
} = JSON.parse(readFileSync(new URL("package-lock.json", root), "utf8"));
const manifest: Record<"dependencies" | "devDependencies", Record<string, string>> = JSON.parse(
  readFileSync(new URL("package.json", root), "utf8"),
);

describe("the lock file", () => {
  // npm leaves out what a mirror does not hold, and `npm ci` then fails on every machine.
  it("names the packages of every platform, not only of the one it was made on", () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe("package.json", () => {
  it("pins every dependency to one version", () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("names no runtime dependency that docs/decisions/0001 gives no reason for", () => {
    const reasons = readFileSync(new URL("docs/decisions/0001-runtime-dependencies.md", root), "utf8");
    expect(Object.keys(manifest.dependencies).filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
  });
});
