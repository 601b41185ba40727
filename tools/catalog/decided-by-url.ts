/** How much of a call its URL decides. The proxy decides the rest: resources, instance or actions from the body. */
import { topMember } from "../../shared/catalog/member-path.ts";
import type { InputMember, OperationRow, TargetSpec } from "../../shared/catalog/types.ts";

/** Whether the URL decides every resource, some or none. */
export type DecidedByUrl = "all" | "part" | "nothing";

/** The parts that decide; `members` may lack the labels, which the URI names. */
type DecidedOperation = Pick<OperationRow, "uri" | "members" | "targets" | "extraActions">;

export function decidedByUrl(operation: DecidedOperation): DecidedByUrl {
  const { targets, extraActions } = operation;
  const isKnown = (spec: TargetSpec) => isKnownFromUrl(spec, operation);
  const always = extraActions.every(({ when, targets }) => when === "always" && targets.every(isKnown));
  if (always && targets.every(isKnown)) return "all";
  return targets.some((spec) => spec.sort === "required" && isKnown(spec)) ? "part" : "nothing";
}

export function isKnownFromUrl(spec: TargetSpec, operation: DecidedOperation): boolean {
  return spec.type === "*" || (hasPlace(operation) && isInPath(spec, operation));
}

/** Where the top-level member of a path travels. */
export function placeOf(source: string, members: readonly InputMember[]): InputMember["place"] {
  const top = topMember(source);
  return members.find(({ name }) => name === top)?.place ?? "path";
}

/** Whether the URL says to which instance's region and account the call goes. */
function hasPlace({ uri, members, targets, extraActions }: DecidedOperation): boolean {
  const arns = targets.filter(({ type }) => type === "arn");
  const elsewhere =
    placeOf("InstanceId", members) !== "path" ||
    arns.some((spec) => !isInPath(spec, { uri, members, targets, extraActions }));
  return uri.includes("{InstanceId}") || !elsewhere;
}

function isInPath({ source, qualifier }: TargetSpec, { members }: DecidedOperation): boolean {
  const isLabel = (path: string) => path === "*" || placeOf(path, members) === "path";
  return isLabel(source) && (qualifier === undefined || isLabel(qualifier));
}
