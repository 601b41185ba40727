/** The templates of the product, and the example of an HTTP API: made of template.yaml, with everything that it has. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { buildTemplates, formatHttpExample, httpExample } from "../../tools/package/templates.ts";
import { cloudFormationTags } from "../events/cloudformation-tags.ts";
import { connectPoliciesOf } from "../events/proxy-role.ts";

const root = resolve(import.meta.dirname, "../..");
const out = mkdtempSync(join(tmpdir(), "templates-"));
mkdirSync(join(out, "templates"));
buildTemplates(root, out);
afterAll(() => rmSync(out, { recursive: true, force: true }));

const read = (text: string) => parse(text, { customTags: cloudFormationTags });
const source = read(readFileSync(join(root, "template.yaml"), "utf8"));
const texts = {
  rest: readFileSync(join(out, "templates/rest.yaml"), "utf8"),
  http: readFileSync(join(out, "templates/http.yaml"), "utf8"),
};
const functionsOf = (template: { Resources: object }) =>
  Object.entries<{ Type: string }>({ ...template.Resources }).filter(
    ([, { Type }]) => Type === "AWS::Serverless::Function",
  );

describe.each(Object.entries(texts))("the product's template of a %s API", (_, text) => {
  const template = read(text);

  it("has functions that are built already, each in the folder of its name", () => {
    expect(functionsOf(template)).toMatchObject(
      Object.entries({
        AuthorizerFunction: "functions/authorizer",
        PreflightFunction: "functions/preflight",
        ProxyFunction: "functions/proxy",
        AuthzenFunction: "functions/authzen",
        McpFunction: "functions/mcp",
      }).map(([name, CodeUri]) => [name, { Properties: { CodeUri }, Metadata: { SkipBuild: true } }]),
    );
    expect(template.Globals.Function.CodeUri).toBeUndefined();
    expect(text).not.toContain("BuildMethod");
  });

  it("has a role that is to be filled in, and may do nothing until then", () => {
    expect(connectPoliciesOf(text).generated).toEqual({ Ref: "AWS::NoValue" });
    expect(text).toContain("# begin role-policy: made by `connect-authorizer build`");
  });

  it("has every parameter in a group, and the environment of the deployment among them", () => {
    const groups = template.Metadata["AWS::CloudFormation::Interface"].ParameterGroups;
    const grouped = groups.flatMap(({ Parameters }: { Parameters: string[] }) => Parameters);
    expect(grouped.sort()).toEqual(Object.keys(template.Parameters).sort());
    expect(template.Parameters.Environment).toMatchObject({ Type: "String", Default: "" });
  });

  it("bounds every role, and lets every function run in a VPC", () => {
    for (const [, { Type, Properties }] of Object.entries<{ Type: string; Properties: object }>(
      template.Resources,
    ))
      if (Type === "AWS::IAM::Role")
        expect(Properties).toMatchObject({
          PermissionsBoundary: ["HasBoundary", { Ref: "PermissionsBoundaryArn" }, { Ref: "AWS::NoValue" }],
          Policies: expect.arrayContaining([
            ["InVpc", expect.objectContaining({ PolicyName: "attach-to-vpc" }), { Ref: "AWS::NoValue" }],
          ]),
        });
    expect(template.Globals.Function.VpcConfig).toEqual([
      "InVpc",
      { SubnetIds: { Ref: "SubnetIds" }, SecurityGroupIds: { Ref: "SecurityGroupIds" } },
      { Ref: "AWS::NoValue" },
    ]);
  });

  it("puts out what a template around it needs for a domain, alarms and subscriptions", () => {
    // Usage plans are of REST APIs, and so is a function for preflights.
    const ofRest = ["CallerPlanId", "PreflightFunctionArn"];
    const expected = Object.keys(source.Outputs).filter(
      (name) => text === texts.rest || !ofRest.includes(name),
    );
    expect(Object.keys(template.Outputs)).toEqual(expected);
    expect(Object.keys(source.Outputs)).toEqual(
      expect.arrayContaining(["ApiUrl", "ApiId", "StageName", "ProxyFunctionName", "ProxyRoleArn"]),
    );
  });
});

describe("what an HTTP API has", () => {
  const http = read(texts.http);

  it("is everything of the REST API but its web ACL and its usage plan, with routes and permissions of its own", () => {
    const [rest, own] = [source, http].map(({ Resources }) => Object.keys(Resources));
    expect(rest?.filter((name) => !own?.includes(name))).toEqual(["CallerPlan", "WebAclAssociation"]);
    expect(Object.keys(source.Parameters).filter((name) => !(name in http.Parameters))).toEqual([
      "StageName",
      "CorsAllowOrigin",
      "CallerKeys",
      "CallerRate",
      "CallerBurst",
      "WebAclArn",
    ]);
    expect(http.Resources.Api.Properties.CorsConfiguration).toBeUndefined();
  });

  it("gives its functions the variables of the REST API's, and how answers and denials are given here", () => {
    const variablesOf = (template: typeof http, name: string) =>
      template.Resources[name].Properties.Environment.Variables;
    const { NODE_OPTIONS: _, ...shared } = source.Globals.Function.Environment.Variables;
    expect(http.Globals.Function.Environment.Variables).toEqual(shared);
    const { AUTHORIZER_USAGE_KEYS: _keys, ...ofAuthorizer } = variablesOf(source, "AuthorizerFunction");
    expect(variablesOf(http, "AuthorizerFunction")).toEqual({
      ...ofAuthorizer,
      AUTHORIZER_SIMPLE_RESPONSES: "true",
      AUTHORIZER_LEAVES_DENIALS: "true",
    });
    for (const name of ["PreflightFunction", "ProxyFunction"])
      expect(variablesOf(http, name)).toEqual(variablesOf(source, name));
  });

  it("is looked at by alarms and dashboard under the names that AWS gives to an HTTP API's metrics", () => {
    const dimensions = [
      { Name: "ApiId", Value: { Ref: "Api" } },
      { Name: "Stage", Value: "$default" },
    ];
    expect(http.Resources.ServerErrorsAlarm.Properties).toMatchObject({
      MetricName: "5xx",
      Dimensions: dimensions,
    });
    expect(http.Resources.LatencyAlarm.Properties.Dimensions).toEqual(dimensions);
    const dashboard: string = http.Resources.OverviewDashboard.Properties.DashboardBody.Sub;
    expect(dashboard.match(/"AWS\/ApiGateway".*/g)).toHaveLength(5);
    expect(dashboard).not.toMatch(/ApiName|StageName|XXError/);
  });

  it("is in the example, which `npm run generate` writes", () => {
    const committed = readFileSync(join(root, httpExample), "utf8");
    const without = (text: string) => {
      const template = read(text);
      template.Resources.ProxyRole.Properties.Policies = connectPoliciesOf(text).wide;
      return template;
    };
    expect(without(committed)).toEqual(without(formatHttpExample(root)));
  });
});
