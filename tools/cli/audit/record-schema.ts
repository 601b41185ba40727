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
    index: integer.min(0).describe("Its position in the policy, from 0."),
    effect: z.enum(["Allow", "Deny"]).describe("Its effect."),
    file: text.describe("File of the policy, in the configuration's folder."),
    line: count.describe("Line in that file where it begins, from 1."),
  },
  { sid: text.describe("Its Sid, if it has one.") },
).meta({ id: "statement" });

const decisions = z.enum(["allowed", "explicitDeny", "implicitDeny", "unknown"]);

const ask = members(
  {
    action: text.describe("An IAM action, like connect:DescribeUser."),
    sort: z
      .enum(["required", "referenced"])
      .describe("required: it must be allowed. referenced: only an explicit deny counts."),
    decision: decisions.describe("The answer to this question."),
  },
  { resource: text.describe("Its ARN, a type's `…/agent/*`, or `*`. Absent while it is not known.") },
).meta({ id: "ask" });

const principal = members(
  {
    id: text.describe("Id of the caller, unique within the issuer: aws:userid."),
    name: text.describe("Name of the caller: aws:username."),
    issuer: text.describe("The issuer of the caller's token."),
  },
  { groups: texts.describe("Groups in the token.") },
).meta({ id: "principal" });

const attachments = z
  .discriminatedUnion("kind", [
    members(
      {
        kind: z.literal("attached"),
        policies: texts.describe("Policies that the table gives the caller."),
        boundaries: texts.describe("Boundaries that the table gives the caller."),
        version: count.describe("Version of the table's item."),
      },
      {
        until: z.record(text, text).describe("When policies with an end give nothing more, by their names."),
        ended: texts.describe("Policies whose end has come. Only their Denies count."),
      },
    ),
    z.object({ kind: z.literal("refused"), reason: text.describe("Why the table's item is not used.") }),
    z.object({ kind: z.literal("unreadable") }),
  ])
  .meta({ id: "attachments" });

const common = {
  schemaVersion: z.literal(1),
  time: text
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    .refine((time) => Number.isFinite(Date.parse(time)))
    .describe("When, in ISO 8601 and UTC."),
  requestId: text.describe("API Gateway's id of the request. On REST APIs, a client may choose it."),
};
const stage = z.enum(["authorizer", "proxy", "library", "authzen"]).describe("Who decided.");
const outcome = z
  .enum(["allow", "deny", "notYetKnown", "error"])
  .describe(
    "The result. notYetKnown: passed on to the proxy, which sees the body. error: could not be decided, so was denied.",
  );
const status = integer.describe("HTTP status of the answer.");
const policyVersion = text.describe("Version of the bundle that decided.");
const operation = text.describe("Amazon Connect's name of the operation.");
const reason = text.describe("Code of an error, or name of the exception that Amazon Connect answered with.");
const cut = texts.min(1).describe("Names of members that were shortened.");
const decided = {
  operation,
  action: text.describe("IAM action of the question that decided."),
  resource: text.describe("ARN of the question that decided."),
  decision: decisions.describe("The decision on the call."),
  layer: z.enum(["attached", "boundary", "guardrail"]).describe("The layer that decided."),
  statements: z.array(statement).describe("Statements that matched the question that decided."),
  reason,
};
const ids = {
  extendedRequestId: text.describe("API Gateway's second id, which no client can choose."),
  awsRequestId: text.describe("Lambda's id of the invocation, which no client can choose."),
  traceId: text.describe("X-Ray's id of the trace."),
  upstreamRequestId: text.describe("Amazon Connect's id of the request, also in CloudTrail."),
  sessionName: text.describe("Name of the assumed role's session, under which CloudTrail has the call."),
};

export const decisionRecord = members(
  {
    type: z
      .enum(["decision", "evaluation"])
      .describe("evaluation: somebody asked whether a call would be allowed; no call was made."),
    ...common,
    stage,
    outcome,
  },
  {
    ...ids,
    ...decided,
    sourceIp: text.describe("The caller's address, as API Gateway saw it."),
    via: z.literal("mcp").describe("`mcp`: an AI agent called a tool. Absent for a route."),
    principal: principal.describe("The caller, or whom an evaluation is about."),
    askedBy: principal.describe("The trusted program that asked about the principal; evaluations only."),
    region: text.describe("Region of the Amazon Connect that the call is for; proxy only."),
    asks: z.array(ask).describe("All questions of the call, each once, at most 100."),
    asksLeftOut: count.describe("How many questions `asks` leaves out."),
    policyVersion,
    attachments: attachments.describe(
      "What the table of principals has for the caller. Only `attached` can grant something. Absent if the table was not read or has no item.",
    ),
    message: text.describe("What the caller was answered, or what went wrong."),
    status: status.describe("HTTP status of the answer; proxy only."),
    samplePercent: z
      .number()
      .min(0)
      .max(100)
      .describe("Percentage of such calls that are recorded. Absent if all are."),
    cut,
  },
).meta({
  id: "decision",
  description:
    "A call that was decided, or a question whether it would be allowed. Each function that decides writes one.",
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
    difference: z
      .enum(["gains", "loses", "undecided", "otherOperation", "otherRefusal", "failed"])
      .describe("What the candidate would change."),
    principal: principal.describe("The caller."),
    policyVersion,
    candidateVersion: text.describe("Version of the candidate."),
    live: side.describe("The decision, with the members of a decision record."),
    candidate: side.describe("The candidate's decision, likewise."),
  },
  { notCompared: count.describe("Calls since the last record that were not compared."), cut },
).meta({ id: "shadow", description: "A call that the candidate bundle would have decided differently." });

const callRecord = z.discriminatedUnion("type", [decisionRecord, upstreamRecord]);

/** Whether a line of a log is the record of a call that was made. Logs also have lines of other programs. */
export function isCallRecord(value: unknown): value is DecisionRecord | UpstreamRecord {
  const { success, data } = callRecord.safeParse(value);
  return success && data.type !== "evaluation";
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
