import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const lock: {
  packages: Record<
    string,
    { optionalDependencies?: Record<string, string>; version?: string; license?: string; dev?: boolean }
  >;
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

/** Licences under which code may be part of what is deployed: they ask for no more than their notice. */
const allowedLicences = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"];

it("what is deployed has a licence that allows it, package by package", () => {
  const deployed = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && !dev);
  expect(deployed.length).toBeGreaterThan(10);
  expect(deployed.filter(([, { license }]) => !allowedLicences.includes(license ?? ""))).toEqual([]);
});

it("npm run sbom lists every package that we name, in the version of the lock file", () => {
  const text = execFileSync("npm", ["run", "--silent", "sbom"], {
    cwd: fileURLToPath(root),
    encoding: "utf8",
  });
  const { bomFormat, components }: { bomFormat: string; components: { "bom-ref": string }[] } =
    JSON.parse(text);
  expect(bomFormat).toBe("CycloneDX");
  const listed = new Set(components.map((component) => component["bom-ref"]));
  const named = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(named.filter(([name, version]) => !listed.has(`${name}@${version}`))).toEqual([]);
}, 60_000);

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
