/** What of others is inside the product: packages, their licences, the bill of materials. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeBill } from "../../tools/package/bill-of-materials.ts";
import { allowedLicences, formatLicences } from "../../tools/package/licences.ts";
import { findPackagesInside, type Locked, readLocked } from "../../tools/package/packages-inside.ts";
import { product, root } from "./product.ts";

const integrity = `sha512-${Buffer.alloc(64, 1).toString("base64")}`;
const checkout = mkdtempSync(join(tmpdir(), "checkout-"));
afterAll(() => rmSync(checkout, { recursive: true }));

const locked: Locked = {
  "node_modules/a": { version: "1.0.0", license: "MIT", integrity, dependencies: { between: "*", b: "*" } },
  "node_modules/a/node_modules/b": { version: "1.5.0", license: "ISC", integrity },
  "node_modules/between": { version: "1.0.0", license: "MIT", integrity, dependencies: { "@s/c": "*" } },
  "node_modules/b": { version: "2.0.0", license: "ISC", integrity },
  "node_modules/@s/c": { version: "3.0.0", license: "Apache-2.0", integrity },
};
writeFileSync(join(checkout, "package-lock.json"), JSON.stringify({ packages: locked }));
for (const [folder, { version, license }] of Object.entries(locked)) {
  const name = folder.replace(/^.*node_modules\//, "");
  mkdirSync(join(checkout, folder), { recursive: true });
  writeFileSync(join(checkout, folder, "package.json"), JSON.stringify({ name, version, license }));
  writeFileSync(join(checkout, folder, "LICENSE.md"), `licence ${license}\r\n`);
}
writeFileSync(join(checkout, "node_modules/a/NOTICE"), "notice of a");

const metafile = (inputs: Record<string, number>) => ({
  outputs: {
    "out.mjs": {
      bytes: 1,
      imports: [],
      exports: [],
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }]),
      ),
    },
  },
});

const inside = findPackagesInside(checkout, [
  metafile({ "tools/cli/main.ts": 9, "node_modules/a/x.js": 5, "node_modules/a/node_modules/b/x.js": 5 }),
  metafile({ "node_modules/@s/c/x.js": 5, "node_modules/between/x.js": 0 }),
]);

describe("the packages inside", () => {
  it("are those that have bytes in an output", () => {
    expect(inside.map(({ name, version }) => `${name}@${version}`)).toEqual([
      "@s/c@3.0.0",
      "a@1.0.0",
      "b@1.5.0",
    ]);
  });

  it("must be installed as the lock file says", () => {
    const other = { ...locked, "node_modules/a": { ...locked["node_modules/a"], version: "1.0.1" } };
    writeFileSync(join(checkout, "package-lock.json"), JSON.stringify({ packages: other }));
    expect(() => findPackagesInside(checkout, [metafile({ "node_modules/a/x.js": 5 })])).toThrow(
      "`node_modules/a` is not what package-lock.json has; run `npm ci`",
    );
  });
});

describe("the text of licences", () => {
  it("has each licence once, with the packages that it is of, and their notices", () => {
    const text = formatLicences(checkout, inside);
    expect(text).toContain("a@1.0.0 (MIT)\n\nlicence MIT\n\nnotice of a\n");
    expect(text).toContain("b@1.5.0 (ISC)\n\nlicence ISC\n");
  });

  it("fails for a licence that is not allowed, and for one without a text", () => {
    const [first] = inside;
    if (first === undefined) throw new Error("no package");
    mkdirSync(join(checkout, "node_modules/bare"));
    const wrong = [
      { ...first, name: "copyleft", licence: "GPL-3.0" },
      { ...first, name: "bare", folder: "node_modules/bare" },
    ];
    expect(() => formatLicences(checkout, wrong)).toThrow(
      "the package can't be passed on: `copyleft` has the licence `GPL-3.0`, which is not allowed; `bare` has no licence file",
    );
  });
});

describe("the bill of materials", () => {
  it("says which package brings which, across packages without code inside", () => {
    const about = {
      name: "p",
      version: "1.0.0",
      license: "MIT",
      description: "d",
      devDependencies: { a: "*" },
    };
    expect(makeBill(about, inside, locked)).toMatchObject({
      dependencies: [
        { ref: "p@1.0.0", dependsOn: ["a@1.0.0"] },
        { ref: "@s/c@3.0.0", dependsOn: [] },
        { ref: "a@1.0.0", dependsOn: ["@s/c@3.0.0", "b@1.5.0"] },
        { ref: "b@1.5.0", dependsOn: [] },
      ],
    });
  });
});

interface Component {
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly { readonly content: string }[];
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
}

describe("the product's bill of materials", () => {
  const bill: { components: Component[]; dependencies: { ref: string; dependsOn: string[] }[] } = JSON.parse(
    readFileSync(join(product, "sbom.cdx.json"), "utf8"),
  );
  const names = bill.components.map(({ name }) => name);

  it("has what the program and the functions need, and no tool of ours", () => {
    expect(names).toEqual(
      expect.arrayContaining(["@aws-sdk/client-s3", "aws-jwt-verify", "commander", "yaml", "zod"]),
    );
    const tools = ["vitest", "typescript", "esbuild", "@biomejs/biome", "fast-check"];
    expect(names.filter((name) => tools.includes(name))).toEqual([]);
  });

  it("has version, digest and licence of the lock file, and every licence is one that may be passed on", () => {
    const all = Object.entries(readLocked(root)).map(([folder, { version, integrity = "" }]) => {
      const digest = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
      return `${folder.replace(/^.*node_modules\//, "")} ${version} ${digest}`;
    });
    for (const { name, version, hashes, licenses } of bill.components) {
      expect(all).toContain(`${name} ${version} ${hashes[0]?.content}`);
      expect([...allowedLicences]).toContain(licenses[0]?.license.id);
    }
  });

  it("brings in every package by another one, or by ours", () => {
    const brought = new Set(bill.dependencies.flatMap(({ dependsOn }) => dependsOn));
    const refs = bill.components.map(({ name, version }) => `${name}@${version}`);
    expect(refs.filter((ref) => !brought.has(ref))).toEqual([]);
  });

  it("has the packages of THIRD-PARTY-LICENSES.txt", () => {
    const text = readFileSync(join(product, "THIRD-PARTY-LICENSES.txt"), "utf8");
    const named = [...text.matchAll(/^(@?[\w./-]+@[\w.-]+) \([\w. -]+\)$/gm)].map(([, ref]) => ref);
    expect([...new Set(named)].sort()).toEqual(
      bill.components.map(({ name, version }) => `${name}@${version}`).sort(),
    );
  });
});

/** Of tools, which are not passed on. */
const ofTools = new Set([...allowedLicences, "MIT OR Apache-2.0", "MPL-2.0"]);

describe("licences of all that is installed", () => {
  it("are known ones", () => {
    const others = Object.entries(readLocked(root)).filter(
      ([path, { license }]) => path !== "" && !ofTools.has(license ?? ""),
    );
    expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });
});
