/** Joins the SDK, the reference, the rules and the decisions into the rows of the catalogue. */
import { lowerAscii } from "../../shared/ascii.ts";
import { parseTarget } from "../../shared/catalog/target-text.ts";
import type { ExtraAction, TargetSpec } from "../../shared/catalog/types.ts";
import { deriveTargets } from "./derive-targets.ts";
import type { IamReference } from "./iam-reference.ts";
import { meaningOf } from "./identifier-members.ts";
import type { SdkOperation } from "./sdk-operations.ts";
import { dependentActions, withoutResourceType } from "./tables/dependent-actions.ts";
import { deriveExtraActions } from "./tables/extra-actions.ts";
import { overrides, unlistedOperations } from "./tables/overrides.ts";
import { catalogResourceTypes } from "./tables/resource-types.ts";
import { isUnknownTag } from "./tables/tag-members.ts";
import type { Undecided } from "./undecided.ts";

export interface CatalogRow {
  readonly operation: SdkOperation;
  /** Without the prefix `connect:`. */
  readonly action: string;
  readonly targets: readonly TargetSpec[];
  readonly extraActions: readonly ExtraAction[];
  readonly conditionKeys: readonly string[];
  readonly refused?: string;
  /** Why it is as it is, when a person decided. */
  readonly reason?: string;
}

/** The whole catalogue, and what keeps it from being written. */
export interface Catalog {
  readonly rows: readonly CatalogRow[];
  readonly resourceTypes: ReadonlyMap<string, string>;
  /** Empty when all is decided. */
  readonly undecided: readonly Undecided[];
}

export function deriveCatalog(operations: readonly SdkOperation[], reference: IamReference): Catalog {
  const undecided: Undecided[] = [];
  const types = catalogResourceTypes(reference);
  const rows = operations.map((operation) => {
    const open: OpenQuestions = { targets: [], extras: [], dependents: [], identifiers: [], tags: [] };
    const row = deriveRow(operation, reference, open);
    for (const [place, file] of files)
      undecided.push(...open[place].map((text) => ({ what: `${operation.name}: ${text}`, file })));
    for (const type of typesOf(row).filter((name) => !types.has(name)))
      undecided.push({ what: `${operation.name}: ${type}: no ARN of this type is known`, file: typesFile });
    return row;
  });
  return { rows, resourceTypes: types, undecided };
}

const typesFile = "tools/catalog/tables/resource-types.ts";

/** The types of resources that a row is about, each once. Checks about other types are not possible. */
function typesOf({ targets, extraActions }: CatalogRow): readonly string[] {
  const all = [...targets, ...extraActions.flatMap((extra) => extra.targets)];
  const names = all.flatMap(({ type, types = [] }) => [type, ...types]);
  return [...new Set(names)].filter((name) => name !== "*" && name !== "arn");
}

/** The open decisions of one operation, by the file that they are written in. */
type OpenQuestions = Readonly<Record<"targets" | "extras" | "dependents" | "identifiers" | "tags", string[]>>;

const files: readonly (readonly [keyof OpenQuestions, string])[] = [
  ["targets", "tools/catalog/tables/overrides.ts"],
  ["extras", "tools/catalog/tables/extra-actions.ts"],
  ["dependents", "tools/catalog/tables/dependent-actions.ts"],
  ["identifiers", "tools/catalog/identifier-members.ts, or ignored-members.ts beside it with the reason"],
  ["tags", "tools/catalog/tables/tag-members.ts, or ignored-members.ts beside it with the reason"],
];

function deriveRow(operation: SdkOperation, reference: IamReference, open: OpenQuestions): CatalogRow {
  const { name } = operation;
  const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
  const unlisted = Object.hasOwn(unlistedOperations, name) ? unlistedOperations[name] : undefined;
  const action = override?.action ?? name;
  const listed = reference.actions.get(lowerAscii(action));
  if (!listed && unlisted === undefined && !override)
    open.targets.push("the reference has no action of this name");
  if (listed && unlisted !== undefined)
    open.targets.push("the reference now has this action; drop it from the unlisted ones");
  const dependents = Object.hasOwn(dependentActions, action) ? dependentActions[action] : undefined;
  for (const each of listed?.dependentActions ?? [])
    if (!dependents?.includes(each)) open.dependents.push(`depends on ${each}, says the reference`);
  if (listed && (listed.resourceTypes.length === 0) !== withoutResourceType.has(action))
    open.dependents.push("the reference's resource types differ from `withoutResourceType`");
  const derived = deriveTargets(operation, listed);
  if (!override?.targets && override?.refused === undefined) open.targets.push(...derived.undecided);
  const reason = override?.reason ?? unlisted;
  const known = {
    operation,
    action,
    conditionKeys: listed?.conditionKeys ?? [],
    ...(reason === undefined ? {} : { reason }),
  };
  if (override?.refused !== undefined)
    return { ...known, targets: [], extraActions: [], refused: override.refused };
  const targets = override?.targets?.map(parseTarget) ?? derived.targets;
  open.identifiers.push(...uncovered(operation, targets));
  open.targets.push(...misplaced(operation, targets), ...unreached(operation));
  open.tags.push(...strayTags(operation));
  const extraActions = deriveExtraActions(operation, targets, { reference, undecided: open.extras });
  return { ...known, targets, extraActions };
}

/** If no target has an identifier, no policy would check it. */
function uncovered(operation: SdkOperation, targets: readonly TargetSpec[]): readonly string[] {
  const sources = new Set(targets.map(({ source }) => source));
  return operation.leaves.flatMap(({ path }) => {
    const meaning = meaningOf(operation.name, path);
    if (path === "InstanceId" || meaning === undefined || sources.has(path)) return [];
    if (meaning === "unknown") return [`${path}: looks like an identifier, and no table says of what`];
    return meaning.kind === "ignored" ? [] : [`${path}: looks like an identifier, and no target has it`];
  });
}

/** Policies do not see tags that no condition key is read from. */
function strayTags({ name, leaves }: SdkOperation): readonly string[] {
  return leaves
    .filter(({ path }) => isUnknownTag(name, path))
    .map(({ path }) => `${path}: looks like a tag, and no table says of what`);
}

/** If a structure holds itself by a member that no path follows, the names inside it are not found. */
function unreached({ name, leaves, loops }: SdkOperation): readonly string[] {
  return loops.flatMap(({ path, first }) => {
    const named = leaves.find((leaf) => {
      const meaning = leaf.path.startsWith(`${first}.`) ? meaningOf(name, leaf.path) : undefined;
      return meaning !== undefined && meaning !== "unknown" && meaning.kind !== "ignored";
    });
    return named === undefined
      ? []
      : [`${path}: holds ${named.path} again, where no member path finds it (shared/catalog/member-path.ts)`];
  });
}

function misplaced(operation: SdkOperation, targets: readonly TargetSpec[]): readonly string[] {
  const paths = new Set(operation.leaves.map(({ path }) => path));
  const sources = targets.flatMap(({ source, alternatives = [] }) => [source, ...alternatives]);
  return sources.flatMap((source) => {
    if (source.includes("[][]"))
      return [`${source}: member paths have no lists of lists yet (shared/catalog/member-path.ts)`];
    return source === "*" || paths.has(source) ? [] : [`${source}: the SDK has no such member`];
  });
}
