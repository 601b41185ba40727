/**
 * The claim that makes an answer worth having: `decision` is true if, and only if, the proxy sends the same call of the same
 * caller; and asking sends nothing but look-ups.
 */
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { resourceMembersOf } from "../../../functions/authzen/operation-input.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { readSdkOperations } from "../../../tools/catalog/sdk-operations.ts";
import { withEveryFilter } from "../../catalog/synthetic-input.ts";
import { makeWireInput, type WireInput } from "../../catalog/wire-input.ts";
import { Chooser } from "../../policy/random-policies.ts";
import { varyInput } from "../../random-calls.ts";
import { casesOf } from "../../random-cases.ts";
import { bundleOf, given, type Statement, tokenOf } from "../lambda-fixture.ts";
import { recordConnect } from "../recording-connect.ts";
import { AuthzenDoor, self } from "./authzen-fixture.ts";

const { received, restore } = recordConnect();
vi.useFakeTimers({ now: Date.now(), toFake: ["Date"] });
afterAll(() => {
  restore();
  vi.useRealTimers();
});
beforeEach(() => {
  received.length = 0;
});

const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  return row && row.refused === undefined
    ? [{ row, whole: withEveryFilter(row, makeWireInput(operation)) }]
    : [];
});

const instance = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const instances = [
  {
    arn: instance,
    partition: "aws",
    region: "us-east-1",
    accountId: "123456789012",
    id: "00fbeee1-123e-111e-93e3-11111bfbfcc1",
  },
];

const conditions: readonly NonNullable<Statement["Condition"]>[] = [
  { StringEquals: { "aws:ResourceTag/team": "1" } },
  { StringNotEquals: { "aws:ResourceTag/team": "1" } },
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { Null: { "aws:UserAgent": "true" } },
  { StringEquals: { "aws:userid": "alice" } },
  { StringEquals: { "aws:RequestTag/team": "1" } },
  { DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" } },
  { StringEquals: { "jwt:sub": "alice" } },
  { StringEquals: { "connect:InstanceId": "00fbeee1-123e-111e-93e3-11111bfbfcc1" } },
];

function statementsFor(choose: Chooser, row: OperationRow): Statement[] {
  const types = [...resourceMembersOf(row).keys()];
  const resources = ["*", `${instance}/*`, `${instance}*`, ...types.map((type) => `${instance}/${type}/*`)];
  const statement = (): Statement => ({
    Effect: choose.of(["Allow", "Allow", "Allow", "Deny"] as const),
    Action: choose.of(["connect:*", row.action, row.action, "connect:Describe*"]),
    Resource: choose.of(resources),
    ...(choose.chance(0.4) ? { Condition: choose.of(conditions) } : {}),
  });
  return choose.some(1, 3, statement);
}

/** The question about a call: by a resource that the input names, or with the whole input. */
function questionOf(choose: Chooser, row: OperationRow, input: WireInput) {
  const named = [...resourceMembersOf(row)].flatMap(([type, [member = "", second]]) => {
    const id = input[member];
    return second === undefined && typeof id === "string" && id !== "" ? [{ type, member, id }] : [];
  });
  const whole = { type: "*", id: "*", properties: input };
  if (named.length === 0 || choose.chance(0.3)) return whole;
  const { type, member, id } = choose.of(named);
  const { [member]: _named, ...rest } = input;
  return { type, id, properties: choose.chance(0.2) ? input : rest };
}

/** What the proxy looks up: `shared/connect/facts/readings.ts`. */
const isLookUp = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === "GET" && /^\/(?:tags|contacts|contact-flows|instance|users|user-hierarchy-groups)\//.test(path);

describe("decision is true if, and only if, the proxy sends the same call", { timeout: 120_000 }, () => {
  it("whatever the policies and the input", async () => {
    const seen = { sent: 0, denied: 0, refused: 0, lookedUp: 0 };
    const choose = new Chooser(20);
    for (let turn = 0; turn < casesOf(800); turn++) {
      const { row, whole } = choose.of(served);
      const bundle = bundleOf(statementsFor(choose, row), { instances, doors: { authzen: true } });
      const input = varyInput(choose, row, whole);
      const token = tokenOf();
      const call = await given(bundle).call("POST", `/operations/${row.name}`, { token, body: input });
      const isSent = call.status === 200;
      received.length = 0;
      const door = new AuthzenDoor(bundle);
      const question = {
        subject: self,
        action: { name: row.name },
        resource: questionOf(choose, row, input),
      };
      const { status, body } = await door.evaluate(question, { token });
      const told = JSON.stringify({ question, call: call.body, body });
      expect({ status, decision: body.decision }, told).toEqual({ status: 200, decision: isSent });
      expect(
        received.filter((each) => !isLookUp(each)),
        told,
      ).toEqual([]);
      if (call.status === 403 && body.context.reason_user)
        expect(body.context.reason_user["403"], told).toBe(call.body.message);
      else if (!isSent)
        expect(body.context.error, told).toEqual({ status: call.status, message: call.body.message });
      expect(door.records.map(({ type, stage }) => `${type} ${stage}`)).toEqual(["evaluation authzen"]);
      seen.lookedUp += received.length;
      seen[isSent ? "sent" : call.status === 403 ? "denied" : "refused"]++;
    }
    for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(3);
  });
});
