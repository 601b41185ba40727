/**
 * Calls that are spoilt in one place, through the whole proxy with a policy that allows everything: each is answered 400
 * with that place's path, and not one reaches Connect.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProxyHandler } from "../../functions/proxy/handler.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import type { OperationInput } from "../../shared/request/types.ts";
import { type Json, spoil, valid } from "../request/spoilt-input.ts";
import { served, withIdentifiers } from "../wire/synthetic-value.ts";
import { allowAll, given, proxyEvent } from "./lambda-fixture.ts";

let upstream: Server;
let reached = 0;
let proxy: ProxyHandler;
let context: object;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    reached++;
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
  const endpoint = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const functions = given([allowAll], { environment: { CONNECT_ENDPOINT: endpoint } });
  proxy = functions.proxy;
  context = (await functions.ask("POST", "/operations/ListInstances")).context ?? {};
});

afterAll(() => new Promise((done) => upstream.close(done)));

type Members = { readonly [name: string]: Json };

function wholeInput(row: OperationRow): Members {
  const schema = findOperationSchema(row.name)?.input;
  if (!schema) throw new Error(row.name);
  return withIdentifiers(row, valid(schema) as OperationInput) as Members;
}

/** A request that can be spoilt. */
interface Request {
  readonly path: string;
  readonly query: Readonly<Record<string, string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Text of the body; empty when there is none. */
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

async function call(row: OperationRow, request: Request, method: string = row.method) {
  const { path, query, body, isBase64Encoded = false } = request;
  const event: APIGatewayProxyEvent = proxyEvent(method, path, context, { query, body });
  for (const [name, value] of Object.entries(request.headers)) event.multiValueHeaders[name] = [value];
  const { statusCode, body: text } = await proxy({ ...event, isBase64Encoded });
  const answer: { readonly __type?: string; readonly message?: string } = JSON.parse(text);
  return { status: statusCode, type: answer.__type, message: answer.message ?? "" };
}

function rpcRequest(row: OperationRow, input: Json): Request {
  return { path: `/operations/${row.name}`, query: {}, headers: {}, body: JSON.stringify(input) };
}

/** The same input in the operation's own route. */
function restRequest(row: OperationRow, input: Members): Request {
  const query: Record<string, string[]> = {};
  const headers: Record<string, string> = {};
  const body: Record<string, Json> = {};
  for (const { name, place, wireName } of row.members) {
    const value = input[name];
    if (value === undefined) continue;
    const texts = Array.isArray(value) ? value.map(String) : [String(value)];
    if (place === "query") query[wireName] = texts;
    else if (place === "header") headers[wireName] = headerText(name, value);
    else if (place === "body") body[name] = value;
  }
  return { path: pathOf(row, input), query, headers, body: hasBody(row) ? JSON.stringify(body) : "" };
}

/** The route's path; `label`, if given, stands as it is. */
function pathOf(row: OperationRow, input: Members, label?: { readonly name: string; readonly raw: string }) {
  return row.uri.replace(/\{([^}]+)\}/g, (_, name: string) =>
    name === label?.name ? label.raw : encodeURIComponent(String(input[name])),
  );
}

function headerText(name: string, value: Json): string {
  return name === "LastModifiedTime" ? new Date(Number(value) * 1_000).toUTCString() : String(value);
}

const hasBody = (row: OperationRow) => row.members.some(({ place }) => place === "body");

interface Spoilt {
  readonly what: string;
  readonly request: Request;
  /** How the refusal's message begins. */
  readonly begins: string;
}

/** Ways to spoil what is around the input's JSON, or how it is written. */
function spoiltRequests(row: OperationRow, whole: Request, input: Members): Spoilt[] {
  const at = (what: string, begins: string, change: Partial<Request>) => ({
    what: `${row.name}: ${what}`,
    begins,
    request: { ...whole, ...change },
  });
  const rest = whole.body.length > "{}".length ? `,${whole.body.slice(1)}` : "}";
  const bodyWith = (name: string) => ({ body: `{${JSON.stringify(name)}:"x"${rest}` });
  const hostileBody = (bytes: readonly number[]) => ({
    body: Buffer.from(bytes).toString("base64"),
    isBase64Encoded: true,
  });
  const spoilt = [
    at("an unknown query parameter", "brandNew: ", { query: { ...whole.query, brandNew: ["1"] } }),
    at("a header of a newer client", "x-amz-brand-new: ", {
      headers: { ...whole.headers, "X-Amz-Brand-New": "1" },
    }),
    at("an unknown member in the body", "BrandNew: ", { body: '{"BrandNew":1}' }),
    at("a body that is a list", "the body must be a JSON object", { body: "[]" }),
    at("a body that is cut off", "the body is not valid JSON", { body: '{"a":' }),
    at("a body too deep", "the body nests deeper than 64 levels", {
      body: `{"a":${"[".repeat(65)}${"]".repeat(65)}}`,
    }),
    at("a body that is no text", "the body is not UTF-8 text", hostileBody([0x7b, 0xff, 0x7d])),
    at("a body of another type", "the content-type must be `application/json`", {
      body: "{}",
      headers: { ...whole.headers, "Content-Type": "text/plain" },
    }),
  ];
  for (const { name, place, wireName, required } of row.members) {
    if (place === "path") {
      const inPath = (raw: string) => ({ path: pathOf(row, input, { name, raw }) });
      spoilt.push(at(`label ${name} badly encoded`, `${name}: `, inPath("%E0%A4%A")));
      if (typeof input[name] === "number")
        spoilt.push(at(`label ${name} no number`, `${name}: `, inPath("7x")));
    }
    if (place !== "body") spoilt.push(at(`${name} in the body`, `${name}: `, bodyWith(name)));
    else spoilt.push(at(`${name} twice in the body`, `${name}: `, bodyWith(name)));
    const texts = whole.query[wireName];
    if (place === "query" && texts) {
      const { [wireName]: _, ...others } = whole.query;
      if (!Array.isArray(input[name]))
        spoilt.push(
          at(`${name} twice`, `${name}: `, { query: { ...others, [wireName]: [...texts, ...texts] } }),
        );
      if (typeof input[name] === "number")
        spoilt.push(at(`${name} no number`, `${name}: `, { query: { ...others, [wireName]: ["7x"] } }));
      if (required && !Array.isArray(input[name]))
        spoilt.push(at(`${name} missing`, `${name}: `, { query: others }));
    }
  }
  return spoilt;
}

describe("a call that is spoilt in one place", () => {
  it("is refused by that place's path and never sent, in every operation's RPC form", async () => {
    let tried = 0;
    const wrong: unknown[] = [];
    for (const row of served) {
      const schema = findOperationSchema(row.name)?.input;
      if (!schema) throw new Error(row.name);
      const whole = wholeInput(row);
      reached = 0;
      expect(await call(row, rpcRequest(row, whole), "POST")).toMatchObject({ status: 200 });
      expect(reached).toBe(1);
      for (const { path, value } of spoil(schema, whole, "")) {
        tried++;
        const { status, type, message } = await call(row, rpcRequest(row, value), "POST");
        const isRefused = status === 400 && type === "InvalidParameterException";
        if (!isRefused || !message.startsWith(`${path}: `))
          wrong.push({ name: row.name, path, status, message });
      }
      expect({ name: row.name, reached }).toEqual({ name: row.name, reached: 1 });
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(10_000);
  }, 120_000);

  it("is refused by that place's path and never sent, in every operation's own route", async () => {
    let tried = 0;
    const wrong: unknown[] = [];
    for (const row of served) {
      const input = wholeInput(row);
      const whole = restRequest(row, input);
      reached = 0;
      expect(await call(row, whole)).toMatchObject({ status: 200 });
      expect(reached).toBe(1);
      for (const { what, request, begins } of spoiltRequests(row, whole, input)) {
        tried++;
        const { status, type, message } = await call(row, request);
        const isRefused = status === 400 && type === "InvalidParameterException";
        if (!isRefused || !message.startsWith(begins)) wrong.push({ what, status, message });
      }
      expect({ name: row.name, reached }).toEqual({ name: row.name, reached: 1 });
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(4_000);
  }, 120_000);
});
