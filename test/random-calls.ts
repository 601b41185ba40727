// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * Random calls of an operation: inputs, the requests that carry them by each kind of route, and policies over what such
 * calls are asked. A seed makes the same ones again.
 */
import type { OperationRow } from "../shared/catalog/types.ts";
import { compilePolicies } from "../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../shared/policy/evaluate/layers.ts";
import type { CustomRoute, HttpCall } from "../shared/request/types.ts";
import { parsePolicy } from "../tools/authoring/policy/parse.ts";
import type { WireInput } from "./catalog/wire-input.ts";
import { httpCallOf, restRequest, rpcRequest, type WireRequest } from "./functions/wire-request.ts";
import type { Chooser } from "./policy/random-policies.ts";

/** The route that a request takes: Connect's own, the RPC form, or a custom one. */
export type RouteForm = "rest" | "rpc" | "custom";

/** A request and, for a custom route, the configuration's entry. */
export interface RandomRequest {
  readonly request: WireRequest;
  readonly routes: readonly CustomRoute[];
}

const otherInstances = [
  "0a0b0c0d-1234-4000-8000-11111bfbfcc2",
  "not-configured",
  "00FBEEE1-123E-111E-93E3-11111BFBFCC1",
  "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1",
  "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1",
];
/** Identifiers of what an instance and its replica in another Region share; a call in the one may name the other's. */
const sharedMember = /"(PhoneNumberId|OutboundCallerIdNumberId|TrafficDistributionGroupId|Id)":"id-\d+"/g;
const own = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
/** Resources that an input may name in any of its texts. */
const freeArns = [`${own}/queue/free`, `${own.replace(/[^/]*$/, (id) => id.toUpperCase())}/agent/free`];
const tagSets: readonly object[] = [
  {},
  { team: "1" },
  { Team: "2", x1: "1" },
  { team: "1", TEAM: "2" },
  { note: `${own}/queue/free` },
];

/** Changes an input: members come and go, ids and other texts are others, tags too; now and then it is malformed. */
export function varyInput(choose: Chooser, row: OperationRow, whole: WireInput): WireInput {
  const text = JSON.stringify(whole)
    .replace(sharedMember, (given, name: string) => {
      const type = name.includes("Number") ? "phone-number" : "traffic-distribution-group";
      const region = choose.of(["us-east-1", "us-west-2", "us-west-2", "eu-west-1"]);
      return choose.chance(0.5) ? given : `"${name}":"arn:aws:connect:${region}:123456789012:${type}/n-1"`;
    })
    .replace(/\bid-\d+/g, (id) => choose.of([id, id, `${id}b`, "ID-9"]))
    .replace(/"1"/g, () =>
      choose.of(['"1"', '"1"', '"2"', '"VOICE"', '"QUEUE"', `"${choose.of(freeArns)}"`]),
    );
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(JSON.parse(text) as WireInput)) {
    const member = row.members.find((each) => each.name === name);
    if (choose.chance(member?.required ? 0.01 : 0.3)) continue;
    const isNumber = member?.place === "path" && typeof value === "number";
    input[name] = isNumber ? choose.of([1, "01", "1.0"]) : varyMember(choose, name, value);
  }
  // A label is always there: without it, the path is another one.
  for (const { name, place } of row.members) if (place === "path") input[name] ??= whole[name];
  if (choose.chance(0.02)) input["NoSuchMember"] = "1";
  return input;
}

function varyMember(choose: Chooser, name: string, value: unknown): unknown {
  if (name === "InstanceId") return choose.chance(0.2) ? choose.of(otherInstances) : value;
  if (name === "Tags" || name === "tags") return choose.of(tagSets);
  if (name === "TagKeys" || name === "tagKeys") return choose.of([["team"], ["team", "x1"], ["x2"]]);
  if (Array.isArray(value) && choose.chance(0.3)) return choose.of([[], [...value, ...value]]);
  return value;
}

/** Makes the request that carries an input. */
export function requestFor(
  choose: Chooser,
  form: RouteForm,
  { row, input }: { readonly row: OperationRow; readonly input: WireInput },
): RandomRequest {
  if (form === "rest") return { request: restRequest(row, input), routes: [] };
  if (form === "rpc") return { request: rpcRequest(row, input), routes: [] };
  return customRequest(choose, row, input);
}

/** A custom route that takes each member, or a part of it, from a place by chance, and the request that fills it. */
function customRequest(choose: Chooser, row: OperationRow, input: WireInput): RandomRequest {
  const labels: string[] = [];
  const query: Record<string, string[]> = {};
  const body: Record<string, unknown> = {};
  let number = 0;
  const place = (value: unknown): unknown => {
    number++;
    const isText = ["string", "number", "boolean"].includes(typeof value) && String(value) !== "";
    const kind = choose.of([
      "constant",
      "body",
      ...(isText ? ["label", "label", "query"] : ["inside", "inside"]),
    ]);
    if (kind === "label") return `{l${labels.push(encodeURIComponent(String(value))) - 1}}`;
    if (kind === "query") query[`q${number}`] = [String(value)];
    if (kind === "query") return `{query.q${number}}`;
    if (kind === "body") body[`b${number}`] = value;
    if (kind === "body") return `{body.b${number}}`;
    if (kind === "constant" || typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(place);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, place(inner)]));
  };
  const members = new Set(row.members.map(({ name }) => name));
  const known = Object.entries(input).filter(([name]) => members.has(name));
  const template = Object.fromEntries(known.map(([name, value]) => [name, place(value)]));
  const path = ["", "custom", ...labels].join("/");
  const pattern = ["", "custom", ...labels.map((_, index) => `{l${index}}`)].join("/");
  const route = { method: "POST", path: pattern, operation: row.name, input: template };
  // Another body than the route's own: a member more, or one less.
  if (choose.chance(0.05)) body["unused"] = 1;
  const [first] = Object.keys(body);
  if (choose.chance(0.05) && first !== undefined) delete body[first];
  const text = Object.keys(body).length > 0 ? JSON.stringify(body) : "";
  return { request: { method: "POST", path, query, headers: {}, body: text }, routes: [route] };
}

const agents = ["agent/1.0", "curl/8"];
const addresses = ["192.0.2.1", "198.51.100.1", "2001:db8::1"];

/** What is not in an authorizer's cache key: where a request comes from, by what, with which query and body. */
export function surroundingsOf(choose: Chooser, request: WireRequest, isOther: boolean): HttpCall {
  const headers = {
    ...(choose.chance(0.8) ? { "user-agent": choose.of(agents) } : {}),
    ...(choose.chance(0.3) ? { referer: "https://a.example/1" } : {}),
  };
  const endpoint = choose.chance(0.3)
    ? { endpoint: choose.of([{ vpcId: "vpc-1" }, { vpceId: "vpce-1" }]) }
    : {};
  const own = isOther
    ? {
        ...request,
        query: choose.of([{}, { x: ["1"] }, request.query]),
        body: choose.of(["", "{}", "{", request.body]),
      }
    : request;
  return httpCallOf(
    { ...own, headers: { ...request.headers, ...headers } },
    { ...endpoint, ...(choose.chance(0.9) ? { sourceIp: choose.of(addresses) } : {}) },
  );
}

/** A moment before, or after, the one that conditions name. */
export function momentOf(choose: Chooser): number {
  return choose.of([Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)]) + choose.count(0, 1_000_000);
}

const middle = { time: "2026-04-01T00:00:00Z", epoch: String(Date.UTC(2026, 3, 1) / 1000) };

/** Conditions on the caller, the moment and what a request may hold; besides those on keys that the action carries. */
const commonConditions: readonly object[] = [
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } },
  { IpAddressIfExists: { "aws:SourceIp": "198.51.100.0/24" } },
  { Null: { "aws:SourceIp": "true" } },
  { DateGreaterThan: { "aws:CurrentTime": middle.time } },
  { DateLessThanIfExists: { "aws:CurrentTime": middle.time } },
  { NumericLessThan: { "aws:EpochTime": middle.epoch } },
  { StringLike: { "aws:UserAgent": "curl/*" } },
  { StringNotLike: { "aws:UserAgent": "curl/*" } },
  { Null: { "aws:UserAgent": "false" } },
  { Bool: { "aws:SecureTransport": "true" } },
  { Bool: { "aws:SecureTransport": "false" } },
  { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
  { StringNotEquals: { "aws:RequestedRegion": "us-west-2" } },
  { StringEquals: { "aws:username": "someone" } },
  { StringNotEquals: { "aws:userid": "id-1" } },
  { StringEquals: { "aws:PrincipalTag/team": "1" } },
  { "ForAnyValue:StringEquals": { "jwt:scope": "read" } },
  { StringEquals: { "aws:RequestTag/team": "${aws:PrincipalTag/team}" } },
  { StringEquals: { "aws:ResourceTag/team": "1" } },
  { StringNotEqualsIfExists: { "aws:ResourceTag/team": ["2", "${aws:username}"] } },
  { Null: { "aws:RequestTag/team": "true" } },
  { "ForAllValues:StringLike": { "aws:TagKeys": ["x*", "team"] } },
  { Null: { "aws:TagKeys": "false" } },
  { StringNotEquals: { "connect:NoSuchKey": "1" } },
  { Bool: { "aws:ViaAWSService": "false" } },
  { BoolIfExists: { "aws:PrincipalIsAWSService": "true" } },
  { StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-1" } },
  { StringEquals: { "aws:SourceVpce": "vpce-1" } },
  { IpAddress: { "aws:VpcSourceIp": "10.0.0.0/8" } },
  { Null: { "aws:VpceOrgID": "true" } },
  { StringLike: { "aws:referer": "https://a.example/*" } },
  { Null: { "aws:referer": "true" } },
  { DateLessThan: { "aws:TokenIssueTime": middle.time } },
  { StringNotEquals: { "aws:ResourceAccount": "123456789012" } },
  { StringNotEqualsIfExists: { "aws:ResourceOrgID": "o-1" } },
  { StringEquals: { "aws:CalledViaFirst": "athena.amazonaws.com" } },
  { StringEquals: { "connect:HierarchyGroupL1Id": "1" } },
  { StringNotEqualsIfExists: { "connect:HierarchyGroupL2Id/hierarchyGroupId": "1" } },
  { StringEquals: { "connect:InstanceId": "00fbeee1-123e-111e-93e3-11111bfbfcc1" } },
];

function carriedConditions(row: OperationRow): readonly object[] {
  const keys = row.conditionKeys.map((key) => key.replace(/\$\{.*\}/, "team"));
  return keys.flatMap((key) => [
    { StringEquals: { [key]: ["1", "VOICE", "00fbeee1-123e-111e-93e3-11111bfbfcc1"] } },
    { StringNotEquals: { [key]: "1" } },
    { "ForAnyValue:StringEquals": { [key]: "1" } },
    { "ForAllValues:StringNotEquals": { [key]: "2" } },
    { Null: { [key]: "true" } },
  ]);
}

/** What a random policy is written with. */
export interface Vocabulary {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Words for policies about a call: what it is asked about, near misses, wildcards, variables. */
export function vocabularyOf(
  asked: readonly { readonly action: string; readonly resource: string | undefined }[],
): Vocabulary {
  const arns = asked
    .map(({ resource }) => resource)
    .filter((resource) => resource !== undefined && resource !== "*");
  const known = arns.filter((arn) => arn !== undefined);
  return {
    actions: ["connect:*", "connect:Tag*", "connect:Describe*", ...asked.map(({ action }) => action)],
    resources: [
      "*",
      own,
      `${own}*`,
      `${own}/*`,
      `${own}/agent/\${aws:username}`,
      "arn:aws:connect:*:*:instance/${connect:InstanceId}/*",
      "arn:aws:connect:*:*:phone-number/*",
      "arn:aws:connect:us-west-2:123456789012:phone-number/*",
      "arn:aws:connect:us-west-2:*:instance/*",
      `${own}/queue/free`,
      `${own}/agent/free`,
      ...known,
      ...known.map((arn) => `${arn}b`),
      ...known.map((arn) => arn.replace(/[^/]*$/, "*")),
      ...known.map((arn) => arn.replace(/[^/]*$/, "${aws:RequestTag/team}")),
      ...known.map((arn) => arn.replace(/.$/, "?")),
    ],
  };
}

/** Random layers: attached policies, now and then a boundary and a guardrail. */
export function randomLayers(choose: Chooser, row: OperationRow, words: Vocabulary): PolicyLayers {
  const all = [...commonConditions, ...carriedConditions(row)];
  const statement = () => ({
    Effect: choose.of(["Allow", "Allow", "Deny"]),
    [choose.chance(0.9) ? "Action" : "NotAction"]: choose.some(1, 2, () => choose.of(words.actions)),
    [choose.chance(0.9) ? "Resource" : "NotResource"]: choose.some(1, 2, () => choose.of(words.resources)),
    ...(choose.chance(0.5) ? { Condition: choose.of(all) } : {}),
  });
  const wide = { Effect: "Allow", Action: "*", Resource: "*" };
  const set = (statements: readonly object[]) => {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    return compilePolicies([parsed.document]);
  };
  const mostlyWide = () => [...(choose.chance(0.5) ? [wide] : []), ...choose.some(1, 4, statement)];
  return {
    attached: set(mostlyWide()),
    boundaries: choose.chance(0.2) ? [set(mostlyWide())] : [],
    guardrails: choose.chance(0.2)
      ? [set(choose.chance(0.5) ? mostlyWide() : [{ ...statement(), Effect: "Deny" }])]
      : [],
  };
}
