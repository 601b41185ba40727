/** Each action's resource shapes and condition keys, from the catalogue, as bit masks: fast for thousands of statements. */
import { operations, resourceTypes } from "../../../../shared/catalog/catalog.ts";
import type { DependentActions, OperationRow, TargetSpec } from "../../../../shared/catalog/types.ts";
import { replicaTargets } from "../../../../shared/reach/replica-targets.ts";
import {
  createShape,
  describeShape,
  formatOfAll,
  type ResourceShape,
  withoutVersion,
} from "../../../../shared/reach/resource-shape.ts";
import { knownActions } from "../../configuration/known-actions.ts";
import { actionsWithoutOperation } from "./actions-without-operation.ts";

export interface ActionFacts {
  /** In IAM's spelling: `connect:CreateUser`. */
  readonly name: string;
  /** `1n << index` for each of {@link LintFacts.shapes} that the action supports. */
  readonly shapes: bigint;
  /** Those of them that must be allowed; on the others only a Deny has an effect (`TargetSpec.sort`). */
  readonly required: bigint;
  /** `1n << index` for each of {@link LintFacts.keys} that the action has. */
  readonly keys: bigint;
}

interface LintFacts {
  /** By whether dependent actions are checked, then by lower-case name. */
  readonly actions: Readonly<Record<DependentActions, ReadonlyMap<string, ActionFacts>>>;
  readonly shapes: readonly ResourceShape[];
  /** Condition keys of actions in the reference's spelling: `aws:ResourceTag/${TagKey}`. */
  readonly keys: readonly string[];
}

/** Gives each item a bit, in the order in which they come. */
class Numbering {
  readonly #bits = new Map<string, bigint>();

  get items(): string[] {
    return [...this.#bits.keys()];
  }

  bit(item: string): bigint {
    const bit = this.#bits.get(item) ?? 1n << BigInt(this.#bits.size);
    this.#bits.set(item, bit);
    return bit;
  }
}

let facts: LintFacts | undefined;

/** Gathers the facts from the catalogue, once (some milliseconds). */
export function lintFacts(): LintFacts {
  facts ??= gather();
  return facts;
}

/** Finds the shapes of a bit mask. */
export function shapesOf(mask: bigint): readonly ResourceShape[] {
  return lintFacts().shapes.filter((_, index) => (mask & (1n << BigInt(index))) !== 0n);
}

/** A line with more forms does not help its reader. */
const maxForms = 4;

/** Writes the forms of a bit mask, in backticks; `undefined` when there are none, or too many for a line. */
export function describeShapes(mask: bigint): string | undefined {
  const all = new Set(shapesOf(mask).map(describeShape));
  const forms = [...all].filter((form) => !form.endsWith("/*") || !all.has(`${form.slice(0, -1)}ID`));
  if (forms.length === 0 || forms.length > maxForms) return undefined;
  return forms.map((form) => `\`${form}\``).join(", ");
}

/** Formats by resource type; `userSession` is not in the table (see `actions-without-operation.ts`). */
function readFormats(): ReadonlyMap<string, string> {
  const formats = new Map(resourceTypes().map(({ name, arn }) => [name, arn]));
  const instance = formats.get("instance") ?? "";
  return formats.set("userSession", `${instance}/user/\${UserId}`).set("*", "*");
}

type Mutable<Facts> = { -readonly [Member in keyof Facts]: Facts[Member] };

const nothing = { shapes: 0n, required: 0n, keys: 0n };

function targetOf(type: string): TargetSpec {
  return { type, source: "", sort: "required", whenAbsent: "none" };
}

function gather(): LintFacts {
  const formats = readFormats();
  const shapes = new Numbering();
  const keys = new Numbering();
  const found = new Map<string, Omit<Mutable<ActionFacts>, "name">>();
  const foundDependent = new Map<string, Omit<Mutable<ActionFacts>, "name">>();
  const factsOf = (action: string, place = found) => {
    const entry = place.get(action) ?? { ...nothing };
    place.set(action, entry);
    return entry;
  };
  const add = (action: string, targets: readonly TargetSpec[], place = found) => {
    const entry = factsOf(action, place);
    for (const target of targets) {
      for (const format of askedFormats(target, formats)) {
        const bit = shapes.bit(format);
        entry.shapes |= bit;
        if (target.sort === "required") entry.required |= bit;
        // A Deny on the resource holds for each of its versions (`shared/catalog/named-target.ts`).
        const bare = withoutVersion(format);
        if (bare !== format) entry.shapes |= shapes.bit(bare);
      }
    }
  };
  const addKeys = (action: string, carried: readonly string[]) => {
    for (const key of carried) factsOf(action).keys |= keys.bit(key);
  };
  for (const row of operations()) {
    const { action, targets, extraActions } = row;
    add(action, [...targets, ...replicaTargets(row)]);
    addKeys(action, keysOf(row));
    for (const extra of extraActions) add(extra.action, extra.targets, foundDependent);
  }
  for (const [action, { types, keys: carried }] of actionsWithoutOperation) {
    add(action, types.map(targetOf));
    addKeys(action, carried);
  }
  const ignored = new Map<string, ActionFacts>();
  const required = new Map<string, ActionFacts>();
  for (const [lower, name] of knownActions()) {
    const own = found.get(name) ?? nothing;
    const dependent = foundDependent.get(name) ?? nothing;
    ignored.set(lower, { name, ...own });
    required.set(lower, {
      name,
      shapes: own.shapes | dependent.shapes,
      required: own.required | dependent.required,
      keys: own.keys,
    });
  }
  return { actions: { required, ignored }, shapes: shapes.items.map(createShape), keys: keys.items };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference spells a family of keys so
const tag = "/${TagKey}";

const hierarchy = [1, 2, 3, 4, 5].map((level) => `connect:HierarchyGroupL${level}Id`);

/** The keys that a call of the operation has: those of the reference, and those that every call has (decision 0070). */
function keysOf({ conditionKeys, members, targets, extraActions }: OperationRow): readonly string[] {
  const names = new Set(members.map(({ name }) => name));
  const all = [...targets, ...extraActions.flatMap((extra) => extra.targets)];
  const setsTags = names.has("Tags") || names.has("tags");
  // Contacts' tags do not authorize. What is being created may already count as having the tags that the request sets.
  const hasTags = all.some(
    ({ type, source }) => type !== "contact" && type !== "*" && (source !== "*" || setsTags),
  );
  return [
    ...conditionKeys.filter((key) => !key.startsWith("aws:ResourceTag/")),
    ...(hasTags ? [`aws:ResourceTag${tag}`] : []),
    ...(all.some(({ type, source }) => (type === "user" && source !== "*") || type === "arn")
      ? hierarchy
      : []),
    ...(names.has("InstanceId") ? ["connect:InstanceId"] : []),
    ...(setsTags ? [`aws:RequestTag${tag}`, "aws:TagKeys"] : []),
  ];
}

let bits: ReadonlyMap<string, bigint> | undefined;

/** The shapes of a target's resource, each of which can be the one. */
export function shapesOfTarget(target: TargetSpec): bigint {
  bits ??= new Map(lintFacts().shapes.map(({ format }, index) => [format, 1n << BigInt(index)]));
  const known = bits;
  return askedFormats(target, readFormats()).reduce((all, format) => all | (known.get(format) ?? 0n), 0n);
}

/** Every form of resource that a target can add to an action's. */
function askedFormats(target: TargetSpec, formats: ReadonlyMap<string, string>): readonly string[] {
  const { type, source, whenAbsent, types } = target;
  const formatOf = (name: string) => formats.get(name) ?? name;
  if (type === "*") return ["*"];
  if (source === "*") return [formatOfAll(formatOf(type))];
  const named = type === "arn" ? (types ?? typesOfConnect(formats)) : [type, ...(types ?? [])];
  const asked = named.map(formatOf);
  return whenAbsent === "all" ? [...asked, formatOfAll(formatOf(type))] : asked;
}

/** A member that takes an ARN of any type only takes one of Connect's own (`shared/catalog/named-target.ts`). */
function typesOfConnect(formats: ReadonlyMap<string, string>): readonly string[] {
  return [...formats]
    .filter(([name, format]) => format.split(":")[2] === "connect" && name !== "userSession")
    .map(([name]) => name);
}
