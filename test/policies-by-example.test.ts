/**
 * docs/policies-by-example.md: each policy there loads without an error and with the warnings that the page names, and each
 * call gets the answer that stands beside it, from the engine and the catalogue that the functions have.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { decideCall } from "../shared/authorize.ts";
import { openBundle } from "../shared/config/bundle.ts";
import { loadConfiguration } from "../shared/config/load-configuration.ts";
import { createCanonicalCall } from "../shared/request/canonical-call.ts";
import { decodeInput } from "../shared/request/decode.ts";
import { routeCall } from "../shared/request/route-call.ts";
import { findOperationSchema } from "../shared/request/schemas.ts";
import { principal } from "./config/bundle-fixture.ts";
import { createFolder } from "./config/configuration-folder.ts";

const page = readFileSync(resolve(import.meta.dirname, "../docs/policies-by-example.md"), "utf8");
const west = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17";
const east = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

interface Circumstances {
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, string | readonly string[]>>;
  readonly sourceIp?: string;
  readonly now?: string;
  readonly region?: string;
  readonly known?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Row {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly circumstances: Circumstances;
  readonly answer: string;
}

const answers = new Map([
  ["allowed", "allowed"],
  ["implicit deny", "implicitDeny"],
  ["explicit deny", "explicitDeny"],
]);

const sections = page.split(/^### /m).slice(1).map(readSection);

function readSection(text: string) {
  const policies = [...text.matchAll(/^```json ?(\w*)\n(.*?)^```$/gms)].map(([, kind = "", json = ""]) => ({
    kind,
    json,
  }));
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map(readRow);
  const title = text.slice(0, text.indexOf("\n"));
  const warnings = /^Lint warns: (.+)\.$/m.exec(text)?.[1]?.match(/\w+/g) ?? [];
  return { title, policies, rows, warnings, besideEverything: text.includes("Attached beside `everything`") };
}

function readRow(line: string): Row {
  const [, operation = "", input = "", circumstances, answer = ""] =
    /^\| `(\w+)` `(.+?)` \| (?:`(.+?)`)? ?\| ([a-z ]+) \|$/.exec(line) ?? [];
  if (!answers.has(answer)) throw new Error(`unreadable row: ${line}`);
  return { operation, input: JSON.parse(input), circumstances: JSON.parse(circumstances ?? "{}"), answer };
}

/** The folder that the page tells its readers to have. */
async function load({ policies, besideEverything }: ReturnType<typeof readSection>) {
  const names = (kind: string) =>
    policies.flatMap((each, index) => (each.kind === kind ? [`example-${index}`] : []));
  const attached = [...names(""), ...(besideEverything ? ["everything"] : [])];
  const binding = {
    match: { groups: ["g"] },
    policies: attached,
    ...(names("boundary").length > 0 ? { boundary: names("boundary")[0] } : {}),
  };
  const everything = readFileSync(resolve(import.meta.dirname, "../config/policies/everything.json"), "utf8");
  const folder = await createFolder({
    "authorizer.yaml": JSON.stringify({
      instances: [{ arn: east }, { arn: west }],
      issuers: [{ issuer: "https://issuer.example/", audience: "app" }],
      bindings: [binding],
      guardrails: names("guardrail"),
    }),
    ...(besideEverything ? { "policies/everything.json": everything } : {}),
    ...Object.fromEntries(policies.map(({ json }, index) => [`policies/example-${index}.json`, json])),
  });
  try {
    const loaded = await loadConfiguration(folder.path);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
    return loaded;
  } finally {
    await folder.remove();
  }
}

/** Others are for the us-west-2 instance, as the page says; those on telephone numbers and the like take none. */
function namesInstance({ input }: Row): boolean {
  const others = ["resourceArn", "PhoneNumberId", "Id", "TrafficDistributionGroupId"];
  return ["InstanceId", ...others].some((member) => member in input);
}

async function decide(loaded: Awaited<ReturnType<typeof load>>, row: Row): Promise<string> {
  const { id = "caller-1", tags = {}, claims = {}, sourceIp, now, region, known = {} } = row.circumstances;
  if (now !== undefined) vi.useFakeTimers({ now: new Date(now) });
  const call = {
    method: "POST",
    rawPath: `${region === undefined ? "" : `/regions/${region}`}/operations/${row.operation}`,
    query: [],
    headers: new Map([["content-type", ["application/json"]]]),
    body: JSON.stringify(namesInstance(row) ? row.input : { InstanceId: west.split("/")[1], ...row.input }),
    requestId: "r",
    ...(sourceIp === undefined ? {} : { sourceIp }),
  };
  const bundle = openBundle(loaded.bundle);
  const routed = routeCall(call, bundle.config.routes);
  const schema = findOperationSchema(row.operation);
  if (!routed || !schema) throw new Error(`no such operation: ${row.operation}`);
  const canonical = createCanonicalCall(routed, decodeInput(call, routed, schema), bundle.config.instances);
  const facts = new Map(
    Object.entries(known).map(([resource, keys]) => [
      resource === "instance" ? west : `${west}/${resource}`,
      new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value])),
    ]),
  );
  const caller = { bundle, principal: principal({ id, groups: ["g"], tags, claims }), call };
  return decideCall(caller, canonical, facts).decision;
}

afterEach(() => vi.useRealTimers());

describe("docs/policies-by-example.md", () => {
  it("has each kind of example in number, with two calls at least and a refusal in each", () => {
    expect(sections.length).toBeGreaterThanOrEqual(40);
    for (const { title, policies, rows } of sections) {
      expect([title, policies.length > 0, rows.length >= 2]).toEqual([title, true, true]);
      expect([title, rows.some(({ answer }) => answer !== "allowed")]).toEqual([title, true]);
    }
    expect(page.match(/^\| `/gm)).toHaveLength(sections.flatMap(({ rows }) => rows).length);
    expect(page.match(/^```json/gm)).toHaveLength(sections.flatMap(({ policies }) => policies).length);
  });

  it("names no title twice", () => {
    expect(new Set(sections.map(({ title }) => title)).size).toBe(sections.length);
  });
});

describe.each(sections)("$title", (section) => {
  it("loads without an error and with the warnings that the page names", async () => {
    const { warnings } = await load(section);
    expect([...new Set(warnings.map(({ code }) => code))].sort()).toEqual([...section.warnings].sort());
  });

  it.each(section.rows)("answers $operation of $input as the page says: $answer", async (row) => {
    expect(await decide(await load(section), row)).toBe(answers.get(row.answer));
  });
});
