/**
 * The JSON Schema of what is written for auditors, a record a line: docs/audit.schema.json. Each kind of record is an
 * alternative, told by its `type`; a member that code adds to a record and not here does not compile.
 */
import type {
  DecisionRecord,
  RecordedAsk,
  RecordedAttachments,
  RecordedPrincipal,
  RecordedStatement,
  ShadowRecord,
  ShadowSide,
  UpstreamRecord,
} from "../../../shared/audit/record.ts";
import type { JsonSchema } from "../../authoring/configuration/configuration-schema.ts";

const text: JsonSchema = { type: "string" };
const texts: JsonSchema = { type: "array", items: text };
const count: JsonSchema = { type: "integer", minimum: 1 };
const time: JsonSchema = {
  description: "ISO 8601, UTC.",
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
};

function said(description: string, schema: JsonSchema): JsonSchema {
  return { description, ...schema };
}

/** An object of exactly these members; TypeScript holds them to the type. */
function membersOf<Type extends object>(
  properties: { readonly [Name in keyof Required<Type>]: JsonSchema },
  required: readonly (keyof Type & string)[],
): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}

const statement = membersOf<RecordedStatement>(
  {
    policy: said("Name of the policy.", text),
    sid: text,
    index: said("Its place in the policy, from 0.", { type: "integer", minimum: 0 }),
    effect: { enum: ["Allow", "Deny"] },
    file: said("Of the policy, within the folder of the configuration.", text),
    line: said("Where it begins in that file, from 1.", { type: "integer", minimum: 1 }),
  },
  ["policy", "index", "effect", "file", "line"],
);

const decisions: JsonSchema = { enum: ["allowed", "explicitDeny", "implicitDeny", "unknown"] };

const ask = membersOf<RecordedAsk>(
  {
    action: said("An IAM action, like connect:DescribeUser.", text),
    resource: said("Its ARN, a type's `…/agent/*`, or *; absent while it is not known.", text),
    sort: said("required: must be allowed. referenced: only an explicit deny on it counts.", {
      enum: ["required", "referenced"],
    }),
    decision: decisions,
  },
  ["action", "sort", "decision"],
);

const principal = membersOf<RecordedPrincipal>(
  {
    id: said("aws:userid: unique within the issuer.", text),
    name: said("aws:username.", text),
    issuer: said("Who vouches for it.", text),
    groups: texts,
  },
  ["id", "name", "issuer"],
);

const statements: JsonSchema = said("The statements that matched the deciding question.", {
  type: "array",
  items: { $ref: "#/definitions/statement" },
});
const outcome: JsonSchema = said(
  "What came of deciding. notYetKnown: let through to the proxy, which sees the body. error: could not be decided, and refused.",
  { enum: ["allow", "deny", "notYetKnown", "error"] },
);
const operation = said("Amazon Connect's name of what was called.", text);
const action = said("Of the deciding question: an IAM action.", text);
const resource = said("Of the deciding question: an ARN.", text);
const decision = said("Of the call.", decisions);
const layer = said("Where the decision fell.", { enum: ["attached", "boundary", "guardrail"] });
const stage: JsonSchema = { enum: ["authorizer", "proxy"] };
const schemaVersion: JsonSchema = { const: 1 };
const policyVersion = said("Of the bundle that decided.", text);
const reason = said("Code of an error, or name of the exception that Amazon Connect answered with.", text);
const cut = said("Members that were too long and are not whole.", { ...texts, minItems: 1 });

const ids = {
  requestId: said("API Gateway's. On REST APIs a client may choose it.", text),
  extendedRequestId: said("API Gateway's, which no client chooses.", text),
  awsRequestId: said("The function's own, which no client chooses.", text),
  traceId: said("X-Ray's.", text),
};
const upstreamIds = {
  upstreamRequestId: said("Amazon Connect's.", text),
  sessionName: said("Of the assumed role's session: CloudTrail shows the call under it.", text),
};

const decisionRecord = membersOf<DecisionRecord>(
  {
    type: { const: "decision" },
    schemaVersion,
    time,
    stage,
    ...ids,
    sourceIp: said("Of the caller, as API Gateway saw it.", text),
    outcome,
    principal: { $ref: "#/definitions/principal" },
    operation,
    region: said("Of the Amazon Connect that the call is for; of the proxy alone.", text),
    action,
    resource,
    decision,
    layer,
    statements,
    asks: said("Every question that the call raised, each once; at most a hundred.", {
      type: "array",
      items: { $ref: "#/definitions/ask" },
    }),
    asksLeftOut: said("How many are missing in asks.", count),
    policyVersion,
    attachments: said(
      "What the table of principals said of the caller; only `attached` can have given anything. Absent when it was not asked, or has no item.",
      { $ref: "#/definitions/attachments" },
    ),
    reason,
    message: said("What the caller was told, or what was wrong.", text),
    status: said("HTTP status of the answer; of the proxy alone.", { type: "integer" }),
    ...upstreamIds,
    samplePercent: said("Percentage of such calls that are recorded; absent where every one is.", {
      type: "number",
      minimum: 0,
      maximum: 100,
    }),
    cut,
  },
  ["type", "schemaVersion", "time", "stage", "requestId", "outcome"],
);

/** The members that any kind of a union has. */
type MembersOfAny<Union> = Union extends unknown ? keyof Union : never;

/** One object for all kinds: which members stand in it hangs on the kind. */
const attachments = membersOf<Record<MembersOfAny<RecordedAttachments>, unknown>>(
  {
    kind: { enum: ["attached", "refused", "unreadable"] },
    policies: said("Names of the policies, in the table's item.", texts),
    boundaries: texts,
    version: said("Of the item.", count),
    reason: said("Why the item is not used.", text),
  },
  ["kind"],
);

const upstreamRecord = membersOf<UpstreamRecord>(
  {
    type: { const: "upstream" },
    schemaVersion,
    time,
    stage: { const: "proxy" },
    ...ids,
    policyVersion,
    operation,
    reason,
    message: said("What went wrong.", text),
    status: said("HTTP status of the answer.", { type: "integer" }),
    ...upstreamIds,
    cut,
  },
  ["type", "schemaVersion", "time", "stage", "requestId", "status"],
);

const side = membersOf<ShadowSide>(
  {
    outcome,
    operation,
    action,
    resource,
    decision,
    layer,
    statements,
    reason,
    missingContextKeys: said("Of an open answer: what would have to be known.", texts),
  },
  ["outcome"],
);

const shadowRecord = membersOf<ShadowRecord>(
  {
    type: { const: "shadow" },
    schemaVersion,
    time,
    stage,
    requestId: ids.requestId,
    difference: { enum: ["gains", "loses", "undecided", "otherOperation", "otherRefusal", "failed"] },
    principal: { $ref: "#/definitions/principal" },
    policyVersion,
    candidateVersion: text,
    live: { $ref: "#/definitions/side" },
    candidate: { $ref: "#/definitions/side" },
    notCompared: said("Calls since the last record that were not compared.", count),
    cut,
  },
  [
    "type",
    "schemaVersion",
    "time",
    "stage",
    "requestId",
    "difference",
    "principal",
    "policyVersion",
    "candidateVersion",
    "live",
    "candidate",
  ],
);

/** Creates the schema: draft 7, as that of the configuration. */
export function createRecordSchema() {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Audit records of connect-authorizer",
    description: "One line of the functions' logs. What has another type, or none, is no record.",
    oneOf: ["decision", "upstream", "shadow"].map((name) => ({ $ref: `#/definitions/${name}` })),
    definitions: {
      decision: said("A call that was decided, by each function that decided it.", decisionRecord),
      upstream: said("What came of a call whose decision was recorded before it was sent.", upstreamRecord),
      shadow: said("A call that a candidate bundle would have answered otherwise.", shadowRecord),
      principal,
      statement,
      ask,
      side,
      attachments,
    },
  };
}

/** Formats the schema as its file's text. */
export function formatRecordSchema(): string {
  return `${JSON.stringify(createRecordSchema(), undefined, 2)}\n`;
}
