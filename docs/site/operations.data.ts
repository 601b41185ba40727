/** What the table of operations shows: the catalogue's own data, and of it what somebody looks for. */

import { areaOf } from "../../shared/catalog/area.ts";
import { operations } from "../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { decidedByUrl } from "../../tools/catalog/decided-by-url.ts";

export interface OperationFacts {
  readonly name: string;
  readonly area: string;
  readonly route: string;
  /** Its own and those that are asked in addition. */
  readonly actions: readonly string[];
  readonly resourceTypes: readonly string[];
  readonly conditionKeys: readonly string[];
  /** How much the authorizer decides: `all`, `part`, `nothing`; or that it is not served. */
  readonly byUrl: string;
}

declare const data: readonly OperationFacts[];

export { data };

export default {
  load: (): readonly OperationFacts[] => operations().map(factsOf),
};

function factsOf(row: OperationRow): OperationFacts {
  const { name, method, uri, action, targets, extraActions, conditionKeys, refused } = row;
  const all = [...targets, ...extraActions.flatMap((extra) => extra.targets)];
  const types = all.flatMap(({ type, types: others = [] }) => (type === "*" ? others : [type, ...others]));
  return {
    ...{ name, area: areaOf(row), route: `${method} ${uri}`, conditionKeys },
    actions: [action, ...extraActions.map((extra) => extra.action)],
    resourceTypes: [...new Set(types)],
    byUrl: refused === undefined ? decidedByUrl(row) : "not served",
  };
}
