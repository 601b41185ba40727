/** Turns the text of a path, a query or a header into its JSON value in a body. `from-json.ts` checks it there. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { InputError } from "../../errors.ts";

/**
 * Reads a number, a boolean or a time according to its type; any other text is returned unchanged.
 *
 * @throws InputError for text that is not a value of the type
 */
export function readText(schema: NormalizedSchema, text: string, path: string): string | number | boolean {
  if (schema.isNumericSchema()) {
    // A number has one spelling: `007` would be one identifier for readers of the text, and another for readers of 7.
    if (!/^-?\d{1,16}(\.\d{1,16})?$/.test(text) || String(Number(text)) !== text)
      throw new InputError(path, "must be a number, without superfluous zeros");
    return Number(text);
  }
  if (schema.isBooleanSchema()) {
    if (text !== "true" && text !== "false") throw new InputError(path, "must be `true` or `false`");
    return text === "true";
  }
  if (schema.isTimestampSchema()) return readHttpDate(text, path);
  return text;
}

/** Reads an RFC 7231 date, the form of Connect's header members, as epoch seconds. */
function readHttpDate(text: string, path: string): number {
  const time = Date.parse(text);
  const whole = text.replace(/\.\d{1,9} GMT$/, " GMT");
  // The same text must result again: so the day exists, and the weekday is right.
  if (Number.isNaN(time) || new Date(time).toUTCString() !== whole) {
    throw new InputError(path, "must be an RFC 7231 date");
  }
  return time / 1000;
}
