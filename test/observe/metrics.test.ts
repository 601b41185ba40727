/**
 * Metrics of whole calls: what is written, that it is of CloudWatch's form, that nothing of it is there when it is off,
 * and that no failure of it changes an answer.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { upstreamFailureOf } from "../../shared/connect/answer/upstream-failure.ts";
import { TooManyCalls } from "../../shared/connect/client/limiter.ts";
import { type MetricName, metricTable } from "../../shared/observe/metric-table.ts";
import { Observer } from "../../shared/observe/observer.ts";
import type { UpstreamOutcome } from "../../shared/observe/watched-call.ts";
import { authorizerEvent, bundleOf, instanceId, proxyEvent, tokenOf } from "../functions/lambda-fixture.ts";
import { linesOf, on, watched } from "./watched-calls.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.doUnmock("../../shared/observe/observer.ts");
  vi.doUnmock("../../shared/observe/emf.ts");
  vi.resetModules();
});

const user = `/users/${instanceId}/00dtcddd1-123e-111e-93e3-11111bfbfcc1`;

interface EmfLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly string[][];
      readonly Metrics: readonly { readonly Name: MetricName; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

/** After "Specification: Embedded metric format" of the CloudWatch user guide. */
const isEmf = new Ajv().compile({
  type: "object",
  required: ["_aws"],
  properties: {
    _aws: {
      type: "object",
      required: ["Timestamp", "CloudWatchMetrics"],
      properties: {
        Timestamp: { type: "integer" },
        CloudWatchMetrics: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            required: ["Namespace", "Dimensions", "Metrics"],
            properties: {
              Namespace: { type: "string", minLength: 1, maxLength: 1024 },
              Dimensions: {
                type: "array",
                minItems: 1,
                items: {
                  type: "array",
                  maxItems: 30,
                  items: { type: "string", minLength: 1, maxLength: 250 },
                },
              },
              Metrics: {
                type: "array",
                maxItems: 100,
                items: { type: "object", required: ["Name", "Unit"] },
              },
            },
          },
        },
      },
    },
  },
});

function emfOf(lines: readonly string[]): EmfLine[] {
  return lines.map((line) => JSON.parse(line)).filter((line) => line._aws !== undefined);
}

/** Each metric of the lines with its value and dimensions. */
function metricsOf(lines: readonly string[]) {
  return emfOf(lines).flatMap((line) =>
    line._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
      Metrics.map(({ Name, Unit }) => ({
        name: Name,
        unit: Unit,
        value: line[Name],
        sets: Dimensions,
        dimensions: Object.fromEntries(Dimensions.flat().map((each) => [each, line[each]])),
      })),
    ),
  );
}

function find(lines: readonly string[], name: MetricName) {
  return metricsOf(lines).filter((metric) => metric.name === name);
}

/** Answers each request as told; closes with the test's callback. */
async function withConnect(
  answer: { readonly status: number; readonly body: string },
  job: (endpoint: string) => Promise<void>,
) {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { "content-type": "application/json", "x-amzn-requestid": "up-1" });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await job(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Writes a candidate beside the deployment's bundle; the variable that names it is for the job. */
async function withCandidate(
  statements: Parameters<typeof bundleOf>[0],
  job: (variables: { readonly AUTHORIZER_SHADOW_BUNDLE: string }) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), "observe-"));
  try {
    const file = join(folder, "candidate.json");
    writeFileSync(file, JSON.stringify(bundleOf(statements)));
    await job({ AUTHORIZER_SHADOW_BUNDLE: `file:${file}` });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function callerContext(handlers: ReturnType<typeof watched>): Promise<object> {
  const answer = await handlers.ask("GET", user);
  return (answer as APIGatewayAuthorizerResult).context ?? {};
}

const credentials = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };

function failureOf(kind: (UpstreamOutcome & { kind: "failure" })["failure"]["kind"], status: number) {
  return { kind: "failure", failure: { kind, status, upstreamRequestId: undefined } } as const;
}

describe("metrics that are on", () => {
  it("say how a call was decided and how long that took, the first one that it was a cold start", async () => {
    const handlers = watched();
    const lines = linesOf(process.stdout);
    await handlers.ask("DELETE", user);
    const [decision] = find(lines, "Decision");
    expect(decision).toMatchObject({
      value: 1,
      dimensions: { service: "connect-test", outcome: "deny", layer: "attached" },
      sets: [
        ["service", "outcome"],
        ["service", "outcome", "layer"],
      ],
    });
    expect(find(lines, "ColdStart")).toHaveLength(1);
    expect(find(lines, "DecisionLatency")[0]?.value).toEqual(expect.any(Number));
    await handlers.ask("GET", user);
    expect(find(lines, "ColdStart")).toHaveLength(1);
    expect(find(lines, "Decision")[1]?.dimensions).toEqual({ service: "connect-test", outcome: "allow" });
  });

  it("count a call whose record is left out", async () => {
    const handlers = watched({ ...on, AUTHORIZER_AUDIT_ALLOW_SAMPLE: "0" });
    const lines = linesOf(process.stdout);
    await handlers.ask("GET", user);
    expect(handlers.records).toEqual([]);
    expect(find(lines, "Decision")[0]?.dimensions).toEqual({ service: "connect-test", outcome: "allow" });
  });

  it.each([
    ["no token", authorizerEvent("GET", user), "unauthenticated"],
    [
      "a route that the proxy knows better",
      authorizerEvent("GET", "/nowhere", { token: tokenOf() }),
      "notYetKnown",
    ],
    [
      "an instance that is not configured",
      authorizerEvent("GET", "/users/aaaaaaaa-123e-111e-93e3-11111bfbfcc1/u", { token: tokenOf() }),
      "deny",
    ],
  ])("count %s under its own outcome", async (_what, event, outcome) => {
    const handlers = watched();
    const lines = linesOf(process.stdout);
    await handlers.authorize(event).catch(() => undefined);
    expect(find(lines, "Decision")[0]?.dimensions).toMatchObject({ outcome });
  });

  it.each<[number, string, MetricName | undefined]>([
    [200, "{}", undefined],
    [404, '{"__type":"ResourceNotFoundException","Message":"no"}', undefined],
    [400, '{"__type":"ThrottlingException","Message":"slow down"}', "UpstreamThrottle"],
    [500, '{"__type":"InternalServiceException","Message":"sorry"}', "UpstreamError"],
    [200, "<html>", "UpstreamError"],
  ])("say of a %s with %s how it failed: %s", async (status, body, name) => {
    await withConnect({ status, body }, async (endpoint) => {
      const quick = { backoff: { maxAttempts: 1 } } as object;
      const handlers = watched({ ...on, ...credentials, CONNECT_ENDPOINT: endpoint }, {}, quick);
      const context = await callerContext(handlers);
      const lines = linesOf(process.stdout);
      await handlers.proxy(proxyEvent("GET", user, context));
      const failures = [
        "UpstreamThrottle",
        "UpstreamError",
        "UpstreamTimeout",
        "ConcurrencyRefusal",
      ] as const;
      expect(failures.filter((each) => find(lines, each).length > 0)).toEqual(name ? [name] : []);
      expect(find(lines, "UpstreamLatency")).toHaveLength(1);
      expect(find(lines, "Decision")[0]?.dimensions).toMatchObject({ outcome: "allow" });
    });
  });

  it("count a bundle that cannot be loaded, and no age of policies that are not there", async () => {
    linesOf(process.stderr);
    const handlers = watched({ ...on, AUTHORIZER_BUNDLE: "file:/no/such/file.json" });
    const lines = linesOf(process.stdout);
    await handlers.ask("GET", user);
    // The observer may be told only after the line of the call that noticed is written.
    await handlers.ask("GET", user);
    expect(find(lines, "StoreFailure")[0]?.value).toBe(1);
    expect(find(lines, "PolicyAge")).toEqual([]);
    expect(find(lines, "Decision")[0]?.dimensions).toMatchObject({ outcome: "error" });
  });

  it("say how old the policies of a store are", async () => {
    const folder = mkdtempSync(join(tmpdir(), "observe-"));
    try {
      const file = join(folder, "bundle.json");
      writeFileSync(file, JSON.stringify(watched().bundle));
      const handlers = watched({ ...on, AUTHORIZER_BUNDLE: `file:${file}` });
      const lines = linesOf(process.stdout);
      await handlers.ask("DELETE", user);
      expect(find(lines, "PolicyAge")).toMatchObject([{ value: expect.any(Number), unit: "Seconds" }]);
      expect(find(lines, "Decision")[0]?.dimensions).toMatchObject({ outcome: "deny" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[UpstreamOutcome & { kind: "failure" }, MetricName | undefined]>([
    [failureOf("limited", 429), "ConcurrencyRefusal"],
    [failureOf("throttled", 429), "UpstreamThrottle"],
    [failureOf("timeout", 504), "UpstreamTimeout"],
    [failureOf("unavailable", 502), "UpstreamError"],
    [failureOf("refused", 500), "UpstreamError"],
    [failureOf("refused", 403), undefined],
    [failureOf("cancelled", 499), undefined],
  ])("count a call that ends as %j under one name", async (outcome, name) => {
    const lines = linesOf(process.stdout);
    const observer = new Observer({ namespace: "n", service: "s", isVerbose: false });
    const watch = observer.begin(undefined);
    await watch.upstream({ operation: "DescribeUser", region: "us-west-2" }, async () => outcome);
    await watch.end({ outcome: "allow", requestId: "r" }, undefined);
    const others = ["ColdStart", "Decision", "DecisionLatency", "UpstreamLatency"];
    const counted = metricsOf(lines).filter((metric) => !others.includes(metric.name));
    expect(counted.map((metric) => metric.name)).toEqual(name ? [name] : []);
  });

  it("tell our own limit of calls from throttling by Connect", () => {
    expect(upstreamFailureOf(new TooManyCalls())).toMatchObject({ kind: "limited", status: 429 });
  });

  it("count keys that cannot be fetched", async () => {
    const told = linesOf(process.stderr);
    const issuers = [
      {
        issuer: "https://issuer.test",
        audience: ["my-app"],
        claims: { id: "sub", groups: "groups" },
        jwksUri: "http://127.0.0.1:9/keys",
      },
    ];
    const handlers = watched(on, { issuers } as object);
    const lines = linesOf(process.stdout);
    const event = authorizerEvent("GET", user, { token: tokenOf() });
    await expect(handlers.authorize(event)).rejects.toThrow("jwks_unavailable");
    await expect(handlers.authorize(event)).rejects.toThrow("jwks_unavailable");
    expect(find(lines, "KeysFailure")[0]?.value).toBe(1);
    expect(told.map((line) => JSON.parse(line))).toMatchObject([{ level: "WARN", type: "keysProblem" }]);
  });

  it("count calls that a candidate would have answered otherwise, in the lines of those calls", async () => {
    await withCandidate([{ Effect: "Allow", Action: "*", Resource: "*" }], async (candidate) => {
      const handlers = watched({ ...on, ...candidate });
      const lines = linesOf(process.stdout);
      await handlers.ask("DELETE", user);
      expect(handlers.differences).toHaveLength(1);
      expect(find(lines, "ShadowDifference")).toMatchObject([
        { value: 1, dimensions: { service: "connect-test" } },
      ]);
      await handlers.ask("GET", user);
      expect(find(lines, "ShadowDifference")).toHaveLength(1);
      expect(find(lines, "ShadowBundleProblem")).toEqual([]);
    });
  });

  it("count a candidate that cannot be loaded, apart from the bundle that decides", async () => {
    const told = linesOf(process.stderr);
    const handlers = watched({ ...on, AUTHORIZER_SHADOW_BUNDLE: "file:/no/such/file.json" });
    const lines = linesOf(process.stdout);
    await handlers.ask("DELETE", user);
    await handlers.ask("DELETE", user);
    expect(find(lines, "ShadowBundleProblem")).toMatchObject([{ value: 1 }]);
    expect(find(lines, "StoreFailure")).toEqual([]);
    expect(told.map((line) => JSON.parse(line).type)).toEqual(["shadowBundleProblem"]);
  });

  it("are lines of CloudWatch's form, with the units and dimensions of the table and nothing of a caller", async () => {
    const handlers = watched();
    const lines = linesOf(process.stdout);
    const token = tokenOf({ sub: "somebody-secret" });
    await handlers.ask("DELETE", user, { token });
    await handlers.ask("GET", user, { token });
    await handlers.proxy(proxyEvent("POST", "/nowhere", {}, { body: '{"Password":"hunter2"}' }));
    const emf = emfOf(lines);
    expect(emf.length).toBeGreaterThanOrEqual(6);
    for (const line of emf) expect(isEmf(line), JSON.stringify(isEmf.errors)).toBe(true);
    for (const { name, unit, value, sets, dimensions } of metricsOf(lines)) {
      expect([typeof value, unit]).toEqual(["number", metricTable[name].unit]);
      for (const set of sets) expect(metricTable[name].dimensions).toContainEqual(set);
      for (const each of Object.values(dimensions)) expect(each).toEqual(expect.stringMatching(/^[\w-]+$/));
    }
    const text = JSON.stringify(emf);
    expect([token, "somebody-secret", "hunter2", instanceId].filter((each) => text.includes(each))).toEqual(
      [],
    );
  });

  it("that cannot be written change no answer, and say so once", async () => {
    const told = linesOf(process.stderr);
    vi.doMock("../../shared/observe/emf.ts", () => ({
      createMetricsWriter: () => () => {
        throw new Error("no space left");
      },
    }));
    const handlers = watched();
    const event = authorizerEvent("DELETE", user, { token: tokenOf() });
    const statementOf = (answer: unknown) =>
      (answer as APIGatewayAuthorizerResult).policyDocument.Statement[0]?.Effect;
    const answers = [await handlers.authorize(event), await handlers.authorize(event)];
    expect(answers.map(statementOf)).toEqual(["Deny", "Deny"]);
    expect((await handlers.proxy(proxyEvent("GET", user, {}))).statusCode).toBe(401);
    // Once for each of the two functions.
    expect(told.filter((line) => line.includes("no space left"))).toHaveLength(2);
  });

  it("that the output does not take change no answer", async () => {
    const handlers = watched();
    vi.spyOn(process.stdout, "write").mockImplementation(() => {
      throw new Error("no space left");
    });
    const event = authorizerEvent("DELETE", user, { token: tokenOf() });
    const answer = (await handlers.authorize(event)) as APIGatewayAuthorizerResult;
    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: "Deny" }]);
  });

  it("that cannot be loaded change no answer", async () => {
    const told = linesOf(process.stderr);
    vi.doMock("../../shared/observe/observer.ts", () => {
      throw new Error("no such chunk");
    });
    const event = authorizerEvent("DELETE", user, { token: tokenOf() });
    const answer = (await watched().authorize(event)) as APIGatewayAuthorizerResult;
    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: "Deny" }]);
    expect(told.filter((line) => line.includes("calls are not watched"))).toHaveLength(1);
  });
});

describe("metrics that are off", () => {
  it.each<[string, Record<string, string>]>([
    ["nothing is set", {}],
    ["they are disabled", { ...on, POWERTOOLS_METRICS_DISABLED: "true" }],
    ["the namespace is empty", { POWERTOOLS_METRICS_NAMESPACE: "" }],
    ["tracing has no daemon", { POWERTOOLS_TRACE_ENABLED: "true" }],
  ])("write no line and load nothing where %s", async (_when, variables) => {
    let loads = 0;
    vi.doMock("../../shared/observe/observer.ts", () => {
      loads++;
      return {};
    });
    const handlers = watched(variables);
    const lines = linesOf(process.stdout);
    await handlers.ask("DELETE", user);
    await handlers.proxy(proxyEvent("GET", user, {}));
    expect([lines, loads]).toEqual([[], 0]);
  });
});
