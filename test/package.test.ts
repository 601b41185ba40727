import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const lock: {
  packages: Record<string, { optionalDependencies?: Record<string, string>; version?: string }>;
} = JSON.parse(readFileSync(new URL("package-lock.json", root), "utf8"));
const manifest: Record<"devDependencies", Record<string, string>> = JSON.parse(
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

/** Ours, and those of the folders that hold packages of their own. */
const lockFiles = [
  "",
  "bench/",
  "docs/style/",
  ...readdirSync(new URL("tools/", root)).map((name) => `tools/${name}/`),
]
  .map((folder) => `${folder}package-lock.json`)
  .filter((file) => existsSync(new URL(file, root)));

describe.each(lockFiles)("%s", (file) => {
  // npm leaves it out if a mirror does not hold the package, and then accepts any content from a registry.
  it("has the integrity hash of every package", () => {
    const { packages }: { packages: Record<string, { integrity?: string; link?: boolean }> } = JSON.parse(
      readFileSync(new URL(file, root), "utf8"),
    );
    const entries = Object.entries(packages).filter(([path, { link }]) => path !== "" && !link);
    expect(entries.length).toBeGreaterThan(10);
    const form = /^sha512-[A-Za-z0-9+/]{86}==$/;
    expect(entries.filter(([, { integrity = "" }]) => !form.test(integrity)).map(([path]) => path)).toEqual(
      [],
    );
  });
});

describe("package.json", () => {
  it("pins every dependency to one version", () => {
    const versions = Object.values(manifest.devDependencies);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("brings into the product only packages that docs/decisions/0001 gives a reason for", () => {
    const reasons = readFileSync(new URL("docs/decisions/0001-runtime-dependencies.md", root), "utf8");
    const bill: { components: { name: string }[] } = JSON.parse(
      readFileSync(new URL("dist/package/sbom.cdx.json", root), "utf8"),
    );
    const direct = bill.components.filter(({ name }) => name in manifest.devDependencies);
    expect(direct.length).toBeGreaterThan(10);
    expect(direct.filter(({ name }) => !reasons.includes(`\`${name}\``))).toEqual([]);
  });
});
