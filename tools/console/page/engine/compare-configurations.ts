/** What differs in access between two configurations, cell by cell, as the page shows it. */
import { BoundPolicies } from "../../../../shared/bundle/binding-layers.ts";
import { AccessModel } from "../../../authoring/access/access-model.ts";
import {
  type ComparedSide,
  compareModels,
  type ModelComparison,
} from "../../../authoring/access/compare-models.ts";
import type { GivenConfiguration } from "../../api.ts";
import type { ShownChange } from "./protocol.ts";

export function compareConfigurations(
  older: GivenConfiguration,
  newer: GivenConfiguration,
): readonly ShownChange[] {
  return showChanges(compareModels(sideOf(older), sideOf(newer)));
}

export function showChanges({ changes }: ModelComparison): readonly ShownChange[] {
  return changes.map(({ kind, row, column, before, after, escalates }) => ({
    kind,
    operation: row.name,
    binding: column.name,
    before: before.word,
    after: after.word,
    ...(escalates === undefined ? {} : { escalates }),
  }));
}

function sideOf({ bundle }: GivenConfiguration): ComparedSide {
  return { bundle, model: new AccessModel(bundle.config, new BoundPolicies(bundle)) };
}
