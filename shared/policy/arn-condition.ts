/**
 * ARN conditions: each of the six colon-delimited parts is matched by itself, the last one with whatever colons it
 * holds (IAM User Guide, "Amazon Resource Name (ARN) condition operators"). Unlike in `Resource`, no wildcard
 * reaches beyond its part.
 */
import { matchCodes } from "./glob.ts";

const COLON = 58;

/** Prepares an ARN pattern, given as codes without variables. */
export function matchArnCodes(codes: ArrayLike<number>): (requestValue: string) => boolean {
  const colons: number[] = [];
  for (let i = 0; i < codes.length && colons.length < 5; i++) {
    if (codes[i] === COLON) colons.push(i);
  }
  if (colons.length < 5) return () => false;
  return (requestValue) => matchParts(codes, colons, requestValue);
}

function matchParts(codes: ArrayLike<number>, colons: readonly number[], text: string): boolean {
  let codesFrom = 0;
  let textFrom = 0;
  for (const codesTo of colons) {
    const textTo = text.indexOf(":", textFrom);
    if (textTo < 0 || !matchCodes(codes, text, { codesFrom, codesTo, textFrom, textTo })) return false;
    codesFrom = codesTo + 1;
    textFrom = textTo + 1;
  }
  return matchCodes(codes, text, { codesFrom, codesTo: codes.length, textFrom, textTo: text.length });
}
