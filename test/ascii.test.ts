/**
 * Case that is ignored is that of A to Z, wherever it is ignored.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { lowerAscii } from "../shared/ascii.ts";

describe("lowerAscii", () => {
  it("folds A to Z and leaves every other character as it is", () => {
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      const isUpper = character >= "A" && character <= "Z";
      const folded = isUpper ? String.fromCharCode(code + 32) : character;
      // Beside a letter that is folded, in a text of ASCII and in one that is not.
      for (const [before, after] of [
        ["Ab", "ab"],
        ["É", "É"],
      ] as const) {
        if (lowerAscii(before + character) !== after + folded) expect.fail(`U+${code.toString(16)}`);
      }
    }
  });

  it("never makes one name of two that AWS tells apart", () => {
    for (const [odd, plain] of [
      ["\u212a", "k"],
      ["\u017f", "s"],
      ["\u0130", "i"],
      ["\u0131", "i"],
      ["\ufb01", "fi"],
    ] as const) {
      expect(lowerAscii(odd)).not.toBe(lowerAscii(plain));
      expect(lowerAscii(odd)).not.toBe(lowerAscii(plain.toUpperCase()));
    }
  });
});

/** What folds more than A to Z, and where that is meant. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // The helper itself.
  "shared/ascii.ts": ["toLowerCase", "toLowerCase"],
  // Looks for letters beyond A to Z, by which a comparison is undecided.
  "shared/policy/condition/value-matcher.ts": ["toLowerCase", "toUpperCase"],
  // Writes texts whose comparison is undecided.
  "shared/reach/implication/text-values.ts": ["toLowerCase", "toUpperCase"],
  // Write texts of our own: hexadecimal digits, the names of services, the words of identifiers, codes, flags and help, headings.
  "shared/bundle/stores/aws.ts": ["toUpperCase", "toUpperCase"],
  "tools/catalog/derive-targets.ts": ["toUpperCase"],
  "tools/local/connect/families/words.ts": ["toUpperCase"],
  "tools/authoring/access/access-page.ts": ["toUpperCase"],
  "tools/cli/command.ts": ["toUpperCase"],
  "tools/cli/formats/github.ts": ["toUpperCase"],
  "tools/cli/formats/sarif.ts": ["toLowerCase", "toUpperCase"],
  "tools/cli/reference.ts": ["toUpperCase"],
  // Reads an environment variable of the deployment.
  "shared/observe/log.ts": ["toUpperCase"],
};

const root = resolve(import.meta.dirname, "..");
const files = ["functions", "shared", "tools"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name)),
);
/** Methods that know of letters beyond ASCII, and regular expressions that ignore case by Unicode's rules. */
const wider =
  /\b(?:to(?:Locale)?(?:Lower|Upper)Case|localeCompare|Collator)\b|\/(?!div>)(?=[dgmsy]*i?[dgmsy]*[uv])(?=[dgmsuvy]*i)[dgimsuvy]{2,8}(?![\w-])/g;

describe("the source", () => {
  it("ignores case by lowerAscii alone, but where the list says why", () => {
    const found = files.flatMap((file) => {
      const code = readFileSync(join(root, file), "utf8").replaceAll(/^\s*(?:\*|\/\/).*$|^import .*$/gm, "");
      const names = [...code.matchAll(wider)].map(([match]) => match);
      return names.length === 0 ? [] : [[file, names.sort()] as const];
    });
    expect(Object.fromEntries(found), "use lowerAscii of shared/ascii.ts, or say above why not").toEqual(
      allowed,
    );
  });

  it.each([
    ["name.toLowerCase()", ["toLowerCase"]],
    ["a.localeCompare(b)", ["localeCompare"]],
    ["a.toLocaleUpperCase()", ["toLocaleUpperCase"]],
    ["/^k$/iu.test(name)", ["/iu"]],
    ["/^k$/vi.test(name)", ["/vi"]],
    ["/^k$/i.test(name)", []],
    ["/^k$/u.test(name)", []],
  ])("would be found out at %s", (code, expected) => {
    expect([...code.matchAll(wider)].map(([match]) => match)).toEqual(expected);
  });
});
