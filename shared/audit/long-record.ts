/**
 * A record that is too long for a log line, shortened. Hardly any is: a chunk of its own.
 */
import { fitsLine, formatWholeRecord } from "./record-line.ts";

/** What is kept of texts and lists of a record that is too long; the second only when the first is not enough. */
const limits = [
  { characters: 256, items: 20 },
  { characters: 64, items: 8 },
] as const;

/** Formats a record as a line that fits; of one that is too long, `cut` names the members that are not whole. */
export function formatRecordLine(record: object): string {
  const line = formatWholeRecord(record);
  return fitsLine(line) ? line : formatShortened(record);
}

/** Formats a record that is too long. */
export function formatShortened(record: object): string {
  const [first, second] = limits;
  const shorter = formatWholeRecord(shorten(record, first));
  return fitsLine(shorter) ? shorter : formatWholeRecord(shorten(record, second));
}

/** Shortens long texts and lists, wherever they are. */
function shorten(record: object, { characters, items }: (typeof limits)[number]): object {
  const cut = new Set<string>();
  const visit = (value: unknown, path: string): unknown => {
    const isText = typeof value === "string";
    const isList = Array.isArray(value);
    const whole = isText || isList ? value : [];
    const kept = whole.slice(0, isText ? characters : items);
    if (kept.length < whole.length) cut.add(path);
    if (isText) return kept;
    if (isList) return [...kept].map((item) => visit(item, path));
    if (typeof value !== "object" || value === null) return value;
    const prefix = path && `${path}.`;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, visit(inner, prefix + name)]),
    );
  };
  const shorter = visit(record, "");
  const { asks, asksLeftOut = 0 } = record as { asks?: readonly unknown[]; asksLeftOut?: number };
  const leftOut = asks && cut.has("asks") ? { asksLeftOut: asksLeftOut + asks.length - items } : {};
  return Object.assign({}, shorter, leftOut, { cut: [...cut] });
}
