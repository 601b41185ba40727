/**
 * docs/examples/policies, which docs/reference/policies-by-example.md is written from: each policy there loads without an error and with
 * the warnings that it names, and each call gets the answer that stands beside it, from the engine and the catalogue that the functions have.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openBundle } from "../shared/bundle/bundle.ts";
import { parseInstanceArn } from "../shared/bundle/rules/instance-arn.ts";
import { type Caller, decideCall } from "../shared/decide/authorize.ts";
import { type CanonicalCall, createCanonicalCall } from "../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../shared/request/decode/decode.ts";
import { findOperationSchema } from "../shared/request/decode/schemas.ts";
import { routeCall } from "../shared/request/route/route.ts";
import type { HttpCall } from "../shared/request/types.ts";
import { loadConfiguration } from "../tools/authoring/configuration/load-configuration.ts";
import {
  type EveryCall,
  type Example,
  type ExampleCall,
  readExamples,
  type When,
} from "../tools/cli/pages/reference/examples.ts";
import { formatExamplesPage } from "../tools/cli/pages/reference/examples-page.ts";
import { createFolder } from "./authoring/configuration/configuration-folder.ts";
import { served } from "./bypass/attempts.ts";
import { withEveryFilter } from "./catalog/synthetic-input.ts";
import { makeWireInput } from "./catalog/wire-input.ts";
import { httpCallOf, rpcRequest } from "./functions/wire-request.ts";
import { principalOf } from "./identity/principals.ts";

const root = resolve(import.meta.dirname, "..");
const west = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17";
const east = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

type Decision = ReturnType<typeof decideCall>["decision"];

const answers = {
  allowed: "allowed",
  "implicit deny": "implicitDeny",
  "explicit deny": "explicitDeny",
  "not known": "unknown",
} satisfies Record<ExampleCall["answer"], Decision>;

const chapters = readExamples(resolve(root, "docs/examples/policies"));
const examples = chapters.flatMap((chapter) => chapter.examples);

/** The folder that the page tells its readers to have. */
async function loadExample({ policy, boundary, guardrail, accept = [], beside }: Example) {
  const everything = readFileSync(resolve(root, "examples/aws/policies/everything.json"), "utf8");
  const binding = {
    match: { groups: ["g"] },
    policies: [...(policy ? ["policy"] : []), ...(beside ? [beside] : [])],
    ...(boundary ? { boundary: "boundary" } : {}),
  };
  const documents = Object.entries({ policy, boundary, guardrail }).filter(([, document]) => document);
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
      guardrails: guardrail ? ["guardrail"] : [],
      accept,
    }),
    ...(beside ? { "policies/everything.json": everything } : {}),
    ...Object.fromEntries(documents.map(([name, text]) => [`policies/${name}.json`, JSON.stringify(text)])),
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
function namesInstance({ input }: ExampleCall): boolean {
  const others = ["resourceArn", "PhoneNumberId", "Id", "TrafficDistributionGroupId"];
  return ["InstanceId", ...others].some((member) => member in input);
}

type Loaded = Awaited<ReturnType<typeof loadExample>>;

/** Who calls, and how the call comes. */
function callerOf(loaded: Loaded, when: When, call: HttpCall): Caller {
  const { id = "caller-1", tags = {}, claims = {}, sourceIp, vpcId, vpceId, now } = when;
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

function decide(loaded: Loaded, row: ExampleCall): Decision {
  const { region, known = {} } = row.when;
  const call = {
    method: "POST",
    rawPath: `${region === undefined ? "" : `/regions/${region}`}/operations/${row.operation}`,
    query: [],
    headers: new Map([["content-type", ["application/json"]]]),
    body: JSON.stringify(namesInstance(row) ? row.input : { InstanceId: west.split("/")[1], ...row.input }),
    requestId: "r",
  };
  const caller = callerOf(loaded, row.when, call);
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
function exceptions(loaded: Loaded, { every, when, answer }: EveryCall): readonly string[] {
  const bare = { method: "POST", rawPath: "", query: [], headers: new Map(), requestId: "r" };
  const caller = callerOf(loaded, when, bare);
  const calls = everyCall().filter(
    ({ namesInstance }) => every === "operation" || namesInstance === (every === "operation on an instance"),
  );
  expect(calls.length).toBeGreaterThan(every === "other operation" ? 2 : 300);
  return calls.flatMap((call) => {
    const { decision } = decideCall(caller, call);
    return decision === answers[answer] ? [] : [`${call.row.name}: ${decision}`];
  });
}

afterEach(() => vi.useRealTimers());

describe("docs/reference/policies-by-example.md", () => {
  it("is what `npm run generate` writes", () => {
    const page = readFileSync(resolve(root, "docs/reference/policies-by-example.md"), "utf8");
    expect(page).toBe(formatExamplesPage(chapters));
  });

  it("has each kind of example in number, with a policy and a refusal in each", () => {
    expect(examples.length).toBeGreaterThanOrEqual(60);
    for (const { title, policy, guardrail, calls } of examples) {
      expect([title, Boolean(policy ?? guardrail)]).toEqual([title, true]);
      expect([title, calls.some(({ answer }) => answer !== "allowed")]).toEqual([title, true]);
    }
  });

  it("names no title twice", () => {
    const titles = [...chapters, ...examples].map(({ title }) => title);
    expect(titles.filter((title, place) => titles.indexOf(title) !== place)).toEqual([]);
  });
});

describe.each(examples)("$title", (example) => {
  let loading: Promise<Loaded> | undefined;
  const load = () => {
    loading ??= loadExample(example);
    return loading;
  };
  const rows = example.calls.filter((call) => "operation" in call);
  const everyRows = example.calls.filter((call) => "every" in call);

  it("loads without an error and with the warnings that it names", async () => {
    const { warnings } = await load();
    expect([...new Set(warnings.map(({ code }) => code))].sort()).toEqual([...example.warnings].sort());
  });

  it.each(rows)("answers $operation of $input in $when as the page says: $answer", async (row) => {
    expect(decide(await load(), row)).toBe(answers[row.answer]);
  });

  it.each(everyRows)("answers every $every in $when as the page says: $answer", async (row) => {
    expect(exceptions(await load(), row)).toEqual([]);
  });
});
