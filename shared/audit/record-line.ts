/** Formats a record as one line of a log. It has a size limit, and no name in it can end the line or begin another. */

/** CloudWatch Logs cuts or splits longer events (Lambda's log lines at 256 KiB); leaves room for what is around. */
export const maxRecordBytes = 240_000;

/**
 * Characters that JSON does not escape, but that log readers treat as line ends, hide, or reorder: C1 controls, line
 * and paragraph separators, bidirectional marks, zero width and byte order marks.
 */
const disguises = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** An escaped backslash, or half a character. */
const halves = /\\(?:\\|ud[89a-f][0-9a-f]{2})/g;

/** JSON without line ends, which no reader mistakes for several lines. Half characters become U+FFFD. */
export function formatWholeRecord(record: object): string {
  const json = JSON.stringify(record);
  const whole = json.includes("\\ud")
    ? json.replace(halves, (found) => (found === "\\\\" ? found : "\\ufffd"))
    : json;
  return whole.replace(disguises, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Limits for texts and lists of a record that is too long. The second limits apply if the first are not enough. */
const limits = [
  { characters: 256, items: 20 },
  { characters: 64, items: 8 },
] as const;

/** The line always fits. If the record was too long, `cut` names the shortened members. */
export function formatRecordLine(record: object): string {
  let line = formatWholeRecord(record);
  for (const limit of limits) if (!fitsLine(line)) line = formatWholeRecord(shorten(record, limit));
  return line;
}

/** UTF-8 has at most three bytes for a UTF-16 unit. */
function fitsLine(line: string): boolean {
  return line.length * 3 <= maxRecordBytes || Buffer.byteLength(line) <= maxRecordBytes;
}

/** At any depth. */
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
