/** What every call of an operation must be allowed, whatever its input is. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { operations } from "../../../../shared/catalog/catalog.ts";
import type { DependentActions, OperationRow, TargetSpec } from "../../../../shared/catalog/types.ts";
import { shapesOfTarget } from "./action-facts.ts";

/** An action on a resource. */
interface Need {
  /** In IAM's spelling. */
  readonly action: string;
  readonly lowerAction: string;
  /** Shapes of `lintFacts()`; the resource has one of them. */
  readonly shapes: bigint;
}

export interface OperationNeeds {
  readonly operation: string;
  readonly lowerAction: string;
  /** All shapes on which its own action is ever needed. */
  readonly ownShapes: bigint;
  readonly needs: readonly Need[];
}

const known = new Map<DependentActions, readonly OperationNeeds[]>();

/** Lists the served operations. */
export function operationNeeds(dependentActions: DependentActions): readonly OperationNeeds[] {
  const found = known.get(dependentActions) ?? operations().flatMap((row) => needsOf(row, dependentActions));
  known.set(dependentActions, found);
  return found;
}

function needsOf(
  { name, action, targets, extraActions, refused }: OperationRow,
  dependentActions: DependentActions,
): readonly OperationNeeds[] {
  if (refused !== undefined) return [];
  const required = targets.filter(({ sort }) => sort === "required");
  const dependent =
    dependentActions === "ignored" ? [] : extraActions.filter(({ when }) => when === "always");
  const needs = [{ action, targets: required }, ...dependent].flatMap((needed) =>
    needed.targets.filter(isCertain).map((target) => ({
      action: needed.action,
      lowerAction: lowerAscii(needed.action),
      shapes: shapesOfTarget(target),
    })),
  );
  const ownShapes = required.reduce((all, target) => all | shapesOfTarget(target), 0n);
  return [{ operation: name, lowerAction: lowerAscii(action), ownShapes, needs }];
}

/** Whether every call has it (`OperationAsk.isCertain` of `tools/authoring/reach` is the same). */
function isCertain({ sort, source, whenAbsent, alternatives, discriminator }: TargetSpec): boolean {
  return (
    sort === "required" && (source === "*" || (whenAbsent !== "none" && !alternatives && !discriminator))
  );
}
