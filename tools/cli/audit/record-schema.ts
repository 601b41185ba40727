/**
 * The schema of what is written for auditors, one record a line: docs/audit.schema.json is printed from it, and the lines
 * that commands read are checked against it. A test compares its types with those of the records that the functions write.
 *
 * The published schema is closed. A record that is read may have more members: later versions may add some.
 */
import * as z from "zod";
import type { DecisionRecord, UpstreamRecord } from "../../../shared/audit/record.ts";
import { type JsonSchema, jsonSchemaOf } from "../../authoring/configuration/configuration-schema.ts";

const text = z.string();
const texts = z.array(text);
/** Of any size, as in JSON Schema. */
const integer = z.number().refine(Number.isInteger).meta({ type: "integer" });
const count = integer.min(1);

function members<Required extends z.ZodRawShape, Others extends z.ZodRawShape>(
  required: Required,
  others: Others,
) {
  return z.object({ ...required, ...z.object(others).partial().shape });
}

const statement = members(
  {
    policy: text.describe("Name of the policy."),
    index: integer.min(0).describe("Its place in the policy, from 0."),
    effect: z.enum(["Allow", "Deny"]),
    file: text.describe("Of the policy, within the folder of the configuration."),
    line: count.describe("Where it begins in that file, from 1."),
  },
  { sid: text },
).meta({ id: "statement" });

const decisions = z.enum(["allowed", "explicitDeny", "implicitDeny", "unknown"]);

const ask = members(
  {
    action: text.describe("An IAM action, like connect:DescribeUser."),
    sort: z
      .enum(["required", "referenced"])
      .describe("required: must be allowed. referenced: only an explicit deny on it counts."),
    decision: decisions,
  },
  { resource: text.describe("Its ARN, a type's `…/agent/*`, or *; absent while it is not known.") },
).meta({ id: "ask" });

const principal = members(
  {
    id: text.describe("aws:userid: unique within the issuer."),
    name: text.describe("aws:username."),
    issuer: text.describe("The issuer of the caller's token."),
  },
  { groups: texts },
).meta({ id: "principal" });

const attachments = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("attached"),
      policies: texts.describe("Names of the policies, in the table's item."),
      boundaries: texts,
      version: count.describe("Of the item."),
    }),
    z.object({ kind: z.literal("refused"), reason: text.describe("Why the item is not used.") }),
    z.object({ kind: z.literal("unreadable") }),
  ])
  .meta({ id: "attachments" });

const common = {
  schemaVersion: z.literal(1),
  time: text
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    .refine((time) => Number.isFinite(Date.parse(time)))
    .describe("ISO 8601, UTC."),
  requestId: text.describe("API Gateway's. On REST APIs a client may choose it."),
};
const stage = z.enum(["authorizer", "proxy", "library"]);
const outcome = z
  .enum(["allow", "deny", "notYetKnown", "error"])
  .describe(
    "The result. notYetKnown: passed on to the proxy, which sees the body. error: the call could not be decided, and was refused.",
  );
const status = integer.describe("HTTP status of the answer.");
const policyVersion = text.describe("Of the bundle that decided.");
const operation = text.describe("Amazon Connect's name of what was called.");
const reason = text.describe("Code of an error, or name of the exception that Amazon Connect answered with.");
const cut = texts.min(1).describe("Names of members that were too long and were cut.");
const decided = {
  operation,
  action: text.describe("Of the deciding question: an IAM action."),
  resource: text.describe("Of the deciding question: an ARN."),
  decision: decisions.describe("Of the call."),
  layer: z.enum(["attached", "boundary", "guardrail"]).describe("Where the decision fell."),
  statements: z.array(statement).describe("The statements that matched the deciding question."),
  reason,
};
const ids = {
  extendedRequestId: text.describe("API Gateway's, which no client chooses."),
  awsRequestId: text.describe("The function's own, which no client chooses."),
  traceId: text.describe("X-Ray's."),
  upstreamRequestId: text.describe("Amazon Connect's."),
  sessionName: text.describe("Of the assumed role's session: CloudTrail shows the call under it."),
};

export const decisionRecord = members(
  { type: z.literal("decision"), ...common, stage, outcome },
  {
    ...ids,
    ...decided,
    sourceIp: text.describe("Of the caller, as API Gateway saw it."),
    principal,
    region: text.describe("Of the Amazon Connect that the call is for; of the proxy alone."),
    asks: z.array(ask).describe("Every question that the call raised, each once; at most a hundred."),
    asksLeftOut: count.describe("How many questions are left out of asks."),
    policyVersion,
    attachments: attachments.describe(
      "What the table of principals holds for the caller. Only `attached` can grant anything. Absent if the table was not read, or has no item.",
    ),
    message: text.describe("What the caller was answered, or what went wrong."),
    status: status.describe("HTTP status of the answer; of the proxy alone."),
    samplePercent: z
      .number()
      .min(0)
      .max(100)
      .describe("Percentage of such calls that are recorded; absent where every one is."),
    cut,
  },
).meta({
  id: "decision",
  description: "A call that was decided. Each function that decides a call writes one.",
});

export const upstreamRecord = members(
  { type: z.literal("upstream"), ...common, stage: z.literal("proxy"), status },
  { ...ids, policyVersion, operation, reason, message: text.describe("What went wrong."), cut },
).meta({
  id: "upstream",
  description: "The result of a call whose decision was recorded before the call was sent.",
});

const side = members(
  { outcome },
  {
    ...decided,
    missingContextKeys: texts.describe("If the answer is open: the context keys that are missing."),
  },
).meta({ id: "side" });

export const shadowRecord = members(
  {
    type: z.literal("shadow"),
    ...common,
    stage,
    difference: z.enum(["gains", "loses", "undecided", "otherOperation", "otherRefusal", "failed"]),
    principal,
    policyVersion,
    candidateVersion: text,
    live: side,
    candidate: side,
  },
  { notCompared: count.describe("Calls since the last record that were not compared."), cut },
).meta({ id: "shadow", description: "A call that the candidate bundle would have decided differently." });

const callRecord = z.discriminatedUnion("type", [decisionRecord, upstreamRecord]);

/** Whether a line of a log is the record of a call. Logs also have lines of other programs. */
export function isCallRecord(value: unknown): value is DecisionRecord | UpstreamRecord {
  return callRecord.safeParse(value).success;
}

export function createRecordSchema(): JsonSchema {
  const records = z.discriminatedUnion("type", [decisionRecord, upstreamRecord, shadowRecord]);
  const { $schema, ...schema } = jsonSchemaOf(records, "output");
  return {
    $schema,
    title: "Audit records of connect-authorizer",
    description: "One line of the functions' logs. Lines with another type, or without one, are not records.",
    ...schema,
  };
}

export function formatRecordSchema(): string {
  return `${JSON.stringify(createRecordSchema(), undefined, 2)}\n`;
}
