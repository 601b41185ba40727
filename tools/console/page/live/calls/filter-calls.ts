/** Which calls are shown. */
import { lowerAscii } from "../../../../../shared/ascii.ts";
import type { Call } from "./call-log.ts";
import { callerOf, outcomeOf, wordsOf } from "./describe-call.ts";

export const outcomeChoices = {
  all: "all calls",
  allowed: "allowed",
  refused: "denied or failed",
  failed: "failed",
  differs: "decided otherwise by the candidate",
} as const;

export type OutcomeChoice = keyof typeof outcomeChoices;

export interface WantedCalls {
  readonly outcome: OutcomeChoice;
  readonly caller: string;
  readonly operation: string;
  /** Anywhere in the records. */
  readonly text: string;
}

export const everyCall: WantedCalls = { outcome: "all", caller: "", operation: "", text: "" };

/** All words of a field must be there. */
export function filterCalls(calls: readonly Call[], wanted: WantedCalls): readonly Call[] {
  const [caller, operation, text] = [wanted.caller, wanted.operation, wanted.text].map((field) =>
    lowerAscii(field).split(/\s+/).filter(Boolean),
  ) as [string[], string[], string[]];
  const holds = (words: readonly string[], found: () => string) =>
    words.length === 0 || words.every((word) => found().includes(word));
  return calls.filter(
    (call) =>
      hasOutcome(call, wanted.outcome) &&
      holds(caller, () => lowerAscii([callerOf(call.final), ...call.final.groups].join("\n"))) &&
      holds(operation, () => lowerAscii(call.final.operation)) &&
      holds(text, () => wordsOf(call)),
  );
}

function hasOutcome({ final, records }: Call, choice: OutcomeChoice): boolean {
  const outcome = outcomeOf(final);
  switch (choice) {
    case "all":
      return true;
    case "refused":
      return outcome === "denied" || outcome === "failed";
    case "differs":
      return records.some(({ type }) => type === "shadow");
    default:
      return outcome === choice;
  }
}

export function isOutcomeChoice(value: string): value is OutcomeChoice {
  return Object.hasOwn(outcomeChoices, value);
}
