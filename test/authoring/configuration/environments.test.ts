// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write names and variables
/** Named instances and `environments/NAME.yaml`: what a folder is in each environment, and every error at its place. */
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { createFolder } from "./configuration-folder.ts";

const arn = (id: string) => `arn:aws:connect:us-east-1:123456789012:instance/${id}`;

const base = `instances:
  - name: main
    arn: ${arn("aaaa")}
    roleArn: arn:aws:iam::123456789012:role/Dev
  - name: training
    arn: ${arn("bbbb")}
  - arn: ${arn("cccc")}
issuers:
  - issuer: https://dev.example/
    audience: app
    claims: { groups: groups }
bindings:
  - match: { groups: [hr] }
    policies: [hr]
cors: { allowOrigins: [https://dev.example] }
routes:
  - route: GET /agents/{agentId}
    operation: DescribeUser
    input: { InstanceId: "\${main}", UserId: "{agentId}" }
`;

const policy = (...resources: readonly string[]) => `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "connect:DescribeUser",
    "Resource": ${JSON.stringify(resources)}
  }
}
`;

const prod = `instances:
  - name: main
    arn: ${arn("pppp")}
issuers:
  - issuer: https://prod.example/
    audience: [app, other]
    claims: { groups: "cognito:groups" }
cors: { allowOrigins: [https://prod.example], allowMethods: [GET] }
`;

const good = {
  "authorizer.yaml": base,
  "policies/hr.json": policy("${main}/agent/*"),
  "environments/prod.yaml": prod,
};

async function load(files: Readonly<Record<string, string>>, environment?: string) {
  const folder = await createFolder(files);
  onTestFinished(() => folder.remove());
  const loaded = await loadConfiguration(folder.path, { environment });
  const issues = (loaded.ok ? loaded.warnings : loaded.issues).map(
    ({ file, line, column, severity, code, message }) =>
      `${file.replace(`${folder.name}/`, "")}:${line}:${column} ${severity} ${code} ${message}`,
  );
  return {
    issues,
    bundle: loaded.ok ? loaded.bundle : undefined,
    written: loaded.ok ? loaded.written : undefined,
  };
}

const configOf = async (files: Readonly<Record<string, string>>, environment?: string) => {
  const { issues, bundle } = await load(files, environment);
  expect(issues).toEqual([]);
  return bundle?.config;
};

describe("an environment", () => {
  it("replaces instances by name, whole, and leaves the others", async () => {
    expect((await configOf(good))?.instances).toMatchObject([
      { arn: arn("aaaa"), roleArn: "arn:aws:iam::123456789012:role/Dev" },
      { arn: arn("bbbb") },
      { arn: arn("cccc") },
    ]);
    const instances = (await configOf(good, "prod"))?.instances;
    expect(instances?.map((each) => each.arn)).toEqual([arn("pppp"), arn("bbbb"), arn("cccc")]);
    expect(instances?.[0]).not.toHaveProperty("roleArn");
  });

  it("replaces the issuers and `cors`, and nothing else", async () => {
    const [dev, live] = [await configOf(good), await configOf(good, "prod")];
    expect(live?.issuers).toEqual([
      {
        issuer: "https://prod.example/",
        audience: ["app", "other"],
        claims: { id: "sub", groups: "cognito:groups" },
      },
    ]);
    expect(live?.cors).toMatchObject({ allowOrigins: ["https://prod.example"], allowMethods: ["GET"] });
    const { instances: _, issuers: __, cors: ___, routes: ____, ...same } = live ?? {};
    expect(dev).toMatchObject(same);
  });

  it("changes only what it names", async () => {
    const files = { ...good, "environments/prod.yaml": "cors: { allowOrigins: [https://prod.example] }\n" };
    const [dev, live] = [await configOf(files), await configOf(files, "prod")];
    expect({ ...live, cors: undefined }).toEqual({ ...dev, cors: undefined });
    expect(live?.cors?.allowOrigins).toEqual(["https://prod.example"]);
  });

  it("gives the bundle that its ARNs written by hand give: no bundle holds a name", async () => {
    const byHand = base
      .replace(/ {2}- name: (\w+)\n {4}arn/g, "  - arn")
      .replace("${main}", arn("pppp"))
      .replace(arn("aaaa"), arn("pppp"))
      .replace(/ {4}roleArn: .*\n/, "")
      .replace(
        /issuers:[\s\S]*?bindings/,
        `${prod.slice(prod.indexOf("issuers"), prod.indexOf("cors"))}bindings`,
      )
      .replace(/cors: .*\n/, prod.slice(prod.indexOf("cors")));
    const own = await load(good, "prod");
    const other = await load({
      "authorizer.yaml": byHand,
      // As long as the name, so that the places are the same.
      "policies/hr.json": good["policies/hr.json"].replace("${main}", arn("pppp")),
    });
    expect(other.issues).toEqual([]);
    expect(own.bundle?.config).toEqual(other.bundle?.config);
    const contentOf = ({ bundle }: typeof own) =>
      bundle?.policies.map(({ statements, ...rest }) => ({
        ...rest,
        statements: statements.map(({ start: _, end: __, ...statement }) => statement),
      }));
    expect(contentOf(own)).toEqual(contentOf(other));
    expect(JSON.stringify(own.bundle)).not.toMatch(/\$\{main\}|"main"|training/);
    expect(own.written?.get("hr")?.get("Statement[0].Resource[0]")).toMatchObject({
      line: 6,
      column: 18,
      written: "${main}/agent/*",
      resolved: `${arn("pppp")}/agent/*`,
    });
  });

  it("gives names in the inputs of routes their ARNs too", async () => {
    expect((await configOf(good))?.routes[0]?.input).toEqual({
      InstanceId: arn("aaaa"),
      UserId: "{agentId}",
    });
    expect((await configOf(good, "prod"))?.routes[0]?.input).toMatchObject({ InstanceId: arn("pppp") });
    const broken = base.replace('"${main}"', '"${mian}"');
    expect((await load({ ...good, "authorizer.yaml": broken })).issues).toEqual([
      "authorizer.yaml:19:26 error unknownName no instance is named `mian`; did you mean `${main}`",
    ]);
  });

  it("is judged by its own instances: what lint says of the base does not hold in it", async () => {
    const files = { ...good, "policies/hr.json": policy(`${arn("pppp")}/agent/*`) };
    expect((await load(files)).issues).toEqual([
      expect.stringMatching(
        /^policies\/hr\.json:6:18 warning notConfigured instance `pppp` is not configured/,
      ),
    ]);
    expect((await load(files, "prod")).issues).toEqual([]);
  });
});

describe("an environment that cannot be used", () => {
  it.each([
    ["prdo", "prdo.yaml:1:1 error noSuchEnvironment there is no environment `prdo`; did you mean `prod`"],
    ["x", "x.yaml:1:1 error noSuchEnvironment there is no environment `x`; there are `prod`"],
    [
      "../authorizer",
      ":1:1 error noSuchEnvironment there is no environment `../authorizer`; there are `prod`",
    ],
    ["", ":1:1 error noSuchEnvironment there is no environment ``; there are `prod`"],
  ])("because there is none of that name: %s", async (name, issue) => {
    const { issues } = await load(good, name);
    expect(issues).toEqual([expect.stringMatching(/^environments/)]);
    expect(issues[0]).toContain(issue);
  });

  it("because there are no environments", async () => {
    const { "environments/prod.yaml": _, ...files } = good;
    expect((await load(files, "prod")).issues).toEqual([
      "environments/prod.yaml:1:1 error noSuchEnvironment there is no environment `prod`; there are none: create its file in `environments/`",
    ]);
  });

  it.each([
    [
      "bindings: []",
      "1:1 error unknownKey an environment may set only `instances`, `issuers` and `cors`; `bindings` is the same in all of them, in `authorizer.yaml`",
    ],
    [
      "",
      "1:1 error emptyFile the file is empty; name what differs in this environment: `instances`, `issuers` or `cors`",
    ],
    ["- a", "1:1 error wrongType expected a mapping, found a list"],
    ["instances: [{ arn: 'x' }]", "1:13 error missingKey the key `name` is missing here"],
    [
      `instances: [{ name: mian, arn: "${arn("pppp")}" }]`,
      "1:21 error unknownName no instance in `authorizer.yaml` is named `mian`; did you mean `main`",
    ],
    [
      `instances: [{ name: third, arn: "${arn("pppp")}" }]`,
      "1:21 error unknownName no instance in `authorizer.yaml` is named `third`; an environment replaces instances and adds none: give one in `authorizer.yaml` this `name`",
    ],
    [
      `instances: [{ name: main, arn: "${arn("pppp")}" }, { name: Main, arn: "${arn("qqqq")}" }]`,
      "1:98 error duplicateName an instance before this one is named `Main`, apart from case",
    ],
    [`instances: [{ name: main, arn: "${arn("bbbb")}" }]`, "authorizer.yaml:6:10 error duplicateInstance"],
    [
      `instances: [{ name: main, arn: "${arn("pppp")}", regoin: x }]`,
      "error unknownKey unknown key `regoin`",
    ],
    [`instances: [{ name: main, arn: "arn:x" }]`, "1:32 error malformedArn `arn:x` is not the ARN"],
    ["issuers: []", "1:10 error emptyList name at least one issuer of tokens"],
    ["cors: { allowOrigins: [ftp://x] }", "1:24 error malformedOrigin"],
    ["instances: [", "error malformedYaml"],
  ])("because of what its file says: %s", async (yaml, issue) => {
    const { issues, bundle } = await load({ ...good, "environments/prod.yaml": yaml }, "prod");
    expect(bundle).toBeUndefined();
    expect(issues.join("\n")).toContain(issue);
    expect(
      issues.some((each) => each.startsWith("environments/prod.yaml:") || issue.startsWith("authorizer")),
    ).toBe(true);
    // The base is not concerned.
    expect((await load({ ...good, "environments/prod.yaml": yaml })).issues).toEqual([]);
  });

  it("because a binding names an issuer that it does not have", async () => {
    const named = base.replace("match: { groups", "match: { issuer: https://dev.example/, groups");
    expect((await load({ ...good, "authorizer.yaml": named })).issues).toEqual([]);
    const { issues } = await load({ ...good, "authorizer.yaml": named }, "prod");
    expect(issues).toEqual([
      expect.stringMatching(
        /^authorizer\.yaml:13:\d+ error unknownIssuer no issuer `https:\/\/dev\.example\/`/,
      ),
    ]);
  });

  it("is not a file of another name, which is ignored with a warning", async () => {
    const files = {
      ...good,
      "environments/old.yml": "x",
      "environments/a b.yaml": "x",
      "environments/.x.yaml": "x",
    };
    const { issues } = await load(files);
    expect(issues.map((each) => each.split(" this ")[0])).toEqual([
      "environments/a b.yaml:1:1 warning ignoredFile",
      "environments/old.yml:1:1 warning ignoredFile",
    ]);
  });
});

describe("an instance's name", () => {
  it.each(["", "a b", "aws:x", "*", "ä", "a.b", "x".repeat(65)])("cannot be `%s`", async (name) => {
    const { issues } = await load({
      ...good,
      "authorizer.yaml": base.replace("training", JSON.stringify(name)),
    });
    expect(issues).toEqual([
      expect.stringMatching(/^authorizer\.yaml:5:11 error (?:malformedName|emptyText) /),
    ]);
  });

  it.each(["main", "MAIN"])("is unique without case: %s", async (name) => {
    const { issues } = await load({ ...good, "authorizer.yaml": base.replace("training", name) });
    expect(issues).toEqual([
      `authorizer.yaml:5:11 error duplicateName an instance before this one is named \`${name}\`, apart from case`,
    ]);
  });

  it("that no instance has is an error at the place of the text, in each environment", async () => {
    const files = { ...good, "policies/hr.json": policy("*", "${mian}/agent/*") };
    const expected = [
      "policies/hr.json:6:22 error unknownName no instance is named `mian`; did you mean `${main}`",
    ];
    expect((await load(files)).issues).toEqual(expected);
    expect((await load(files, "prod")).issues).toEqual(expected);
  });

  it("is not judged while `authorizer.yaml` or the ARN cannot be read", async () => {
    const unread = await load({ ...good, "authorizer.yaml": "instances: [" });
    expect(unread.issues).toEqual([expect.stringContaining("malformedYaml")]);
    const wrong = await load({ ...good, "authorizer.yaml": base.replace(arn("aaaa"), "arn:x") });
    expect(wrong.issues).toEqual([expect.stringContaining("malformedArn")]);
  });
});
