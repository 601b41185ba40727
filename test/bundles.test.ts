/**
 * What is inside each deployed bundle, and what must never be. `npm run build` makes them.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Metafile {
  readonly outputs: Record<
    string,
    { readonly bytes: number; readonly inputs: Record<string, { readonly bytesInOutput: number }> }
  >;
}

function built(name: string): { bytes: number; inputs: string[] } {
  const meta: Metafile = JSON.parse(
    readFileSync(new URL(`../dist/${name}/meta.json`, import.meta.url), "utf8"),
  );
  const [output] =
    Object.entries(meta.outputs)
      .find(([file]) => file.endsWith("index.mjs"))
      ?.slice(1) ?? [];
  if (typeof output !== "object") throw new Error(`no bundle of ${name}: run npm run build`);
  return { bytes: output.bytes, inputs: Object.keys(output.inputs) };
}

/** Author-side code: it reads formats that no Lambda is given. */
const authorSide = [
  "node_modules/yaml/",
  "node_modules/commander/",
  "shared/policy/parse.ts",
  "shared/policy/explain.ts",
  "shared/policy/simulate.ts",
  "shared/config/load-configuration.ts",
  "tools/",
  "test/",
];

const cases = [
  {
    name: "authorizer",
    maxBytes: 200_000,
    absent: [
      ...authorSide,
      "node_modules/@aws-sdk/",
      "node_modules/@smithy/",
      "shared/connect/",
      "shared/request/schemas.ts",
    ],
    present: [
      "shared/authorize.ts",
      "shared/policy/evaluate.ts",
      "node_modules/aws-jwt-verify/",
      "dist/bundle.json",
    ],
  },
  {
    name: "proxy",
    maxBytes: 870_000,
    absent: [...authorSide, "node_modules/aws-jwt-verify/"],
    present: [
      "shared/authorize.ts",
      "shared/policy/evaluate.ts",
      "shared/connect/send.ts",
      // What the authorizer must not hold: by these very paths it would be found.
      "node_modules/@aws-sdk/client-connect/",
      "node_modules/@smithy/",
      "shared/request/schemas.ts",
      "dist/bundle.json",
    ],
  },
  {
    // The proxy for a function URL: what verifies tokens besides.
    name: "standalone",
    maxBytes: 920_000,
    absent: authorSide,
    present: ["shared/connect/send.ts", "node_modules/aws-jwt-verify/", "dist/bundle.json"],
  },
];

describe.each(cases)("the $name's bundle", ({ name, maxBytes, absent, present }) => {
  const { bytes, inputs } = built(name);

  it(`is at most ${maxBytes} bytes`, () => {
    expect(bytes).toBeLessThanOrEqual(maxBytes);
  });

  it.each(present)("holds %s", (path) => {
    expect(inputs.some((input) => input.startsWith(path))).toBe(true);
  });

  it.each(absent)("does not hold %s", (path) => {
    expect(inputs.filter((input) => input.startsWith(path))).toEqual([]);
  });
});
