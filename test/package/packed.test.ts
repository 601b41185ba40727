/** What `npm pack` packs, and what package.json says of it. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { product, productFiles, root } from "./product.ts";

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

const [packed]: readonly Packed[] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  }),
);
const isChunk =
  /^(?:(?:chunks|functions\/\w+)\/[\w-]+-[A-Z0-9]{8}\.mjs|console\/\w+-[A-Z0-9]{8}\.(?:js|css|svg))$/;

describe("the package", () => {
  it("holds the product and what people read, and nothing else", () => {
    const paths = (packed?.files ?? []).map(({ path }) => path).sort();
    const read = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];
    expect(paths).toEqual([...read, ...productFiles().map((path) => `dist/package/${path}`)].sort());
  });

  it("holds program, console, functions, templates, schemas, licences and bill of materials", () => {
    expect(productFiles().filter((path) => !isChunk.test(path))).toEqual([
      "THIRD-PARTY-LICENSES.txt",
      "cli.mjs",
      "console/index.html",
      "errors.d.ts",
      "functions/authorizer/index.mjs",
      "functions/authzen/index.mjs",
      "functions/mcp/index.mjs",
      "functions/preflight/index.mjs",
      "functions/proxy/index.mjs",
      "functions/standalone/index.mjs",
      "index.d.ts",
      "index.mjs",
      "policy-types.d.ts",
      "policy.d.ts",
      "policy.mjs",
      "sbom.cdx.json",
      "schemas/audit.schema.json",
      "schemas/authorizer.schema.json",
      "schemas/environment.schema.json",
      "schemas/policy.schema.json",
      "schemas/tests.schema.json",
      "templates/http.yaml",
      "templates/rest.yaml",
      "types.d.ts",
    ]);
  });

  it("is small", () => {
    // A quarter of it is the console, a third the doors.
    expect(packed?.size).toBeLessThan(3_000_000);
    expect(packed?.unpackedSize).toBeLessThan(12_000_000);
  });

  it("installs nothing else", () => {
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).not.toHaveProperty("private");
    const optional = Object.keys(manifest.peerDependencies).map((name) => [name, { optional: true }]);
    expect(manifest.peerDependenciesMeta).toEqual(Object.fromEntries(optional));
  });

  it("runs nothing when it is installed, and npm does not warn of a script that would", () => {
    const asked = ["preinstall", "install", "postinstall", "prepare"];
    expect(Object.keys(manifest.scripts).filter((name) => asked.includes(name))).toEqual([]);
  });

  it("has each file that package.json names", () => {
    const exported = Object.values(manifest.exports).flatMap((each) =>
      typeof each === "string" ? each : Object.values(each),
    );
    const named = [manifest.types, ...Object.values(manifest.bin), ...exported];
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(readFileSync(join(product, "cli.mjs"), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it("says nothing of the machine that it was made on", () => {
    const machine = [root, homedir()].filter((folder) => folder !== "/");
    const telling = productFiles().filter((path) => {
      const text = readFileSync(join(product, path), "utf8");
      return machine.some((folder) => text.includes(folder + sep));
    });
    expect(telling).toEqual([]);
  });

  it("has functions whose bundle is a file beside them, which connect-authorizer build writes", () => {
    for (const name of ["authorizer", "authzen", "mcp", "preflight", "proxy", "standalone"]) {
      const code = readFileSync(join(product, "functions", name, "index.mjs"), "utf8");
      expect(code.match(/from"\.\/bundle\.mjs"/g)).toHaveLength(1);
      expect(existsSync(join(product, "functions", name, "bundle.mjs"))).toBe(false);
    }
  });

  it("has functions that do not load without it, so that they refuse every call", () => {
    const file = pathToFileURL(join(product, "functions/authorizer/index.mjs"));
    const { status, stderr } = spawnSync(process.execPath, ["--eval", `import("${file}")`], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/ERR_MODULE_NOT_FOUND[\s\S]*bundle\.mjs/)]);
  });
});
