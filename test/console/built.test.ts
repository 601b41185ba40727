/** What is in the built page, and where it must never be. `npm run build` makes it. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

describe.each(["dist/console", "dist/package/console"])("the page in %s", (folder) => {
  const files = readdirSync(join(root, folder)).map((name) => ({
    name,
    bytes: readFileSync(join(root, folder, name)),
  }));

  it("has 600 kB at most when it is compressed", () => {
    const total = files.reduce((sum, { bytes }) => sum + gzipSync(bytes).length, 0);
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThan(600_000);
  });

  it("evaluates no text, and writes no markup", () => {
    const scripts = files.filter(({ name }) => name.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(1);
    for (const { name, bytes } of scripts)
      expect(bytes.toString(), name).not.toMatch(
        /\beval\(|new Function\(|document\.write|insertAdjacentHTML/,
      );
  });
});

it("no function has anything of the console inside", () => {
  for (const name of ["authorizer", "authzen", "mcp", "preflight", "proxy", "standalone"]) {
    const meta: { inputs: object } = JSON.parse(readFileSync(join(root, `dist/${name}/meta.json`), "utf8"));
    const inputs = Object.keys(meta.inputs);
    expect(inputs.length).toBeGreaterThan(3);
    expect(inputs.filter((file) => /^tools\/|node_modules\/preact\//.test(file))).toEqual([]);
  }
});
