import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { CustomRoute } from "../../../shared/request/types.ts";
import { readConfiguration } from "../../../tools/authoring/configuration/read/configuration.ts";
import { parseYaml } from "../../../tools/authoring/document/parse-yaml.ts";
import { configuration, policy } from "../../bundle/bundle-fixture.ts";
import { otherMembers } from "./configuration-folder.ts";

function read(yaml: string): { routes: readonly CustomRoute[]; issues: string[] } {
  const { sink, root } = parseYaml(`${yaml}\n${otherMembers}`, "f.yaml");
  const routes = root ? readConfiguration(root).config.routes : [];
  return { routes, issues: sink.issues.map(({ line, column, code }) => `${line}:${column} ${code}`) };
}

const good = '{ InstanceId: i, UserId: "{id}" }';

describe("routes", () => {
  it("reads the contract's example, into a bundle that opens", () => {
    const { routes, issues } = read(
      `routes:\n  - route: DELETE /agents/{id}\n    operation: DeleteUser\n    input: ${good}\n`,
    );
    expect(issues).toEqual([]);
    expect(routes).toEqual([
      {
        method: "DELETE",
        path: "/agents/{id}",
        operation: "DeleteUser",
        input: { InstanceId: "i", UserId: "{id}" },
      },
    ]);
    const bundle = createBundle({ ...configuration, routes }, [policy("p", "connect:*")]);
    expect(openBundle(JSON.parse(JSON.stringify(bundle))).config.routes).toEqual(routes);
  });

  it.each([
    ["a route without a method", "/agents/{id}", "DeleteUser", good, ["2:12 malformedRoute"]],
    ["an unknown method", "FETCH /agents/{id}", "DeleteUser", good, ["2:12 malformedRoute"]],
    ["a label inside a segment", "DELETE /agents/x{id}", "DeleteUser", good, ["2:12 malformedRoute"]],
    ["a dot segment", "DELETE /agents/../{id}", "DeleteUser", good, ["2:12 malformedRoute"]],
    ["a query", "DELETE /agents/{id}?x=1", "DeleteUser", good, ["2:12 malformedRoute"]],
    ["a label twice", "DELETE /agents/{id}/{id}", "DeleteUser", good, ["2:12 malformedRoute"]],
    ["the document's path", "GET /openapi.json", "ListInstances", "{}", ["2:12 reservedRoute"]],
    ["this product's own path", "POST /operations/{id}", "DeleteUser", good, ["2:12 reservedRoute"]],
    [
      "Connect's own route",
      "GET /users/{a}/{id}",
      "DescribeUser",
      '{ InstanceId: "{a}", UserId: "{id}" }',
      ["2:12 overlappingRoute"],
    ],
    ["an unknown operation", "DELETE /agents/{id}", "DeleteUsers", good, ["3:16 unknownOperation"]],
    [
      "a refused operation",
      "GET /federate/{id}",
      "GetFederationToken",
      '{ InstanceId: "{id}" }',
      ["3:16 refusedOperation"],
    ],
    [
      "an unknown member",
      "DELETE /agents/{id}",
      "DeleteUser",
      '{ InstanceId: i, UserId: "{id}", Userid: x }',
      ["4:12 unknownMember"],
    ],
    [
      "a required member that is missing",
      "DELETE /agents/{id}",
      "DeleteUser",
      '{ UserId: "{id}" }',
      ["4:12 missingMember"],
    ],
    [
      "a label that is unknown",
      "DELETE /agents/{id}",
      "DeleteUser",
      '{ InstanceId: "{other}", UserId: "{id}" }',
      ["4:12 unknownLabel"],
    ],
    [
      "a label that is unused",
      "DELETE /agents/{id}",
      "DeleteUser",
      "{ InstanceId: i, UserId: u }",
      ["2:12 unusedLabel"],
    ],
    [
      "a template inside a text",
      "DELETE /agents/{id}",
      "DeleteUser",
      '{ InstanceId: i, UserId: "x-{id}" }',
      ["4:12 malformedTemplate", "2:12 unusedLabel"],
    ],
    [
      "a template of an unknown source",
      "DELETE /agents/{id}",
      "DeleteUser",
      '{ InstanceId: "{header.x}", UserId: "{id}" }',
      ["4:12 malformedTemplate"],
    ],
  ])("refuses %s", (_, route, operation, input, expected) => {
    const { issues } = read(
      `routes:\n  - route: ${route}\n    operation: ${operation}\n    input: ${input}\n`,
    );
    expect(issues).toEqual(expected);
  });

  it("refuses two routes that some path fits both", () => {
    const route = (path: string) =>
      `  - route: DELETE ${path}\n    operation: DeleteUser\n    input: { InstanceId: i, UserId: "{id}" }\n`;
    expect(read(`routes:\n${route("/a/{id}")}${route("/a/{id}")}`).issues).toEqual(["5:12 overlappingRoute"]);
    expect(read(`routes:\n${route("/a/b/{id}")}${route("/a/{id}/c")}`).issues).toEqual([
      "5:12 overlappingRoute",
    ]);
    expect(read(`routes:\n${route("/a/{id}")}${route("/b/{id}")}`).issues).toEqual([]);
  });

  it("reads the example of docs/how-to/custom-routes.md", () => {
    const page = readFileSync(new URL("../../../docs/how-to/custom-routes.md", import.meta.url), "utf8");
    const { routes, issues } = read(/^```yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? "");
    expect(issues).toEqual([]);
    expect(routes.map(({ operation }) => operation)).toEqual(["DeleteUser", "ListUsers", "CreateUser"]);
  });

  it("refuses in a bundle what it refuses in a file", () => {
    const routes = [
      {
        method: "GET",
        path: "/users/{a}/{b}",
        operation: "DescribeUser",
        input: { InstanceId: "{a}", UserId: "{b}" },
      },
    ];
    expect(() => createBundle({ ...configuration, routes }, [policy("p", "connect:*")])).toThrow(
      /has a route that is refused/,
    );
  });
});
