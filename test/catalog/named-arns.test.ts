/**
 * Named is asked: whatever text of an input is the ARN of a resource of Connect's, a Deny on that resource denies the call.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { findOperation, resourceTypes } from "../../shared/catalog/catalog.ts";
import { sourcesOf } from "../../shared/catalog/identifier-sources.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { type Caller, decideCall, decideRoute } from "../../shared/decide/authorize.ts";
import { CodedError } from "../../shared/errors.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { decodeStructure } from "../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import { matchRoute } from "../../shared/request/route/encoded-route.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { readSdkOperations } from "../../tools/catalog/sdk-operations.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { principalOf } from "../identity/principals.ts";
import { instances } from "../reach/random-calls.ts";
import { instanceArn, makeTypedArn } from "./synthetic-input.ts";
import { makeWireInput, type WireInput } from "./wire-input.ts";

const call: HttpCall = { method: "POST", rawPath: "/", query: [], headers: new Map(), requestId: "r" };

/** Who may do everything but what is denied. */
function callerWith(...denied: readonly string[]): Caller {
  const statements = [
    { Effect: "Allow", Action: "*", Resource: "*" },
    ...denied.map((Resource) => ({ Effect: "Deny", Action: "connect:*", Resource })),
  ];
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const bundle = createBundle({ ...configuration, instances }, [parsed.document]);
  return { bundle: openBundle(bundle), principal: principalOf({ groups: ["g"] }), call };
}

function decisionOn(caller: Caller, row: OperationRow, input: WireInput): string {
  const schema = findOperationSchema(row.name);
  if (!schema) throw new Error(row.name);
  try {
    return decideCall(
      caller,
      createCanonicalCall({ row }, decodeStructure(schema.input, input, ""), instances),
    ).decision;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  return row && row.refused === undefined ? [{ operation, row, whole: makeWireInput(operation) }] : [];
});

/** A place of an operation's input that takes a text, by the SDK's own schema: a member, an element, a map's value or key. */
interface TextPlace {
  readonly path: string;
  /** The operation's whole input with the text there. */
  fill(text: string): WireInput;
}

/** Every such place, in each member of each union, each kind of structure once on the way down. */
function placesOf(
  schema: NormalizedSchema,
  whole: unknown,
  seen: readonly string[] = [],
): readonly TextPlace[] {
  const below = (inner: NormalizedSchema, value: unknown, path: string, put: (value: unknown) => unknown) =>
    placesOf(inner, value, seen).map((place) => ({
      path: `${path}${place.path}`,
      fill: (text: string) => put(place.fill(text)) as WireInput,
    }));
  if (schema.isListSchema()) return below(schema.getValueSchema(), list(whole)[0], "[]", (value) => [value]);
  if (schema.isMapSchema()) {
    const [value] = Object.values(Object(whole ?? {}));
    const key = { path: "{key}", fill: (text: string) => ({ [text]: value ?? "1" }) };
    return [key, ...below(schema.getValueSchema(), value, "{}", (inner) => ({ key: inner }))];
  }
  if (schema.isStructSchema()) {
    const name = schema.getName() ?? "";
    if (seen.includes(name)) return [];
    const own: object = Object(whole ?? {});
    return [...schema.structIterator()].flatMap(([member, its]) =>
      placesOf(its, Reflect.get(own, member), [...seen, name]).map((place) => ({
        path: `.${member}${place.path}`,
        fill: (text: string) => ({ ...(schema.isUnionSchema() ? {} : own), [member]: place.fill(text) }),
      })),
    );
  }
  return schema.isStringSchema() ? [{ path: "", fill: (text) => text as unknown as WireInput }] : [];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Members that hold an identifier: an ARN of another type than can stand there is refused. */
function isIdentifier(row: OperationRow, path: string): boolean {
  const { instances: own, arns, ids } = sourcesOf(row);
  const sources = [...own, ...[...arns, ...ids.map(({ spec }) => spec)].map(({ source }) => source)];
  return sources.some(
    (source) => `.${source.replace(/<[^>]*>/g, "")}` === path.replace(/(?:And|Or)Conditions\[\]\./g, ""),
  );
}

const denied = `${instanceArn}/transfer-destination/0a0b0c0d-1234-4000-8000-0123456789ab`;
const caller = callerWith(denied);
const anybody = callerWith();
const rowOf = (name: string): OperationRow => {
  const row = findOperation(name);
  if (!row) throw new Error(name);
  return row;
};

describe("an ARN of Connect's anywhere in an input", () => {
  it("is denied by a Deny on its resource, at every place of every operation that takes a text", () => {
    const shouted = denied.replace(/[^/]*$/, (id) => id.toUpperCase());
    let found = 0;
    const passedOver: string[] = [];
    for (const { row, whole } of served) {
      const schema = findOperationSchema(row.name);
      if (!schema) throw new Error(row.name);
      for (const { path, fill } of placesOf(schema.input, whole)) {
        const outcome = decisionOn(caller, row, fill(shouted));
        if (outcome === "explicitDeny") found++;
        const isOther =
          outcome === "invalidInput" && (isIdentifier(row, path) || isMalformed(row, fill("1")));
        if (outcome !== "explicitDeny" && !isOther) passedOver.push(`${row.name}${path}: ${outcome}`);
      }
    }
    expect(passedOver).toEqual([]);
    expect(found).toBeGreaterThan(1_500);
  }, 60_000);

  it("is asked as what it is, whatever type, instance and account it is of", () => {
    const references = (Value: string) => ({
      InstanceId: instances[0]?.id ?? "",
      ContactFlowId: "f-1",
      Name: "task",
      References: { note: { Value, Type: "STRING" } },
    });
    const row = rowOf("StartTaskContact");
    for (const { name } of resourceTypes()) {
      const arn = makeTypedArn(name, "x-1");
      for (const each of [
        arn,
        arn.replaceAll("123456789012", "210987654321"),
        arn.replace("us-east-1", "eu-west-2"),
      ])
        expect([name, decisionOn(callerWith(each), row, references(each))]).toEqual([name, "explicitDeny"]);
    }
  });

  it("with a qualifier is denied by a Deny on the resource itself too", () => {
    const row = rowOf("CreatePrompt");
    const input = (arn: string) => ({
      InstanceId: instances[0]?.id ?? "",
      Name: "p",
      S3Uri: "s3://b/k",
      Tags: { [arn]: "x" },
    });
    for (const each of [denied, `${denied}:$LATEST`])
      expect(decisionOn(callerWith(each), row, input(`${denied}:$LATEST`))).toBe("explicitDeny");
    expect(decisionOn(callerWith(`${denied}:$SAVED`), row, input(`${denied}:$LATEST`))).toBe("allowed");
  });

  it("needs no Allow, and a text that only contains it, or is none, names nothing", () => {
    const row = rowOf("CreateContactFlow");
    const input = (Content: string) => ({
      InstanceId: instances[0]?.id ?? "",
      Name: "f",
      Type: "CONTACT_FLOW",
      Content,
    });
    const texts = [
      `{"queue": "${denied}"}`,
      ` ${denied}`,
      `${denied} `,
      `${denied}/`,
      `${denied}*`,
      denied.slice(4),
      denied.toUpperCase(),
    ];
    for (const text of texts) expect([text, decisionOn(caller, row, input(text))]).toEqual([text, "allowed"]);
    expect(decisionOn(caller, row, input(denied))).toBe("explicitDeny");
    expect(decisionOn(anybody, row, input(denied))).toBe("allowed");
  });

  it("leaves the authorizer's allow open where the body or query may hold it, and only where a Deny may be about one", () => {
    const decide = (who: Caller, method: string, path: string) => {
      const routed = matchRoute(method, path);
      if (!routed) throw new Error(path);
      return decideRoute(who, routed).decision;
    };
    const id = instances[0]?.id ?? "";
    const calls = [
      ["GET", `/users/${id}/u-1`, "allowed"],
      ["DELETE", `/users/${id}/u-1`, "allowed"],
      ["GET", `/users-summary/${id}`, "unknown"],
      ["PUT", `/prompts/${id}`, "unknown"],
    ] as const;
    for (const [method, path, expected] of calls) {
      expect([path, decide(caller, method, path)]).toEqual([path, expected]);
      expect([path, decide(anybody, method, path)]).toEqual([path, "allowed"]);
    }
  });

  it("costs no more than a look at each text: many of the same are one question", () => {
    const row = rowOf("TagContact");
    const Tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, denied]));
    const schema = findOperationSchema(row.name);
    if (!schema) throw new Error(row.name);
    const input = { InstanceId: instances[0]?.id ?? "", ContactId: "c-1", Tags };
    const canonical = createCanonicalCall({ row }, decodeStructure(schema.input, input, ""), instances);
    const asks = decideCall(anybody, canonical).asks.filter(({ ask }) => ask.resource === denied);
    expect(asks.map(({ ask }) => ask.source)).toEqual(["Tags.k0"]);
  });
});

describe("what a flow is associated with", () => {
  const id = instances[0]?.id ?? "";
  const calls: readonly (readonly [string, (resource: string) => WireInput])[] = [
    ["AssociateFlow", (ResourceId) => ({ ResourceId, FlowId: "f-1", ResourceType: "SMS_PHONE_NUMBER" })],
    ["DisassociateFlow", (ResourceId) => ({ ResourceId, ResourceType: "INBOUND_EMAIL" })],
    ["GetFlowAssociation", (ResourceId) => ({ ResourceId, ResourceType: "WHATSAPP_MESSAGING_PHONE_NUMBER" })],
    ["BatchGetFlowAssociation", (ResourceId) => ({ ResourceIds: ["x-1", ResourceId] })],
  ];
  const named = ["phone-number", "legacy-phone-number", "email-address"];

  it.each(calls)("by %s is denied by its id as by its ARN", (name, input) => {
    for (const type of named) {
      const arn = makeTypedArn(type, "n-1");
      for (const text of ["n-1", arn])
        expect([text, decisionOn(callerWith(arn), rowOf(name), { InstanceId: id, ...input(text) })]).toEqual([
          text,
          "explicitDeny",
        ]);
    }
  });

  it.each(calls)("by %s may be of another service, and may be no other text", (name, input) => {
    const sms = "arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0a1b";
    const decide = (text: string) => decisionOn(caller, rowOf(name), { InstanceId: id, ...input(text) });
    expect([decide(sms), decide("../n-1"), decide("n 1")]).toEqual([
      "allowed",
      "invalidInput",
      "invalidInput",
    ]);
  });
});

describe("the filters of GetMetricDataV2", () => {
  it.each([
    ["FLOWS_NEXT_RESOURCE_ID", ["contact-flow", "contact-flow-module", "queue"]],
    ["INITIATING_FLOW", ["contact-flow"]],
    ["initiating_flow", ["contact-flow"]],
  ])("by %s are denied by the resource that an id there names", (FilterKey, types) => {
    const input = {
      ResourceArn: instanceArn,
      StartTime: 1,
      EndTime: 2,
      Metrics: [],
      Filters: [
        { FilterKey: "QUEUE", FilterValues: ["q-1"] },
        { FilterKey, FilterValues: ["n-1"] },
      ],
    };
    const row = rowOf("GetMetricDataV2");
    expect(decisionOn(anybody, row, input)).toBe("allowed");
    for (const type of types)
      expect([type, decisionOn(callerWith(makeTypedArn(type, "n-1")), row, input)]).toEqual([
        type,
        "explicitDeny",
      ]);
  });
});

function isMalformed(row: OperationRow, input: WireInput): boolean {
  return decisionOn(anybody, row, input) === "invalidInput";
}
