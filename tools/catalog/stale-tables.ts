/** What the tables that people keep for lint say differently from the reference: each difference by its name. */
import { lowerAscii } from "../../shared/ascii.ts";
import {
  conditionKeys,
  findConditionKey,
  type KeyType,
} from "../../shared/reach/implication/condition-key-table.ts";
import { knownActions } from "../authoring/configuration/known-actions.ts";
import { actionsWithoutOperation } from "../authoring/lint/facts/actions-without-operation.ts";
import type { CatalogRow } from "./derive-catalog.ts";
import type { IamReference } from "./iam-reference.ts";
import type { Undecided } from "./undecided.ts";

/** Names that AWS's own policies use and the reference no longer lists. */
const formerActions = ["connect:GetFederationTokens"];

const tables = "tools/authoring";

export function staleTables(rows: readonly CatalogRow[], reference: IamReference): readonly Undecided[] {
  return [
    ...decideIn(`${tables}/configuration/known-actions.ts`, staleActions(rows, reference)),
    ...decideIn(`${tables}/lint/facts/actions-without-operation.ts`, staleIdleActions(rows, reference)),
    ...decideIn("shared/reach/implication/condition-key-table.ts", staleKeys(reference)),
  ];
}

function decideIn(file: string, all: readonly string[]): readonly Undecided[] {
  return all.map((what) => ({ what, file }));
}

function staleActions(rows: readonly CatalogRow[], { actions }: IamReference): string[] {
  const known = knownActions();
  const own = new Set(rows.map(({ action }) => lowerAscii(`connect:${action}`)));
  // The actions of operations are known as soon as the catalogue is written.
  const missing = [...actions.values()]
    .map(({ name }) => `connect:${name}`)
    .filter((name) => known.get(lowerAscii(name)) !== name && !own.has(lowerAscii(name)));
  const gone = [...known].filter(
    ([lower, name]) =>
      !actions.has(lower.slice("connect:".length)) && !own.has(lower) && !formerActions.includes(name),
  );
  return [
    ...missing.map((name) => `lacks the action ${name}`),
    ...gone.map(([, name]) => `has an action that neither the reference nor an operation has: ${name}`),
  ];
}

/** Actions that no served operation is authorized as; lint takes their types and keys from a table of its own. */
function staleIdleActions(rows: readonly CatalogRow[], { actions }: IamReference): string[] {
  const asked = new Set(rows.filter(({ refused }) => refused === undefined).map(({ action }) => action));
  const idle = [...actions.values()].filter(({ name }) => !asked.has(name));
  return idle.flatMap(({ name, resourceTypes, conditionKeys: keys }) => {
    const entry = actionsWithoutOperation.get(`connect:${name}`);
    if (!entry) return [`lacks the action connect:${name}`];
    const types = resourceTypes.map((type) => type.name);
    const listed = types.length > 0 ? types : ["*"];
    return [
      ...listed
        .filter((type) => !entry.types.includes(type))
        .map((type) => `connect:${name} is authorized on ${type} too`),
      ...keys.filter((key) => !entry.keys.includes(key)).map((key) => `connect:${name} carries ${key} too`),
      ...entry.keys
        .filter((key) => !keys.includes(key))
        .map((key) => `connect:${name} does not carry ${key}`),
    ];
  });
}

const typesOf: ReadonlyMap<string, readonly KeyType[]> = new Map([
  ["String", ["string", "text"]],
  ["ArrayOfString", ["string"]],
  ["ARN", ["arn"]],
]);

function staleKeys({ conditionKeyTypes }: IamReference): string[] {
  const faults = [...conditionKeyTypes].flatMap(([key, type]) => {
    const found = findConditionKey(key);
    if (found?.presence !== "byAction")
      return [
        `lacks the key ${key}; it is not known, so denied, until shared/request/keys/condition-keys.ts reads it`,
      ];
    const isRight =
      typesOf.get(type)?.includes(found.type) === true && found.isMultivalued === type.startsWith("ArrayOf");
    return isRight ? [] : [`has another type than ${type} for ${key}`];
  });
  const names = [...conditionKeyTypes.keys()].map((key) => key.replace(/\$\{.*/, ""));
  // The administrator guide has these, and the reference does not.
  const ofGuide = /^connect:HierarchyGroupL[1-5]Id$/;
  const gone = conditionKeys.filter(
    ({ name, presence }) => presence === "byAction" && !names.includes(name) && !ofGuide.test(name),
  );
  return [...faults, ...gone.map(({ name }) => `has a key that the reference lacks: ${name}`)];
}
