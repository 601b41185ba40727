/** What is recorded where records of allowed calls are left out: `AUTHORIZER_AUDIT_ALLOW_SAMPLE`. */
import { DescribeUserCommand, ResourceNotFoundException } from "@aws-sdk/client-connect";
import { beforeEach, describe, expect, it } from "vitest";
import {
  allowAll,
  given,
  instanceArn,
  instanceId,
  proxyEvent,
  type Statement,
} from "../functions/lambda-fixture.ts";
import { mockConnect } from "../functions/mocked-connect.ts";

const statements: readonly Statement[] = [
  allowAll,
  { Effect: "Deny", Action: "connect:DescribeUser", Resource: `${instanceArn}/agent/denied` },
];

const connect = mockConnect();
beforeEach(() => {
  connect.on(DescribeUserCommand).resolves({ $metadata: {} });
});

/** Sends a call through both functions, and gives what each recorded of it. */
async function recordsOf(user: string, sample: string, token?: string) {
  const functions = given(statements, { environment: { AUTHORIZER_AUDIT_ALLOW_SAMPLE: sample } });
  const path = `/users/${instanceId}/${user}`;
  const early = await functions.ask("GET", path, token ? { token } : {}).catch(() => undefined);
  const open = await given(statements).ask("POST", "/operations/DescribeUser");
  await functions.proxy(
    proxyEvent("GET", path, early?.context?.["principal"] ? early.context : (open.context ?? {})),
  );
  return functions.records.map(({ stage, outcome, status, samplePercent }) => ({
    stage,
    outcome,
    status,
    samplePercent,
  }));
}

describe("with none of the allowed calls recorded", () => {
  it("a call that goes well leaves no record in either function", async () => {
    expect(await recordsOf("u-1", "0")).toEqual([]);
    expect(connect.calls()).toHaveLength(1);
  });

  it("a refused call has a record of each function that refuses it", async () => {
    expect(await recordsOf("denied", "0")).toEqual([
      { stage: "authorizer", outcome: "deny" },
      { stage: "proxy", outcome: "deny", status: 403 },
    ]);
  });

  it("an allowed call that Amazon Connect refuses has the proxy's", async () => {
    const $metadata = { httpStatusCode: 404 };
    connect.on(DescribeUserCommand).rejects(new ResourceNotFoundException({ message: "no", $metadata }));
    expect(await recordsOf("u-1", "0")).toEqual([{ stage: "proxy", outcome: "allow", status: 404 }]);
  });

  it("a caller without a good token has a record", async () => {
    expect(await recordsOf("u-1", "0", "no.good.token")).toEqual([{ stage: "authorizer", outcome: "error" }]);
  });
});

it("with every allowed call recorded, no record speaks of a sample", async () => {
  expect(await recordsOf("u-1", "100")).toEqual([
    { stage: "authorizer", outcome: "allow" },
    { stage: "proxy", outcome: "allow", status: 200 },
  ]);
});
