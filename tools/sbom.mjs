/**
 * Prints the bill of materials (CycloneDX) of what is installed for production: `npm run --silent sbom`.
 *
 * npm's own, of the lock file alone. Development packages are left out here, by the lock file's flag: npm's `--omit dev` also leaves
 * out packages of production that a development package happens to use (npm 11: `yaml`, `tslib`).
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { name } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const format = ["--sbom-format", "cyclonedx", "--sbom-type", "application", "--package-lock-only"];
/** @typedef {{ "bom-ref": string, name: string, properties?: { name: string }[] }} Component */
/** @type {{ metadata: { component: Component }, components: Component[], dependencies: { ref: string, dependsOn?: string[] }[] }} */
const bill = JSON.parse(execFileSync("npm", ["sbom", ...format], { cwd: root, encoding: "utf8" }));

/** @param {Component} component */
const isDeveloped = ({ properties = [] }) =>
  properties.some((property) => property.name === "cdx:npm:package:development");

// npm names the program by its folder.
bill.metadata.component.name = name;
bill.components = bill.components.filter((component) => !isDeveloped(component));
const refs = new Set([bill.metadata.component, ...bill.components].map((each) => each["bom-ref"]));
bill.dependencies = bill.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
console.log(JSON.stringify(bill, undefined, 2));
