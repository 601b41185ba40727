/** `cors` in a configuration, from both sides: the author's file with positions, and the bundle. */
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import { bundleProblem } from "../../../shared/bundle/bundle-shape.ts";
import { readConfiguration } from "../../../tools/authoring/configuration/read/configuration.ts";
import { parseYaml } from "../../../tools/authoring/document/parse-yaml.ts";
import { configuration, policy } from "../../bundle/bundle-fixture.ts";
import { otherMembers } from "./configuration-folder.ts";

function read(yaml: string) {
  const { sink, root } = parseYaml(`cors: ${yaml}\n${otherMembers}`, "f.yaml");
  const cors = root && readConfiguration(root).config.cors;
  return { cors, issues: sink.issues.map(({ line, column, code }) => `${line}:${column} ${code}`) };
}

describe("cors", () => {
  it("fills in what browser clients of the API need", () => {
    const { cors, issues } = read("{ allowOrigins: [https://console.example.com] }");
    expect(issues).toEqual([]);
    expect(cors).toMatchObject({
      allowOrigins: ["https://console.example.com"],
      allowMethods: ["GET", "POST", "PUT", "DELETE"],
      allowHeaders: expect.arrayContaining(["authorization", "content-type", "x-connect-token"]),
      exposeHeaders: expect.arrayContaining(["x-amzn-requestid", "x-amzn-errortype"]),
      maxAgeSeconds: 600,
      allowCredentials: false,
    });
  });

  it("travels in a bundle that opens", () => {
    const { cors } = read(
      '{ allowOrigins: [https://a.example, "http://localhost:5173"], allowMethods: [GET], allowHeaders: [X-Mine], exposeHeaders: [], maxAgeSeconds: 0, allowCredentials: true }',
    );
    if (!cors) throw new Error("nothing was read");
    const bundle = createBundle({ ...configuration, cors }, [policy("p", "connect:*")]);
    expect(openBundle(JSON.parse(JSON.stringify(bundle))).config.cors).toEqual({
      allowOrigins: ["https://a.example", "http://localhost:5173"],
      allowMethods: ["GET"],
      allowHeaders: ["x-mine"],
      exposeHeaders: [],
      maxAgeSeconds: 0,
      allowCredentials: true,
    });
  });

  it.each([
    ["upper case", "HTTPS://Console.Example.COM", "https://console.example.com"],
    ["the usual port", "https://console.example.com:443", "https://console.example.com"],
    ["a slash at the end", "https://console.example.com/", "https://console.example.com"],
    ["another port", "https://console.example.com:8443", "https://console.example.com:8443"],
    ["an IPv6 address of this machine", "http://[::1]:3000", "http://[::1]:3000"],
  ])("writes an origin as browsers send it: %s", (_name, text, origin) => {
    expect(read(`{ allowOrigins: ["${text}"] }`)).toMatchObject({
      cors: { allowOrigins: [origin] },
      issues: [],
    });
  });

  it.each([
    ["a path", '["https://a.example/x"]', "malformedOrigin"],
    ["a query", '["https://a.example?x"]', "malformedOrigin"],
    ["a user", '["https://u@a.example"]', "malformedOrigin"],
    ["no scheme", "[a.example]", "malformedOrigin"],
    ["a pattern", '["https://*.a.example"]', "malformedOrigin"],
    ["plain http elsewhere", '["http://a.example"]', "malformedOrigin"],
    ["another scheme", '["file:///x"]', "malformedOrigin"],
    ["null, the origin of sandboxed pages", '["null"]', "malformedOrigin"],
    ["one origin in two spellings", '["https://a.example", "https://A.example/"]', "duplicateValue"],
    ["a wildcard beside others", '["*", "https://a.example"]', "wildcardBesideOthers"],
    ["an empty list", "[]", "emptyList"],
  ])("refuses %s among the origins, where it stands", (_name, origins, code) => {
    const { issues } = read(`{ allowOrigins: ${origins} }`);
    expect(issues).toEqual([expect.stringMatching(new RegExp(`^1:\\d+ ${code}$`))]);
  });

  it.each([
    [
      "credentials for every origin",
      '{ allowOrigins: ["*"], allowCredentials: true }',
      "1:24 wildcardWithCredentials",
    ],
    ["an unknown key", '{ allowOrigins: ["*"], allowOrigin: x }', "1:30 unknownKey"],
    ["no origins", "{ maxAgeSeconds: 5 }", "1:7 missingKey"],
    ["an unknown method", '{ allowOrigins: ["*"], allowMethods: [get] }', "1:45 unknownValue"],
    ["a wildcard among headers", '{ allowOrigins: ["*"], allowHeaders: ["*"] }', "1:45 malformedHeader"],
    [
      "a header with a line break",
      '{ allowOrigins: ["*"], exposeHeaders: ["a\\r\\nb"] }',
      "1:46 malformedHeader",
    ],
    ["a header twice", '{ allowOrigins: ["*"], exposeHeaders: [A, a] }', "1:49 duplicateValue"],
    ["a time that is none", '{ allowOrigins: ["*"], maxAgeSeconds: soon }', "1:45 unknownValue"],
    ["more than a safe integer", '{ allowOrigins: ["*"], maxAgeSeconds: 1e21 }', "1:45 unknownValue"],
    ["more than a day", '{ allowOrigins: ["*"], maxAgeSeconds: 86401 }', "1:45 unknownValue"],
    ["a flag that is none", '{ allowOrigins: ["*"], allowCredentials: "yes" }', "1:48 unknownValue"],
  ])("refuses %s", (_name, yaml, issue) => {
    expect(read(yaml).issues).toEqual([issue]);
  });
});

describe("a bundle", () => {
  const good = {
    allowOrigins: ["https://a.example"],
    allowMethods: ["GET"],
    allowHeaders: ["authorization"],
    exposeHeaders: [],
    maxAgeSeconds: 600,
    allowCredentials: false,
  };
  const bundle = createBundle(configuration, [policy("p", "connect:*")]);
  const problemOf = (cors: unknown) => bundleProblem({ ...bundle, config: { ...bundle.config, cors } });

  it("may hold it", () => {
    expect(problemOf(good)).toBeUndefined();
  });

  it.each([
    ["an origin in another spelling", { allowOrigins: ["https://A.example"] }],
    ["an origin with a path", { allowOrigins: ["https://a.example/"] }],
    ["no origin", { allowOrigins: [] }],
    ["a wildcard with credentials", { allowOrigins: ["*"], allowCredentials: true }],
    ["a wildcard beside others", { allowOrigins: ["*", "https://a.example"] }],
    ["an unknown method", { allowMethods: ["TRACE"] }],
    ["a header in upper case", { allowHeaders: ["Authorization"] }],
    ["a header with a line break", { exposeHeaders: ["a\r\nb"] }],
    ["a negative time", { maxAgeSeconds: -1 }],
    ["a time as text", { maxAgeSeconds: "600" }],
    ["a flag as text", { allowCredentials: "true" }],
    ["an unknown member", { allowOrigin: "*" }],
  ])("is refused with %s", (_name, part) => {
    expect(problemOf({ ...good, ...part })).toMatch(/^bundle\.config\.cors/);
  });
});
