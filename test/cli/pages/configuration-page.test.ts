/** docs/configuration.md is what the schema gives, and names every environment variable that is read, and the parameter that sets it. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { environmentVariables } from "../../../tools/cli/pages/environment-variables.ts";
import { run } from "../command-run.ts";

const root = resolve(import.meta.dirname, "../../..");

/** Reads `environment["NAME"]`, `process.env["NAME"]`, `readNumber(environment, "NAME")` and `isOn("NAME")`. */
const reading = /(?:(?:environment|process\.env)(?:\["|, ")|isOn\(")([A-Z_]+)"/g;

it.each([
  ["--page", "docs/configuration.md"],
  ["--keys", "docs/condition-keys.md"],
])("is what `npm run generate` writes: schema %s", async (flag, file) => {
  const { status, stdout } = await run(["schema", flag]);
  expect(status).toBe(0);
  expect(readFileSync(resolve(root, file), "utf8")).toBe(stdout);
});

it("tells of each variable that the code reads, and of no other", () => {
  const files = ["shared", "functions", "tools"].flatMap((folder) =>
    readdirSync(resolve(root, folder), { encoding: "utf8", recursive: true })
      .filter((name) => /\.(ts|mjs)$/.test(name) && !name.includes("node_modules"))
      .map((name) => `${folder}/${name}`),
  );
  const read = files.flatMap((file) =>
    [...readFileSync(resolve(root, file), "utf8").matchAll(reading)].map(([, name]) => name),
  );
  const told = environmentVariables.map(({ name }) => name);
  expect([...told].sort()).toEqual([...new Set(read)].sort());
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
