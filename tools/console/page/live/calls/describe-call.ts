/** A call in words. */
import { lowerAscii } from "../../../../../shared/ascii.ts";
import type { Call } from "./call-log.ts";
import type { SeenRecord } from "./seen-record.ts";

export type Outcome = "allowed" | "denied" | "failed" | "open";

/** The words, which have a sign each. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  allowed: "allowed",
  denied: "denied",
  failed: "failed",
  open: "passed on",
};

/** What became of a call: `failed` could not be decided, and was refused; of an `open` one only the authorizer's record is known. */
export function outcomeOf({ outcome, type }: SeenRecord): Outcome {
  if (type === "upstream") return "allowed";
  if (outcome === "allow") return "allowed";
  if (outcome === "deny") return "denied";
  return outcome === "notYetKnown" ? "open" : "failed";
}

/** `agent/u-1` of its ARN. */
export function shortResource(arn: string): string {
  const found = /^arn:[^:]*:connect:[^:]*:\d*:instance\/[^/]+(?:\/(.+))?$/.exec(arn);
  return found ? (found[1] ?? "the instance") : arn;
}

/** Whom the call is of: a name, and the id if it is another. */
export function callerOf({ callerId, callerName }: SeenRecord): string {
  if (callerId === "" && callerName === "") return "nobody known";
  return callerName === "" || callerName === callerId ? callerId : `${callerName} (${callerId})`;
}

/** Why, in a few words. */
export function reasonOf(record: SeenRecord): string {
  const { layer, reason, message, action, decision, statements, status } = record;
  const named = statements.map(({ effect, name }) => `${effect} ${name}`).join(", ");
  switch (outcomeOf(record)) {
    case "allowed":
      if (reason !== "") return `Amazon Connect answered ${[status, reason].filter(Boolean).join(" ")}`;
      return named === "" ? "" : named;
    case "open":
      return "the proxy decides, which knows the body";
    case "failed":
      return reason === ""
        ? message
        : [reason, message.replace(/^\w*Error: /, "")].filter(Boolean).join(": ");
    case "denied":
      if (decision === "explicitDeny") return named === "" ? "a Deny" : deniesOf(record) || named;
      if (layer === "boundary") return `the permissions boundary does not allow ${action}`;
      if (layer === "guardrail") return `a guardrail does not allow ${action}`;
      return decision === "implicitDeny" ? `no Allow for ${action}` : reason || message;
  }
}

function deniesOf({ statements }: SeenRecord): string {
  const denies = statements.filter(({ effect }) => effect === "Deny");
  return denies.map(({ name }) => `Deny ${name}`).join(", ");
}

/** The call in one sentence. */
export function sentenceOf({ final }: Call): string {
  const { operation, callerId, status } = final;
  const who = callerId === "" ? "A caller who could not be identified" : callerOf(final);
  const what = operation === "" ? "made a call without an operation" : `called ${operation}`;
  const why = reasonOf(final);
  const became = {
    allowed: "It was allowed",
    denied: "It was denied",
    failed: "It could not be decided, so it was refused",
    open: "The authorizer passed it on",
  }[outcomeOf(final)];
  const answer =
    status === undefined || why.includes(`answered ${status}`) ? "" : ` The answer had the status ${status}.`;
  return `${who} ${what}. ${became}${why === "" ? "" : `: ${why}`}.${answer}`;
}

/** What one looks for in a call, in lower case. */
export function wordsOf({ records }: Call): string {
  const words = records
    .flatMap((record) => [
      callerOf(record),
      record.issuer,
      ...record.groups,
      record.operation,
      outcomeWords[outcomeOf(record)],
      reasonOf(record),
      record.message,
      record.resource,
      record.difference,
      ...record.statements.flatMap(({ name, place }) => [name, place]),
      ...record.asks.flatMap(({ action, resource }) => [action, resource]),
      ...record.others.map(([, value]) => value),
    ])
    .join("\n");
  return lowerAscii(words);
}
