/** No record, no call: `AUTHORIZER_AUDIT_REQUIRED`. */
import { DescribeUserCommand, ResourceNotFoundException } from "@aws-sdk/client-connect";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import {
  allowAll,
  authorizerEvent,
  given,
  instanceArn,
  instanceId,
  type Lambdas,
  proxyEvent,
  type Statement,
} from "../functions/lambda-fixture.ts";
import { mockConnect } from "../functions/mocked-connect.ts";

const denyAll: Statement = { Effect: "Deny", Action: "connect:*", Resource: "*" };
const denyUser: Statement = {
  Effect: "Deny",
  Action: "connect:DescribeUser",
  Resource: `${instanceArn}/agent/u-1`,
};
const path = `/users/${instanceId}/u-1`;
const required = { AUTHORIZER_AUDIT_REQUIRED: "true" };

const connect = mockConnect();
beforeEach(() => {
  connect
    .on(DescribeUserCommand)
    .resolves({ $metadata: { requestId: "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77" } });
});
vi.spyOn(process.stderr, "write").mockReturnValue(true);

/** What the authorizer hands on; of no route, so that the proxy is the first to decide one. */
async function contextFor(statements: readonly Statement[] = [allowAll]): Promise<object> {
  return (await given(statements).ask("POST", "/operations/DescribeUser")).context ?? {};
}

function logGone(): never {
  throw new Error("the log is gone");
}

/** Both handlers, whose records cannot be written. */
function unrecorded(statements: readonly Statement[], environment = required) {
  return given(statements, { environment, onRecord: logGone });
}

/** The proxy's answer to a call that the authorizer let through. */
async function send({ proxy }: Lambdas, statements?: readonly Statement[]) {
  return proxy(proxyEvent("GET", path, await contextFor(statements)));
}

describe("where each call must be recorded, the proxy", () => {
  it("writes the decision before it sends, and what came of it after", async () => {
    const functions = given([allowAll], { environment: required });
    let before: readonly DecisionRecord[] = [];
    connect.on(DescribeUserCommand).callsFake(() => {
      before = [...functions.records];
      return { $metadata: { requestId: "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77" } };
    });
    const { statusCode } = await send(functions);
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
    const { statusCode } = await send(functions);
    expect(statusCode).toBe(404);
    expect(functions.records).toMatchObject([{ outcome: "allow" }]);
    expect(functions.upstream).toMatchObject([{ status: 404, reason: "ResourceNotFoundException" }]);
  });

  it("answers as usual when the second record cannot be written, since the call has happened, and says so", async () => {
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const functions = given([allowAll], { environment: required, onUpstream: logGone });
    const { records } = functions;
    const { statusCode } = await send(functions);
    expect(statusCode).toBe(200);
    expect(connect.calls()).toHaveLength(1);
    expect(records).toMatchObject([{ outcome: "allow" }]);
    const lines = stderr.mock.calls.map(([text]) => JSON.parse(String(text)));
    expect(lines).toMatchObject([{ level: "ERROR", type: "auditProblem", requestId: records[0]?.requestId }]);
  });

  it("records once what fails between the decision and the sending", async () => {
    const functions = given([allowAll], { environment: required });
    connect.on(DescribeUserCommand).rejects(Object.assign(new Error("gone"), { code: "ECONNRESET" }));
    const { statusCode } = await send(functions);
    expect(statusCode).toBe(502);
    expect(functions.records).toMatchObject([{ outcome: "allow" }]);
    expect(functions.upstream).toMatchObject([{ status: 502, message: "Error ECONNRESET" }]);
  });

  it("writes one record of a refusal, with its status", async () => {
    const functions = given([denyUser], { environment: required });
    await send(functions, [denyUser]);
    expect(functions.records).toMatchObject([{ outcome: "deny", status: 403 }]);
    expect(functions.upstream).toEqual([]);
  });

  it("refuses a call that cannot be recorded, and sends nothing", async () => {
    const functions = unrecorded([allowAll]);
    const { statusCode, body } = await send(functions);
    expect([statusCode, JSON.parse(body)]).toMatchObject([503, { __type: "ServiceUnavailableException" }]);
    expect(connect.calls()).toHaveLength(0);
    expect(functions.records.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["allow", undefined],
      ["error", "auditUnavailable"],
    ]);
  });

  it("leaves a refusal a refusal when it cannot be recorded", async () => {
    const { statusCode } = await send(unrecorded([denyUser]), [denyUser]);
    expect(statusCode).toBe(403);
    expect(connect.calls()).toHaveLength(0);
  });

  it("not asked for, goes on with a call that cannot be recorded", async () => {
    const functions = unrecorded([allowAll], { AUTHORIZER_AUDIT_REQUIRED: "false" });
    expect((await send(functions)).statusCode).toBe(200);
  });
});

describe("where each call must be recorded, the authorizer", () => {
  it("writes one record, and lets the call through", async () => {
    const functions = given([allowAll], { environment: required });
    const { policyDocument } = await functions.ask("GET", path);
    expect(policyDocument.Statement[0]?.Effect).toBe("Allow");
    expect(functions.records).toMatchObject([{ stage: "authorizer", outcome: "allow" }]);
  });

  it("denies a call that cannot be recorded", async () => {
    const { policyDocument, context } = await unrecorded([allowAll]).ask("GET", path);
    expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
    expect(context?.["message"]).toContain("could not be recorded");
  });

  it("says why it denies a call, recorded or not", async () => {
    const { policyDocument, context } = await unrecorded([denyAll]).ask("GET", path);
    expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
    expect(context?.["message"]).toContain("explicit deny");
  });

  it("answers 401 to a call without a token, recorded or not", async () => {
    await expect(unrecorded([allowAll]).authorize(authorizerEvent("GET", path))).rejects.toThrow(
      "Unauthorized",
    );
  });
});
