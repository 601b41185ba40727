import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { type Caller, decideCall, decideRoute } from "../../../shared/decide/authorize.ts";
import { createCanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { matchRoute } from "../../../shared/request/route/encoded-route.ts";
import type { OperationInput } from "../../../shared/request/types.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import {
  type CatalogEntry,
  type CatalogTarget,
  describeOperation,
} from "../../../tools/catalog/entry/catalog-entry.ts";
import type { GrantPolicy, GrantStatement } from "../../../tools/catalog/entry/catalog-grant.ts";
import { readSdkOperations, type SdkOperation } from "../../../tools/catalog/sdk-operations.ts";
import { createFolder, goodFiles } from "../../authoring/configuration/configuration-folder.ts";
import { configuration } from "../../bundle/bundle-fixture.ts";
import { makeInput, withEveryFilter } from "../../catalog/synthetic-input.ts";
import { principalOf } from "../../identity/principals.ts";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

const east = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
const eastArn = `arn:aws:connect:us-east-1:123456789012:instance/${east}`;
useExampleProject();

async function entryOf(...argv: string[]): Promise<CatalogEntry> {
  const { status, stdout } = await run(["catalog", ...argv, "--json"]);
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe("catalog", () => {
  it("lists every operation, a line each", async () => {
    const { status, stdout } = await run(["catalog"]);
    const lines = stdout.trimEnd().split("\n");
    expect(status).toBe(0);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(readSdkOperations().map(({ name }) => name));
    expect(lines.every((line) => line.length < 250)).toBe(true);
    const of = (name: string) => lines.find((line) => line.startsWith(`${name} `))?.replace(/ +/g, " ");
    expect(of("DescribeUser")).toBe("DescribeUser url: all GET /users/{InstanceId}/{UserId}");
    expect(of("UpdateUserConfig")).toContain("connect:UpdateUserPhoneConfig");
    expect(of("CreateUser")).toContain("connect:TagResource when `Tags` is given");
    expect(of("GetFederationToken")).toContain("not served");
  });

  it("lists them as JSON with all that is known of each", async () => {
    const { stdout } = await run(["catalog", "--json"]);
    const entries: CatalogEntry[] = JSON.parse(stdout);
    expect(entries).toHaveLength(readSdkOperations().length);
    expect(entries.find(({ operation }) => operation === "DescribeUser")).toEqual(
      await entryOf("DescribeUser"),
    );
  });

  it.each(["CreateUser", "createuser", "connect:CreateUser", "CONNECT:CREATEUSER"])(
    "finds an operation by the name %s",
    async (name) => {
      expect(await entryOf(name)).toMatchObject({
        operation: "CreateUser",
        route: "PUT /users/{InstanceId}",
        decidedByUrl: "part",
        actions: [
          { action: "connect:CreateUser", when: "always" },
          { action: "connect:TagResource", when: "Tags" },
        ],
        conditionKeys: [expect.stringMatching(/^aws:RequestTag\//), "aws:TagKeys", "connect:InstanceId"],
      });
    },
  );

  it("tells of each resource where it stands, and who knows it", async () => {
    const { targets } = await entryOf("TransferContact");
    expect(targets).toContainEqual({
      action: "connect:TransferContact",
      sort: "referenced",
      resource: `${eastArn}/queue/<QueueId>`,
      source: "QueueId",
      notes: ["body", "only if given"],
      inUrl: false,
    });
    expect((await entryOf("DescribeUser")).targets).toEqual([
      {
        action: "connect:DescribeUser",
        sort: "required",
        resource: `${eastArn}/agent/<UserId>`,
        source: "UserId",
        notes: ["path"],
        inUrl: true,
      },
    ]);
  });

  it("gives an operation that is not served its reason and no policy", async () => {
    const entry = await entryOf("GetFederationToken");
    expect(entry.refused).toContain("the proxy's own session");
    expect(entry.policy).toBeUndefined();
    expect((await run(["catalog", "GetFederationToken"])).stdout).toContain("not served");
  });

  it.each([
    ["CreateUsr", "there is no operation `CreateUsr`; did you mean `CreateUser`"],
    ["connect:describeuserz", "did you mean `DescribeUser`"],
    ["xyz", "`npm run --silent cli -- catalog` lists them"],
    ["constructor", "there is no operation `constructor`"],
    ["connect:SendIntegrationEvent", "is an action that no operation needs"],
  ])("exits with 2 for %s", async (name, message) => {
    const { status, stdout, stderr } = await run(["catalog", name]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("is documented with an example that is true", async () => {
    const page = await readFile(
      new URL("../../../docs/how-to/policy-for-an-operation.md", import.meta.url),
      "utf8",
    );
    const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
    const commands = blocks.filter(([, kind]) => kind === "sh").map(([, , text = ""]) => text.trim());
    const outputs = blocks.filter(([, kind]) => kind === "text").map(([, , text]) => text);
    expect(commands).toHaveLength(outputs.length);
    for (const [index, command] of commands.entries()) {
      const argv = command.replace("npx connect-authorizer ", "").split(" ");
      expect((await run(argv)).stdout).toBe(outputs[index]);
    }
  });
});

describe("the ARNs of catalog", () => {
  it("are those of the first configured instance, or of the one that is named", async () => {
    expect((await entryOf("ListUsers")).policy?.Statement).toEqual([
      { Effect: "Allow", Action: "connect:ListUsers", Resource: eastArn },
    ]);
    expect((await entryOf("ListUsers", "--instance", west)).policy?.Statement).toEqual([
      {
        Effect: "Allow",
        Action: "connect:ListUsers",
        Resource: `arn:aws:connect:us-west-2:123456789012:instance/${west}`,
      },
    ]);
    const byArn = `arn:aws:connect:us-west-2:123456789012:instance/${west}`;
    expect(await entryOf("ListUsers", "--instance", byArn)).toEqual(
      await entryOf("ListUsers", "--instance", west),
    );
    const { status, stderr } = await run(["catalog", "ListUsers", "--instance", "other"]);
    expect(status).toBe(2);
    expect(stderr).toContain(`there is no instance \`other\` in the configuration; there are \`${eastArn}\``);
  });

  it("have placeholders where there is no configuration, or none that can be used", async () => {
    const Resource = "arn:<Partition>:connect:<Region>:<Account>:instance/<InstanceId>/agent/<UserId>";
    const statements = [{ Effect: "Allow", Action: "connect:DescribeUser", Resource }];
    const project = process.cwd();
    process.chdir(await mkdtemp(join(tmpdir(), "catalog-")));
    expect((await entryOf("DescribeUser")).policy?.Statement).toEqual(statements);
    const broken = await createFolder({ "config/authorizer.yaml": "instances: []" });
    process.chdir(broken.path);
    const { status, stdout, stderr } = await run(["catalog", "DescribeUser", "--json"]);
    process.chdir(project);
    await broken.remove();
    expect({ status, policy: JSON.parse(stdout).policy.Statement }).toEqual({
      status: 0,
      policy: statements,
    });
    expect(stderr).toContain("can't be used: the ARNs have placeholders instead of your instance");
  });

  it("are refused from a folder that is named and cannot be used", async () => {
    const { status, stdout, stderr } = await run(["catalog", "DescribeUser", "--config", "/no/such"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("noSuchFolder");
  });

  it("leave dependent actions out where the configuration ignores them", async () => {
    const yaml = `${goodFiles["authorizer.yaml"]}dependentActions: ignored\n`;
    const folder = await createFolder({ ...goodFiles, "authorizer.yaml": yaml });
    const { actions, policy } = await entryOf("SearchUsers", "--config", folder.path);
    await folder.remove();
    expect(actions).toEqual([{ action: "connect:SearchUsers", when: "always" }]);
    expect(policy?.Statement).toEqual([
      { Effect: "Allow", Action: "connect:SearchUsers", Resource: eastArn },
    ]);
  });
});

const [home] = configuration.instances;
if (!home) throw new Error("no instance");
const settings = { place: home, dependentActions: "required" } as const;
const call = { method: "POST", rawPath: "/", query: [], headers: new Map(), requestId: "r" };

function callerWith(policy: GrantPolicy): Caller {
  const parsed = parsePolicy(JSON.stringify(policy), { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const bundle = openBundle(createBundle(configuration, [parsed.document]));
  return { bundle, principal: principalOf({ groups: ["g"] }), call };
}

/** Puts the ids that an input holds in the places that the statement keeps for them. */
function fillIn(
  policy: GrantPolicy,
  input: OperationInput,
  row: OperationRow,
  entry: CatalogEntry,
): GrantPolicy {
  const filled = new Map(entry.targets.map((target) => [target.resource, fillTarget(target, input, row)]));
  const fill = (resource: string) => filled.get(resource) ?? resource;
  return {
    ...policy,
    Statement: policy.Statement.map((each) => ({ ...each, Resource: [each.Resource].flat().map(fill) })),
  };
}

function fillTarget(
  { resource, source, notes }: CatalogTarget,
  input: OperationInput,
  row: OperationRow,
): string {
  const spec = [...row.targets, ...row.extraActions.flatMap(({ targets }) => targets)].find(
    (each) =>
      each.source === source &&
      (!each.discriminator || notes.join().includes(each.discriminator.values.join(" or "))),
  );
  const value = spec && valueAt(spec.source, input, spec.discriminator?.values[0]);
  return resource.replace(/<([^>]*)>/g, (_, name: string) => {
    if (name === spec?.qualifier) return String(input[name]);
    if (name === "Version") return "1";
    // The whole ARN: what follows the account is the placeholder.
    if (name === "resourceArn") return String(value).split(":").slice(5).join(":");
    return /id-\d+/.exec(String(value))?.[0] ?? String(value);
  });
}

/** Finds the first value at a member path; of filters, the one of a key. */
function valueAt(source: string, input: OperationInput, key: string | undefined): unknown {
  let value: unknown = input;
  for (const step of source.replace(/<[^>]*>/g, "").split(".")) {
    value = Reflect.get(Object(value), step.replace(/[[\]{}]+$/, ""));
    if (step === "Filters[]" && key !== undefined && Array.isArray(value))
      value = [value.find((each: object) => Reflect.get(each, "FilterKey") === key)];
    if (/[[{]/.test(step)) value = Object.values(Object(value))[0];
  }
  return value;
}

/** Every policy that lacks one statement, one action or one resource. */
function lessThan(policy: GrantPolicy): GrantPolicy[] {
  const without = (index: number, replaced: readonly GrantStatement[]): GrantPolicy => ({
    ...policy,
    Statement: policy.Statement.flatMap((each, at) => (at === index ? replaced : [each])),
  });
  return policy.Statement.flatMap((statement, index) => {
    const actions = [statement.Action].flat();
    const resources = [statement.Resource].flat();
    const rest = <T>(all: readonly T[], left: T) => all.filter((each) => each !== left);
    return [
      without(index, []),
      ...(actions.length > 1
        ? actions.map((action) => without(index, [{ ...statement, Action: rest(actions, action) }]))
        : []),
      ...(resources.length > 1
        ? resources.map((resource) => without(index, [{ ...statement, Resource: rest(resources, resource) }]))
        : []),
    ];
  });
}

const nothing: GrantStatement = {
  Effect: "Allow",
  Action: "connect:ListInstances",
  Resource: "arn:aws:connect:us-east-1:123456789012:none",
};

function decide(policy: GrantPolicy, row: OperationRow, input: OperationInput): string {
  const some = policy.Statement.length > 0 ? policy : { ...policy, Statement: [nothing] };
  return decideCall(callerWith(some), createCanonicalCall({ row }, input, configuration.instances)).decision;
}

const served = readSdkOperations().flatMap((operation: SdkOperation) => {
  const row = findOperation(operation.name);
  return row && row.refused === undefined ? [{ name: row.name, row, operation }] : [];
});

describe("the policy of catalog, its placeholders filled in", () => {
  it.each(served)("allows $name, and not without any part of it", ({ row, operation }) => {
    const entry = describeOperation(row, settings);
    const input = withEveryFilter(row, makeInput(operation).input, 1) as OperationInput;
    if (!entry.policy) throw new Error("no policy");
    const policy = fillIn(entry.policy, input, row, entry);
    expect(JSON.stringify(policy)).not.toMatch(/[<>]/);
    expect(decide(policy, row, input)).toBe("allowed");
    for (const less of lessThan(policy))
      expect([less, decide(less, row, input)]).toEqual([less, "implicitDeny"]);
  });
});

describe("what catalog says that the URL tells", () => {
  it.each(served)("is what the authorizer knows of $name", ({ row, operation }) => {
    const entry = describeOperation(row, settings);
    const input = withEveryFilter(row, makeInput(operation).input, 1) as OperationInput;
    const path = row.uri.replace(/\{(\w+)\}/g, (_, label: string) =>
      encodeURIComponent(String(input[label])),
    );
    const routed = matchRoute(row.method, path);
    if (!entry.policy || routed?.row !== row) throw new Error(`${path} is not ${row.name}`);
    const policy = fillIn(entry.policy, input, row, entry);
    const { decision, asks } = decideRoute(callerWith(policy), routed);
    const told = new Set(
      entry.targets.filter(({ inUrl }) => inUrl).map(({ action, source }) => `${action} ${source}`),
    );
    const known = asks.filter(({ ask }) => ask.resource !== undefined && !ask.mayBeAbsent);
    expect(new Set(known.map(({ ask }) => `${ask.action} ${ask.source}`))).toEqual(told);
    // Of a part it may be enough: what is open may only be also named, and nothing denies that here.
    const outcomes = { all: ["allowed"], part: ["allowed", "unknown"], nothing: ["unknown"] };
    expect(outcomes[entry.decidedByUrl]).toContain(decision);
  });
});
