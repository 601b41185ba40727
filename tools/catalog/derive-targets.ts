/**
 * The rules by which an operation's targets follow from its input and the Service Authorization Reference.
 *
 * 1. Every member that names a resource is a target: `required` when the reference lists the type for the action,
 *    `referenced` when it does not. Required members must be there; an absent optional one is not checked.
 * 2. A required type that no member names needs all its resources: what is created, or listed, or `wildcard-…`.
 * 3. A create whose own type only optional members name needs all its resources too.
 * 4. An operation that the reference does not know is authorized under its own name, on the instance and on all it names.
 * 5. A required type whose only members are optional is for a person to decide: see `overrides.ts`.
 */
import type { TargetSpec } from "../../shared/catalog/types.ts";
import type { IamAction } from "./iam-reference.ts";
import { meaningOf } from "./identifier-members.ts";
import type { Leaf, SdkOperation } from "./sdk-operations.ts";

/** The targets that the rules give, and what they could not decide. */
interface Derivation {
  readonly targets: readonly TargetSpec[];
  /** One line each, for the person who has to decide. */
  readonly undecided: readonly string[];
}

const createVerb = /^(?:Create|Start|Claim|Import)/;
const collectionVerb = /^(?:List|Search)/;

/** Derives an operation's targets; `action` is absent when the reference has none. */
export function deriveTargets(operation: SdkOperation, action: IamAction | undefined): Derivation {
  const undecided: string[] = [];
  const listed = listedTypes(action);
  const named = operation.leaves.flatMap((leaf) => nameTarget(operation, leaf, listed));
  const targets: TargetSpec[] = [];
  for (const [type, required] of listed ?? new Map([["instance", true]])) {
    const own = named.filter((target) => target.type === type || target.types?.includes(type));
    targets.push(...own.filter((target) => !targets.includes(target)));
    if (!required) continue;
    const some = own.find((target) => target.whenAbsent === "error");
    if (some) continue;
    const created = createVerb.test(operation.name);
    if (own.length > 0 && !(created && operation.name.endsWith(pascal(type)))) {
      undecided.push(`${type}: every source is optional (${own.map(({ source }) => source).join(", ")})`);
    } else if (own.length > 0 || created || collectionVerb.test(operation.name) || isWildcard(action, type)) {
      targets.push({ type, source: "*", sort: "required", whenAbsent: "error" });
    } else undecided.push(`${type}: no member names it`);
  }
  targets.push(...named.filter((target) => !targets.includes(target)));
  if (!targets.some(({ sort }) => sort === "required")) undecided.push("no required target");
  return { targets: withInstance(targets), undecided };
}

/** Type → required, in the reference's order, with `wildcard-x` as `x`. `undefined` when the reference has no such action. */
function listedTypes(action: IamAction | undefined): ReadonlyMap<string, boolean> | undefined {
  if (!action) return undefined;
  const types = new Map<string, boolean>();
  for (const { name, required } of action.resourceTypes) {
    const type = name.replace(/^wildcard-/, "").replace(/^qualified-/, "");
    types.set(type, required || types.get(type) === true);
  }
  return types;
}

function isWildcard(action: IamAction | undefined, type: string): boolean {
  return action?.resourceTypes.some(({ name }) => name === `wildcard-${type}`) ?? false;
}

function nameTarget(
  operation: SdkOperation,
  leaf: Leaf,
  listed: ReadonlyMap<string, boolean> | undefined,
): readonly TargetSpec[] {
  const meaning = meaningOf(operation.name, leaf.path);
  if (meaning === undefined || meaning === "unknown" || meaning.kind === "ignored") return [];
  const type = meaning.kind === "arn" ? "arn" : meaning.type;
  const isListed =
    !listed || listed.has(type) || !meaning.types || meaning.types.some((each) => listed.has(each));
  const required = meaning.kind === "id" ? !listed || listed.has(type) : isListed;
  return [
    {
      type,
      source: leaf.path,
      sort: required ? "required" : "referenced",
      whenAbsent: leaf.required ? "error" : "none",
      ...(meaning.types ? { types: meaning.types } : {}),
      ...(meaning.kind === "arn" && meaning.discriminator ? { discriminator: meaning.discriminator } : {}),
    },
  ];
}

/** An instance that only locates other resources is no target. Alone it is one: a Deny on it must have an effect. */
function withInstance(targets: readonly TargetSpec[]): readonly TargetSpec[] {
  const others = targets.filter(({ type }) => type !== "instance" && !outsideInstances.has(type));
  return targets.filter(
    ({ type, sort }) => type !== "instance" || sort === "required" || others.length === 0,
  );
}

const outsideInstances = new Set(["arn", "*", "phone-number", "traffic-distribution-group"]);

function pascal(type: string): string {
  return type.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
