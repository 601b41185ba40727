/**
 * What the tables that people keep for lint say differently from the reference: each difference by its name.
 */
import { operations } from "../../shared/catalog/catalog.ts";
import { knownActions } from "../../shared/config/known-actions.ts";
import { actionsWithoutOperation } from "../../shared/config/lint/actions-without-operation.ts";
import {
  conditionKeys,
  findConditionKey,
  type KeyType,
} from "../../shared/config/lint/condition-key-table.ts";
import type { IamReference } from "../../tools/catalog/iam-reference.ts";

/** Names that AWS's own policies use and the reference no longer lists. */
const formerActions = ["connect:GetFederationTokens"];

/** Lists the differences: `what is wrong: its name`. */
export function staleTables(reference: IamReference): readonly string[] {
  return [...staleActions(reference), ...staleIdleActions(reference), ...staleKeys(reference)];
}

function staleActions({ actions }: IamReference): string[] {
  const known = knownActions();
  const own = new Set(operations().map(({ action }) => action.toLowerCase()));
  const missing = [...actions.values()]
    .map(({ name }) => `connect:${name}`)
    .filter((name) => known.get(name.toLowerCase()) !== name);
  const gone = [...known].filter(
    ([lower, name]) =>
      !actions.has(lower.slice("connect:".length)) && !own.has(lower) && !formerActions.includes(name),
  );
  return [
    ...missing.map((name) => `known-actions.ts lacks the action ${name}`),
    ...gone.map(([, name]) => `known-actions.ts has an action that the reference lacks: ${name}`),
  ];
}

/** Actions that no served operation is asked as; lint takes their types and keys from a table of its own. */
function staleIdleActions({ actions }: IamReference): string[] {
  const asked = new Set(
    operations()
      .filter(({ refused }) => refused === undefined)
      .map(({ action }) => action),
  );
  const idle = [...actions.values()].filter(({ name }) => !asked.has(`connect:${name}`));
  return idle.flatMap(({ name, resourceTypes, conditionKeys: keys }) => {
    const entry = actionsWithoutOperation.get(`connect:${name}`);
    if (!entry) return [`actions-without-operation.ts lacks the action connect:${name}`];
    const types = resourceTypes.map((type) => type.name);
    const listed = types.length > 0 ? types : ["*"];
    return [
      ...listed
        .filter((type) => !entry.types.includes(type))
        .map((type) => `actions-without-operation.ts: connect:${name} is asked on ${type} too`),
      ...keys
        .filter((key) => !entry.keys.includes(key))
        .map((key) => `actions-without-operation.ts: connect:${name} carries ${key} too`),
      ...entry.keys
        .filter((key) => !keys.includes(key))
        .map((key) => `actions-without-operation.ts: connect:${name} does not carry ${key}`),
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
    if (found?.presence !== "byAction") return [`condition-key-table.ts lacks the key ${key}`];
    const isRight =
      typesOf.get(type)?.includes(found.type) === true && found.isMultivalued === type.startsWith("ArrayOf");
    return isRight ? [] : [`condition-key-table.ts has another type than ${type} for ${key}`];
  });
  const names = [...conditionKeyTypes.keys()].map((key) => key.replace(/\$\{.*/, ""));
  // The administrator guide has these, and the reference does not.
  const ofGuide = /^connect:HierarchyGroupL[1-5]Id$/;
  const gone = conditionKeys.filter(
    ({ name, presence }) => presence === "byAction" && !names.includes(name) && !ofGuide.test(name),
  );
  return [
    ...faults,
    ...gone.map(({ name }) => `condition-key-table.ts has a key that the reference lacks: ${name}`),
  ];
}
