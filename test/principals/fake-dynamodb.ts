/**
 * DynamoDB's tables of principals, as far as they are read and written: on this machine, in memory, with faults on
 * demand. Every signature is checked.
 *
 * Written from DynamoDB's API reference (GetItem, PutItem, DeleteItem, Scan). Conditions are those that our command
 * writes; `npm run test:aws` holds both against moto.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { isSignatureRight, secretAccessKey } from "../bundle/stores/aws-signature.ts";
import { openServer } from "../bundle/stores/loopback-server.ts";

export type DynamoFault =
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly times?: number }
  | { readonly kind: "silence" }
  | { readonly kind: "reset" }
  | { readonly kind: "body"; readonly text: string };

type Item = Readonly<Record<string, unknown>>;
type Input = Readonly<Record<string, never>>;

export interface FakeDynamo {
  readonly environment: Readonly<Record<string, string>>;
  /** By the value of the key. */
  readonly items: Map<string, Item>;
  /** Operation and key of each request. */
  readonly requests: string[];
  fault: DynamoFault | undefined;
  /** Waited for before each answer. */
  gate: Promise<void> | undefined;
  /** Called before a conditional write is decided. */
  beforeWrite: (() => void) | undefined;
  close(): Promise<void>;
}

export const tableName = "principals";

/** An item as `cli principal attach` writes it. */
export function itemOf(
  key: string,
  more: {
    readonly policies?: string[];
    readonly boundary?: string[];
    readonly version?: number;
    /** Policy → seconds since the epoch. */
    readonly until?: Readonly<Record<string, number>>;
  },
): Item {
  const { policies, boundary, until, version = 1 } = more;
  const ends = Object.entries(until ?? {}).map(([name, end]) => [name, { N: String(end) }]);
  return {
    principal: { S: key },
    version: { N: String(version) },
    ...(policies ? { policies: { SS: policies } } : {}),
    ...(boundary ? { boundary: { SS: boundary } } : {}),
    ...(until ? { until: { M: Object.fromEntries(ends) } } : {}),
  };
}

export async function startDynamo(): Promise<FakeDynamo> {
  const { endpoint, close } = await openServer((request, response) => answer(request, response));
  const dynamo: FakeDynamo = {
    environment: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: "session-token",
      // A profile of the developer would come first.
      AWS_PROFILE: "",
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    },
    items: new Map(),
    requests: [],
    fault: undefined,
    gate: undefined,
    beforeWrite: undefined,
    close,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const operation = String(request.headers["x-amz-target"]).replace("DynamoDB_20120810.", "");
    const input: Input = JSON.parse(body);
    dynamo.requests.push(`${operation} ${keyOf(input)}`.trim());
    const { fault } = dynamo;
    await dynamo.gate;
    if (fault?.kind === "silence") return;
    if (fault?.kind === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === "error" && fault.times !== undefined)
      dynamo.fault = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined;
    const reply = isSignatureRight(request, body)
      ? (faulty(fault) ?? serve(dynamo, operation, input))
      : failure(400, "InvalidSignatureException");
    response.writeHead(reply.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(reply.body);
  }

  return dynamo;
}

function keyOf(input: Input): string {
  const { Key: key, Item: item } = input as { Key?: { principal: { S: string } }; Item?: typeof key };
  return (key ?? item)?.principal.S ?? "";
}

function faulty(fault: DynamoFault | undefined) {
  if (fault?.kind === "error") return failure(fault.status, fault.code);
  return fault?.kind === "body" ? { status: 200, body: fault.text } : undefined;
}

function failure(status: number, code: string) {
  const type = `com.amazonaws.dynamodb.v20120810#${code}`;
  return { status, body: JSON.stringify({ __type: type, message: "secret" }) };
}

function serve(dynamo: FakeDynamo, operation: string, input: Input) {
  const json = (value: unknown) => ({ status: 200, body: JSON.stringify(value) });
  if (input["TableName"] !== tableName) return failure(400, "ResourceNotFoundException");
  const key = keyOf(input);
  const { items } = dynamo;
  if (operation === "GetItem") {
    if (input["ConsistentRead"] !== true) return failure(400, "ValidationException");
    const item = items.get(key);
    return json(item ? { Item: item } : {});
  }
  if (operation === "Scan") return json(scan(items, input));
  dynamo.beforeWrite?.();
  if (!holds(items.get(key), input)) return failure(400, "ConditionalCheckFailedException");
  if (operation === "PutItem") items.set(key, input["Item"] as unknown as Item);
  else if (operation === "DeleteItem") items.delete(key);
  else return failure(400, "UnknownOperationException");
  return json({});
}

function holds(item: Item | undefined, input: Input): boolean {
  const names: Record<string, string> = input["ExpressionAttributeNames"] ?? {};
  const missing = /^attribute_not_exists\((#\w+)\)$/.exec(input["ConditionExpression"] ?? "")?.[1];
  if (missing !== undefined) return item?.[names[missing] ?? ""] === undefined;
  if (input["ConditionExpression"] !== "#version = :before") return false;
  const values: Record<string, unknown> = input["ExpressionAttributeValues"] ?? {};
  return JSON.stringify(item?.[names["#version"] ?? ""]) === JSON.stringify(values[":before"]);
}

/** Two items a page. */
function scan(items: FakeDynamo["items"], input: Input): object {
  const { ExclusiveStartKey: start } = input as { ExclusiveStartKey?: { principal: { S: string } } };
  const keys = [...items.keys()];
  const from = start ? keys.indexOf(start.principal.S) + 1 : 0;
  const page = keys.slice(from, from + 2);
  const last = page.at(-1);
  const more = from + 2 < keys.length && last !== undefined;
  return {
    Items: page.map((key) => items.get(key)),
    ...(more ? { LastEvaluatedKey: { principal: { S: last } } } : {}),
  };
}
