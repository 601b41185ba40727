/**
 * ARN conditions: each of the six colon-delimited parts is matched by itself, the last one with whatever colons it
 * holds (IAM User Guide, "Amazon Resource Name (ARN) condition operators"). Unlike in `Resource`, no wildcard
 * reaches beyond its part.
 */
import { matchCodes } from "./glob.ts";

const COLON = 58;

/** Prepares an ARN pattern, given as codes without variables. */
export function matchArnCodes(codes: readonly number[]): (requestValue: string) => boolean {
  const parts: (readonly number[])[] = [];
  let from = 0;
  while (parts.length < 5) {
    const colon = codes.indexOf(COLON, from);
    if (colon < 0) return () => false;
    parts.push(codes.slice(from, colon));
    from = colon + 1;
  }
  const resource = codes.slice(from);
  return (requestValue) => matchParts(parts, resource, requestValue);
}

function matchParts(
  parts: readonly (readonly number[])[],
  resource: readonly number[],
  text: string,
): boolean {
  let from = 0;
  for (const part of parts) {
    const colon = text.indexOf(":", from);
    if (colon < 0 || !matchCodes(part, text, from, colon)) return false;
    from = colon + 1;
  }
  return matchCodes(resource, text, from);
}
