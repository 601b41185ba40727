/**
 * What no log line and no record may hold: tokens, credentials, and whatever a call says besides the names of resources.
 * Calls by chance, through both functions as they are deployed: what they write goes where CloudWatch would read.
 */
import { readFileSync } from "node:fs";
import type { NormalizedSchema } from "@smithy/core/schema";
import { Ajv } from "ajv";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createAuthorizerHandler } from "../../functions/authorizer/handler.ts";
import { createProxyHandler } from "../../functions/proxy/handler.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import { readSdkOperations } from "../../tools/catalog/sdk-operations.ts";
import { instanceArn, place } from "../catalog/synthetic-input.ts";
import { makeWireInput, type WireInput } from "../catalog/wire-input.ts";
import { Chooser } from "../policy/random-policies.ts";
import { type RouteForm, requestFor, varyInput } from "../random-calls.ts";
import { casesOf } from "../random-cases.ts";
import { authorizerEvent, given, proxyEvent, tokenOf } from "./lambda-fixture.ts";
import { recordConnect } from "./recording-connect.ts";

interface SchemaNode {
  readonly $ref?: string;
  /** A reference with a description beside it. */
  readonly allOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

const calls = casesOf(10_000);
const schema = JSON.parse(readFileSync(new URL("../../docs/audit.schema.json", import.meta.url), "utf8"));
const validate = new Ajv({ strict: true }).compile(schema);
/** Stands, with a number, for every text that must stay where it is. */
const canary = "CANARY";

/** In the query, as presigned calls have it: a session token among them. */
const signature = ["X-Amz-Credential", "X-Amz-Security-Token", "X-Amz-Signature", "x-amz-security-token"];

/** What names a resource is what records are about: made-up inputs hold such texts where an identifier stands. */
const isIdentifier = (text: string) => /\bid-\d|ID-9|^arn:|QUEUE|^q-1$/.test(text) || text === place.id;

const own = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  const found = findOperationSchema(operation.name);
  if (!row || !found || row.refused !== undefined) return [];
  return [{ row, input: found.input, whole: makeWireInput(operation) }];
});

let planted = 0;
/** Puts a canary into each text that may be any: what the schema marks sensitive, and all that is no identifier. */
function plant(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isStructSchema() && typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const hasMember = Object.hasOwn(schema.getMemberSchemas(), key);
        return [key, hasMember ? plant(schema.getMemberSchema(key), inner) : inner];
      }),
    );
  }
  if (schema.isListSchema() && Array.isArray(value))
    return value.map((item) => plant(schema.getValueSchema(), item));
  if (schema.isMapSchema() && typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([, inner]) => [`${canary}-key`, plant(schema.getValueSchema(), inner)]),
    );
  }
  const isSensitive = schema.getMergedTraits().sensitive !== undefined;
  if (typeof value !== "string" || !(isSensitive || (schema.isStringSchema() && !isIdentifier(value))))
    return value;
  planted++;
  return `${canary}-${planted}`;
}

/** A request's body, or what a client that went wrong made of it. */
function bodyOf(choose: Chooser, body: string): string {
  return choose.chance(0.9)
    ? body
    : choose.of([
        body.slice(0, -2),
        `${body}${canary}`,
        `"${canary}"`,
        `[${body}]`,
        body.replace(/^\{/, `{"${canary}-member":1,`),
        body.replace(/^\{/, `{"${canary}-twice":1,"${canary}-twice":2,`),
      ]);
}

const written: string[] = [];
let connect: ReturnType<typeof recordConnect>;
beforeEach(() => {
  connect = recordConnect();
  const keep = (text: unknown) => written.push(String(text)) > 0;
  vi.spyOn(process.stdout, "write").mockImplementation(keep as never);
  vi.spyOn(process.stderr, "write").mockImplementation(keep as never);
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((...texts) => void keep(texts.join(" ")));
});
afterEach(() => {
  connect.restore();
  vi.restoreAllMocks();
});

it("no secret of a random call is in any log line or record", async () => {
  const { namesInstance: _, ...instance } = place;
  const everything = { Effect: "Allow", Action: "connect:*", Resource: "*" } as const;
  const { bundle: packagedBundle } = given(
    [everything, { Effect: "Deny", Action: ["connect:Delete*", "connect:List*"], Resource: "*" }],
    { config: { instances: [{ ...instance, arn: instanceArn }] } },
  );
  const environment = { CONNECT_ENDPOINT: "http://127.0.0.1:9", POWERTOOLS_LOG_LEVEL: "DEBUG" };
  const authorize = createAuthorizerHandler(environment, { packagedBundle });
  const proxy = createProxyHandler(environment, { packagedBundle });
  const claims = { email: `${canary}@example.com`, phone_number: canary, custom: { deep: canary } };
  const tokens = [tokenOf(claims), tokenOf({ ...claims, aud: "other" }), `${canary}.${canary}.${canary}`];
  const outcomes = new Map<string, number>();

  for (let seed = 0; seed < calls; seed++) {
    const choose = new Chooser(seed + 1);
    const { row, input: shape, whole } = choose.of(own);
    const form = choose.of<RouteForm>(["rest", "rpc"]);
    const input = plant(shape, varyInput(choose, row, whole)) as WireInput;
    const { request } = requestFor(choose, form, { row, input });
    const query = Object.fromEntries(
      Object.entries(request.query).map(([name, values]) => [name, [...values]]),
    );
    if (choose.chance(0.05)) query[choose.of(["secret", `${canary}-query`])] = [canary];
    if (choose.chance(0.2)) for (const name of signature) query[name] = [`${canary}/${name}`];
    const token = choose.chance(0.9) ? String(tokens[0]) : choose.of(tokens);
    const facts = { token, query, body: bodyOf(choose, request.body) };
    const early = await authorize(authorizerEvent(request.method, request.path, facts)).catch(
      () => undefined,
    );
    const event = proxyEvent(request.method, request.path, early?.context ?? {}, facts);
    const headers = { ...event.headers, "x-secret": canary, cookie: canary };
    const { statusCode } = await proxy({ ...event, headers });
    outcomes.set(String(statusCode), (outcomes.get(String(statusCode)) ?? 0) + 1);
  }

  const text = written.join("");
  const lines = text.split("\n").filter((line) => line !== "");
  expect(lines.filter((line) => line.includes(canary)).slice(0, 5)).toEqual([]);
  for (const token of tokens)
    for (const part of token.split(".")) expect(text.includes(part), part).toBe(false);
  const records = lines
    .filter((line) => line.startsWith('{"type":"decision"'))
    .map((line) => JSON.parse(line));
  expect(records).toHaveLength(2 * calls);
  const invalid = records.filter((record) => !validate(record));
  expect(invalid.slice(0, 3)).toEqual([]);
  // The calls were of every kind, and Connect did get what the lines leave out.
  expect(planted).toBeGreaterThan(calls);
  expect([...outcomes.keys()].sort()).toEqual(["200", "400", "401", "403"]);
  expect(outcomes.get("200")).toBeGreaterThan(calls / 10);
  expect(connect.received.some(({ body }) => body.includes(canary))).toBe(true);
}, 60_000);

it("docs/how-to/audit.md queries members that records have", () => {
  const page = readFileSync(new URL("../../docs/how-to/audit.md", import.meta.url), "utf8");
  const queries = [...page.matchAll(/^```\n(filter .*?)^```$/gms)].map(([, query = ""]) => query);
  expect(queries).toHaveLength(10);
  // What is left without texts, aliases and the language's own words.
  const words = queries
    .join("\n")
    .replaceAll(/"[^"]*"|\bas \w+|\bsort (?:calls|since)\b/g, "")
    .match(/[a-zA-Z][\w.]*/g);
  const language =
    "filter and or in stats sum coalesce count count_distinct latest earliest by sort desc limit fields".split(
      " ",
    );
  const fields = new Set(words?.filter((word) => !language.includes(word)));
  const definitionOf = (node: SchemaNode | undefined): SchemaNode | undefined => {
    const { $ref } = node?.allOf?.[0] ?? node ?? {};
    return $ref ? schema.definitions[$ref.replace("#/definitions/", "")] : node;
  };
  const inSchema = (field: string) =>
    field
      .split(".")
      .reduce<SchemaNode | undefined>(
        (node, name) => definitionOf(/^\d+$/.test(name) ? node?.items : node?.properties?.[name]),
        schema.definitions.decision,
      );
  expect(fields.size).toBeGreaterThan(20);
  expect([...fields].filter((field) => inSchema(field) === undefined)).toEqual([]);
});
