/** User-defined attributes. The first contact of a chain (`PreviousContactId`) holds the attributes of all. */
import { Buffer } from "node:buffer";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { Row } from "../../records/resource-table.ts";
import { invalidParameter } from "../../service-fault.ts";
import type { ContactShape } from "./contact-shape.ts";

/** `UpdateContactAttributes` in the API Reference: bytes of UTF-8 across all keys and values of a contact. */
const maxAttributeBytes = 32_768;

export const contactAttributeHandlers = {
  /** Adds and replaces attributes, of ongoing and of completed contacts. */
  UpdateContactAttributes(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = firstOfChain(instance, instance.contacts.get(input.InitialContactId));
    const attributes = checkAttributes({ ...row.shape.attributes, ...input.Attributes });
    instance.contacts.revise(row, { shape: { ...row.shape, attributes } });
    return {};
  },
  GetContactAttributes(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = firstOfChain(instance, instance.contacts.get(input.InitialContactId));
    return { Attributes: { ...row.shape.attributes } };
  },
} satisfies Handlers;

/** Checks the attributes that a contact would have. @throws ServiceFault `InvalidParameterException` */
export function checkAttributes(
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let bytes = 0;
  for (const [key, value] of Object.entries(attributes)) {
    if (!/^[a-zA-Z0-9_-]+$/.test(key)) {
      throw invalidParameter(
        "Attributes",
        `the key \`${key}\` must have only letters, digits, \`-\` and \`_\``,
      );
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > maxAttributeBytes)
    throw invalidParameter("Attributes", `must not be over ${maxAttributeBytes} bytes`);
  return attributes;
}

/** Finds the contact that a chain began with: it holds the attributes of all. */
export function firstOfChain(instance: InstanceState, row: Row<ContactShape>): Row<ContactShape> {
  const first = row.shape.described.InitialContactId;
  return first === undefined ? row : instance.contacts.get(first);
}
