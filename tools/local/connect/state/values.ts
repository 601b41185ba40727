/** Values as JSON that gives them back whole. Dates and odd numbers have a name with `$`; other names with `$` get another one. */

/** @throws TypeError for what has no form here, so that nothing is lost in silence */
export function toJson(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toJSON() };
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`a ${value.constructor.name} has no form in a state file`);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.startsWith("$") ? `$${name}` : name, toJson(inner)]),
  );
}

export function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== "object" || value === null) return value;
  if ("$date" in value) return new Date(typeof value.$date === "string" ? value.$date : Number.NaN);
  if ("$number" in value) return Number(value.$number);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.startsWith("$") ? name.slice(1) : name,
      fromJson(inner),
    ]),
  );
}
