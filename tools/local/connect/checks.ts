/** Checks of values that the schemas leave open: lengths, patterns and enumerations of the API Reference. */
import type { ResourceTable } from "./resource-table.ts";
import { invalidParameter, ServiceFault } from "./service-fault.ts";

/** Checks a text's length in UTF-16 units. @throws ServiceFault `InvalidParameterException` */
export function checkLength(
  value: string,
  path: string,
  range: { readonly from: number; readonly to: number },
): void {
  if (value.length >= range.from && value.length <= range.to) return;
  throw invalidParameter(path, `must have ${range.from} to ${range.to} characters`);
}

/** Checks the name of a resource: 1 to 127 characters, as most create operations have it. */
export function checkName(value: string, path: string): void {
  checkLength(value, path, { from: 1, to: 127 });
}

/** Checks that a value is one of an SDK enumeration's. @throws ServiceFault `InvalidParameterException` */
export function checkOneOf(value: string, path: string, values: Readonly<Record<string, string>>): void {
  const allowed = Object.values(values);
  if (!allowed.includes(value)) throw invalidParameter(path, `must be one of ${allowed.join(", ")}`);
}

/** Checks that every id names a row of the table. @throws ServiceFault `ResourceNotFoundException` */
export function checkReferences(table: ResourceTable<unknown>, ids: readonly (string | undefined)[]): void {
  for (const id of ids) if (id !== undefined) table.get(id);
}

/** Refuses to delete what others refer to. @throws ServiceFault `ResourceInUseException` */
export function assertUnused(
  id: string,
  resourceType: "ROUTING_PROFILE" | "SECURITY_PROFILE" | "QUEUE",
  users: { readonly label: string; readonly ids: readonly string[] },
): void {
  const [first] = users.ids;
  if (first === undefined) return;
  throw new ServiceFault("ResourceInUseException", `\`${id}\` is in use by ${users.label} \`${first}\``, {
    ResourceType: resourceType,
    ResourceId: id,
  });
}
