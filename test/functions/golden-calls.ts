/**
 * The calls whose answers, records and metrics `golden.test.ts` holds, by what they are about.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../shared/bundle/types.ts";
import type { DynamoFault } from "../principals/fake-dynamodb.ts";
import { instanceArn, instanceId, type Statement } from "./lambda-fixture.ts";

/** An answer of AWS; without a body that of a success. */
export type Answer =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    }
  | "silence"
  | "refused";

/** What can be done between a first call and the one that counts. */
export interface Meanwhile {
  /** Where `bundle.json` is. */
  readonly folder: string;
  passSeconds(seconds: number): void;
}

/** A call, and the functions that it is sent to. */
export interface GoldenCall {
  readonly name: string;
  /** Of the API; default: a REST API with a REQUEST authorizer. */
  readonly shape?: "rest" | "http1" | "http2" | "token" | "functionUrl";
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Claims of the token, beside those of a good one; or the whole value of the header, empty for none. */
  readonly caller?: Readonly<Record<string, unknown>> | string;
  readonly tokenHeader?: string;
  /** Statements of the policy `p`, attached to the group `callers`. */
  readonly policies: readonly Statement[];
  /** Policies that no binding of the default configuration names. */
  readonly more?: Readonly<Record<string, readonly Statement[]>>;
  readonly configuration?: Partial<Configuration>;
  /** `{folder}` is where `bundle.json` is, for a bundle that is loaded from a file. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Of the proxy alone. */
  readonly proxyVariables?: Readonly<Record<string, string>>;
  /** AWS's answers by the beginning of the path; `sts` for those of STS. Of several each is given once, the last for ever. */
  readonly connect?: Readonly<Record<string, Answer | readonly Answer[]>>;
  /** A bundle to compare with, or the text in its place. */
  readonly candidate?: Pick<GoldenCall, "policies" | "configuration"> | string;
  /** The caller's item in the table of principals. */
  readonly item?: { readonly policies?: string[]; readonly boundary?: string[]; readonly version?: number };
  readonly tableFault?: DynamoFault;
  /** Done once the same call was sent before. */
  readonly after?: (meanwhile: Meanwhile) => void;
  /** What Lambda gives the proxy. */
  readonly remainingMs?: number;
}

const allow = (Action: Statement["Action"], more: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});
const deny = (Action: Statement["Action"], more: Partial<Statement> = {}): Statement => ({
  ...allow(Action, more),
  Effect: "Deny",
});
const everything = [allow("connect:*")];
const readOnly = [allow(["connect:Describe*", "connect:List*"]), deny("connect:DeleteUser")];

const userId = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const userPath = `/users/${instanceId}/${userId}`;
const user = { method: "GET", path: userPath, policies: everything } as const;
const removal = { ...user, method: "DELETE" } as const;
const newUser = {
  Username: "jane",
  Password: "hunter2hunter2",
  RoutingProfileId: "r-1",
  SecurityProfileIds: ["s-1"],
  PhoneConfig: { PhoneType: "SOFT_PHONE" },
  Tags: { Team: "blue" },
};
const creation = {
  method: "PUT",
  path: `/users/${instanceId}`,
  body: newUser,
  policies: everything,
} as const;
const recording = {
  method: "POST",
  path: "/contact/start-recording",
  body: {
    InstanceId: instanceId,
    ContactId: "c-1",
    InitialContactId: "c-1",
    VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" },
  },
  policies: everything,
} as const;
const foreignArn = `arn:aws:connect:us-west-2:999999999999:instance/${instanceId}`;
const otherId = "22222222-3333-4444-5555-666666666666";
const home = {
  arn: instanceArn,
  partition: "aws",
  region: "us-west-2",
  accountId: "123456789012",
  id: instanceId,
} as const;
const abroad = {
  arn: `arn:aws:connect:eu-central-1:123456789012:instance/${otherId}`,
  partition: "aws",
  region: "eu-central-1",
  accountId: "123456789012",
  id: otherId,
} as const;
const role = {
  roleArn: "arn:aws:iam::123456789012:role/connect",
  externalId: "external",
  sessionPolicy: true,
} as const;
const cors = {
  allowOrigins: ["https://console.example.com"],
  allowMethods: ["GET", "POST", "PUT", "DELETE"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["x-amzn-requestid", "x-amzn-errortype"],
  maxAgeSeconds: 600,
  allowCredentials: false,
} as const;
const page: readonly (readonly [string, string])[] = [["Origin", "https://console.example.com"]];
const blue = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
const described = {
  User: { Id: userId, Arn: `${instanceArn}/agent/${userId}`, Username: "jane", Tags: { Team: "blue" } },
};
const failure = (status: number, type: string, more: object = {}): Answer => ({
  status,
  headers: { "x-amzn-errortype": type },
  body: { Message: `words of ${type}`, ...more },
});
const stsFailure = (status: number, code: string): Answer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
});
const routes = [
  {
    method: "GET",
    path: "/agents/{id}",
    operation: "DescribeUser",
    input: { InstanceId: instanceId, UserId: "{id}" },
  },
  {
    method: "GET",
    path: "/agents",
    operation: "ListUsers",
    input: { InstanceId: instanceId, MaxResults: "{query.limit}", NextToken: "{query.next}" },
  },
  {
    method: "POST",
    path: "/agents",
    operation: "CreateUser",
    input: {
      InstanceId: instanceId,
      Username: "{body.login}",
      SecurityProfileIds: "{body.profiles}",
      RoutingProfileId: "r-1",
      PhoneConfig: { PhoneType: "SOFT_PHONE" },
    },
  },
] as const;
const withRoutes: Pick<GoldenCall, "policies" | "configuration"> = {
  policies: everything,
  configuration: { routes },
};

export const goldenCalls: Readonly<Record<string, readonly GoldenCall[]>> = {
  decisions: [
    { ...user, name: "allowed by the URL", connect: { "/users": { body: described } } },
    { ...removal, name: "an explicit deny, of the layer that is attached", policies: readOnly },
    { ...creation, name: "an implicit deny", policies: readOnly },
    {
      ...creation,
      name: "not yet known, and allowed by the body",
      policies: [
        allow(["connect:CreateUser", "connect:TagResource"], {
          Resource: ["agent/*", "routing-profile/*", "security-profile/s-1"].map(
            (id) => `${instanceArn}/${id}`,
          ),
        }),
      ],
      connect: { "/users": { body: { UserId: "u-9" } } },
    },
    {
      ...creation,
      name: "not yet known, and denied by the body",
      policies: [
        ...everything,
        deny("connect:CreateUser", { Resource: `${instanceArn}/security-profile/s-1` }),
      ],
    },
    {
      ...user,
      name: "denied by a guardrail",
      more: { g: [deny("connect:Describe*")] },
      configuration: { guardrails: ["g"] },
    },
    {
      ...creation,
      name: "denied by a boundary",
      more: { b: [allow("connect:Describe*")] },
      configuration: { bindings: [{ match: { groups: ["callers"] }, policies: ["p"], boundary: "b" }] },
    },
    { ...user, name: "a caller whom no binding matches", caller: { groups: ["strangers"] } },
    {
      ...user,
      name: "decided by a claim, which travels to the proxy",
      caller: { site: "rome", unasked: "secret" },
      policies: [allow("connect:*", { Condition: { StringEquals: { "jwt:site": "rome" } } })],
    },
    {
      ...user,
      name: "so many groups that the principal is deflated",
      caller: { groups: ["callers", ...Array.from({ length: 120 }, (_, index) => `group-number-${index}`)] },
    },
    {
      ...user,
      name: "decided by the address, which the cached authorizer leaves open",
      policies: [allow("connect:*", { Condition: { IpAddress: { "aws:SourceIp": "198.51.100.0/24" } } })],
    },
    { ...recording, name: "a call by its body alone, in an instance that is allowed" },
    {
      method: "POST",
      path: "/operations/DescribeUser",
      body: { InstanceId: instanceId, UserId: userId },
      policies: readOnly,
      name: "the RPC form",
    },
    {
      method: "GET",
      path: `/users-summary/${instanceId}?maxResults=3&nextToken=abc`,
      policies: readOnly,
      name: "members in the query",
    },
    {
      method: "GET",
      path: `/users/${encodeURIComponent(instanceArn)}/${encodeURIComponent(`${instanceArn}/agent/${userId.toUpperCase()}`)}`,
      policies: readOnly,
      name: "identifiers as ARNs, sent in canonical form",
    },
    {
      method: "GET",
      path: `/regions/eu-central-1/users/${otherId}/${userId}`,
      policies: everything,
      configuration: { instances: [home, abroad] },
      name: "an instance in another Region, named by the path",
    },
    {
      method: "PUT",
      path: `/users/${instanceId}`,
      body: { ...newUser, Tags: { Team: "red" } },
      policies: [allow("connect:*", { Condition: { StringEquals: { "aws:RequestTag/Team": "blue" } } })],
      name: "denied by a tag of the request",
    },
  ],
  shapes: [
    { ...user, shape: "rest", name: "REST, nothing cached", variables: { AUTHORIZER_CACHE_SECONDS: "0" } },
    { ...user, shape: "token", name: "a TOKEN event, cached" },
    {
      ...removal,
      shape: "token",
      name: "a TOKEN event, nothing cached, denied",
      policies: readOnly,
      variables: { AUTHORIZER_CACHE_SECONDS: "0" },
    },
    { ...user, shape: "http1", name: "HTTP API, payload 1.0" },
    { ...user, shape: "http2", name: "HTTP API, payload 2.0, a document" },
    {
      ...user,
      shape: "http2",
      name: "HTTP API, payload 2.0, a simple answer",
      variables: { AUTHORIZER_SIMPLE_RESPONSES: "true" },
    },
    {
      ...removal,
      shape: "http2",
      name: "HTTP API, payload 2.0, a simple denial",
      policies: readOnly,
      variables: { AUTHORIZER_SIMPLE_RESPONSES: "true" },
    },
    {
      ...removal,
      shape: "http2",
      name: "HTTP API, a denial that is left to the proxy",
      policies: readOnly,
      variables: { AUTHORIZER_LEAVES_DENIALS: "true", AUTHORIZER_SIMPLE_RESPONSES: "true" },
    },
    { ...user, shape: "functionUrl", name: "a function URL, allowed" },
    { ...removal, shape: "functionUrl", name: "a function URL, without a token", caller: "" },
    { ...user, shape: "functionUrl", name: "a function URL, with an expired token", caller: { exp: 1 } },
    {
      ...creation,
      shape: "functionUrl",
      name: "a function URL, a body that names an unknown member",
      body: { ...newUser, Nickname: "j" },
    },
    {
      ...user,
      path: `/connect${userPath}`,
      name: "under a base path",
      variables: { API_BASE_PATH: "/connect" },
    },
    { ...user, name: "under a base path that cannot be read", variables: { API_BASE_PATH: "connect" } },
    { ...user, name: "with a setting that cannot be read", variables: { AUTHORIZER_CACHE_SECONDS: "soon" } },
    {
      ...user,
      name: "the token in a header of its own",
      tokenHeader: "X-Connect-Token",
      configuration: { tokenHeader: "x-connect-token" },
      variables: { AUTHORIZER_TOKEN_HEADER: "X-Connect-Token" },
    },
    {
      ...user,
      name: "the API and the configuration name different headers",
      configuration: { tokenHeader: "x-connect-token" },
    },
    { ...withRoutes, method: "GET", path: `/agents/${userId}`, name: "a route of the configuration's own" },
    {
      ...withRoutes,
      method: "GET",
      path: "/agents?limit=5",
      shape: "http2",
      name: "a route of the configuration's own, with a query, of an HTTP API",
    },
    {
      ...withRoutes,
      method: "POST",
      path: "/agents",
      body: { login: "jane", profiles: ["s-1", "s-2"] },
      name: "a route of the configuration's own, with a body",
    },
    {
      ...withRoutes,
      method: "POST",
      path: "/agents",
      body: { login: "jane", profiles: ["s-1"], admin: true },
      name: "a route of the configuration's own, with a member that it does not take",
    },
  ],
  refusals: [
    { ...user, name: "no token", caller: "" },
    { ...user, name: "an expired token", caller: { exp: 1 } },
    { ...user, name: "a token for another audience", caller: { aud: "other" } },
    { ...user, name: "a token of another issuer", caller: { iss: "https://other.test" } },
    { ...user, name: "a text that is no token", caller: "Bearer no-token" },
    { ...user, name: "an AWS signature in place of a token", caller: "AWS4-HMAC-SHA256 Credential=AKID/x" },
    {
      ...user,
      name: "an issuer whose keys cannot be had",
      configuration: {
        issuers: [
          {
            issuer: "https://issuer.test",
            audience: ["my-app"],
            claims: { id: "sub", groups: "groups" },
            jwksUri: "http://127.0.0.1:2/keys",
          },
        ],
      },
    },
    { ...creation, name: "a body that is no JSON", body: '{"Username":"jane"' },
    { ...creation, name: "a member twice", body: '{"Username":"jane","Username":"joan"}' },
    { ...creation, name: "an unknown member", body: { ...newUser, Nickname: "j" } },
    { ...creation, name: "a member of another type", body: { ...newUser, SecurityProfileIds: "s-1" } },
    { ...creation, name: "a required member that is missing", body: { Username: "jane" } },
    { ...creation, name: "another content type", headers: [["Content-Type", "text/plain"]] },
    { ...creation, name: "a body that calls itself compressed", headers: [["Content-Encoding", "gzip"]] },
    {
      ...creation,
      name: "a longer list than is taken",
      body: { ...newUser, SecurityProfileIds: Array.from({ length: 1_001 }, (_, index) => `s-${index}`) },
    },
    {
      ...creation,
      name: "a deeper body than is taken",
      body: `{"Username":${"[".repeat(70)}${"]".repeat(70)}}`,
    },
    { ...user, name: "an unknown query parameter", path: `${userPath}?verbose=1` },
    { ...user, name: "a path that is not encoded as paths are", path: `/users/${instanceId}/%zz` },
    {
      ...user,
      name: "a foreign ARN in the path",
      path: `/users/${instanceId}/${encodeURIComponent(`${foreignArn}/agent/${userId}`)}`,
    },
    {
      ...creation,
      name: "a foreign ARN in the body",
      body: { ...newUser, SecurityProfileIds: [`${foreignArn}/security-profile/s-1`] },
    },
    { ...user, name: "an instance that is not configured", path: `/users/${otherId}/${userId}` },
    { ...user, name: "a Region that nothing is configured in", path: `/regions/mars-north-1${userPath}` },
    { ...user, name: "a path that is no operation's", path: "/no/such/route" },
    { ...user, name: "an operation that is not served", path: `/user/federate/${instanceId}` },
    {
      ...user,
      name: "a preflight",
      method: "OPTIONS",
      caller: "",
      headers: [...page, ["Access-Control-Request-Method", "GET"]],
      configuration: { cors },
    },
    { ...user, name: "an answer that a page may read", headers: page, configuration: { cors } },
    {
      ...user,
      name: "a failure that no page of another origin may read",
      path: "/no/such/route",
      headers: [["Origin", "https://evil.example.com"]],
      configuration: { cors },
    },
  ],
  upstream: [
    {
      ...user,
      name: "not found",
      connect: { "/users": failure(404, "ResourceNotFoundException") },
    },
    { ...user, name: "access denied", connect: { "/users": failure(403, "AccessDeniedException") } },
    {
      ...creation,
      name: "a refusal with members",
      connect: {
        "/users": failure(400, "PropertyValidationException", {
          PropertyList: [{ PropertyPath: "a", Reason: "INVALID_FORMAT", Message: "bad" }],
        }),
      },
    },
    {
      ...user,
      name: "throttled once, and then not",
      connect: { "/users": [failure(429, "ThrottlingException"), { body: described }] },
    },
    {
      ...user,
      name: "throttled for good",
      connect: { "/users": failure(429, "ThrottlingException") },
    },
    {
      ...user,
      name: "throttled, to be tried again later than a call can wait",
      connect: {
        "/users": {
          status: 429,
          headers: { "x-amzn-errortype": "ThrottlingException", "retry-after": "30" },
          body: {},
        },
      },
    },
    {
      ...creation,
      name: "a failure of Connect's that is not tried again",
      connect: { "/users": failure(500, "InternalServiceException") },
    },
    {
      ...user,
      name: "a page in place of an answer",
      connect: {
        "/users": { status: 503, headers: { "content-type": "text/html" }, body: "<html>no</html>" },
      },
    },
    { ...user, name: "an answer that is no JSON", connect: { "/users": { body: "{" } } },
    { ...creation, name: "not reachable", connect: { "/users": "refused" } },
    { ...creation, name: "too slow", connect: { "/users": "silence" }, remainingMs: 600 },
    {
      ...user,
      name: "in the caller's session, with a session policy",
      policies: readOnly,
      configuration: { instances: [{ ...home, ...role }] },
    },
    {
      ...user,
      name: "in a session whose policy is too large and gives way",
      policies: readOnly,
      caller: { sub: "alice|with a name that no session can have" },
      configuration: { instances: [{ ...home, ...role }] },
      connect: { sts: [stsFailure(400, "PackedPolicyTooLarge"), {}] },
    },
    {
      ...user,
      name: "a role that cannot be assumed",
      configuration: { instances: [{ ...home, ...role, sourceIdentity: false, sessionPolicy: false }] },
      connect: { sts: stsFailure(403, "AccessDenied") },
    },
    {
      ...removal,
      name: "a tag that is looked up, and allows",
      policies: [allow("connect:*", { Condition: blue })],
      connect: { "/tags/": { body: { tags: { Team: "blue" } } } },
    },
    {
      ...removal,
      name: "a tag that is looked up, and denies",
      policies: [allow("connect:*", { Condition: blue })],
      connect: { "/tags/": { body: { tags: { Team: "red" } } } },
    },
    {
      ...removal,
      name: "a tag that cannot be looked up",
      policies: [allow("connect:*", { Condition: blue })],
      connect: { "/tags/": failure(403, "AccessDeniedException") },
    },
    {
      ...removal,
      name: "a tag that is looked up in a session of the function's own",
      policies: [allow("connect:*", { Condition: blue })],
      configuration: { instances: [{ ...home, ...role }] },
      connect: { "/tags/": { body: { tags: { Team: "blue" } } } },
    },
  ],
  records: [
    {
      ...user,
      name: "recorded before it is sent",
      variables: { AUTHORIZER_AUDIT_REQUIRED: "true" },
      connect: { "/users": { body: described } },
    },
    {
      ...user,
      name: "recorded before it is sent, and what failed then",
      variables: { AUTHORIZER_AUDIT_REQUIRED: "true" },
      connect: { "/users": failure(404, "ResourceNotFoundException") },
    },
    {
      ...removal,
      name: "recorded where it must be, and denied",
      policies: readOnly,
      variables: { AUTHORIZER_AUDIT_REQUIRED: "true" },
    },
    { ...user, name: "in the sample", variables: { AUTHORIZER_AUDIT_ALLOW_SAMPLE: "40" } },
    { ...user, name: "not in the sample", variables: { AUTHORIZER_AUDIT_ALLOW_SAMPLE: "0" } },
    {
      ...removal,
      name: "not in the sample, but denied",
      policies: readOnly,
      variables: { AUTHORIZER_AUDIT_ALLOW_SAMPLE: "0" },
    },
    { ...user, name: "a sample that cannot be read", variables: { AUTHORIZER_AUDIT_ALLOW_SAMPLE: "many" } },
    {
      ...creation,
      name: "more questions than a record holds",
      body: { ...newUser, SecurityProfileIds: Array.from({ length: 500 }, (_, index) => `s-${index}`) },
    },
    {
      ...user,
      name: "a record that is too long and is shortened",
      policies: Array.from({ length: 4_000 }, () => allow("connect:DescribeUser")),
    },
    {
      ...user,
      name: "names that could be taken for the end of a line",
      caller: { groups: ["callers", "\u2028{}"] },
    },
    { ...user, name: "a line for each call", variables: { POWERTOOLS_LOG_LEVEL: "DEBUG" } },
    { ...user, name: "no metrics", variables: { POWERTOOLS_METRICS_DISABLED: "true" } },
    {
      ...user,
      name: "policies of a file",
      variables: { AUTHORIZER_BUNDLE: "file:{folder}/bundle.json" },
      after: ({ passSeconds }) => passSeconds(20),
    },
    {
      ...user,
      name: "policies that could not be confirmed for too long",
      variables: { AUTHORIZER_BUNDLE: "file:{folder}/bundle.json", AUTHORIZER_MAX_STALE_SECONDS: "300" },
      after({ folder, passSeconds }) {
        rmSync(join(folder, "bundle.json"));
        passSeconds(301);
      },
    },
    {
      ...user,
      name: "policies that the authorizer has and the proxy has not",
      variables: { AUTHORIZER_BUNDLE: "file:{folder}/candidate.json", AUTHORIZER_SHADOW_BUNDLE: "" },
      proxyVariables: { AUTHORIZER_BUNDLE: "package:" },
      candidate: { policies: [allow("connect:Describe*")] },
      after: ({ passSeconds }) => passSeconds(61),
    },
    {
      ...user,
      name: "policies that are not there",
      variables: { AUTHORIZER_BUNDLE: "file:{folder}/none.json" },
    },
  ],
  attachments: [
    {
      ...user,
      name: "a policy of the table's gives what the bundle does not",
      policies: [allow("connect:DescribeVocabulary")],
      more: { q: [allow("connect:DescribeUser")] },
      item: { policies: ["q"], version: 3 },
    },
    {
      ...creation,
      name: "a boundary of the table's bounds what it gives",
      policies: [allow("connect:DescribeVocabulary")],
      more: { q: everything, b: [allow("connect:Describe*")] },
      item: { policies: ["q"], boundary: ["b"], version: 4 },
    },
    {
      ...user,
      name: "an item that names a policy that there is none of",
      policies: [allow("connect:DescribeVocabulary")],
      item: { policies: ["none"], version: 5 },
    },
    {
      ...user,
      name: "a table that cannot be read",
      policies: [allow("connect:DescribeVocabulary")],
      tableFault: { kind: "error", status: 400, code: "AccessDeniedException" },
    },
  ],
  shadow: [
    { ...user, name: "no difference", policies: readOnly, candidate: { policies: everything } },
    { ...removal, name: "gains", policies: readOnly, candidate: { policies: everything } },
    { ...user, name: "loses", candidate: { policies: [allow("connect:List*")] } },
    {
      ...user,
      name: "undecided",
      candidate: { policies: [allow("connect:*", { Condition: blue })] },
    },
    {
      ...user,
      name: "loses by a claim that only the candidate asks for",
      candidate: {
        policies: everything,
        configuration: {
          bindings: [{ match: { groups: ["callers"], claims: { dept: ["sales"] } }, policies: ["p"] }],
        },
      },
    },
    {
      ...user,
      name: "undecided, since a claim has not travelled",
      variables: { AUTHORIZER_SHADOW_BUNDLE: "" },
      proxyVariables: { AUTHORIZER_SHADOW_BUNDLE: "file:{folder}/candidate.json" },
      candidate: {
        policies: everything,
        configuration: {
          bindings: [{ match: { groups: ["callers"], claims: { dept: ["sales"] } }, policies: ["p"] }],
        },
      },
    },
    {
      ...withRoutes,
      method: "GET",
      path: `/agents/${userId}`,
      name: "another operation",
      candidate: {
        policies: everything,
        configuration: { routes: [{ ...routes[0], operation: "DeleteUser" }] },
      },
    },
    {
      method: "GET",
      path: `/agents/${userId}`,
      policies: readOnly,
      name: "another refusal",
      candidate: {
        policies: [allow("connect:DescribeVocabulary")],
        configuration: { routes },
      },
    },
    {
      ...user,
      name: "an instance that goes out of reach",
      candidate: { policies: everything, configuration: { mode: "shadow", instances: [abroad] } },
    },
    { ...removal, name: "a candidate that cannot be loaded", policies: readOnly, candidate: "{}" },
  ],
};
