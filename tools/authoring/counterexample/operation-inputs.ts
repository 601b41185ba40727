/** Inputs by which an operation asks for an action on a given resource. */
import { operations } from "../../../shared/catalog/catalog.ts";
import { parseMemberPath } from "../../../shared/catalog/member-path.ts";
import { type ParsedArn, parseConnectArn } from "../../../shared/catalog/resource-arn.ts";
import type { OperationRow, TargetSpec } from "../../../shared/catalog/types.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";

export type Input = Readonly<Record<string, unknown>>;

export interface OperationInput {
  readonly operation: string;
  readonly input: Input;
}

interface Use {
  readonly row: OperationRow;
  readonly specs: readonly TargetSpec[];
  /** What makes the action needed, if it is not the operation's own. */
  readonly needs: Input;
}

let uses: ReadonlyMap<string, readonly Use[]> | undefined;

/** The operations that need an action: first those of which it is the own. */
function usesOf(action: string): readonly Use[] {
  if (!uses) {
    const found = new Map<string, Use[]>();
    const add = (name: string, use: Use) => found.set(name, [...(found.get(name) ?? []), use]);
    const served = operations().filter(({ refused }) => refused === undefined);
    for (const row of served) add(row.action, { row, specs: row.targets, needs: {} });
    for (const row of served)
      for (const { action: extra, when, targets } of row.extraActions)
        add(extra, {
          row,
          specs: targets,
          needs: when === "always" ? {} : nest(when.member, "some-value", undefined),
        });
    uses = found;
  }
  return uses.get(action) ?? [];
}

/** Lists inputs, in the order in which they should be tried. @param example a resource, `…/TYPE/*`, or `*` */
export function findInputs(
  action: string,
  example: string,
  instances: readonly ConnectInstance[],
): readonly OperationInput[] {
  const arn = parseConnectArn(example);
  const [home] = instances;
  const instance = instances.find((each) => example.startsWith(`${each.arn}/`) || example === each.arn);
  return usesOf(action).flatMap(({ row, specs, needs }) => {
    const hasInstance = row.members.some(({ name }) => name === "InstanceId");
    const place = instance && instance !== home && hasInstance ? { InstanceId: instance.id } : {};
    return specs.flatMap((spec) =>
      valuesOf(spec, arn, example).map((value) => ({
        operation: row.name,
        input: { ...needs, ...place, ...(value === undefined ? {} : nest(spec.source, value, spec)) },
      })),
    );
  });
}

/** What to write at the target's source: a value, nothing, or no way to ask about the resource. */
function valuesOf(
  { type, types, source, whenAbsent }: TargetSpec,
  arn: ParsedArn | undefined,
  example: string,
): readonly (string | undefined)[] {
  if (source === "*" || type === "*") return example.endsWith("*") ? [undefined] : [];
  if (example.endsWith("*")) return whenAbsent === "all" ? [undefined] : [];
  if (!arn) return [];
  if (type === arn.type) return [arn.id];
  return type === "arn" || types?.includes(arn.type) ? [arn.text] : [];
}

/** Puts a value where a member path leads. */
export function nest(
  path: string,
  value: unknown,
  spec: Pick<TargetSpec, "discriminator"> | undefined,
): Input {
  const steps = parseMemberPath(path);
  let inner = value;
  for (const [index, { name, each }] of [...steps.entries()].reverse()) {
    const item = each === "list" ? [inner] : each === "map" ? { "some-key": inner } : inner;
    const kind = index === steps.length - 1 ? spec?.discriminator : undefined;
    inner = { ...(kind ? { [kind.member]: kind.values[0] } : {}), [name]: item };
  }
  return inner as Input;
}
