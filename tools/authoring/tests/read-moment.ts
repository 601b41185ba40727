/** The moment of a call, as authors write it. */
import { parseTime } from "../../../shared/policy/condition/date-time.ts";

/** Returns milliseconds since the epoch, or what is wrong with the text. */
export function readMoment(text: string): number | string {
  const moment = parseTime(text);
  if (moment && moment.earliest === moment.latest) return Number(moment.earliest / 1_000_000n);
  const problem = moment ? "does not say its time zone" : "is not a time";
  return `\`${text}\` ${problem}; write it like \`2026-12-24T18:00:00Z\``;
}
