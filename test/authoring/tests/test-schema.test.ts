/** The JSON Schema of files of policy tests: what it refuses is refused when the file is read. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv } from "ajv";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { readTests } from "../../../tools/authoring/tests/read-tests.ts";
import { formatTestSchema } from "../../../tools/authoring/tests/test-file.ts";
import { run } from "../../cli/command-run.ts";
import { bundleOf, instanceId } from "../../functions/lambda-fixture.ts";
import { type ConfigurationFolder, createFolder } from "../configuration/configuration-folder.ts";

const schema = JSON.parse(formatTestSchema());
const isAccepted = new Ajv({ allowUnionTypes: true }).compile(schema);
const bundle = bundleOf([]);

let folder: ConfigurationFolder | undefined;
afterEach(async () => {
  await folder?.remove();
  folder = undefined;
});

/** Reads a value as a file; JSON is YAML. */
async function isRead(value: unknown): Promise<boolean> {
  folder ??= await createFolder({});
  await folder.write({ "a.yaml": JSON.stringify(value) });
  const read = await readTests(folder.path, { bundle, opened: openBundle(bundle), names: new Map() });
  return read?.issues.length === 0;
}

const whole = {
  callers: {
    a: {
      id: "a",
      groups: ["callers"],
      claims: { x: "y", n: 1, b: true, l: ["p"] },
      issuer: "https://issuer.test",
    },
  },
  tests: [
    {
      ...{ name: "one", as: "a", call: "DescribeUser", input: { UserId: "u-1" }, expect: "deny", by: "p#0" },
      known: {
        "agent/u-1": { tags: { team: "a" }, hierarchy: ["h"] },
        "contact/c": { channel: "VOICE", userArn: null, contactAssociationId: "c-0" },
        "contact-flow/f": { flowType: "WHISPER" },
      },
      ...{ at: "2026-12-24T18:00:00Z", from: "192.0.2.7" },
    },
    { as: ["a"], call: ["ListUsers", "ListQueues"], expect: "allow" },
    {
      as: "a",
      request: {
        method: "GET",
        path: `/users-summary/${instanceId}`,
        query: { maxResults: "1", nextToken: ["t"] },
      },
      expect: "deny",
    },
    {
      as: "a",
      request: { method: "POST", path: "/operations/ListUsers", body: { InstanceId: instanceId } },
      expect: "deny",
    },
  ],
};

/** Copies of a value, each with one place spoilt, and where. */
function* spoilt(value: unknown): Generator<readonly [path: string, copy: unknown]> {
  for (const other of [null, "", 7, true, [], {}, ["x", "x"], [""], { x: 1 }]) yield ["", other];
  if (Array.isArray(value))
    for (const [index, item] of value.entries())
      for (const [path, copy] of spoilt(item)) yield [`[${index}]${path}`, value.with(index, copy)];
  else if (typeof value === "object" && value !== null)
    for (const [key, member] of Object.entries(value)) {
      for (const [path, copy] of spoilt(member)) yield [`.${key}${path}`, { ...value, [key]: copy }];
      const { [key]: _left, ...rest } = value as Readonly<Record<string, unknown>>;
      yield [`.${key} left out`, rest];
    }
}

describe("the schema of policy tests", () => {
  it("is the one that is beside AWS's examples, and that `schema --tests` prints", async () => {
    const root = resolve(import.meta.dirname, "../../..");
    const file = readFileSync(resolve(root, "examples/aws/tests.schema.json"), "utf8");
    expect(file, "run npm run generate").toBe(formatTestSchema());
    expect((await run(["schema", "--tests"])).stdout).toBe(file);
    const tests: unknown = parse(readFileSync(resolve(root, "examples/aws/tests/policies.yaml"), "utf8"));
    expect(isAccepted(tests)).toBe(true);
  });

  it("is a schema of draft 7 that describes every key", () => {
    expect(new Ajv().validateSchema(schema)).toBe(true);
    const bare: string[] = [];
    const walk = (part: unknown, path: string) => {
      if (typeof part !== "object" || part === null) return;
      const { properties } = part as { properties?: Readonly<Record<string, { description?: string }>> };
      for (const [key, member] of Object.entries(properties ?? {}))
        if (!member.description) bare.push(`${path}.${key}`);
      for (const [key, inner] of Object.entries(part)) walk(inner, `${path}.${key}`);
    };
    walk(schema, "");
    expect(bare).toEqual([]);
  });

  it("refuses only what is refused when a file is read", async () => {
    expect(isAccepted(whole), JSON.stringify(isAccepted.errors)).toBe(true);
    expect(await isRead(whole)).toBe(true);
    const wrong: string[] = [];
    let refused = 0;
    for (const [path, copy] of spoilt(whole)) {
      if (isAccepted(copy)) continue;
      refused++;
      if (await isRead(copy)) wrong.push(path);
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(200);
  });
});
