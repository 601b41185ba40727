/** What changes of the access to the resources of one region, alone and for callers with more rights. */
import {
  type AccessForm,
  accessForm,
  type Clause,
  createClause,
  isConditional,
  type LayerConditions,
} from "../../../shared/reach/implication/access-form.ts";
import {
  type FormComparer,
  type FormDifference,
  isSame,
} from "../../../shared/reach/implication/compare-forms.ts";
import type { Change } from "./merge-differences.ts";
import type { NormalStatement } from "./normal-statement.ts";
import type { PatternRegion } from "./statement-regions.ts";
import type { SubjectLayers } from "./subject-layers.ts";

export type Different = Change & { readonly difference: FormDifference };

/** A caller may also match other bindings. A Deny or a boundary of this subject takes away what those grant. */
export function changesIn(
  region: PatternRegion,
  sides: readonly [SubjectLayers, SubjectLayers],
  { isRequired, compare }: { readonly isRequired: boolean; readonly compare: FormComparer },
): readonly Different[] {
  const [alone, withOthers] = [false, true].map((hasMore) => {
    const [old, next] = sides.map((layers) =>
      accessForm(conditionsIn(region, layers, { isRequired, hasMore })),
    );
    return old && next ? changeOf([old, next], { hasMore, compare }) : undefined;
  });
  if (!alone) return withOthers ? [withOthers] : [];
  const isCovered = alone.change === "changes" || withOthers?.change === alone.change;
  return withOthers && !isCovered ? [alone, withOthers] : [alone];
}

function changeOf(
  [old, next]: readonly [AccessForm, AccessForm],
  { hasMore, compare }: { readonly hasMore: boolean; readonly compare: FormComparer },
): Different | undefined {
  const difference = compare(old, next);
  if (isSame(difference)) return undefined;
  const [gains, loses] = [difference.gained, difference.lost].map(({ kind }) => kind !== "none");
  const change = gains && loses ? "changes" : gains ? "gains" : "loses";
  return {
    change,
    isWithOthers: hasMore,
    isConditional: isConditional(old) || isConditional(next),
    difference,
  };
}

/** On a resource that is only referred to, an Allow is not needed; a caller with more rights has every Allow. */
export function conditionsIn(
  region: PatternRegion,
  { attached, boundaries, guardrails }: SubjectLayers,
  { isRequired, hasMore }: { readonly isRequired: boolean; readonly hasMore: boolean },
): readonly LayerConditions[] {
  const layer = (statements: readonly NormalStatement[], mustAllow: boolean): LayerConditions => ({
    allows: conditionsOf(statements, "Allow", region),
    denies: conditionsOf(statements, "Deny", region),
    mustAllow: mustAllow && isRequired,
  });
  return [
    layer(attached, !hasMore),
    ...boundaries.map((set) => layer(set, true)),
    ...guardrails.map((set) =>
      layer(
        set,
        set.some(({ effect }) => effect === "Allow"),
      ),
    ),
  ];
}

function conditionsOf(
  statements: readonly NormalStatement[],
  wanted: "Allow" | "Deny",
  region: PatternRegion,
): readonly Clause[] {
  return statements.flatMap((statement) => {
    if (statement.effect !== wanted) return [];
    const truth = region.truthOf(statement);
    if (truth === false) return [];
    return [createClause(statement.terms, truth === true ? undefined : truth)];
  });
}
