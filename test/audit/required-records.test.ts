/** No record, no call: `AUTHORIZER_AUDIT_REQUIRED`. */
import { ConnectClient, DescribeUserCommand, ResourceNotFoundException } from "@aws-sdk/client-connect";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createAuthorizerHandler } from "../../functions/authorizer/handler.ts";
import { createProxyHandler } from "../../functions/proxy/handler.ts";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import {
  allowAll,
  authorizerEvent,
  bundleOf,
  given,
  instanceArn,
  instanceId,
  proxyEvent,
  type Statement,
  tokenOf,
} from "../functions/lambda-fixture.ts";
import { assertRecord } from "./assert-record.ts";

const denyAll: Statement = { Effect: "Deny", Action: "connect:*", Resource: "*" };
const denyUser: Statement = {
  Effect: "Deny",
  Action: "connect:DescribeUser",
  Resource: `${instanceArn}/agent/u-1`,
};
const path = `/users/${instanceId}/u-1`;
const required = { AUTHORIZER_AUDIT_REQUIRED: "true" };

const connect = mockClient(ConnectClient);
beforeEach(() => {
  connect.reset();
  connect
    .on(DescribeUserCommand)
    .resolves({ $metadata: { requestId: "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77" } });
});
vi.spyOn(process.stderr, "write").mockReturnValue(true);

/** What the authorizer hands on; of no route, so that the proxy is the first to decide one. */
async function contextFor(statements: readonly Statement[] = [allowAll]): Promise<object> {
  const { authorize } = given(statements);
  const event = authorizerEvent("POST", "/operations/DescribeUser", { token: tokenOf() });
  return (await authorize(event)).context ?? {};
}

/** Both handlers, whose records cannot be written. */
function unrecorded(statements: readonly Statement[], variables = required) {
  const tried: DecisionRecord[] = [];
  const onRecord = (record: DecisionRecord) => {
    tried.push(assertRecord(record));
    throw new Error("the log is gone");
  };
  const options = { packagedBundle: bundleOf(statements), onRecord };
  const environment = { CONNECT_ENDPOINT: "http://127.0.0.1:9", ...variables };
  return {
    tried,
    authorize: createAuthorizerHandler(environment, options),
    proxy: createProxyHandler(environment, options),
  };
}

describe("where each call must be recorded, the proxy", () => {
  it("writes the decision before it sends, and what came of it after", async () => {
    const functions = given([allowAll], { environment: required });
    let before: readonly DecisionRecord[] = [];
    connect.on(DescribeUserCommand).callsFake(() => {
      before = [...functions.records];
      return { $metadata: { requestId: "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77" } };
    });
    const { statusCode } = await functions.proxy(proxyEvent("GET", path, await contextFor()));
    expect(statusCode).toBe(200);
    expect(before).toMatchObject([{ type: "decision", outcome: "allow", operation: "DescribeUser" }]);
    expect(before[0]).not.toHaveProperty("status");
    expect(functions.records).toHaveLength(1);
    const { requestId } = functions.records[0] ?? {};
    expect(functions.upstream).toMatchObject([
      {
        type: "upstream",
        requestId,
        operation: "DescribeUser",
        status: 200,
        upstreamRequestId: "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77",
      },
    ]);
  });

  it("tells in the second record how Amazon Connect refused", async () => {
    const functions = given([allowAll], { environment: required });
    connect
      .on(DescribeUserCommand)
      .rejects(new ResourceNotFoundException({ message: "no", $metadata: { httpStatusCode: 404 } }));
    const { statusCode } = await functions.proxy(proxyEvent("GET", path, await contextFor()));
    expect(statusCode).toBe(404);
    expect(functions.records).toMatchObject([{ outcome: "allow" }]);
    expect(functions.upstream).toMatchObject([{ status: 404, reason: "ResourceNotFoundException" }]);
  });

  it("answers as usual when the second record cannot be written, since the call has happened, and says so", async () => {
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const records: DecisionRecord[] = [];
    const proxy = createProxyHandler(
      { CONNECT_ENDPOINT: "http://127.0.0.1:9", ...required },
      {
        packagedBundle: bundleOf([allowAll]),
        onRecord: (record) => records.push(assertRecord(record)),
        onUpstream: () => {
          throw new Error("the log is gone");
        },
      },
    );
    const { statusCode } = await proxy(proxyEvent("GET", path, await contextFor()));
    expect(statusCode).toBe(200);
    expect(connect.calls()).toHaveLength(1);
    expect(records).toMatchObject([{ outcome: "allow" }]);
    const lines = stderr.mock.calls.map(([text]) => JSON.parse(String(text)));
    expect(lines).toMatchObject([{ level: "ERROR", type: "auditProblem", requestId: records[0]?.requestId }]);
  });

  it("records once what fails between the decision and the sending", async () => {
    const functions = given([allowAll], { environment: required });
    connect.on(DescribeUserCommand).rejects(Object.assign(new Error("gone"), { code: "ECONNRESET" }));
    const { statusCode } = await functions.proxy(proxyEvent("GET", path, await contextFor()));
    expect(statusCode).toBe(502);
    expect(functions.records).toMatchObject([{ outcome: "allow" }]);
    expect(functions.upstream).toMatchObject([{ status: 502, message: "Error ECONNRESET" }]);
  });

  it("writes one record of a refusal, with its status", async () => {
    const functions = given([denyUser], { environment: required });
    await functions.proxy(proxyEvent("GET", path, await contextFor([denyUser])));
    expect(functions.records).toMatchObject([{ outcome: "deny", status: 403 }]);
    expect(functions.upstream).toEqual([]);
  });

  it("refuses a call that cannot be recorded, and sends nothing", async () => {
    const { proxy, tried } = unrecorded([allowAll]);
    const { statusCode, body } = await proxy(proxyEvent("GET", path, await contextFor()));
    expect([statusCode, JSON.parse(body)]).toMatchObject([503, { __type: "ServiceUnavailableException" }]);
    expect(connect.calls()).toHaveLength(0);
    expect(tried.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["allow", undefined],
      ["error", "auditUnavailable"],
    ]);
  });

  it("leaves a refusal a refusal when it cannot be recorded", async () => {
    const { proxy } = unrecorded([denyUser]);
    const { statusCode } = await proxy(proxyEvent("GET", path, await contextFor([denyUser])));
    expect(statusCode).toBe(403);
    expect(connect.calls()).toHaveLength(0);
  });

  it("not asked for, goes on with a call that cannot be recorded", async () => {
    const { proxy } = unrecorded([allowAll], { AUTHORIZER_AUDIT_REQUIRED: "false" });
    expect((await proxy(proxyEvent("GET", path, await contextFor()))).statusCode).toBe(200);
  });
});

describe("where each call must be recorded, the authorizer", () => {
  const event = () => authorizerEvent("GET", path, { token: tokenOf() });

  it("writes one record, and lets the call through", async () => {
    const functions = given([allowAll], { environment: required });
    const { policyDocument } = await functions.authorize(event());
    expect(policyDocument.Statement[0]?.Effect).toBe("Allow");
    expect(functions.records).toMatchObject([{ stage: "authorizer", outcome: "allow" }]);
  });

  it("denies a call that cannot be recorded", async () => {
    const { policyDocument, context } = await unrecorded([allowAll]).authorize(event());
    expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
    expect(context?.["message"]).toContain("could not be recorded");
  });

  it("says why it denies a call, recorded or not", async () => {
    const { policyDocument, context } = await unrecorded([denyAll]).authorize(event());
    expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
    expect(context?.["message"]).toContain("explicit deny");
  });

  it("answers 401 to a call without a token, recorded or not", async () => {
    await expect(unrecorded([allowAll]).authorize(authorizerEvent("GET", path))).rejects.toThrow(
      "Unauthorized",
    );
  });
});
