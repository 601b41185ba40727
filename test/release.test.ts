/**
 * What a release consists of: the package's files, a bill of materials, licences that may be passed on.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const lock: {
  packages: Record<string, { license?: string; dev?: boolean; devOptional?: boolean; version: string }>;
} = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
const installed = Object.entries(lock.packages).filter(([path]) => path !== "");
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

function npm(...args: string[]): string {
  return execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** An AWS that nothing listens for. */
const nothingAtAws = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_PROFILE: "",
  AWS_MAX_ATTEMPTS: "1",
};

describe("the package", () => {
  it("holds the command line, what it needs and what people read, and nothing else", () => {
    const [packed]: { files: { path: string }[] }[] = JSON.parse(
      npm("pack", "--dry-run", "--json", "--ignore-scripts"),
    );
    const { files }: { files: string[] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(files).toContain("config/authorizer.schema.json");
    // Your own `config/` may be without it.
    const paths = (packed?.files ?? [])
      .map(({ path }) => path)
      .filter((path) => path !== "config/authorizer.schema.json");
    expect(paths.filter((path) => !/^dist\/chunks\/cli-[A-Z0-9]+\.mjs$/.test(path)).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "dist/cli.mjs",
      "package.json",
    ]);
    expect(paths.length).toBeGreaterThan(6);
  });

  it("works where only its own dependencies are", () => {
    const folder = mkdtempSync(join(tmpdir(), "package-"));
    try {
      const [packed]: { filename: string }[] = JSON.parse(
        npm("pack", "--json", "--ignore-scripts", "--pack-destination", folder),
      );
      execFileSync("tar", ["xzf", packed?.filename ?? ""], { cwd: folder });
      const modules = join(folder, "package/node_modules");
      // Nested ones are found by the links: Node.js looks for packages from where a link leads.
      const outer = installed.filter(([path, { dev }]) => !dev && path === `node_modules/${nameOf(path)}`);
      for (const name of outer.map(([path]) => nameOf(path))) {
        mkdirSync(join(modules, name, ".."), { recursive: true });
        symlinkSync(join(root, "node_modules", name), join(modules, name));
      }
      const cli = (...args: string[]) =>
        execFileSync(process.execPath, [join(folder, "package/dist/cli.mjs"), ...args], {
          cwd: folder,
          encoding: "utf8",
          stdio: "pipe",
          env: { ...process.env, ...nothingAtAws },
        });
      const { version }: { version: string } = JSON.parse(
        readFileSync(join(folder, "package/package.json"), "utf8"),
      );
      expect(cli("--version")).toBe(`${version}\n`);
      expect(cli("catalog", "ListQueues")).toContain("GET /queues-summary/{InstanceId}");
      expect(cli("validate", join(root, "examples/aws"))).not.toMatch(/ error /);
      // Each client of the SDK is there, and loads.
      for (const place of ["s3://my-bucket/b.json", "ssm:/b", "appconfig:a/b/c"])
        expect(() => cli("diff", place, join(root, "examples/aws"))).toThrow("ECONNREFUSED");
      expect(() => cli("principal", "list", "--table", "principals")).toThrow("ECONNREFUSED");
      expect(cli("schema")).toBe(readFileSync(join(root, "examples/aws/authorizer.schema.json"), "utf8"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);

  it("is not published by accident", () => {
    expect(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).toMatchObject({ private: true });
  });
});

describe("the bill of materials", () => {
  it("lists exactly the packages that are installed for production, with version, licence and digest", () => {
    const bill: {
      bomFormat: string;
      components: { name: string; version: string; licenses: unknown[]; hashes: unknown[] }[];
    } = JSON.parse(npm("run", "--silent", "sbom"));
    expect(bill.bomFormat).toBe("CycloneDX");
    const listed = bill.components.map(({ name, version }) => `${name}@${version}`);
    const shipped = installed
      .filter(([, { dev, devOptional }]) => !dev && !devOptional)
      .map(([path, { version }]) => `${nameOf(path)}@${version}`);
    expect(listed.sort()).toEqual([...new Set(shipped)].sort());
    for (const { name, licenses, hashes } of bill.components) {
      expect([name, licenses.length, hashes.length]).toEqual([name, 1, 1]);
    }
  });
});

/** Permissive licences: what is in a deployed function or in the package may be passed on with its notice. */
const permissive = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"]);
/** Of tools, which are not passed on. */
const ofTools = new Set([...permissive, "MIT OR Apache-2.0", "MPL-2.0"]);

describe("licences of dependencies", () => {
  it("are permissive for what is deployed", () => {
    const others = installed.filter(([, { dev, license }]) => !dev && !permissive.has(license ?? ""));
    expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  it("are known ones for what is used in development only", () => {
    const others = installed.filter(([, { dev, license }]) => dev && !ofTools.has(license ?? ""));
    expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });
});
