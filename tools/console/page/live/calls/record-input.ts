/** What a record says of a call's input: the ids of the resources that its questions name. */
import { findOperation } from "../../../../../shared/catalog/catalog.ts";
import { parseConnectArn } from "../../../../../shared/catalog/resource-arn.ts";
import type { SeenRecord } from "./seen-record.ts";

type Json = Readonly<Record<string, unknown>>;

/** Members of the input; others are not recorded. A qualifier, `id:$LATEST`, is said by another member. */
export function inputOfRecord({ operation, asks }: Pick<SeenRecord, "operation" | "asks">): Json {
  const row = findOperation(operation);
  const named = asks.flatMap(({ resource }) => parseConnectArn(resource) ?? []);
  const input: Record<string, unknown> = {};
  const left = new Set(named);
  for (const { type, types = [], source } of row?.targets ?? []) {
    const [, member, list] = /^(\w+)(\[\])?$/.exec(source) ?? [];
    if (member === undefined) continue;
    const fitting = [...left].filter(
      (arn) => type === "arn" || arn.type === type || types.includes(arn.type),
    );
    const used = list === undefined ? fitting.slice(0, 1) : fitting;
    for (const arn of used) left.delete(arn);
    const values = used.map((arn) => (type === "arn" ? arn.text : arn.id.replace(/:[^:]*$/, "")));
    if (values.length > 0) input[member] = list === undefined ? values[0] : values;
  }
  const instance = named.find(({ instanceId }) => instanceId !== undefined)?.instanceId;
  if (instance !== undefined && row?.members.some(({ name }) => name === "InstanceId"))
    input["InstanceId"] ??= instance;
  return input;
}
