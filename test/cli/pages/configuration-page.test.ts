/** Pages that `schema` writes: docs/reference/configuration.md is what the schema gives, and names every environment variable that is read, and the parameter that sets it. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { environmentVariables } from "../../../tools/cli/pages/environment-variables.ts";
import { run } from "../command-run.ts";

const root = resolve(import.meta.dirname, "../../..");

/** Reads `environment["NAME"]`, `process.env["NAME"]`, and the variable of a command's option. Setting one for the SDK is no reading. */
const reading = /(?:(?:environment|process\.env)\[|variable: )"([A-Z0-9_]+)"(?!\] \?\?=)/g;

it.each([
  ["--page", "docs/reference/configuration.md"],
  ["--keys", "docs/reference/condition-keys.md"],
  ["--lint", "docs/reference/lint.md"],
])("is what `npm run generate` writes: schema %s", async (flag, file) => {
  const { status, stdout } = await run(["schema", flag]);
  expect(status).toBe(0);
  expect(readFileSync(resolve(root, file), "utf8")).toBe(stdout);
});

it("names each variable that the tools read for themselves", () => {
  const files = readdirSync(resolve(root, "tools"), { encoding: "utf8", recursive: true })
    .filter((name) => /\.(ts|mjs)$/.test(name) && !name.includes("node_modules"))
    .map((name) => resolve(root, "tools", name));
  const read = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(reading)].map(([, name]) => name ?? ""),
  );
  const named = environmentVariables.map(({ name }) => name);
  expect(read.filter((name) => !named.includes(name))).toEqual([]);
  const ownNames = environmentVariables.filter(({ by }) => by === "tools").map(({ name }) => name);
  expect(ownNames.filter((name) => !read.includes(name))).toEqual([]);
});

it("tells which parameter of the template sets a variable", () => {
  const template = readFileSync(resolve(root, "template.yaml"), "utf8");
  const set = [...template.matchAll(/^ +([A-Z_]+): !Ref (\w+)$/gm)].map(
    ([, name, parameter]) => `${name} ${parameter}`,
  );
  const told = environmentVariables.flatMap(({ name, parameter }) =>
    parameter === undefined ? [] : [`${name} ${parameter}`],
  );
  expect(told.sort()).toEqual([...new Set(set)].sort());
});
