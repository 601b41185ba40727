/**
 * The catalogue for the Lambdas: operations and resource types by name.
 *
 * The data is `catalog.generated.json`, one line per operation, written by `npm run generate`. A row is expanded on
 * first use, so a cold start pays only for the operations that it serves.
 */
import { lowerAscii } from "../ascii.ts";
import data from "./generated/catalog.generated.json" with { type: "json" };
import { expandTarget, idLabelOf, parseTarget } from "./target-text.ts";
import type { ExtraAction, InputMember, OperationRow, ResourceType, TargetSpec } from "./types.ts";

/** Separates the fields of an operation's line, and its targets. No route or member path contains either. */
export const fieldSeparator = ";";
export const targetSeparator = "&";

/** The first character of a route stands for its method. */
export const methodMarks = { GET: "<", POST: "+", PUT: "=", DELETE: "-" } as const;

/** Marks for the prefixes that most ARN templates share, the longest first. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how the reference writes variables
export const arnBeginnings = [
  ["~/", "arn:${Partition}:connect:${Region}:${Account}:instance/${InstanceId}/"],
  ["~", "arn:${Partition}:connect:${Region}:${Account}:"],
] as const;
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: until here

/**
 * An operation's line in the generated file, after its name. The usual values are omitted at the end.
 *
 * - route: `=/users/{}/{*}/config` for `PUT /users/{InstanceId}/{UserId}/config`
 * - members that are not labels, {@link pageMarks} for those of a page: `Tags SecurityProfileIds! ?NextToken
 *   ?UserId=UserId ^TestCaseId=x-amz-resource-id`
 * - targets, as `target-text.ts` writes and shortens them; `-`: none
 * - keys: index into `conditionKeys`
 */
type Line = string;

interface RareFacts {
  /** Absent when it is the operation's name. */
  readonly action?: string;
  /** `action`, `when` (`always` or a member path), then targets. */
  readonly extra?: readonly (readonly string[])[];
  readonly refused?: string;
}

// Our generator writes the file, and a test checks it.
const lines = new Map<string, Line>(
  data.operations.map((line) => {
    const end = line.indexOf(fieldSeparator);
    return [line.slice(0, end), line.slice(end + 1)];
  }),
);
const rareFacts = new Map<string, RareFacts>(Object.entries(data.rare));
const rows = new Map<string, OperationRow>();
const arns = new Map(Object.entries(data.resourceTypes).map(([name, arn]) => [name, expandArn(arn)]));
const types = new Map<string, ResourceType>(
  [...arns].map(([name, arn]) => [name, Object.freeze({ name, arn })]),
);
/** Groups of members that many operations share, because they page through a list. */
export const pageMarks = [
  ["??", "?NextToken ?MaxResults"],
  ["!!", "NextToken MaxResults SearchFilter SearchCriteria"],
] as const;
/** The label of a route that names the operation's first target. */
export const ownLabel = "{*}";
let allRows: readonly OperationRow[] | undefined;

/** Finds an operation by its exact name. `undefined`: the catalogue does not have it, so the call is refused. */
export function findOperation(name: string): OperationRow | undefined {
  const known = rows.get(name);
  if (known) return known;
  const line = lines.get(name);
  if (!line) return undefined;
  const row = expandRow(name, line);
  rows.set(name, row);
  return row;
}

/** Sorted by name. The first call expands all rows (some milliseconds). */
export function operations(): readonly OperationRow[] {
  allRows ??= Object.freeze([...lines.keys()].flatMap((name) => findOperation(name) ?? []));
  return allRows;
}

/** Lists all routes without expanding their rows: a router needs no more at a cold start. */
export function operationRoutes(): readonly Pick<OperationRow, "name" | "method" | "uri">[] {
  return [...lines].map(([name, line]) => {
    const [route = "", , targets = ""] = line.split(fieldSeparator);
    return { name, ...splitRoute(route, targets) };
  });
}

/** Lists the condition keys of all actions, as the reference spells them; some are repeated. */
export function conditionKeyNames(): readonly string[] {
  return data.conditionKeys.flatMap(expandKeys);
}

export function findResourceType(name: string): ResourceType | undefined {
  return types.get(name);
}

/** Lists the resource types of targets, without `arn` and `*`. */
export function resourceTypes(): readonly ResourceType[] {
  return [...types.values()];
}

function expandArn(text: string): string {
  for (const [mark, beginning] of arnBeginnings) {
    if (text.startsWith(mark)) return beginning + text.slice(mark.length);
  }
  return text;
}

function expandRow(name: string, line: Line): OperationRow {
  const [route = "", members = "", targets = "", keys = ""] = line.split(fieldSeparator);
  const { action = name, extra = [], refused } = rareFacts.get(name) ?? {};
  const { method, uri } = splitRoute(route, targets);
  const row: OperationRow = {
    name,
    method,
    uri,
    members: Object.freeze([...expandLabels(uri), ...expandMembers(members)]),
    action: `connect:${action}`,
    targets: readTargets(targets === "-" ? [] : targets.split(targetSeparator)),
    extraActions: Object.freeze(extra.map(expandExtraAction)),
    conditionKeys: Object.freeze(expandKeys(data.conditionKeys[Number(keys)] ?? "")),
    ...(refused === undefined ? {} : { refused }),
  };
  return Object.freeze(row);
}

function splitRoute(route: string, targets: string): Pick<OperationRow, "method" | "uri"> {
  const uri = route
    .slice(1)
    .replaceAll("{}", "{InstanceId}")
    .replace(ownLabel, () => `{${ownLabelOf(targets, arns)}}`);
  for (const method of ["GET", "POST", "PUT", "DELETE"] as const)
    if (route[0] === methodMarks[method]) return { method, uri };
  throw new TypeError(`not a route of Amazon Connect: \`${route}\``);
}

/** The variable at the end of a family of keys. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the reference writes it
export const tagVariable = "${TagKey}";

function expandKeys(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ").map(expandKey);
}

/** Expands a condition key or action: without a service's name it is Connect's. */
function expandKey(text: string): string {
  const key = text.endsWith("/") ? text + tagVariable : text;
  return key.includes(":") ? key : `connect:${key}`;
}

/** @param targets as in the operation's line; {@link ownLabel} stands for the returned label */
export function ownLabelOf(targets: string, types: ReadonlyMap<string, string>): string | undefined {
  const own = targets.split(targetSeparator).find((target) => types.has(target));
  return own === undefined ? undefined : idLabelOf(types.get(own) ?? "");
}

function expandPages(members: string): string {
  return pageMarks.reduce((text, [mark, page]) => text.replace(mark, page), members);
}

/** Every label is a required member of the same name (Smithy's httpLabel). */
function expandLabels(uri: string): readonly InputMember[] {
  const names = [...uri.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? "");
  return names.map((name) => Object.freeze({ name, place: "path", wireName: name, required: true }));
}

function expandMembers(text: string): readonly InputMember[] {
  if (text === "") return [];
  return expandPages(text)
    .split(" ")
    .map((token) => Object.freeze(expandMember(token)));
}

function expandMember(token: string): InputMember {
  const required = token.endsWith("!");
  const place = token[0] === "?" ? "query" : token[0] === "^" ? "header" : "body";
  const text = token.slice(place === "body" ? 0 : 1, required ? -1 : undefined);
  const [name = "", wireName] = text.split("=");
  const usual = place === "query" ? lowerAscii(name.charAt(0)) + name.slice(1) : name;
  return { name, place, wireName: wireName ?? usual, required };
}

function expandExtraAction([action = "", when = "", ...targets]: readonly string[]): ExtraAction {
  return Object.freeze({
    action: expandKey(action),
    when: when === "always" ? "always" : Object.freeze({ member: when }),
    targets: readTargets(targets),
  });
}

function readTargets(lines: readonly string[]): readonly TargetSpec[] {
  return Object.freeze(lines.map((line) => parseTarget(expandTarget(line, arns))));
}
