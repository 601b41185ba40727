/**
 * Values in the inputs of custom routes: what could never be decoded is refused when the configuration is loaded.
 */
import { afterEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { type ConfigurationFolder, createFolder, goodFiles } from "./configuration-folder.ts";

let folder: ConfigurationFolder | undefined;
afterEach(() => folder?.remove());

/** Loads a configuration with the routes; the issues as `line:column code message`. */
async function issuesOf(routes: string): Promise<string[]> {
  const text = `routes:\n${routes}${goodFiles["authorizer.yaml"]}`;
  folder = await createFolder({ ...goodFiles, "authorizer.yaml": text });
  const loaded = await loadConfiguration(folder.path);
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  return issues.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

const route = (operation: string, input: string) =>
  `  - route: POST /own/{id}\n    operation: ${operation}\n    input: { ${input} }\n`;

const user = 'InstanceId: i, Username: "{id}", RoutingProfileId: r, SecurityProfileIds: [s]';

describe("the values of a custom route's input", () => {
  it("may be constants of every type, and templates wherever their text fits", async () => {
    const phone = "PhoneConfig: { PhoneType: SOFT_PHONE, AutoAccept: false, AfterContactWorkTimeLimit: 5 }";
    expect(await issuesOf(route("CreateUser", `${user}, ${phone}, Tags: { team: "{query.team}" }`))).toEqual(
      [],
    );
    const metrics = `ResourceArn: "{id}", StartTime: 2023-11-14T22:13:20Z, EndTime: "{query.end}"`;
    const filters =
      'Filters: [{ FilterKey: QUEUE, FilterValues: "{query.queue}" }], Metrics: "{body.Metrics}"';
    expect(await issuesOf(route("GetMetricDataV2", `${metrics}, ${filters}`))).toEqual([]);
    expect(await issuesOf(route("ListUsers", 'InstanceId: "{id}", MaxResults: "{query.limit}"'))).toEqual([]);
  });

  it.each([
    [
      "a text for a number",
      "ListUsers",
      'InstanceId: "{id}", MaxResults: "10"',
      "MaxResults: must be a number",
    ],
    ["a number for a text", "ListUsers", 'InstanceId: "{id}", NextToken: 7', "NextToken: must be a string"],
    ["null", "ListUsers", 'InstanceId: "{id}", NextToken: null', "NextToken: must be a string"],
    [
      "a text for a boolean",
      "CreateUser",
      `${user}, PhoneConfig: { PhoneType: SOFT_PHONE, AutoAccept: "yes" }`,
      "PhoneConfig.AutoAccept: must be true or false",
    ],
    [
      "a text for a list",
      "CreateUser",
      'InstanceId: i, Username: "{id}", RoutingProfileId: r, SecurityProfileIds: s',
      "SecurityProfileIds: must be a list",
    ],
    [
      "a number in a list of texts",
      "CreateUser",
      'InstanceId: i, Username: "{id}", RoutingProfileId: r, SecurityProfileIds: [s, 7]',
      "SecurityProfileIds[1]: must be a string",
    ],
    ["a list for a map", "CreateUser", `${user}, Tags: [a]`, "Tags: must be an object"],
    ["a number in a map of texts", "CreateUser", `${user}, Tags: { a: 1 }`, "Tags.a: must be a string"],
    [
      "a day on no calendar",
      "GetMetricDataV2",
      'ResourceArn: "{id}", StartTime: 2023-02-30T00:00:00Z, EndTime: 7, Filters: [], Metrics: []',
      "StartTime: must be a time: seconds since the epoch, or RFC 3339 text",
    ],
    [
      "a label for a structure",
      "CreateUser",
      `${user}, PhoneConfig: "{id}"`,
      "`PhoneConfig` cannot be taken from a label, which is one text",
    ],
    [
      "a label for a list",
      "CreateUser",
      'InstanceId: i, Username: "{id}", RoutingProfileId: r, SecurityProfileIds: "{id}"',
      "`SecurityProfileIds` cannot be taken from a label, which is one text",
    ],
    [
      "a query parameter for a list of structures",
      "GetMetricDataV2",
      'ResourceArn: "{id}", StartTime: 7, EndTime: 7, Filters: "{query.filters}", Metrics: []',
      "`Filters` cannot be taken from a query parameter, which is one text",
    ],
  ])("are refused: %s", async (_, operation, input, message) => {
    const issues = await issuesOf(route(operation, input));
    expect(issues).toEqual([expect.stringMatching(/^4:\d+ wrongType /)]);
    expect(issues[0]).toContain(message);
  });

  it.each([
    [
      "an unknown member inside a structure",
      "CreateUser",
      `${user}, PhoneConfig: { PhoneTyp: SOFT_PHONE }`,
      ["unknownMember `PhoneConfig` has no member `PhoneTyp`; did you mean `PhoneType`"],
    ],
    [
      "a required member that a structure lacks",
      "UpdateUserProficiencies",
      'InstanceId: i, UserId: "{id}", UserProficiencies: [{ AttributeName: a, AttributeValue: b }]',
      ["missingMember `UserProficiencies[0]` requires `Level`"],
    ],
    [
      "a union with two members",
      "SubmitContactEvaluation",
      'InstanceId: i, EvaluationId: "{id}", Answers: { q: { Value: { StringValue: a, NumericValue: 1 } } }',
      ["wrongType `Answers.q.Value` must have exactly one member"],
    ],
    [
      "a union without a member",
      "SubmitContactEvaluation",
      'InstanceId: i, EvaluationId: "{id}", Answers: { q: { Value: {} } }',
      ["wrongType `Answers.q.Value` must have exactly one member"],
    ],
  ])("are refused: %s", async (_, operation, input, expected) => {
    const issues = await issuesOf(route(operation, input));
    expect(issues.map((issue) => issue.replace(/^\d+:\d+ /, ""))).toEqual(expected);
  });
});
