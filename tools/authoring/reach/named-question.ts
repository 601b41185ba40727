/** An action and a resource as people write them. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import { compileResourcePattern } from "../../../shared/policy/pattern/resource-pattern.ts";
import { knownActions } from "../configuration/known-actions.ts";
import type { Codes } from "../lint/facts/resource-shape.ts";
import { nearestName } from "../nearest-name.ts";
import { resourceCodes } from "../patterns/pattern-codes.ts";

/** Why a text names nothing, and what to do. */
export class Unusable {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/** Takes `connect:DeleteUser`, in any case, or the name of an operation; returns IAM's spelling. */
export function readAction(given: string): string | Unusable {
  const operation = findOperation(given);
  const action = operation?.action ?? knownActions().get(lowerAscii(given));
  if (action !== undefined) return action;
  const nearest = nearestName(given.includes(":") ? given : `connect:${given}`, knownActions().values());
  const hint =
    nearest === undefined
      ? "`connect-authorizer catalog` lists the operations"
      : `did you mean \`${nearest}\``;
  return new Unusable(`\`${given}\` is not an action of Amazon Connect; ${hint}`);
}

/** Takes an ARN, `*` or a pattern; returns what it matches. */
export function readResource(given: string): Codes | Unusable {
  const compiled = compileResourcePattern(given, false);
  if (typeof compiled === "string") return new Unusable(compiled);
  return Array.from(resourceCodes(given, false) ?? []);
}
