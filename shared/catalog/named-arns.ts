/**
 * Finds every resource that an input names by its ARN, wherever the ARN is: in a reference, an attribute, a filter, a
 * tag's value, a map's key. It searches all values, not a list of places, so it misses no member.
 *
 * Only a text that is an ARN as a whole counts. A text that contains an ARN, for instance a flow's content, is not
 * searched.
 */
import { type Ask, type AskedInput, assertFew, NOT_KNOWN } from "./ask.ts";
import { lowerUuids, parseConnectArn, qualifiedType, unqualified } from "./resource-arn.ts";
import type { OperationRow } from "./types.ts";

/**
 * Adds a referenced ask for each ARN of a Connect resource that has no ask yet. If the reader cannot see some members,
 * it adds one ask with an unknown resource: any text in them may be such an ARN.
 *
 * UUIDs in the ARN are in lower case in the ask, as in identifiers. The request that is sent keeps them unchanged.
 *
 * @throws InputError when the call names too many resources
 */
export function addNamedArns(row: OperationRow, input: AskedInput, asks: Ask[]): void {
  const { action } = row;
  const asked = new Set(asks.map((ask) => (ask.action === action ? ask.resource : undefined)));
  const add = (text: string, trail: readonly (string | number)[]): void => {
    const arn = parseConnectArn(text);
    if (!arn) return;
    const resource = lowerUuids(text);
    const bare = unqualified(arn.id) === undefined ? [] : [resource.slice(0, resource.lastIndexOf(":"))];
    for (const each of [resource, ...bare]) {
      if (asked.has(each)) continue;
      asked.add(each);
      const type = each === resource ? qualifiedType(arn.type, arn.id) : arn.type;
      const source = format(trail);
      asks.push({ action, resource: each, type, sort: "referenced", source, mayBeAbsent: false });
      assertFew(asks, source);
    }
  };
  let isOpen = false;
  for (const { name } of row.members) {
    const value = input.get(name);
    if (value !== NOT_KNOWN) visit(value, [name], add);
    else isOpen ||= mayHoldAnyArn(row, name);
  }
  if (!isOpen) return;
  const source = "any other member";
  asks.push({ action, resource: undefined, type: "arn", sort: "referenced", source, mayBeAbsent: true });
}

/** False for identifiers: the call is authorized on the ARN, or refused. */
export function mayHoldAnyArn({ targets }: OperationRow, member: string): boolean {
  if (member === "InstanceId") return false;
  return !targets.some(
    ({ source, discriminator, orAnyArn }) =>
      !discriminator && !orAnyArn && (source === member || source === `${member}[]`),
  );
}

/** Includes the keys of maps. The `trail` becomes a path in text only for an ARN. */
function visit(
  value: unknown,
  trail: (string | number)[],
  add: (text: string, trail: readonly (string | number)[]) => void,
): void {
  if (typeof value === "string") {
    if (value.startsWith("arn:")) add(value, trail);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, inner] of entries) {
    trail.push(key);
    if (typeof key === "string" && key.startsWith("arn:")) add(key, trail);
    visit(inner, trail, add);
    trail.pop();
  }
}

function format([first, ...rest]: readonly (string | number)[]): string {
  return `${first}${rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`;
}
