/** Finds where an operation's input holds identifiers, from the catalogue's targets, once per operation. */
import { sharedTypes } from "./resource-arn.ts";
import type { OperationRow, TargetSpec } from "./types.ts";

export interface IdentifierSources {
  /** Members that hold the instance's own id or ARN. */
  readonly instances: ReadonlySet<string>;
  /** Members whose value is an ARN of any type. */
  readonly arns: readonly TargetSpec[];
  /** Members that hold ids, each once, with all types that the ids may have. */
  readonly ids: readonly { readonly spec: TargetSpec; readonly types: Set<string> }[];
  /** Those id members in which an ARN of another Region is allowed. */
  readonly shared: readonly TargetSpec[];
}

const sourcesByRow = new WeakMap<OperationRow, IdentifierSources>();

export function sourcesOf(row: OperationRow): IdentifierSources {
  const found = sourcesByRow.get(row);
  if (found) return found;
  const instances = new Set<string>();
  const arns: TargetSpec[] = [];
  const ids = new Map<string, { spec: TargetSpec; types: Set<string> }>();
  if (row.members.some((member) => member.name === "InstanceId")) instances.add("InstanceId");
  const specs: readonly TargetSpec[] = [
    ...row.targets,
    ...row.extraActions.flatMap((extra) => extra.targets),
  ];
  for (const spec of specs) {
    const { type, source } = spec;
    if (source === "*") continue;
    if (type === "instance") instances.add(source);
    else if (type === "arn") arns.push(spec);
    else {
      const place = JSON.stringify([source, spec.discriminator]);
      const known = ids.get(place);
      if (known) known.types.add(type);
      else ids.set(place, { spec, types: new Set([type]) });
    }
  }
  // An ARN of any service does not say where the call goes.
  const shared = specs.filter(
    ({ type, source, orAnyArn }) => sharedTypes.has(type) && source !== "*" && !orAnyArn,
  );
  const sources = { instances, arns, ids: [...ids.values()], shared };
  sourcesByRow.set(row, sources);
  return sources;
}

/** Whether a target of the catalogue names this top-level member. */
export function isIdentifierMember(row: OperationRow, member: string): boolean {
  const { instances, arns, ids } = sourcesOf(row);
  return (
    instances.has(member) ||
    arns.some(({ source }) => source === member) ||
    ids.some(({ spec }) => spec.source === member)
  );
}
