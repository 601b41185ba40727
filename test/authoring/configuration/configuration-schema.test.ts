/**
 * The JSON Schema of `authorizer.yaml` against the reader: over every member of a whole configuration, spoilt in every
 * way, the schema refuses nothing that the reader takes, and everything whose shape the reader refuses.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import { bundleProblem } from "../../../shared/bundle/bundle-shape.ts";
import {
  createConfigurationSchema,
  createEnvironmentSchema,
  formatSchema,
} from "../../../tools/authoring/configuration/configuration-schema.ts";
import { readConfiguration } from "../../../tools/authoring/configuration/read/configuration.ts";
import { parseEnvironment } from "../../../tools/authoring/configuration/read/environment.ts";
import { parseYaml } from "../../../tools/authoring/document/parse-yaml.ts";
import { policy } from "../../bundle/bundle-fixture.ts";
import { run } from "../../cli/command-run.ts";

const root = resolve(import.meta.dirname, "../../..");
const schema = createConfigurationSchema();
const isAccepted = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(schema);

/** Every member there is, with a value that is good. */
const whole = {
  instances: [
    {
      name: "main",
      arn: "arn:aws:connect:us-east-1:123456789012:instance/aaaa",
      roleArn: "arn:aws:iam::123456789012:role/path/connect-caller",
      externalId: "external:1",
      sourceIdentity: false,
      sessionPolicy: true,
      maxConcurrentCalls: 10,
    },
    { arn: "arn:aws-us-gov:connect:us-gov-west-1:123456789012:instance/bbbb" },
  ],
  issuers: [
    {
      issuer: "https://issuer.example/",
      audience: ["one", "two"],
      claims: { id: "oid", name: "email", groups: "cognito:groups", tags: { team: "custom:team" } },
      jwksUri: "https://keys.example/jwks.json?v=1",
      clockToleranceSeconds: 30,
      tokenUse: "access",
      scopes: ["one", "two"],
      jwks: { keys: [{ kty: "RSA", kid: "k1", n: "AQAB", e: "AQAB", key_ops: ["verify"] }] },
    },
    {
      issuer: "http://127.0.0.1:3000",
      audience: "app",
      claims: { groups: { claim: "custom:groups", split: "json" } },
    },
  ],
  bindings: [
    {
      match: {
        issuer: ["https://issuer.example/", "http://127.0.0.1:3000"],
        groups: ["a", "b"],
        principals: ["id-1"],
        claims: { iss: "https://issuer.example/", "custom:site": ["y", "z"] },
      },
      policies: ["p", "q"],
      boundary: "r",
    },
  ],
  guardrails: ["s"],
  accept: [{ key: "aws:PrincipalOrgID", because: "copied from our organization", policies: ["p", "q"] }],
  lint: { ignore: [{ code: "foreignAction", because: "attached in IAM", policies: ["p"], sid: "One" }] },
  mode: "enforce",
  tokenHeader: "x-connect-token",
  dependentActions: "ignored",
  principals: "authoritative",
  doors: {
    mcp: { operations: ["List*"], resource: "https://a.test/mcp", audience: "x" },
    authzen: { trusted: [{ issuer: "https://issuer.example/", groups: ["backends"] }] },
  },
  cors: {
    allowOrigins: ["https://console.example.com", "http://localhost:5173"],
    allowMethods: ["GET", "POST"],
    allowHeaders: ["authorization", "Content-Type"],
    exposeHeaders: ["x-amzn-requestid"],
    maxAgeSeconds: 600,
    allowCredentials: true,
  },
  routes: [
    {
      route: "DELETE /agents/{agentId}",
      operation: "DeleteUser",
      input: { InstanceId: "aaaa", UserId: "{agentId}" },
    },
  ],
};

/** Codes of what a schema can see: keys, types, emptiness, choices, forms of texts. */
const shapeCodes = new Set([
  "unknownKey",
  "missingKey",
  "wrongType",
  "emptyText",
  "emptyList",
  "emptyMatch",
  "unknownValue",
  "wildcard",
  "malformedArn",
  "duplicateValue",
  "outOfRange",
  "unknownOperation",
  "malformedScope",
  "malformedExternalId",
  "wrongNumber",
  "withoutRole",
  "malformedHeader",
  "malformedName",
]);

function read(value: unknown) {
  // JSON is YAML.
  const { sink, root: document } = parseYaml(JSON.stringify(value), "authorizer.yaml");
  const found = document && readConfiguration(document);
  const errors = sink.issues.filter(({ severity }) => severity === "error").map(({ code }) => code);
  return { found, errors };
}

function errorsOf(value: unknown): string[] {
  return read(value).errors;
}

/** Copies of a value, each with one place spoilt, and where. */
function* spoilt(value: unknown): Generator<readonly [path: string, copy: unknown]> {
  for (const other of [null, "", "x", "*", 7, -1, 1.5, true, [], {}, ["x"], ["x", "x"], [""], { x: 1 }])
    yield ["", other];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const [path, copy] of spoilt(item)) yield [`[${index}]${path}`, value.with(index, copy)];
      yield [`[${index}] left out`, value.toSpliced(index, 1)];
      yield [`[${index}] twice`, [...value, item]];
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      for (const [path, copy] of spoilt(member)) yield [`.${key}${path}`, { ...value, [key]: copy }];
      const { [key]: _left, ...rest } = value as Readonly<Record<string, unknown>>;
      yield [`.${key} left out`, rest];
    }
    yield [" with one key more", { ...value, more: "x" }];
  }
}

describe("the schema", () => {
  it("is the one that is beside AWS's examples, and that `schema` prints", async () => {
    const file = readFileSync(resolve(root, "examples/aws/authorizer.schema.json"), "utf8");
    expect(file, "run npm run generate").toBe(formatSchema(schema));
    expect((await run(["schema"])).stdout).toBe(file);
  });

  it("is a schema of draft 7", () => {
    expect(new Ajv().validateSchema(schema)).toBe(true);
  });

  it.each(["examples/aws", "events/config"])("accepts the configuration of %s", (folder) => {
    const value: unknown = parse(readFileSync(resolve(root, folder, "authorizer.yaml"), "utf8"));
    expect({ accepted: isAccepted(value), errors: isAccepted.errors }).toEqual({
      accepted: true,
      errors: null,
    });
  });

  it("describes every key", () => {
    const bare: string[] = [];
    const walk = (part: unknown, path: string) => {
      if (typeof part !== "object" || part === null) return;
      const { properties } = part as { properties?: Readonly<Record<string, { description?: string }>> };
      for (const [key, member] of Object.entries(properties ?? {}))
        if (!member.description && key !== "keys") bare.push(`${path}.${key}`);
      for (const [key, inner] of Object.entries(part)) walk(inner, `${path}.${key}`);
    };
    walk(schema, "");
    expect(bare).toEqual([]);
  });

  it("accepts a whole configuration", () => {
    expect(errorsOf(whole)).toEqual([]);
    expect({ accepted: isAccepted(whole), errors: isAccepted.errors }).toEqual({
      accepted: true,
      errors: null,
    });
  });

  it("refuses nothing that the reader takes, and every shape that the reader refuses", () => {
    const wrong: string[] = [];
    let refusedByShape = 0;
    let taken = 0;
    for (const [path, copy] of spoilt(whole)) {
      const errors = errorsOf(copy);
      const accepted = isAccepted(copy);
      if (errors.length === 0) taken += 1;
      if (errors.length === 0 && !accepted) wrong.push(`${path}: only the schema refuses it`);
      const shape = errors.filter((code) => shapeCodes.has(code));
      if (shape.length > 0) refusedByShape += 1;
      if (shape.length > 0 && accepted)
        wrong.push(`${path}: only the reader refuses it, for ${shape.join()}`);
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(20);
    expect(refusedByShape).toBeGreaterThan(500);
  });

  it("of environments refuses nothing that the reader takes, and every shape that the reader refuses", async () => {
    const file = readFileSync(resolve(root, "examples/aws/environment.schema.json"), "utf8");
    expect((await run(["schema", "--environment"])).stdout, "run npm run generate").toBe(file);
    const accepts = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(
      createEnvironmentSchema(),
    );
    const { root: base } = parseYaml(JSON.stringify(whole), "authorizer.yaml");
    if (!base) throw new Error("the whole configuration cannot be read");
    const environment = {
      instances: whole.instances.slice(0, 1),
      issuers: whole.issuers.slice(1),
      cors: whole.cors,
    };
    const wrong: string[] = [];
    let refusedByShape = 0;
    for (const [path, copy] of [["", environment] as const, ...spoilt(environment)]) {
      const { issues, environment: own } = parseEnvironment(JSON.stringify(copy), "prod.yaml");
      readConfiguration(base, {}, own);
      const errors = issues.filter(({ severity }) => severity === "error").map(({ code }) => code);
      const shape = errors.filter((code) => shapeCodes.has(code));
      if (shape.length > 0) refusedByShape += 1;
      const accepted = accepts(copy);
      if (errors.length === 0 && !accepted) wrong.push(`${path}: only the schema refuses it`);
      if (shape.length > 0 && accepted)
        wrong.push(`${path}: only the reader refuses it, for ${shape.join()}`);
    }
    expect(wrong).toEqual([]);
    expect(refusedByShape).toBeGreaterThan(200);
  });

  it("makes a bundle's configuration of every text that it takes", () => {
    let taken = 0;
    for (const [path, copy] of spoilt(whole)) {
      const { found, errors } = read(copy);
      if (!found || errors.length > 0) continue;
      taken += 1;
      const names = new Set(found.policies.map(({ name }) => name));
      const bundle = createBundle(
        found.config,
        [...names].map((name) => policy(name, "connect:*")),
      );
      expect({ path, problem: bundleProblem(bundle) }).toEqual({ path, problem: undefined });
    }
    expect(taken).toBeGreaterThan(20);
  });
});
