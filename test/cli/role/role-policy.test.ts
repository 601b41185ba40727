import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import type { Binding, Bundle } from "../../../shared/bundle/types.ts";
import { decideCall } from "../../../shared/decide/authorize.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import { evaluatePolicies } from "../../../shared/policy/evaluate/evaluate.ts";
import type { CanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { createWayFinder } from "../../../tools/authoring/reach/binding-ways.ts";
import { createWaysAbout } from "../../../tools/authoring/reach/ways-about.ts";
import {
  dependentActions,
  dependentsElsewhere,
  withoutResourceType,
} from "../../../tools/catalog/tables/dependent-actions.ts";
import { sizeOf, type WrittenPolicy, writeRoleDocuments } from "../../../tools/cli/role/role-documents.ts";
import {
  type ConfigurationFolder,
  createFolder,
} from "../../authoring/configuration/configuration-folder.ts";
import { principalOf } from "../../identity/principals.ts";
import {
  asksOf,
  Chooser,
  callOf,
  documentOf,
  httpCall,
  instances,
  makeBundle,
  moveTo,
  randomBundle,
  randomCall,
  served,
  stranger,
  vocabularyOf,
} from "../../reach/random-calls.ts";
import { run } from "../command-run.ts";

const connectRole =
  "arn:aws:iam::123456789012:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_x1";
const [east, west] = instances.map(({ arn }) => arn);
/** Everybody that there can be: each combination of few groups, of many each one, each two, and all. */
function callersOf({ config }: Bundle): readonly VerifiedPrincipal[] {
  const groups = [...new Set(config.bindings.flatMap(({ match }) => match.groups ?? []))];
  const combinations =
    groups.length > 3
      ? [groups, ...groups.flatMap((one) => groups.map((other) => [one, other]))]
      : Array.from({ length: 2 ** groups.length }, (_, mask) =>
          groups.filter((_group, index) => mask & (1 << index)),
        );
  return combinations.map((members) =>
    principalOf({ groups: members, name: "alice", tags: { team: "blue" }, claims: { dept: "sales" } }),
  );
}

function rolePoliciesOf(bundle: Bundle): readonly (WrittenPolicy | undefined)[] {
  const ways = bundle.config.bindings.map(createWayFinder(bundle));
  return writeRoleDocuments(bundle.config.instances, {
    bundle: openBundle(bundle),
    ways,
    waysAbout: createWaysAbout(ways),
  }).map(({ policy }) => policy);
}

/** A role's policy as our own engine decides by it. */
function roleOf(policy: WrittenPolicy | undefined) {
  const parsed = parsePolicy(JSON.stringify(policy ?? { Version: "2012-10-17", Statement: [] }), {
    name: "role",
    file: "role.json",
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const set = compilePolicies([parsed.document]);
  const allows = (action: string, resource: string) =>
    evaluatePolicies(set, { action, resource, context: new Map() }).decision === "allowed";
  return {
    allows,
    /** Whether Connect would let the role send the call. */
    mayDo: (call: CanonicalCall) =>
      asksOf([call]).every(({ action, resource, sort }) => sort === "referenced" || allows(action, resource)),
  };
}

/** Tells whether anybody may be allowed a call; what would have to be looked up may be anything. */
function possibilities(given: Bundle): (call: CanonicalCall) => boolean {
  const bundle = openBundle(given);
  const callers = callersOf(given);
  return (call) =>
    callers.some((caller) =>
      ["allowed", "unknown"].includes(
        decideCall({ bundle, principal: caller, call: httpCall }, call).decision,
      ),
    );
}

/** The calls of an operation with all of its members, and with those alone that it needs. */
function callsOf({ row, whole }: (typeof served)[number], instance: ConnectInstance): CanonicalCall[] {
  const required = new Set(row.members.filter((member) => member.required).map(({ name }) => name));
  const least = Object.fromEntries(Object.entries(whole).filter(([name]) => required.has(name)));
  return [whole, least]
    .map((input) => callOf(row, moveTo(instance, input), [instance]))
    .filter((call) => call !== undefined);
}

function bind(group: string, policies: readonly string[], boundary?: string): Binding {
  return { match: { groups: [group] }, policies, ...(boundary === undefined ? {} : { boundary }) };
}

const allow = (Action: string | readonly string[], Resource: string | readonly string[] = "*") => ({
  Effect: "Allow",
  Action,
  Resource,
});

const readUsers = documentOf("read-users", [
  allow(["connect:DescribeUser", "connect:ListUsers"], [`${east}`, `${east}/agent/*`]),
]);
const all = documentOf("all", [allow("connect:*")]);

const standard = await loadConfiguration("examples/aws");
if (!standard.ok) throw new Error("the configuration of AWS's examples is not usable");

/** Name → configuration, and the operations outside of it that the role may do, each for a reason. */
const configurations: readonly (readonly [string, Bundle, readonly string[]])[] = [
  ["everything for somebody", makeBundle([all], [bind("g0", ["all"])]), []],
  ["reading users of one instance", makeBundle([readUsers], [bind("g0", ["read-users"])]), []],
  [
    "different things in two instances",
    makeBundle(
      [readUsers, documentOf("flows", [allow("connect:*ContactFlow*", `${west}/*`)])],
      [bind("g0", ["read-users"]), bind("g1", ["flows"])],
    ),
    [],
  ],
  [
    "a boundary around everything",
    makeBundle(
      [all, documentOf("contacts", [allow(["connect:*Contact", "connect:List*"])])],
      [bind("g0", ["all"], "contacts")],
    ),
    [],
  ],
  [
    "a guardrail against deleting, and one that lists",
    makeBundle(
      [
        all,
        documentOf("keep", [
          { Effect: "Deny", Action: ["connect:Delete*", "connect:Create*"], Resource: "*" },
        ]),
        documentOf("listed", [allow(["connect:*User*", "connect:ListInstances", "connect:*PhoneNumber*"])]),
      ],
      [bind("g0", ["all"])],
      { guardrails: ["keep", "listed"] },
    ),
    [],
  ],
  [
    "users made by one binding in the profiles of another",
    makeBundle(
      [
        documentOf("users", [allow("connect:CreateUser", `${east}/agent/*`)]),
        documentOf("profiles", [
          allow("connect:CreateUser", [`${east}/*-profile/*`, `${east}/agent-group/*`]),
        ]),
      ],
      [bind("g0", ["users"]), bind("g1", ["profiles"])],
    ),
    [],
  ],
  [
    "users made by nobody, since nobody can give them a profile",
    makeBundle(
      [documentOf("users", [allow(["connect:CreateUser", "connect:DeleteUser"], `${east}/agent/*`)])],
      [bind("g0", ["users"])],
    ),
    [],
  ],
  [
    "what Connect must be asked about",
    makeBundle(
      [
        documentOf("tagged", [
          {
            ...allow("connect:DeleteUser"),
            Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
          },
          { ...allow("connect:StopContact"), Condition: { StringEquals: { "connect:Channel": "VOICE" } } },
        ]),
      ],
      [bind("g0", ["tagged"])],
    ),
    ["DescribeContact", "ListTagsForResource"],
  ],
  [
    "users by their place in the hierarchy",
    makeBundle(
      [
        documentOf("below", [
          {
            ...allow("connect:DeleteUser"),
            Condition: { StringEquals: { "connect:HierarchyGroupL2Id": "g-2" } },
          },
        ]),
      ],
      [bind("g0", ["below"])],
    ),
    ["DescribeUser", "DescribeUserHierarchyGroup"],
  ],
  [
    "searches alone, where dependent actions are ignored",
    makeBundle(
      [documentOf("search", [allow(["connect:SearchUsers", "connect:CreateQueue"])])],
      [bind("g0", ["search"])],
      { dependentActions: "ignored" },
    ),
    ["DescribeUser", "ListUserProficiencies", "TagResource"],
  ],
  ["AWS's examples", standard.bundle, []],
  [
    "nothing",
    makeBundle(
      [documentOf("deny", [{ Effect: "Deny", Action: "*", Resource: "*" }])],
      [bind("g0", ["deny"])],
    ),
    [],
  ],
];

describe.each(configurations)("the role of %s", (name, bundle, excused) => {
  const [policy] = rolePoliciesOf(bundle);
  const role = roleOf(policy);
  const isPossible = possibilities(bundle);
  const calls = bundle.config.instances.flatMap((instance) =>
    served.map((operation) => callsOf(operation, instance)),
  );

  it("may do all that the configuration allows, of all operations in all instances", {
    timeout: 60_000,
  }, () => {
    const possible = calls.flat().filter(isPossible);
    expect(possible.length > 0).toBe(name !== "nothing");
    const refused = possible.filter((call) => !role.mayDo(call));
    expect(refused.map(({ row }) => row.name)).toEqual([]);
  });

  it("may do no operation outside of it", { timeout: 60_000 }, () => {
    const outside = calls.filter(
      (each) => each.length > 0 && !each.some((call) => isPossible(call)) && each.some(role.mayDo),
    );
    expect([...new Set(outside.map(([call]) => call?.row.name))].sort()).toEqual(excused);
  });

  it("may do nothing in another instance", () => {
    const elsewhere = served.flatMap((operation) => callsOf(operation, stranger));
    const reached = elsewhere.filter(
      (call) =>
        // A few are authorized on phone numbers only, whose instance IAM does not know, and a few on `*`.
        !withoutResourceType.has(call.row.action.slice("connect:".length)) &&
        asksOf([call]).some(
          ({ resource, sort }) => sort === "required" && resource.startsWith(stranger.arn),
        ) &&
        role.mayDo(call),
    );
    expect(elsewhere.length).toBeGreaterThan(served.length);
    expect(reached.map(({ row }) => row.name)).toEqual([]);
  });
});

describe("the role of everything for somebody, in other services", () => {
  const bundle = makeBundle([all], [bind("g0", ["all"])]);
  const [policy] = rolePoliciesOf(bundle);
  const role = roleOf(policy);
  const rows = Object.keys(dependentActions).filter((name) =>
    served.some(({ row }) => row.action === `connect:${name}`),
  );

  it.each(rows)("may do what %s depends on, and would not without that action", (name) => {
    const [needed] = rolePoliciesOf(
      makeBundle(
        [documentOf("one", [allow([`connect:${name}`, ...(dependentActions[name] ?? [])])])],
        [bind("g0", ["one"])],
      ),
    );
    const [others] = rolePoliciesOf(
      makeBundle([documentOf("one", [allow("connect:DescribeUser")])], [bind("g0", ["one"])]),
    );
    for (const action of dependentsElsewhere(name)) {
      const resource = action.startsWith("iam:") ? connectRole : "*";
      expect([action, role.allows(action, resource), roleOf(needed).allows(action, resource)]).toEqual([
        action,
        true,
        true,
      ]);
      expect([action, roleOf(others).allows(action, resource)]).toEqual([action, false]);
    }
  });

  it("may change no other role than those of Connect's own making", () => {
    for (const action of ["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:CreateServiceLinkedRole"])
      expect(role.allows(action, "arn:aws:iam::123456789012:role/admin")).toBe(false);
  });

  it("may do on `*` what the reference lists no resource type for", () => {
    for (const name of withoutResourceType)
      if (served.some(({ row }) => row.action === `connect:${name}`))
        expect([name, role.allows(`connect:${name}`, "*")]).toEqual([name, true]);
  });

  it("never may get tokens or act on instances that are not configured, whatever its patterns shorten", () => {
    for (const instance of instances) {
      expect(role.allows("connect:GetFederationToken", instance.arn)).toBe(false);
      expect(role.allows("connect:CreateAuthCode", instance.arn)).toBe(false);
      expect(role.allows("connect:AdminGetEmergencyAccessToken", instance.arn)).toBe(false);
    }
  });
});

describe("a role's policy", () => {
  it("covers whatever a random configuration allows", { timeout: 60_000 }, () => {
    let possible = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.constantFrom(...served), { minLength: 10, maxLength: 10 }),
        (seed, some) => {
          const chooser = new Chooser(seed);
          const calls = some
            .map((operation) => randomCall(chooser, operation))
            .filter((call) => call !== undefined);
          const bundle = randomBundle(chooser, vocabularyOf(asksOf(calls)));
          const isPossible = possibilities(bundle);
          const [policy] = rolePoliciesOf(bundle);
          const role = roleOf(policy);
          for (const call of calls) {
            if (!isPossible(call)) continue;
            possible += 1;
            expect(role.mayDo(call)).toBe(true);
          }
        },
      ),
      { seed: 20260101, numRuns: 12 },
    );
    expect(possible).toBeGreaterThan(10);
  });

  it("names each action while that fits, and patterns of the same actions when it does not", () => {
    const [short] = rolePoliciesOf(makeBundle([readUsers], [bind("g0", ["read-users"])]));
    expect(short).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Calls",
          Effect: "Allow",
          Action: ["connect:DescribeUser", "connect:ListUsers"],
          Resource: [east, `${east}/*`],
        },
      ],
    });
    const [long] = rolePoliciesOf(makeBundle([all], [bind("g0", ["all"])]));
    const actions = long?.Statement.flatMap(({ Action }) => Action) ?? [];
    expect(actions).toContain("connect:Delete*");
    // An action of IAM that no operation served here is authorized by begins so.
    expect(actions).not.toContain("connect:Get*");
    expect(long && sizeOf(long)).toBeLessThan(10_240);
  });

  it("keeps look-ups apart from calls, and has none when no policy asks for them", () => {
    const [, bundle] = configurations.find(([name]) => name === "what Connect must be asked about") ?? [];
    const [policy] = bundle ? rolePoliciesOf(bundle) : [];
    expect(policy?.Statement.map(({ Sid, Action }) => [Sid, ...Action])).toEqual([
      ["Calls", "connect:DeleteUser", "connect:StopContact"],
      ["LookUps", "connect:DescribeContact", "connect:ListTagsForResource"],
    ]);
  });

  it("is one for each role that instances are reached by", () => {
    const [home, other] = instances;
    if (!home || !other) throw new Error("two instances");
    const roleArn = "arn:aws:iam::123456789012:role/ConnectProxy";
    const bundle = makeBundle([readUsers, all], [bind("g0", ["read-users"]), bind("g1", ["all"])], {
      instances: [home, { ...other, roleArn }],
    });
    const ways = bundle.config.bindings.map(createWayFinder(bundle));
    const documents = writeRoleDocuments(bundle.config.instances, {
      bundle: openBundle(bundle),
      ways,
      waysAbout: createWaysAbout(ways),
    });
    expect(documents.map((document) => document.roleArn)).toEqual([undefined, roleArn]);
    const resources = documents.map(
      ({ policy }) => policy?.Statement.flatMap(({ Resource }) => Resource) ?? [],
    );
    expect(resources[0]?.some((resource) => resource.includes(other.id))).toBe(false);
    expect(resources[1]?.some((resource) => resource.includes(home.id))).toBe(false);
  });

  it("has the numbers of its own Region, of the account's other instances, and those that policies name", () => {
    const [home] = instances;
    if (!home) throw new Error("no instance");
    const number = (region: string) => `arn:aws:connect:${region}:123456789012:phone-number`;
    const replica = { ...home, region: "us-west-2", arn: home.arn.replace("us-east-1", "us-west-2") };
    const [region, accountId, id] = ["eu-central-1", "999999999999", "f"];
    const foreign = {
      partition: "aws",
      region,
      accountId,
      id,
      arn: `arn:aws:connect:${region}:${accountId}:instance/f`,
    };
    const numbersOf = (among: readonly ConnectInstance[], Resource: string) => {
      const statement = { Effect: "Allow", Action: "connect:DescribePhoneNumber", Resource };
      const policies = rolePoliciesOf(
        makeBundle([documentOf("p", [statement])], [bind("g0", ["p"])], { instances: among }),
      );
      return policies.flatMap((each) => each?.Statement.flatMap((written) => written.Resource) ?? []);
    };
    expect(numbersOf([home], "*")).toEqual([`${number("us-east-1")}/*`]);
    expect(numbersOf([home, replica], "*")).toEqual([`${number("us-east-1")}/*`, `${number("us-west-2")}/*`]);
    expect(numbersOf([home, replica], `${number("us-west-2")}/*`)).toEqual([`${number("us-west-2")}/*`]);
    expect(numbersOf([home], `${number("us-west-2")}/n-1`)).toEqual([`${number("us-west-2")}/*`]);
    expect(numbersOf([home, foreign], "*")).not.toContain(`${number(region)}/*`);
  });
});

describe("role-policy", () => {
  let folder: ConfigurationFolder | undefined;
  afterEach(() => folder?.remove());

  const yaml = `instances:
  - arn: ${east}
issuers:
  - issuer: https://issuer.example/
    audience: app
    claims: { groups: groups }
bindings:
  - match: { groups: [agents] }
    policies: [read]
`;

  async function runOn(statements: readonly object[], ...flags: string[]) {
    folder = await createFolder({
      "authorizer.yaml": yaml,
      "policies/read.json": JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
    return run(["role-policy", folder.path, ...flags]);
  }

  it("prints the policy, and as part of a template the same", async () => {
    const statements = [allow("connect:DescribeUser", `${east}/agent/*`)];
    const { status, stdout, stderr } = await runOn(statements);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const policy = JSON.parse(stdout);
    expect(policy.Statement).toHaveLength(1);
    const sam = await run(["role-policy", folder?.path ?? "", "--sam"]);
    expect(parse(sam.stdout)).toEqual({
      Policies: [{ PolicyName: "call-connect", PolicyDocument: policy }],
    });
    expect(sam.stdout).toContain('Version: "2012-10-17"');
  });

  it("prints one policy for each role, by its ARN", async () => {
    const role = "arn:aws:iam::444455556666:role/ConnectProxy";
    const far = "arn:aws:connect:eu-central-1:444455556666:instance/far-1";
    folder = await createFolder({
      "authorizer.yaml": yaml.replace("issuers:", `  - arn: ${far}\n    roleArn: ${role}\nissuers:`),
      "policies/read.json": JSON.stringify({
        Version: "2012-10-17",
        Statement: [allow("connect:DescribeUser")],
      }),
    });
    const { status, stdout } = await run(["role-policy", folder.path]);
    expect(status).toBe(0);
    const resourcesOf = (name: string) => JSON.parse(stdout)[name].Statement[0].Resource;
    expect(Object.keys(JSON.parse(stdout))).toEqual(["ProxyRole", role]);
    expect(resourcesOf("ProxyRole")).toEqual([east, `${east}/*`]);
    expect(resourcesOf(role)).toEqual([far, `${far}/*`]);
    const sam = parse((await run(["role-policy", folder.path, "--sam"])).stdout);
    expect(sam[role].Policies[0].PolicyDocument).toEqual(JSON.parse(stdout)[role]);
  });

  it("warns of a policy that is too large for IAM", async () => {
    const { status, stderr } = await runOn([allow(["connect:C*", "connect:D*", "connect:L*", "connect:S*"])]);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^warning: the policy of ProxyRole has \d+ characters and does not fit a managed policy \(6144\)/,
    );
  });

  it("finds that a configuration can use nothing", async () => {
    const { status, stdout, stderr } = await runOn([
      { Effect: "Deny", Action: "connect:DeleteUser", Resource: `${east}/agent/*` },
    ]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("no binding can use any operation");
  });

  it("refuses an unusable configuration with status 2", async () => {
    expect(await run(["role-policy", "/no/such"])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("noSuchFolder"),
    });
  });
});
