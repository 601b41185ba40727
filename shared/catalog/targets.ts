/**
 * Derives a call's asks from its operation and input: which action, on which resource.
 *
 * The authorizer sees only the path, and the proxy sees everything. Both call this one function. If the authorizer
 * cannot see a resource, it asks with an unknown one, so it never asks less than the proxy.
 */
import { lowerAscii } from "../ascii.ts";
import { CodedError, InputError } from "../errors.ts";
import { type Ask, type AskedInput, assertFew, findMembers, NOT_KNOWN, type Question } from "./ask.ts";
import type { Found } from "./member-path.ts";
import { addNamedArns } from "./named-arns.ts";
import { addNamed, assertInstance } from "./named-target.ts";
import { type CallPlace, makeArnOfAll } from "./resource-arn.ts";
import type { DependentActions, ExtraAction, OperationRow, TargetSpec } from "./types.ts";

export interface AskOptions {
  /** `required` when left out. */
  readonly dependentActions?: DependentActions;
}

/**
 * Lists every ask of a call, those of the operation's own action first. At least one is required: a call that names no
 * target is refused.
 *
 * @param where the call's instance; `undefined` while it is not known
 * @throws InputError for an identifier that is missing, malformed or of another instance, type or account
 * @throws CodedError `unknownOperation` for an operation that the catalogue refuses
 */
export function resolveAsks(
  row: OperationRow,
  input: AskedInput,
  where: CallPlace | undefined,
  options?: AskOptions,
): readonly Ask[] {
  if (row.refused !== undefined) {
    throw new CodedError("unknownOperation", `\`${row.name}\` is not served: ${row.refused}`);
  }
  const asks: Ask[] = [];
  for (const spec of row.targets) addAsks({ spec, action: row.action, input, where, mayVanish: false, asks });
  if (!asks.some(({ sort }) => sort === "required")) {
    throw new InputError("", `the call names no resource that \`${row.action}\` could be decided on`);
  }
  const extraActions = options?.dependentActions === "ignored" ? [] : row.extraActions;
  for (const { action, when, targets } of extraActions) {
    const needed = isNeeded(when, input);
    if (needed === false) continue;
    const mayVanish = needed === NOT_KNOWN;
    for (const spec of targets) addAsks({ spec, action, input, where, mayVanish, asks });
  }
  addNamedArns(row, input, asks);
  return asks;
}

function isNeeded(when: ExtraAction["when"], input: AskedInput): boolean | typeof NOT_KNOWN {
  if (when === "always") return true;
  const found = findMembers(when.member, input);
  return found === NOT_KNOWN ? NOT_KNOWN : found.some(({ value }) => isPresent(value));
}

function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || value instanceof Date || Object.keys(value).length > 0;
}

function addAsks(question: Question): void {
  const { spec, input, action, asks, mayVanish } = question;
  if (spec.type === "*") {
    asks.push({ action, resource: "*", type: "*", sort: spec.sort, source: "*", mayBeAbsent: mayVanish });
    return;
  }
  if (spec.source === "*") {
    addAll(question, mayVanish);
    return;
  }
  const found = findMembers(spec.source, input, (parent) => mayBeDiscriminated(parent, spec));
  if (found === NOT_KNOWN) {
    addUnknown(question);
    return;
  }
  const named = spec.discriminator ? found.filter((at) => isDiscriminated(at, spec)) : found;
  for (const at of named) {
    addNamed(question, at);
    assertFew(asks, at.path);
  }
  if (named.length === 0) addAbsent(question);
}

function addUnknown({ spec, action, asks, mayVanish }: Question): void {
  const { type, sort, source, whenAbsent, alternatives, discriminator } = spec;
  const mayBeAbsent = mayVanish || whenAbsent === "none" || !!alternatives || !!discriminator;
  asks.push({ action, resource: undefined, type, sort, source, mayBeAbsent });
}

/** Compares without case; `kinds` are in upper case. */
export function isOfKind(kind: string, kinds: readonly string[]): boolean {
  return kinds.some((each) => lowerAscii(each) === lowerAscii(kind));
}

/** False if every value of the structure is of another kind. */
export function mayBeDiscriminated(
  parent: Readonly<Record<string, unknown>>,
  { discriminator }: TargetSpec,
): boolean {
  const kind = discriminator && parent[discriminator.member];
  return !discriminator || typeof kind !== "string" || isOfKind(kind, discriminator.values);
}

/**
 * Compares without case: it is not documented whether the service does too, and a Deny must not depend on it. An ARN in
 * a structure without a kind counts as one of the wanted kind.
 */
function isDiscriminated(at: Found, { discriminator }: TargetSpec): boolean {
  if (!discriminator) return true;
  const kind = at.parent?.[discriminator.member];
  if (typeof kind === "string") return isOfKind(kind, discriminator.values);
  return typeof at.value === "string" && at.value.startsWith("arn:");
}

function addAbsent(question: Question): void {
  const { spec, input, mayVanish } = question;
  if (spec.whenAbsent === "none") return;
  const others = (spec.alternatives ?? []).map((path) => findMembers(path, input));
  if (others.some((found) => found !== NOT_KNOWN && found.length > 0)) return;
  const maybe = others.includes(NOT_KNOWN);
  if (spec.whenAbsent === "all") addAll(question, mayVanish || maybe);
  else if (!maybe) throw new InputError(spec.source.replaceAll("[]", ""), describeMissing(spec));
}

function describeMissing({ alternatives }: TargetSpec): string {
  return alternatives ? `is missing; give it or \`${alternatives.join("`, `")}\`` : "is missing";
}

/** Adds an ask on all resources of the type: `<type>/*`. */
function addAll({ spec, action, where, asks }: Question, mayBeAbsent: boolean): void {
  const { type, sort } = spec;
  assertInstance(type, where);
  asks.push({
    action,
    resource: where && makeArnOfAll(type, where),
    type,
    sort,
    source: "*",
    mayBeAbsent,
  });
}
