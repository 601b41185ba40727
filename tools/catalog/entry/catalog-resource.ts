/** A target's resource as authors write it: the ARN with placeholders for what a call names (`agent/<UserId>`). */
import { findResourceType } from "../../../shared/catalog/catalog.ts";
import type { OperationRow, TargetSpec } from "../../../shared/catalog/types.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";

/** The beginning of every ARN of a call; placeholders if no instance is configured. */
export type ArnPlace = Pick<ConnectInstance, "partition" | "region" | "accountId" | "id">;

/** The placeholders. */
export const anyPlace: ArnPlace = {
  partition: "<Partition>",
  region: "<Region>",
  accountId: "<Account>",
  id: "<InstanceId>",
};

/** Writes the first type if an ARN may have several; an ARN of any type has a placeholder behind the account. */
export function resourceOf(spec: TargetSpec, row: OperationRow, place: ArnPlace): string {
  if (spec.type === "*") return "*";
  const [first] = spec.types ?? [];
  const type = spec.type === "arn" ? first : spec.type;
  if (type === undefined)
    return `arn:${place.partition}:connect:${place.region}:${place.accountId}:${placeholderOf(spec, row)}`;
  const format = findResourceType(type)?.arn ?? "";
  const values = new Map([
    ["Partition", place.partition],
    ["Region", place.region],
    ["Account", place.accountId],
    ["InstanceId", place.id],
  ]);
  const own = [...format.matchAll(/\$\{(\w+)\}/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !values.has(name));
  if (spec.source === "*") return fill(beginningOf(format, type), values);
  if (own.length > 1) for (const name of own) values.set(name, `<${name}>`);
  for (const name of own) if (!values.has(name)) values.set(name, placeholderOf(spec, row));
  const qualifier = spec.qualifier === undefined ? "" : `:<${spec.qualifier}>`;
  return `${fill(format, values)}${qualifier}`;
}

/** `<SecurityProfileIds>` for `SecurityProfileIds[]`; if another member's value says which target, that value: `<QUEUE>`. */
function placeholderOf({ source, discriminator }: TargetSpec, { targets }: OperationRow): string {
  const isShared = targets.filter((other) => other.source === source).length > 1;
  const key = isShared ? discriminator?.values[0] : undefined;
  const name = key ?? source.replace(/<[^>]*>/g, "").replace(/[[\]{}]/g, "");
  return `<${name}>`;
}

/** The pattern of all resources of a type: its ARN up to the type's first identifier, then `*`. */
function beginningOf(format: string, type: string): string {
  const head =
    type === "instance"
      ? format.replace(/\$\{InstanceId\}$/, "")
      : format.replace(/\$\{(?!Partition|Region|Account|InstanceId)\w+\}.*$/, "");
  return `${head}*`;
}

function fill(format: string, values: ReadonlyMap<string, string>): string {
  return format.replace(/\$\{(\w+)\}/g, (_, name: string) => values.get(name) ?? `<${name}>`);
}
