/**
 * ARN conditions: each of the six colon-delimited parts is matched by itself, the last one with whatever colons it
 * holds (IAM User Guide, "Amazon Resource Name (ARN) condition operators"). Unlike in `Resource`, no wildcard
 * reaches beyond its part.
 *
 * A request value that is no ARN is unreadable. So is a pattern of fewer than six parts where the parts it has match, since
 * the guide does not say what the others are.
 */

import { type ComparisonResult, FALSE, TRUE, UNREADABLE } from "../model/unknown.ts";
import { matchCodes } from "../pattern/glob.ts";

const COLON = 58;
const PARTS = 6;

/** Prepares an ARN pattern, given as codes without variables. */
export function matchArnCodes(codes: readonly number[]): (requestValue: string) => ComparisonResult {
  const parts: (readonly number[])[] = [];
  let from = 0;
  while (parts.length < PARTS - 1) {
    const colon = codes.indexOf(COLON, from);
    if (colon < 0) break;
    parts.push(codes.slice(from, colon));
    from = colon + 1;
  }
  parts.push(codes.slice(from));
  return (requestValue) => {
    const values = splitArn(requestValue);
    if (values === undefined) return UNREADABLE;
    for (const [i, value] of values.entries()) {
      const part = parts[i];
      if (part !== undefined && !matchCodes(part, value)) return FALSE;
    }
    return parts.length === PARTS ? TRUE : UNREADABLE;
  };
}

/** Splits an ARN at its first five colons. */
function splitArn(text: string): readonly string[] | undefined {
  // No further: a caller chooses how many colons there are.
  const values = text.split(":", PARTS);
  if (values[0] !== "arn" || values.length < PARTS) return undefined;
  const head = values.slice(0, PARTS - 1);
  return [...head, text.slice(head.join(":").length + 1)];
}
