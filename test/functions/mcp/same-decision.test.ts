/**
 * Random tool calls are decided as the routes of Amazon Connect decide them, and nothing reaches Connect that is refused.
 */
import { afterAll, describe, expect, it } from "vitest";
import type { Configuration } from "../../../shared/bundle/types.ts";
import { createCallerVerifier } from "../../../shared/decide/verify-caller.ts";
import { served } from "../../bypass/attempts.ts";
import { makeWireInput } from "../../catalog/wire-input.ts";
import { Chooser } from "../../policy/random-policies.ts";
import { varyInput } from "../../random-calls.ts";
import { casesOf } from "../../random-cases.ts";
import { given, proxyEvent, type Statement, tokenOf } from "../lambda-fixture.ts";
import { type ReceivedRequest, recordConnect } from "../recording-connect.ts";
import { rpcRequest } from "../wire-request.ts";
import { Agent } from "./mcp-fixture.ts";

const connect = recordConnect();
afterAll(() => connect.restore());

const instance = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const instances: Configuration["instances"] = [
  {
    ...{ arn: instance, partition: "aws", region: "us-east-1", accountId: "123456789012" },
    id: "00fbeee1-123e-111e-93e3-11111bfbfcc1",
  },
];
const conditions: readonly Statement["Condition"][] = [
  undefined,
  undefined,
  { StringEquals: { "jwt:act.sub": "agent-1" } },
  { Null: { "jwt:act.sub": "false" } },
  { StringNotEquals: { "jwt:client_id": "app" } },
  { StringEquals: { "aws:RequestTag/team": "1" } },
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } },
];

function randomStatements(choose: Chooser, actions: readonly string[]): readonly Statement[] {
  const one = (): Statement => {
    const Condition = choose.of(conditions);
    return {
      Effect: choose.of(["Allow", "Allow", "Deny"] as const),
      Action: choose.some(1, 3, () => choose.of(["connect:*", "connect:Describe*", ...actions])),
      Resource: choose.of(["*", "*", `${instance}/*`, `${instance}/agent/*`, `${instance}/*/id-1*`]),
      ...(Condition ? { Condition } : {}),
    };
  };
  const wide: Statement = { Effect: "Allow", Action: "*", Resource: "*" };
  return [...(choose.chance(0.5) ? [wide] : []), ...choose.some(1, 4, one)];
}

/** A client token is made for each call. */
function withoutToken(request: ReceivedRequest): string {
  return JSON.stringify(request).replace(/\\?"clientToken\\?":\\?"[^"\\]*\\?"/gi, "");
}

const callers = [
  {},
  { act: { sub: "agent-1" } },
  { act: { sub: "agent-2" }, client_id: "app" },
  { act: {} },
  { client_id: "other" },
];

describe("a tool's call", { timeout: 120_000 }, () => {
  it("is decided as the route decides it, and sends the same or nothing (property)", async () => {
    const choose = new Chooser(20);
    const outcomes: Record<string, number> = {};
    const perBundle = 50;
    // A sixteenth in `npm test`, which the routes' own properties share.
    for (let at = 0; at < casesOf(casesOf(10_000)); at += perBundle) {
      const some = Array.from({ length: perBundle }, () => choose.of(served));
      const statements = randomStatements(
        choose,
        some.map(({ row }) => row.action),
      );
      const agent = new Agent(statements, { config: { instances } });
      const routes = given(agent.bundle, { verifyCaller: createCallerVerifier() });
      for (const { row, operation } of some) {
        const input = varyInput(choose, row, makeWireInput(operation));
        const claims = choose.of(callers);
        connect.received.length = 0;
        const result = await agent.call(row.name, input, { claims });
        const byTool = connect.received.splice(0);
        const { method, path, body } = rpcRequest(row, input);
        const answer = await routes.proxy(proxyEvent(method, path, {}, { token: tokenOf(claims), body }));
        const [own, other] = [agent.records.pop(), routes.records.pop()];
        const facts = ({ outcome, decision, asks, message, reason, status }: typeof own & object) => ({
          ...{ outcome, decision, asks, message, reason, status },
        });
        expect([row.name, input, own && facts(own)]).toEqual([row.name, input, other && facts(other)]);
        expect(byTool.map(withoutToken)).toEqual(connect.received.map(withoutToken));
        expect(result.isError === true).toBe(answer.statusCode >= 400);
        if (own?.outcome !== "allow") expect(byTool).toEqual([]);
        outcomes[own?.outcome ?? "none"] = (outcomes[own?.outcome ?? "none"] ?? 0) + 1;
      }
    }
    for (const outcome of ["allow", "deny", "error"]) expect(outcomes[outcome]).toBeGreaterThan(50);
    expect(Object.keys(outcomes).sort()).toEqual(["allow", "deny", "error"]);
  });
});
