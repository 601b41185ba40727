/**
 * Calls to instances that have a role: each in a session named after its caller, whatever region or account; and what
 * is answered when there is no session to be had.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { allowAll, given, instanceArn, instanceId, type Statement } from "../../functions/lambda-fixture.ts";
import { type Fault, type FaultyServer, faults, response, startFaultyServer } from "../faulty-server.ts";
import { callProxy } from "../proxy-call.ts";
import { until } from "../until.ts";
import { accessKeyOf, type FakeSts, startFakeSts, stsError } from "./fake-sts.ts";

const backoff = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 1 };
const roleArn = "arn:aws:iam::123456789012:role/ConnectProxy";
const otherRole = "arn:aws:iam::999999999999:role/ConnectProxy";
const place = { partition: "aws", region: "us-west-2", accountId: "123456789012" } as const;
const first: ConnectInstance = { ...place, arn: instanceArn, id: instanceId, roleArn, externalId: "ext-1" };
const second: ConnectInstance = {
  partition: "aws",
  region: "eu-central-1",
  accountId: "999999999999",
  arn: "arn:aws:connect:eu-central-1:999999999999:instance/second",
  id: "second",
  roleArn: otherRole,
};
const third: ConnectInstance = { ...place, arn: instanceArn.replace(instanceId, "third"), id: "third" };
const describeUser = (instance = instanceId, id = "u-1") => ({
  method: "GET",
  path: `/users/${instance}/${id}`,
});

let sts: FakeSts;
let connect: FaultyServer;
beforeEach(async () => {
  sts = await startFakeSts();
  connect = await startFaultyServer(faults.fine);
});
afterEach(async () => {
  await Promise.all([sts.close(), connect.close()]);
});

function gateway(
  instances: readonly ConnectInstance[],
  statements: readonly Statement[] = [allowAll],
  sending = {},
) {
  const environment = { CONNECT_ENDPOINT: connect.url, AWS_ENDPOINT_URL_STS: sts.url };
  const { proxy, records } = given(statements, {
    config: { instances },
    environment,
    sending: { backoff, ...sending },
  });
  const call = (request = describeUser(), id = "alice", lambdaMs = 10_000) =>
    callProxy(proxy, { ...request, principal: { id, name: id } }, { lambdaMs });
  return { call, records };
}

/** Access keys that Connect's requests were signed with, in order. */
function signers(): (string | undefined)[] {
  return connect.requests.map(
    ({ headers }) => /Credential=(\w+)\//.exec(headers.get("authorization") ?? "")?.[1],
  );
}

describe("a call to an instance with a role", () => {
  it("is made in a session that names its caller, and the record names the session", async () => {
    const { call, records } = gateway([first]);
    expect(await call()).toMatchObject({ status: 200 });
    expect(sts.forms).toEqual([
      {
        Action: "AssumeRole",
        Version: "2011-06-15",
        RoleArn: roleArn,
        RoleSessionName: "alice",
        SourceIdentity: "alice",
        ExternalId: "ext-1",
        DurationSeconds: "3600",
      },
    ]);
    expect(signers()).toEqual([accessKeyOf("alice")]);
    expect(connect.requests[0]?.headers.get("x-amz-security-token")).toBe("token-of-alice");
    expect(records.at(-1)).toMatchObject({ outcome: "allow", sessionName: "alice" });
  });

  it("carries no source identity where the configuration says so", async () => {
    const { call } = gateway([{ ...first, sourceIdentity: false }]);
    await call();
    expect(sts.forms[0]).not.toHaveProperty("SourceIdentity");
    expect(sts.forms[0]).toMatchObject({ RoleSessionName: "alice" });
  });

  it("uses its caller's session again, and nobody else's, however calls mix", async () => {
    const { call } = gateway([first]);
    const callers = Array.from({ length: 40 }, (_, index) => `caller-${index % 8}`);
    const answers = await Promise.all(callers.map((id) => call(describeUser(instanceId, id), id)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(sts.forms.map(({ RoleSessionName }) => RoleSessionName).sort()).toEqual(
      [...new Set(callers)].sort(),
    );
    // Each caller asked for a user of its own name: who signed it must be that caller.
    for (const [index, { path }] of connect.requests.entries())
      expect(signers()[index]).toBe(accessKeyOf(path.split("/").at(-1) ?? ""));
  });

  it("assumes nothing when it is refused", async () => {
    const { call } = gateway([first], [{ ...allowAll, Action: "connect:List*" }]);
    expect(await call()).toMatchObject({ status: 403 });
    expect(sts.forms).toEqual([]);
    expect(connect.connections().made).toBe(0);
  });

  it("asks for a new session once AWS does not take the old one any more", async () => {
    const { call } = gateway([first]);
    await call();
    await connect.close();
    const port = Number(new URL(connect.url).port);
    const expired = response(403, "{}", { "x-amzn-errortype": "ExpiredTokenException" });
    connect = await startFaultyServer((socket) => socket.write(expired), port);
    expect(await call()).toMatchObject({ status: 403, type: "ExpiredTokenException" });
    await call();
    expect(sts.forms).toHaveLength(2);
  });
});

describe("before a stand-in of Connect on this machine", () => {
  it("no role is assumed, unless an sts to ask is named", async () => {
    const { proxy, records } = given([allowAll], {
      config: { instances: [first] },
      environment: { CONNECT_ENDPOINT: connect.url },
    });
    expect(await callProxy(proxy, describeUser(), { lambdaMs: 10_000 })).toMatchObject({ status: 200 });
    expect(signers()).toEqual(["local"]);
    expect(records.at(-1)).not.toHaveProperty("sessionName");
  });
});

describe("several instances", () => {
  it("are each called as their own role, or as the proxy itself", async () => {
    const { call } = gateway([first, second, third]);
    for (const instance of [first, second, third, first])
      expect(await call(describeUser(instance.id))).toMatchObject({ status: 200 });
    expect(sts.forms.map(({ RoleArn }) => RoleArn)).toEqual([roleArn, otherRole]);
    expect(sts.forms.map(({ ExternalId }) => ExternalId)).toEqual(["ext-1", undefined]);
    const own = accessKeyOf("alice");
    expect(signers()).toEqual([own, own, "local", own]);
    const regions = connect.requests.map(({ headers }) => headers.get("authorization")?.split("/")[2]);
    expect(regions).toEqual(["us-west-2", "eu-central-1", "us-west-2", "us-west-2"]);
  });

  it("leave a call that names none to the first, and so to its role", async () => {
    const { call } = gateway([second, first]);
    expect(await call({ method: "GET", path: "/instance" })).toMatchObject({ status: 200 });
    expect(sts.forms).toMatchObject([{ RoleArn: otherRole }]);
  });

  it("leave a resource without an instance to one of its region and account", async () => {
    const { call } = gateway([second, first]);
    const arn = encodeURIComponent("arn:aws:connect:us-west-2:123456789012:phone-number/p-1");
    expect(await call({ method: "GET", path: `/tags/${arn}` })).toMatchObject({ status: 200 });
    expect(sts.forms).toMatchObject([{ RoleArn: roleArn }]);
  });

  it("work with fewer clients than regions, though calls are under way", async () => {
    const { call } = gateway([first, second, third], [allowAll], { maxClients: 1 });
    const calls = Array.from({ length: 30 }, (_, index) => [first, second, third][index % 3]?.id);
    const answers = await Promise.all(calls.map((id) => call(describeUser(id))));
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 200));
  });
});

describe("a look-up", () => {
  it("is made as the role of the call's instance, in a session of its own", async () => {
    const tags = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
    await connect.close();
    connect = await startFaultyServer((socket, { path }) =>
      socket.write(response(200, path.startsWith("/tags/") ? '{"tags":{"Team":"blue"}}' : "{}")),
    );
    const { call } = gateway([third, second], [{ ...allowAll, Condition: tags }]);
    expect(await call(describeUser("second"))).toMatchObject({ status: 200 });
    expect(sts.forms.map(({ RoleArn, RoleSessionName }) => `${RoleArn} ${RoleSessionName}`)).toEqual([
      `${otherRole} connect-authorizer`,
      `${otherRole} alice`,
    ]);
    expect(signers()).toEqual([accessKeyOf("connect-authorizer"), accessKeyOf("alice")]);
  });

  it("that gets no session denies the call", async () => {
    sts.fail(stsError(403, "AccessDenied"));
    const tags = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
    const { call } = gateway([first], [{ ...allowAll, Condition: tags }]);
    expect(await call()).toMatchObject({ status: 403, type: "AccessDeniedException" });
    expect(connect.connections().made).toBe(0);
  });
});

describe("a session policy", () => {
  const narrowed = { ...first, sessionPolicy: true };
  const statements: readonly Statement[] = [
    { Effect: "Allow", Action: "connect:Describe*", Resource: `${instanceArn}/agent/*` },
  ];

  it("goes along where the configuration says so, but not with look-ups", async () => {
    const tags = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
    await connect.close();
    connect = await startFaultyServer((socket, { path }) =>
      socket.write(response(200, path.startsWith("/tags/") ? '{"tags":{"Team":"blue"}}' : "{}")),
    );
    const { call } = gateway([narrowed], [{ ...(statements[0] ?? allowAll), Condition: tags }]);
    expect(await call()).toMatchObject({ status: 200 });
    expect(sts.forms.map(({ RoleSessionName }) => RoleSessionName)).toEqual(["connect-authorizer", "alice"]);
    expect(sts.forms[0]).not.toHaveProperty("Policy");
    expect(JSON.parse(sts.forms[1]?.["Policy"] ?? "")).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "connect:Describe*", Resource: `${instanceArn}/agent/*` },
        { Effect: "Allow", NotAction: "connect:*", Resource: "*" },
      ],
    });
  });

  it.each(["PackedPolicyTooLarge", "MalformedPolicyDocument"])(
    "that sts refuses with %s gives way to a simpler one",
    async (code) => {
      const refuse = stsError(400, code);
      sts.fail((socket, request) => {
        sts.fail(undefined);
        refuse(socket, request);
      });
      const { call } = gateway([narrowed], statements);
      expect(await call()).toMatchObject({ status: 200 });
      const policies = sts.forms.map(({ Policy = "" }) => Policy);
      expect(policies).toHaveLength(2);
      expect(policies[0]).toContain("Describe");
      expect(policies[1]).not.toContain("Describe");
      expect(policies[1]).toContain(instanceArn);
    },
  );

  it("that sts refuses whatever it says leaves the call unsent", async () => {
    sts.fail(stsError(400, "MalformedPolicyDocument"));
    expect(await gateway([narrowed], statements).call()).toMatchObject({ status: 502 });
    expect(sts.forms).toHaveLength(2);
    expect(connect.connections().made).toBe(0);
  });
});

const unavailable = { status: 502, type: "ServiceUnavailableException" };
const failures: readonly (readonly [string, Fault, { readonly status: number; readonly type: string }])[] = [
  ["a reset", faults.reset, unavailable],
  ["500", stsError(500, "InternalFailure"), unavailable],
  ["a page for a failure", faults.internalPage, unavailable],
  ["a page for a success", faults.page, unavailable],
  [
    "XML that breaks off",
    (socket) => socket.write(response(200, "<AssumeRoleResponse><Assume", {})),
    unavailable,
  ],
  ["no credentials", (socket) => socket.write(response(200, "<AssumeRoleResponse/>", {})), unavailable],
  ["that the proxy may not", stsError(403, "AccessDenied"), unavailable],
  ["that the region is not enabled", stsError(403, "RegionDisabledException"), unavailable],
  ["throttling", stsError(400, "Throttling"), { status: 429, type: "ThrottlingException" }],
  ["429", stsError(429, "TooManyRequestsException"), { status: 429, type: "ThrottlingException" }],
  ["nothing", faults.slowHeaders, { status: 504, type: "GatewayTimeoutException" }],
  ["half a body", faults.slowBody, { status: 504, type: "GatewayTimeoutException" }],
];

describe("when sts answers", () => {
  it.each(failures)("%s, the call has its answer in time, and is not sent", async (_, fault, expected) => {
    sts.fail(fault);
    const { call, records } = gateway([first]);
    const { status, type, headers } = await call(describeUser(), "alice", 2_000);
    expect({ status, type }).toEqual(expected);
    if (status === 429) expect(headers["retry-after"]).toBe("1");
    expect(connect.connections().made).toBe(0);
    expect(records.at(-1)).toMatchObject({ outcome: "allow", status, reason: type });
    // Nothing of it is kept.
    sts.fail(undefined);
    expect(await call()).toMatchObject({ status: 200 });
  });

  it("not at all, the call is answered 502", async () => {
    await sts.close();
    expect(await gateway([first]).call()).toMatchObject(unavailable);
    expect(connect.connections().made).toBe(0);
  });

  it("too late, its connections are let go", async () => {
    sts.fail(faults.slowHeaders);
    expect(await gateway([first]).call(describeUser(), "alice", 1_000)).toMatchObject({ status: 504 });
    await sts.idle();
  });
});

describe("an instance's limit", () => {
  it("answers 429 with retry-after to what finds no place, and keeps the others' calls apart", async () => {
    await connect.close();
    const held: (() => void)[] = [];
    connect = await startFaultyServer((socket) => held.push(() => socket.write(response(200, "{}"))));
    const { call, records } = gateway([{ ...third, maxConcurrentCalls: 1 }, second], [allowAll], {
      maxWaitMs: 20,
    });
    const holding = call(describeUser("third"));
    await until(() => held.length === 1);
    const refused = await call(describeUser("third"));
    expect(refused).toMatchObject({ status: 429, type: "ThrottlingException" });
    expect(refused.headers["retry-after"]).toBe("1");
    expect(records.at(-1)).toMatchObject({ outcome: "allow", status: 429, reason: "ThrottlingException" });
    const other = call(describeUser("second"));
    await until(() => held.length === 2);
    for (const answer of held) answer();
    expect(await Promise.all([holding, other])).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(connect.requests).toHaveLength(2);
  });
});
