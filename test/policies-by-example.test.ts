/**
 * docs/reference/policies-by-example.md: each policy there loads without an error and with the warnings that the page names, and each
 * call gets the answer that stands beside it, from the engine and the catalogue that the functions have.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { openBundle } from "../shared/bundle/bundle.ts";
import { parseInstanceArn } from "../shared/bundle/rules/instance-arn.ts";
import { type Caller, decideCall } from "../shared/decide/authorize.ts";
import { type CanonicalCall, createCanonicalCall } from "../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../shared/request/decode/decode.ts";
import { findOperationSchema } from "../shared/request/decode/schemas.ts";
import { routeCall } from "../shared/request/route/route.ts";
import type { HttpCall } from "../shared/request/types.ts";
import { loadConfiguration } from "../tools/authoring/configuration/load-configuration.ts";
import { createFolder } from "./authoring/configuration/configuration-folder.ts";
import { served } from "./bypass/attempts.ts";
import { withEveryFilter } from "./catalog/synthetic-input.ts";
import { makeWireInput } from "./catalog/wire-input.ts";
import { httpCallOf, rpcRequest } from "./functions/wire-request.ts";
import { principalOf } from "./identity/principals.ts";

const page = readFileSync(resolve(import.meta.dirname, "../docs/reference/policies-by-example.md"), "utf8");
const west = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17";
const east = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

interface Circumstances {
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, string | readonly string[]>>;
  readonly sourceIp?: string;
  readonly vpcId?: string;
  readonly vpceId?: string;
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

/** A row about every operation of the catalogue, or about those whose call names an instance, or none. */
interface EveryRow {
  readonly which: "every operation" | "every operation on an instance" | "every other operation";
  readonly circumstances: Circumstances;
  readonly answer: string;
}

const answers = new Map([
  ["allowed", "allowed"],
  ["implicit deny", "implicitDeny"],
  ["explicit deny", "explicitDeny"],
  ["not known", "unknown"],
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
  const everyRows = text
    .split("\n")
    .filter((line) => line.startsWith("| every "))
    .map(readEveryRow);
  const accept: unknown = parse(/^```yaml\n(.*?)^```$/ms.exec(text)?.[1] ?? "{}");
  const title = text.slice(0, text.indexOf("\n"));
  const warnings = /^Lint warns: (.+)\.$/m.exec(text)?.[1]?.match(/\w+/g) ?? [];
  const besideEverything = /Beside\s`everything`\./.test(text);
  return { title, policies, rows, everyRows, accept, warnings, besideEverything };
}

function readRow(line: string): Row {
  const [, operation = "", input = "", circumstances, answer = ""] =
    /^\| `(\w+)` `(.+?)` \| (?:`(.+?)`)? ?\| ([a-z ]+) \|$/.exec(line) ?? [];
  if (!answers.has(answer)) throw new Error(`unreadable row: ${line}`);
  return { operation, input: JSON.parse(input), circumstances: JSON.parse(circumstances ?? "{}"), answer };
}

function readEveryRow(line: string): EveryRow {
  const [, which, circumstances, answer = ""] =
    /^\| (every operation|every operation on an instance|every other operation) \| (?:`(.+?)`)? ?\| ([a-z ]+) \|$/.exec(
      line,
    ) ?? [];
  if (which === undefined || !answers.has(answer)) throw new Error(`unreadable row: ${line}`);
  return { which: which as EveryRow["which"], circumstances: JSON.parse(circumstances ?? "{}"), answer };
}

/** The folder that the page tells its readers to have. */
async function load({ policies, accept, besideEverything }: ReturnType<typeof readSection>) {
  const names = (kind: string) =>
    policies.flatMap((each, index) => (each.kind === kind ? [`example-${index}`] : []));
  const attached = [...names(""), ...(besideEverything ? ["everything"] : [])];
  const binding = {
    match: { groups: ["g"] },
    policies: attached,
    ...(names("boundary").length > 0 ? { boundary: names("boundary")[0] } : {}),
  };
  const everything = readFileSync(
    resolve(import.meta.dirname, "../examples/aws/policies/everything.json"),
    "utf8",
  );
  const folder = await createFolder({
    "authorizer.yaml": JSON.stringify({
      instances: [{ arn: east }, { arn: west }],
      issuers: [
        {
          issuer: "https://issuer.example/",
          audience: "app",
          claims: { groups: "groups", tags: { team: "team", "dp:include:network": "perimeter" } },
        },
      ],
      bindings: [binding],
      guardrails: names("guardrail"),
      ...(accept as object),
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

type Loaded = Awaited<ReturnType<typeof load>>;

/** Who calls, and how the call comes. */
function callerOf(loaded: Loaded, circumstances: Circumstances, call: HttpCall): Caller {
  const { id = "caller-1", tags = {}, claims = {}, sourceIp, vpcId, vpceId, now } = circumstances;
  if (now !== undefined) vi.useFakeTimers({ now: new Date(now) });
  const endpoint = { ...(vpcId ? { vpcId } : {}), ...(vpceId ? { vpceId } : {}) };
  return {
    bundle: openBundle(loaded.bundle),
    principal: principalOf({ id, groups: ["g"], tags, claims }),
    call: {
      ...call,
      ...(sourceIp === undefined ? {} : { sourceIp }),
      ...(vpcId || vpceId ? { endpoint } : {}),
    },
  };
}

async function decide(loaded: Loaded, row: Row): Promise<string> {
  const { region, known = {} } = row.circumstances;
  const call = {
    method: "POST",
    rawPath: `${region === undefined ? "" : `/regions/${region}`}/operations/${row.operation}`,
    query: [],
    headers: new Map([["content-type", ["application/json"]]]),
    body: JSON.stringify(namesInstance(row) ? row.input : { InstanceId: west.split("/")[1], ...row.input }),
    requestId: "r",
  };
  const caller = callerOf(loaded, row.circumstances, call);
  const { bundle } = caller;
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
  return decideCall(caller, canonical, facts).decision;
}

let wholeCalls: readonly CanonicalCall[] | undefined;

/** A whole call of every operation that is served, each for the us-east-1 instance. */
function everyCall(): readonly CanonicalCall[] {
  const instances = [east, west].map((arn) => {
    const instance = parseInstanceArn(arn);
    if (!instance) throw new Error(arn);
    return instance;
  });
  wholeCalls ??= served.map(({ row, operation }) => {
    const call = httpCallOf(rpcRequest(row, withEveryFilter(row, makeWireInput(operation))));
    const routed = routeCall(call, []);
    const schema = findOperationSchema(row.name);
    if (!routed || !schema) throw new Error(row.name);
    return createCanonicalCall(routed, decodeInput(call, routed, schema), instances);
  });
  return wholeCalls;
}

/** The operations that get another answer. */
function exceptions(loaded: Loaded, { which, circumstances, answer }: EveryRow): readonly string[] {
  const bare = { method: "POST", rawPath: "", query: [], headers: new Map(), requestId: "r" };
  const caller = callerOf(loaded, circumstances, bare);
  const calls = everyCall().filter(
    ({ namesInstance }) =>
      which === "every operation" || namesInstance === (which !== "every other operation"),
  );
  expect(calls.length).toBeGreaterThan(which === "every other operation" ? 2 : 300);
  return calls.flatMap((call) => {
    const { decision } = decideCall(caller, call);
    return decision === answers.get(answer) ? [] : [`${call.row.name}: ${decision}`];
  });
}

afterEach(() => vi.useRealTimers());

describe("docs/reference/policies-by-example.md", () => {
  it("has each kind of example in number, with two calls at least and a refusal in each", () => {
    expect(sections.length).toBeGreaterThanOrEqual(40);
    for (const { title, policies, rows, everyRows } of sections) {
      const all = [...rows, ...everyRows];
      expect([title, policies.length > 0, all.length >= 2]).toEqual([title, true, true]);
      expect([title, all.some(({ answer }) => answer !== "allowed")]).toEqual([title, true]);
    }
    expect(page.match(/^\| every /gm)).toHaveLength(sections.flatMap(({ everyRows }) => everyRows).length);
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

  it.each(section.everyRows)("answers $which in $circumstances as the page says: $answer", async (row) => {
    expect(exceptions(await load(section), row)).toEqual([]);
  });
});
