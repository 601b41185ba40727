/**
 * Both handlers before a table of principals that is filled, lost and mended on this machine.
 */
import { CreateUserCommand, DescribeUserCommand } from "@aws-sdk/client-connect";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Configuration } from "../../shared/bundle/types.ts";
import { createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { principalKeyOf } from "../../shared/principals/item.ts";
import type { Chooser } from "../policy/random-policies.ts";
import { type DynamoFault, type FakeDynamo, startDynamo, tableName } from "../principals/fake-dynamodb.ts";
import { given, instanceArn, instanceId, type Lambdas, type Statement, tokenOf } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

/** The caller's. */
export const key = principalKeyOf({ issuer: "https://issuer.test", id: "user-1" }) ?? "";
export const down: DynamoFault = { kind: "error", status: 400, code: "AccessDeniedException" };

export const describeUser: Statement = { Effect: "Allow", Action: "connect:DescribeUser", Resource: "*" };
export const everything: Statement = { Effect: "Allow", Action: "connect:*", Resource: "*" };
export const deny = (statement: Statement): Statement => ({ ...statement, Effect: "Deny" });
/** A policy holds at least one statement: this one is about nothing that is called here. */
const inert: Statement = { Effect: "Allow", Action: "connect:DescribeVocabulary", Resource: "*" };
const newUser = {
  Username: "jane",
  Password: "hunter2hunter2",
  RoutingProfileId: "r-1",
  SecurityProfileIds: ["s-1"],
};
export const calls = {
  describe: { method: "GET", path: `/users/${instanceId}/u-1` },
  delete: { method: "DELETE", path: `/users/${instanceId}/u-1` },
  create: { method: "PUT", path: `/users/${instanceId}`, body: newUser },
} as const;

export interface Setup {
  readonly own?: readonly Statement[];
  readonly policies?: Readonly<Record<string, readonly Statement[]>>;
  readonly overrides?: Partial<Configuration>;
  readonly now?: () => number;
  /** Default: the table. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the proxy has no authorizer in front. */
  readonly isAlone?: boolean;
}

/** A table for a file of tests, emptied and mended before each. */
export function useTable() {
  const connect = mockConnect();
  const at = { dynamo: undefined as FakeDynamo | undefined };
  const table = () => {
    if (!at.dynamo) throw new Error("the table is there only while tests run");
    return at.dynamo;
  };
  beforeAll(async () => {
    at.dynamo = await startDynamo();
  });
  afterAll(() => at.dynamo?.close());
  beforeEach(() => {
    const dynamo = table();
    dynamo.items.clear();
    dynamo.requests.length = 0;
    dynamo.fault = undefined;
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    connect.on(CreateUserCommand).resolves({ $metadata: {} });
  });

  function open({ own = [], policies = {}, overrides, now, environment, isAlone }: Setup) {
    const problems: string[] = [];
    const filled = Object.entries(policies).map(([name, statements]) => [name, [inert, ...statements]]);
    const around = {
      config: overrides ?? {},
      environment: environment ?? { ...table().environment, AUTHORIZER_PRINCIPALS_TABLE: tableName },
      policies: Object.fromEntries(filled),
      ...(isAlone ? { verifyCaller: createCallerVerifier() } : {}),
      table: {
        onProblem: ({ error }: { readonly error: unknown }) => problems.push(String(error)),
        ...(now ? { now } : {}),
      },
    };
    return Object.assign(given([inert, ...own], around), { problems });
  }

  return { table, open, connect };
}

/** Whether each function lets the call through; the proxy is asked whatever the authorizer says. */
export async function call(
  functions: Lambdas,
  { method, path, ...facts }: { readonly method: string; readonly path: string; readonly body?: object },
) {
  const { records } = functions;
  records.length = 0;
  const token = tokenOf({ sub: "user-1" });
  const { effect, status, context, body } = await functions.call(method, path, { ...facts, token });
  return {
    authorizer: effect,
    outcome: records[0]?.outcome,
    proxy: status,
    attachments: records.map(({ attachments }) => attachments),
    context: context ?? {},
    body,
  };
}

/** A few statements over what the two calls are asked, the given part of them Allows. */
export function randomStatements(choose: Chooser, allows: number): readonly Statement[] {
  const actions = ["connect:DescribeUser", "connect:CreateUser", "connect:*"];
  const resources = [
    "*",
    "*",
    `${instanceArn}/agent/*`,
    `${instanceArn}/security-profile/s-1`,
    `${instanceArn}/routing-profile/*`,
  ];
  return Array.from({ length: choose.of([0, 1, 2, 3]) }, () => ({
    Effect: choose.chance(allows) ? "Allow" : "Deny",
    Action: choose.of(actions),
    Resource: choose.of(resources),
  }));
}
