/** The licences of what is inside the product, as one text that goes along with it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PackageInside } from "./packages-inside.ts";

/** Permissive licences: code under them may be passed on with their notice. */
export const allowedLicences: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
]);

/** Packages that are published without their repository's licence file, by the beginning of their name. */
const licencesElsewhere: readonly (readonly [prefix: string, file: string])[] = [
  ["@aws-lambda-powertools/", "tools/package/licences/aws-lambda-powertools.txt"],
  ["@aws-sdk/", "node_modules/@aws-sdk/core/LICENSE"],
];

/**
 * Writes the text of THIRD-PARTY-LICENSES.txt: each licence once, with the packages that it is of.
 * @throws Error that names every package whose licence is not allowed, or has no text
 */
export function formatLicences(root: string, packages: readonly PackageInside[]): string {
  const problems = packages.flatMap((each) => licenceProblem(root, each) ?? []);
  if (problems.length > 0) throw new Error(`the package can't be passed on: ${problems.join("; ")}`);
  const byText = new Map<string, string[]>();
  for (const each of packages) {
    const text = legalFiles(root, each).map(readText).join("\n\n");
    byText.set(text, [...(byText.get(text) ?? []), `${each.name}@${each.version} (${each.licence})`]);
  }
  const sections = [...byText].map(([text, names]) => `${names.join("\n")}\n\n${text}`);
  const rule = `\n\n${"=".repeat(80)}\n\n`;
  return `${[`This product contains code of ${packages.length} packages.`, ...sections].join(rule)}\n`;
}

function licenceProblem(root: string, each: PackageInside): string | undefined {
  const { name, licence } = each;
  if (!allowedLicences.has(licence))
    return `\`${name}\` has the licence \`${licence}\`, which is not allowed`;
  return legalFiles(root, each).length > 0 ? undefined : `\`${name}\` has no licence file`;
}

/** Licences first, then the notices that have to go along with them. */
function legalFiles(root: string, { name, folder }: PackageInside): readonly string[] {
  const files = readdirSync(join(root, folder)).sort();
  const licences = files.filter((file) => /^licen[cs]e/i.test(file));
  const notices = files.filter((file) => /^notice/i.test(file));
  if (licences.length > 0) return [...licences, ...notices].map((file) => join(root, folder, file));
  const elsewhere = licencesElsewhere.find(([prefix]) => name.startsWith(prefix))?.[1];
  return elsewhere === undefined ? [] : [join(root, elsewhere)];
}

function readText(file: string): string {
  return readFileSync(file, "utf8").replaceAll("\r\n", "\n").trim();
}
