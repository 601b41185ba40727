/** `npm run build` removes what it wrote before, and never what it is made of. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { buildBundle } from "../tools/build.mjs";

const dist = resolve(import.meta.dirname, "../dist");
const work = mkdtempSync(join(tmpdir(), "build input "));
const link = join(work, "link.json");
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => rmSync(work, { recursive: true }));

const inputs: readonly (readonly [variable: string, path: string])[] = [
  ["AUTHORIZER_CONFIG", "dist/bundle.json"],
  ["AUTHORIZER_CONFIG", join(dist, "../tools/../dist/bundle.json")],
  ["AUTHORIZER_CONFIG", link],
  ["AUTHORIZER_CONFIG", "dist/package/config"],
  ["AUTHORIZER_CONFIG", "dist/standalone"],
  ["AUTHORIZER_SIGN", "dist/authorizer/key.pem"],
];

it.each(inputs)("%s=%s is refused, and stays", async (variable, path) => {
  const bundle = join(dist, "bundle.json");
  if (path === link) symlinkSync(bundle, link);
  const kept = readFileSync(bundle, "utf8");
  const said = vi.spyOn(console, "error").mockReturnValue();
  vi.stubEnv(variable, path);
  expect(await buildBundle()).toBe(2);
  expect(said.mock.calls).toEqual([
    [expect.stringContaining(`\`${variable}\` names \`${path}\`, which a build removes`)],
  ]);
  expect(readFileSync(bundle, "utf8")).toBe(kept);
});
