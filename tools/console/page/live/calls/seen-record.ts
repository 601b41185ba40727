/**
 * What the page keeps of a record. Records may come from anywhere, and hold what callers sent: only the members that records
 * have are read, only as texts and numbers, and only so many characters of each record.
 */
import { isPlainObject } from "../../../../../shared/shape.ts";
import { withoutControls } from "../../../../../shared/without-controls.ts";

export interface SeenStatement {
  readonly effect: string;
  /** `POLICY#SID` */
  readonly name: string;
  /** `FILE:LINE` */
  readonly place: string;
}

export interface SeenAsk {
  readonly action: string;
  readonly resource: string;
  readonly isReferenced: boolean;
  readonly decision: string;
}

/** A record, or one of the two sides of a shadow record. Members that it lacks are empty. */
export interface SeenRecord {
  readonly type: "decision" | "upstream" | "shadow";
  /** In milliseconds. */
  readonly time: number;
  readonly requestId: string;
  readonly stage: string;
  readonly outcome: string;
  readonly callerId: string;
  readonly callerName: string;
  readonly issuer: string;
  readonly groups: readonly string[];
  readonly operation: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: string;
  readonly layer: string;
  readonly reason: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly statements: readonly SeenStatement[];
  readonly asks: readonly SeenAsk[];
  readonly asksLeftOut: number;
  /** Of a shadow record: in what the candidate differs, and how each decides. */
  readonly difference: string;
  readonly live: string;
  readonly candidate: string;
  /** All else that it says: a name in words, and a text. */
  readonly others: readonly (readonly [name: string, value: string])[];
}

const mostCharacters = 32_000;
const mostOfText = 2_000;
const mostOfList = 100;

/** The parts of a token, and what follows the word that a header has before it. */
const tokens = /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*|\bbearer\s+[\w.~+/=-]{8,}/gi;

/** In the order in which they are shown. */
const otherMembers: Readonly<Record<string, string>> = {
  region: "Region",
  sourceIp: "From address",
  policyVersion: "Version of the configuration",
  candidateVersion: "Version of the candidate",
  samplePercent: "Percentage of such calls that are recorded",
  notCompared: "Calls before it that were not compared",
  requestId: "Request",
  extendedRequestId: "Extended request id",
  awsRequestId: "Request of the function",
  upstreamRequestId: "Request at Amazon Connect",
  traceId: "Trace",
  sessionName: "Role session",
  cut: "Members that were too long and were cut",
};

/** Reads what JSON holds. @returns `undefined` if it is not a record with a time */
export function readSeenRecord(value: unknown): SeenRecord | undefined {
  if (!isPlainObject(value)) return undefined;
  const { type } = value;
  if (type !== "decision" && type !== "upstream" && type !== "shadow") return undefined;
  const time = typeof value["time"] === "string" ? Date.parse(value["time"]) : Number.NaN;
  if (!Number.isFinite(time)) return undefined;
  const text = limitedReader();
  const caller = isPlainObject(value["principal"]) ? value["principal"] : {};
  return {
    type,
    time,
    requestId: text(value["requestId"]),
    stage: text(value["stage"]),
    outcome: text(value["outcome"]),
    callerId: text(caller["id"]),
    callerName: text(caller["name"]),
    issuer: text(caller["issuer"]),
    groups: listOf(caller["groups"]).map(text),
    ...readDecided(value, text),
    message: text(value["message"]),
    status: typeof value["status"] === "number" ? value["status"] : undefined,
    asks: listOf(value["asks"]).flatMap((ask) => readAsk(ask, text)),
    asksLeftOut: typeof value["asksLeftOut"] === "number" ? value["asksLeftOut"] : 0,
    difference: text(value["difference"]),
    live: describeSide(value["live"], text),
    candidate: describeSide(value["candidate"], text),
    others: [...readAttachments(value["attachments"], text), ...readOthers(value, text)],
  };
}

type Json = Readonly<Record<string, unknown>>;
type ReadText = (value: unknown) => string;

/** Reads texts and numbers, until so much is read of one record. */
function limitedReader(): ReadText {
  let left = mostCharacters;
  return (value) => {
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value !== "string") return "";
    const most = Math.min(mostOfText, left);
    const kept = value.length > most ? `${value.slice(0, most)}…` : value;
    left = Math.max(0, left - kept.length);
    return withoutControls(kept.replace(tokens, "(a token, not shown)"));
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, mostOfList) : [];
}

function readDecided(value: Json, text: ReadText) {
  return {
    operation: text(value["operation"]),
    action: text(value["action"]),
    resource: text(value["resource"]),
    decision: text(value["decision"]),
    layer: text(value["layer"]),
    reason: text(value["reason"]),
    statements: listOf(value["statements"]).flatMap((statement) => readStatement(statement, text)),
  };
}

function readStatement(value: unknown, text: ReadText): readonly SeenStatement[] {
  if (!isPlainObject(value)) return [];
  const { policy, sid, index, effect, file, line } = value;
  const name = `${text(policy)}#${text(sid ?? index)}`;
  return [{ effect: text(effect), name, place: `${text(file)}:${text(line)}` }];
}

function readAsk(value: unknown, text: ReadText): readonly SeenAsk[] {
  if (!isPlainObject(value)) return [];
  const { action, resource, sort, decision } = value;
  return [
    {
      action: text(action),
      resource: text(resource),
      isReferenced: sort === "referenced",
      decision: text(decision),
    },
  ];
}

function describeSide(value: unknown, text: ReadText): string {
  if (!isPlainObject(value)) return "";
  const { operation, decision, reason, statements } = readDecided(value, text);
  const names = statements.map(({ effect, name }) => `${effect} ${name}`);
  const missing = listOf(value["missingContextKeys"]).map(text);
  return [text(value["outcome"]), operation, decision, reason, ...names, ...missing]
    .filter(Boolean)
    .join(", ");
}

function readAttachments(value: unknown, text: ReadText): SeenRecord["others"] {
  if (!isPlainObject(value)) return [];
  const { kind, policies, until, ended, boundaries, version, reason } = value;
  const name = "In the table of principals";
  if (kind === "unreadable") return [[name, "the caller's item could not be read"]];
  if (kind === "refused") return [[name, `the caller's item is not used: ${text(reason)}`]];
  if (kind !== "attached") return [];
  const named = (list: unknown) => listOf(list).map(text).join(", ") || "none";
  const ends = isPlainObject(until) ? until : {};
  const withEnd = (policy: string) => (policy in ends ? `${policy} (until ${text(ends[policy])})` : policy);
  const given = listOf(policies).map(text).map(withEnd).join(", ") || "none";
  const past = listOf(ended).length > 0 ? `; ended, so that only their Denies count: ${named(ended)}` : "";
  return [[name, `policies ${given}${past}; boundaries ${named(boundaries)}; version ${text(version)}`]];
}

function readOthers(value: Json, text: ReadText): SeenRecord["others"] {
  return Object.entries(otherMembers).flatMap(([member, name]) => {
    const given = value[member];
    const shown = Array.isArray(given) ? listOf(given).map(text).join(", ") : text(given);
    return shown === "" ? [] : [[name, shown] as const];
  });
}
