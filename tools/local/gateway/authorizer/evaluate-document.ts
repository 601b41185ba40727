/**
 * Evaluates the IAM document that an authorizer returned, for one method ARN.
 *
 * API Gateway does this on every request, also when the document comes from the cache: that is how a cached
 * document comes to refuse another route "at random".
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { AuthorizerStatement } from "./authorizer-output.ts";

const action = "execute-api:Invoke";

/** Explicit deny beats allow; without an allow, the answer is an implicit deny. */
export function evaluateDocument(
  statements: readonly AuthorizerStatement[],
  methodArn: string,
): "allow" | "explicitDeny" | "implicitDeny" {
  const matching = statements.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => matchesGlob(lowerAscii(pattern), lowerAscii(action))) &&
      resources.some((pattern) => matchesGlob(pattern, methodArn)),
  );
  if (matching.some(({ effect }) => effect === "Deny")) return "explicitDeny";
  return matching.length > 0 ? "allow" : "implicitDeny";
}

/** Tells whether `*` (any text, `/` too) and `?` (one character) of a pattern can be filled to give the text. */
export function matchesGlob(pattern: string, text: string): boolean {
  let position = 0;
  let patternPosition = 0;
  let star = -1;
  let resumeAt = 0;
  while (position < text.length) {
    const wanted = pattern[patternPosition];
    if (wanted === "*") {
      star = patternPosition++;
      resumeAt = position;
    } else if (wanted === "?" || wanted === text[position]) {
      patternPosition++;
      position++;
    } else if (star >= 0) {
      patternPosition = star + 1;
      position = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternPosition] === "*") patternPosition++;
  return patternPosition === pattern.length;
}
