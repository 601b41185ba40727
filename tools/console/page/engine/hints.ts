// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of ARN formats
/** What an editor of policies offers and explains: actions, resources, operators and condition keys, from the catalogue. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { areaOf } from "../../../../shared/catalog/area.ts";
import { operations } from "../../../../shared/catalog/catalog.ts";
import { operatorNames } from "../../../../shared/policy/condition/operators.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { knownActions } from "../../../authoring/configuration/known-actions.ts";
import {
  describeAction,
  describedKeys,
  resourceLabels,
} from "../../../authoring/configuration/policy-schema.ts";
import { escalationOf } from "../../../authoring/diff/escalations.ts";
import { lintFacts } from "../../../authoring/lint/facts/action-facts.ts";
import type { ActionHint, Hint, Hints } from "./protocol.ts";

/** @param instances are written into the resources */
export function createHints(instances: readonly ConnectInstance[]): Hints {
  return {
    actions: [...knownActions()].map(([lower, name]) => actionHint(lower, name)).sort(byName),
    resources: resourceHints(instances),
    operators: operatorNames().map((name) => ({ name, about: "" })),
    keys: [
      ...describedKeys().map(({ name, description }) => ({ name, about: description })),
      { name: "jwt:", about: "A claim of the caller's token." },
    ],
  };
}

function byName(one: Hint, other: Hint): number {
  return one.name < other.name ? -1 : 1;
}

function actionHint(lower: string, name: string): ActionHint {
  const { actions, keys } = lintFacts();
  const mask = actions.ignored.get(lower)?.keys ?? 0n;
  const row = operations().find(({ action }) => lowerAscii(action) === lower);
  const escalates = escalationOf(name);
  return {
    name,
    about: describeAction(name),
    ...(row ? { area: areaOf(row) } : {}),
    keys: keys.filter((_, at) => (mask & (1n << BigInt(at))) !== 0n),
    ...(escalates === undefined ? {} : { escalates }),
  };
}

function resourceHints(instances: readonly ConnectInstance[]): readonly Hint[] {
  const labels = resourceLabels();
  const written = instances.flatMap(({ arn, partition, region, accountId }) =>
    labels.map((label) =>
      label
        .replace(/^\$\{main\}/, arn)
        .replace("${Partition}", partition)
        .replace("${Region}", region)
        .replace("${Account}", accountId),
    ),
  );
  const names = new Set(written.filter((each) => !each.includes("${")));
  return [{ name: "*", about: "Every resource." }, ...[...names].map((name) => ({ name, about: "" }))];
}
