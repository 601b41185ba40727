/** Operations, actions and resources as people write them. */
import { lowerAscii } from "../../../shared/ascii.ts";
import {
  findOperation,
  findResourceType,
  operations,
  resourceTypes,
} from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import {
  compileActionPattern,
  compileActions,
  matchActions,
} from "../../../shared/policy/pattern/action-pattern.ts";
import { compileResourcePattern } from "../../../shared/policy/pattern/resource-pattern.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import {
  type Codes,
  createShape,
  formatOfAll,
  ofInstance,
  patternsWithin,
} from "../../../shared/reach/resource-shape.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { knownActions } from "../configuration/known-actions.ts";
import { nearestName } from "../nearest-name.ts";

/** Why a text names nothing, and what to do. */
export class Unusable {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

const listing = "`connect-authorizer catalog` lists the operations";

/** Takes `connect:DeleteUser`, in any case, or the name of an operation; returns IAM's spelling. */
export function readAction(given: string): string | Unusable {
  const operation = findOperation(given);
  const action = operation?.action ?? knownActions().get(lowerAscii(given));
  if (action !== undefined) return action;
  const nearest = nearestName(given.includes(":") ? given : `connect:${given}`, knownActions().values());
  const hint = nearest === undefined ? listing : `did you mean \`${nearest}\``;
  return new Unusable(`\`${given}\` is not an action of Amazon Connect; ${hint}`);
}

/** Whether it stands for several names. */
export function isNamePattern(given: string): boolean {
  return /[*?]/.test(given);
}

/** Takes a pattern like `Delete*`, with or without `connect:`, in any case; returns the actions that calls need. */
export function readActions(pattern: string): readonly string[] | Unusable {
  const needed = operations().flatMap((row) =>
    row.refused === undefined ? [row.action, ...row.extraActions.map(({ action }) => action)] : [],
  );
  return matching(pattern, [...new Set(needed)], (action) => action);
}

/** Takes the name of an operation, or a pattern like `Delete*`, in any case; returns those that are served. */
export function readOperations(given: string): readonly OperationRow[] | Unusable {
  const served = operations().filter(({ refused }) => refused === undefined);
  if (isNamePattern(given)) return matching(given, served, ({ name }) => `connect:${name}`);
  const name = given.replace(/^connect:/i, "");
  const row = operations().find((each) => lowerAscii(each.name) === lowerAscii(name));
  if (row?.refused !== undefined) return new Unusable(`\`${row.name}\` is not served by this API`);
  if (row) return [row];
  const nearest = nearestName(
    name,
    served.map((each) => each.name),
  );
  const hint = nearest === undefined ? listing : `did you mean \`${nearest}\``;
  return new Unusable(`\`${given}\` is not an operation of Amazon Connect; ${hint}`);
}

function matching<Named>(
  pattern: string,
  named: readonly Named[],
  nameOf: (each: Named) => string,
): readonly Named[] | Unusable {
  const compiled = compileActionPattern(pattern.includes(":") ? pattern : `connect:${pattern}`);
  const found =
    typeof compiled === "string"
      ? []
      : named.filter((each) => matchActions(compileActions("Action", [compiled]), lowerAscii(nameOf(each))));
  if (found.length > 0) return found;
  const [beginning = ""] = pattern.replace(/^connect:/i, "").split(/[*?]/, 1);
  const verbs = new Set(operations().flatMap(({ name }) => /^[A-Z][a-z]+/.exec(name) ?? []));
  const nearest = nearestName(beginning, verbs);
  const hint = nearest === undefined || nearest === beginning ? listing : `did you mean \`${nearest}*\``;
  return new Unusable(`no operation of Amazon Connect matches \`${pattern}\`; ${hint}`);
}

/** Takes an ARN, `*` or a pattern; returns what it matches. */
export function readResource(given: string): Codes | Unusable {
  const compiled = compileResourcePattern(given, false);
  if (typeof compiled === "string") return new Unusable(compiled);
  return Array.from(resourceCodes(given, false) ?? []);
}

const anyPlace = "arn:a:a:a:a:";

/**
 * Takes `user/u-1`, by Connect's word, or `agent/u-1`, as in ARNs; returns what it is in each of the instances. `undefined`: it has
 * not that form.
 */
export function readShortName(
  given: string,
  instances: readonly ConnectInstance[],
): readonly Codes[] | Unusable | undefined {
  const [, word, id] = /^([\w-]+)\/(.+)$/.exec(given) ?? [];
  const ids = id === undefined ? undefined : resourceCodes(`${anyPlace}${id}`, false);
  if (word === undefined || !ids) return undefined;
  const type = findResourceType(word) ?? resourceTypes().find(({ arn }) => wordOf(arn) === word);
  if (type) {
    const before = createShape(formatOfAll(type.arn).slice(0, -1));
    return instances
      .flatMap((instance) => patternsWithin(before, instance))
      .map((codes) => [...codes, ...Array.from(ids).slice(anyPlace.length)]);
  }
  const words = [...new Set(resourceTypes().flatMap(({ name, arn }) => [name, wordOf(arn) ?? name]))].sort();
  const nearest = nearestName(word, words);
  const hint = nearest === undefined ? `types are ${words.join(", ")}` : `did you mean \`${nearest}/${id}\``;
  return new Unusable(`\`${word}\` is not a type of resource of Amazon Connect; ${hint}`);
}

/** `agent` of `…:instance/${InstanceId}/agent/${UserId}`; nothing for what is in no instance. */
function wordOf(arn: string): string | undefined {
  const [, rest] = arn.split(ofInstance);
  return rest?.split("/${")[0];
}
