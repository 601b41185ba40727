/**
 * The committed events, answered by the deployed handlers in this process; `.ci/run` gives the same events to the
 * built functions in containers.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../tools/authoring/configuration/load-configuration.ts";
import { differenceOf, type Expected, readExpected } from "../../tools/events/expected.ts";
import { requests } from "../../tools/events/requests.ts";
import { given } from "../functions/lambda-fixture.ts";

const folder = resolve(import.meta.dirname, "../../events");
const loaded = await loadConfiguration(join(folder, "config"));
if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
const { bundle } = loaded;
const expected = await readExpected(folder);

function readEvent(name: string) {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
}

async function answer(name: string, wanted: Expected) {
  const { authorize, proxy, records } = given(bundle);
  const isAuthorizer = wanted.function === "AuthorizerFunction";
  const result = await (isAuthorizer ? authorize(readEvent(name)) : proxy(readEvent(name))).catch(
    (error: Error) => ({ errorMessage: error.message }),
  );
  return { result, log: records.map((record) => JSON.stringify(record)).join("\n") };
}

describe("the events", () => {
  it("are the generated ones, each with its expectation", () => {
    const files = ["authorizer", "proxy"].flatMap((kind) =>
      readdirSync(join(folder, kind)).map((file) => `${kind}/${file.replace(/\.json$/, "")}`),
    );
    expect([...expected.keys()].sort()).toEqual(files.sort());
    expect(Object.keys(requests).sort()).toEqual(files.sort());
  });

  it.each([...expected])("%s is answered as expected", async (name, wanted) => {
    expect(differenceOf(wanted, await answer(name, wanted))).toBeUndefined();
  });

  it.each([...expected])("%s is told from a wrong answer", async (name, wanted) => {
    const { result, log } = await answer(name, wanted);
    expect(differenceOf({ ...wanted, outcome: "other" }, { result, log })).toBeDefined();
    expect(differenceOf(wanted, { result: {}, log })).toBeDefined();
  });

  it("hold tokens that the configuration of AWS's examples does not trust", async () => {
    const deployed = await loadConfiguration(resolve(folder, "../examples/aws"));
    if (!deployed.ok) throw new Error("the configuration of AWS's examples is not usable");
    const { authorize } = given(deployed.bundle);
    await expect(authorize(readEvent("authorizer/allow"))).rejects.toThrow(/^Unauthorized$/);
  });
});
