/**
 * Random configurations and random calls over a small vocabulary of resources, so that policies and calls meet often.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables

import { createBundle, type OpenedBundle, openBundle } from "../../shared/bundle/bundle.ts";
import type { Binding, Bundle, Configuration } from "../../shared/bundle/types.ts";
import type { Ask } from "../../shared/catalog/ask.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import { resolveAsks } from "../../shared/catalog/targets.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { type CallDecision, decideCall, type KnownFacts } from "../../shared/decide/authorize.ts";
import { CodedError } from "../../shared/errors.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { type CanonicalCall, createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import type { ConnectInstance, HttpCall, OperationInput } from "../../shared/request/types.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { readSdkOperations } from "../../tools/catalog/sdk-operations.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { makeInput, place } from "../catalog/synthetic-input.ts";
import { principalOf } from "../identity/principals.ts";
import { Chooser } from "../policy/random-policies.ts";

export { Chooser };

const otherId = "00000000-0000-4000-8000-00000000000b";
const strangerId = "00000000-0000-4000-8000-00000000000c";

function instance(region: string, id: string): ConnectInstance {
  const arn = `arn:aws:connect:${region}:123456789012:instance/${id}`;
  return { arn, partition: "aws", region, accountId: "123456789012", id };
}

/** Two configured instances of one account, the first of them that of the made-up inputs, and its replica. */
export const instances: readonly ConnectInstance[] = [
  instance(place.region, place.id),
  instance("us-west-2", otherId),
  instance("us-west-2", place.id),
];

/** One that is not configured. */
export const stranger = instance(place.region, strangerId);

/** Every served operation, with a whole input. */
export const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  return row && row.refused === undefined
    ? [{ row, whole: makeInput(operation).input as OperationInput }]
    : [];
});

/** Moves an input to another instance. */
export function moveTo({ region, id, arn }: ConnectInstance, input: OperationInput): OperationInput {
  const text = JSON.stringify(input)
    .replaceAll(place.id, id)
    .replaceAll(place.region, region)
    // An id alone is the first instance's, and not its replica's.
    .replace(`"InstanceId":"${id}"`, `"InstanceId":"${arn}"`);
  return JSON.parse(text);
}

/** The call of an input; `undefined` when it is malformed. */
export function callOf(
  row: OperationRow,
  input: OperationInput,
  among: readonly ConnectInstance[] = instances,
): CanonicalCall | undefined {
  try {
    const call = createCanonicalCall({ row }, input, among);
    const { input: sent, instance: to, namesInstance } = call;
    resolveAsks(row, { get: (member) => sent[member] }, { ...to, namesInstance });
    return call;
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** A call of one of the operations, with some of its optional members left out, in one of the instances. */
export function randomCall(
  chooser: Chooser,
  { row, whole }: (typeof served)[number],
): CanonicalCall | undefined {
  const members = new Map(row.members.map((member) => [member.name, member]));
  const kept = Object.entries(whole).filter(
    ([name]) => (members.get(name)?.required ?? true) || chooser.chance(0.5),
  );
  const text = JSON.stringify(moveTo(chooser.of(instances), Object.fromEntries(kept)));
  // Any text may be an ARN, also one of the other instance.
  const moved: OperationInput = JSON.parse(
    text.replaceAll(':"1"', () => `:"${chooser.chance(0.1) ? chooser.of(freeArns) : "1"}"`),
  );
  return callOf(row, chooser.chance(0.5) ? moved : nameByReplica(moved));
}

/** Names phone numbers and traffic distribution groups by the ARN of a Region, and the instance by that of the other. */
function nameByReplica(input: OperationInput): OperationInput {
  const text = JSON.stringify(input)
    .replace(/"InstanceId":"([^"]*)"/, '"InstanceId":"arn:aws:connect:us-west-2:123456789012:instance/$1"')
    .replace(/"((?:\w*Number|TrafficDistributionGroup)?Id)":"(id-\d+)"/g, (_, name: string, id: string) => {
      const type = name.includes("Number") ? "phone-number" : "traffic-distribution-group";
      return `"${name}":"arn:aws:connect:us-east-1:123456789012:${type}/${id}"`;
    });
  return JSON.parse(text);
}

const freeArns = instances.flatMap(({ arn }) => [arn, `${arn}/queue/free`, `${arn}/agent/free:$LATEST`]);

/** An HTTP request from one address. */
export const httpCall: HttpCall = {
  method: "POST",
  rawPath: "/",
  query: [],
  headers: new Map(),
  requestId: "r",
  sourceIp: "192.0.2.1",
};

/** Conditions on what is known of a call, of its caller, of its resources, or only to Connect. */
export const conditions = [
  { StringEquals: { "aws:ResourceTag/team": "blue" } },
  { StringNotEquals: { "aws:ResourceTag/team": "blue" } },
  { Null: { "aws:ResourceTag/team": "true" } },
  { StringEquals: { "aws:PrincipalTag/team": "blue" } },
  { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
  { StringNotEquals: { "aws:RequestedRegion": "us-east-1" } },
  { StringEquals: { "connect:InstanceId": place.id } },
  { StringNotEquals: { "connect:InstanceId": place.id } },
  { StringEquals: { "aws:username": "alice" } },
  { StringLike: { "jwt:dept": "s*" } },
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { "ForAnyValue:StringEquals": { "aws:TagKeys": ["key"] } },
  { StringEquals: { "connect:Channel": "VOICE" } },
  { Bool: { "aws:SecureTransport": "true" } },
];

/** The same and more, on keys that may be absent or have several values, with variables that may have none. */
const oddConditions = [
  ...conditions,
  { StringEquals: { "AWS:principaltag/TEAM": "${jwt:dept}" } },
  { StringNotEqualsIfExists: { "aws:PrincipalTag/team": "${aws:PrincipalTag/none, 'blue'}" } },
  { StringLike: { "aws:userid": "${aws:PrincipalTag/team}*" } },
  { "ForAllValues:StringLike": { "jwt:roles": ["a*", "${jwt:dept}"] } },
  { "ForAnyValue:StringNotEquals": { "jwt:roles": "admin" } },
  { StringNotEquals: { "jwt:roles": "admin" } },
  { Null: { "jwt:roles": "false", "aws:PrincipalTag/team": "true" } },
  { "ForAllValues:StringEquals": { "aws:TagKeys": ["Team", "key"] } },
  { Null: { "aws:RequestTag/key": "true" } },
  { StringEqualsIfExists: { "aws:RequestTag/key": "${aws:PrincipalTag/team}" } },
  { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
  { NumericLessThanIfExists: { "jwt:level": "3" } },
  { ArnNotLike: { "connect:UserArn": "arn:aws:connect:*:*:instance/*/agent/${aws:userid}" } },
];

/** Callers whose tags and claims are there, absent, empty, several. */
export const callers = [
  principalOf({ groups: ["g0", "g2"], tags: { team: "blue" }, claims: { dept: "sales" } }),
  principalOf({ groups: ["g1"] }),
  principalOf({
    groups: ["g0", "g1", "g2"],
    tags: { team: "agent", none: "" },
    claims: { roles: ["admin", "all"], level: "2" },
  }),
  principalOf({ groups: ["g2"], tags: { team: "*" }, claims: { roles: [], dept: ["a", "b"], level: "x" } }),
];

/** Actions and resources of the operations that are called. */
export interface Vocabulary {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What a call is asked, near misses and wildcards. */
export function vocabularyOf(
  asks: readonly { readonly action: string; readonly resource?: string }[],
): Vocabulary {
  const resources = asks.map(({ resource = "*" }) => resource);
  const [east, west] = instances.map(({ arn }) => arn);
  return {
    actions: [...new Set(["connect:*", "connect:Tag*", "connect:*e", ...asks.map(({ action }) => action)])],
    resources: [
      "*",
      `${east}`,
      `${west}`,
      `${east}*`,
      `${east}/*`,
      `${west}/*`,
      "arn:aws:connect:*:*:instance/*",
      "arn:aws:connect:us-*-1:*",
      "arn:aws:connect:*:*:phone-number/*",
      `${east}/agent/\${aws:userid}`,
      `${east}/\${aws:PrincipalTag/team, 'agent'}/*`,
      `${west}/\${jwt:dept}/*`,
      `${east}/agent/\${jwt:roles, 'x'}`,
      `${east}*\${aws:PrincipalTag/none}`,
      ...resources,
      ...resources.map((arn) => arn.replace(/[^/]*$/, "*")),
      ...resources.map((arn) => arn.replace(/[^/]*$/, "$${*}")).filter((arn) => arn.startsWith("arn:")),
      ...resources.filter((arn) => arn !== "*").map((arn) => arn.replace(/.$/, "?")),
    ],
  };
}

/** A policy of a few statements, one in four a Deny. */
export function randomDocument(chooser: Chooser, name: string, words: Vocabulary): PolicyDocument {
  const statement = () => ({
    Effect: chooser.chance(0.25) ? "Deny" : "Allow",
    [chooser.chance(0.1) ? "NotAction" : "Action"]: chooser.some(1, 3, () => chooser.of(words.actions)),
    [chooser.chance(0.2) ? "NotResource" : "Resource"]: chooser.some(1, 3, () => chooser.of(words.resources)),
    ...(chooser.chance(0.3) ? { Condition: chooser.of(oddConditions) } : {}),
  });
  return documentOf(name, chooser.some(1, 4, statement));
}

/** Parses a policy of the given statements. */
export function documentOf(name: string, statements: readonly object[]): PolicyDocument {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.document;
}

/** A bundle with the given bindings for the two instances. */
export function makeBundle(
  documents: readonly PolicyDocument[],
  bindings: readonly Binding[],
  more: Partial<Configuration> = {},
): Bundle {
  return createBundle({ ...configuration, instances, bindings, ...more }, documents);
}

/** Three policies bound to three groups, perhaps bounded, perhaps guarded. */
export function randomBundle(chooser: Chooser, words: Vocabulary): Bundle {
  const names = ["p0", "p1", "p2", "bound", "guard"];
  const documents = names.map((name) => randomDocument(chooser, name, words));
  const bindings = ["g0", "g1", "g2"].map((group, index) => ({
    match: { groups: [group] },
    policies: [...new Set([`p${index}`, ...(chooser.chance(0.2) ? ["p0"] : [])])],
    ...(chooser.chance(0.2) ? { boundary: "bound" } : {}),
  }));
  return makeBundle(documents, bindings, {
    guardrails: chooser.chance(0.2) ? ["guard"] : [],
    ...(chooser.chance(0.2) ? { dependentActions: "ignored" } : {}),
  });
}

/** Decides a call, first without and then with what Connect might say of the resources that policies ask about. */
export function decisionsOf(
  chooser: Chooser,
  caller: { readonly bundle: OpenedBundle; readonly principal: VerifiedPrincipal },
  call: CanonicalCall,
): readonly CallDecision[] {
  const first = decideCall({ ...caller, call: httpCall }, call);
  const wanted = new Set(first.asks.flatMap((ask) => [...ask.wanted]));
  if (wanted.size === 0) return [first];
  return [first, ...chooser.some(2, 2, () => decideCall({ ...caller, call: httpCall }, call, randomFacts()))];

  function randomFacts(): KnownFacts {
    const keys = () =>
      [
        ["aws:resourcetag/team", chooser.of(["blue", "red", ""])],
        ["connect:channel", chooser.of(["VOICE", "CHAT"])],
        ["connect:userarn", `${instances[0]?.arn}/agent/alice`],
      ] as const;
    return new Map([...wanted].map((arn) => [arn, new Map(keys().filter(() => chooser.chance(0.6)))]));
  }
}

const everything = openBundle(
  makeBundle(
    [documentOf("all", [{ Effect: "Allow", Action: "connect:*", Resource: "*" }])],
    [{ match: { groups: ["all"] }, policies: ["all"] }],
  ),
);

/** What calls are asked. */
export function asksOf(calls: readonly CanonicalCall[]): readonly (Ask & { readonly resource: string })[] {
  const caller = { bundle: everything, principal: principalOf({ groups: ["all"] }), call: httpCall };
  return calls.flatMap((call) =>
    decideCall(caller, call).asks.map(({ ask }) => ({ ...ask, resource: ask.resource ?? "*" })),
  );
}
