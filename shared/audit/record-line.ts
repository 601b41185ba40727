/**
 * A record as the one line that it is in a log: whatever names it holds, it ends where it ends, and it fits.
 */

/** CloudWatch Logs cuts or splits longer events (Lambda's log lines at 256 KiB); room is left for what surrounds one. */
export const maxRecordBytes = 240_000;

/**
 * Not escaped by JSON, and taken for line ends, or not shown, or shown in another order, by what reads logs: C1 controls,
 * line and paragraph separators, bidirectional marks, zero width and byte order marks.
 */
const disguises = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** A backslash that stands for itself, or half a character. */
const halves = /\\(?:\\|ud[89a-f][0-9a-f]{2})/g;

/**
 * Formats a record as JSON without line ends: no reader can take a part of it for a line of its own. Read as JSON it is the
 * record, with U+FFFD for half characters.
 */
export function formatWholeRecord(record: object): string {
  const json = JSON.stringify(record);
  const whole = json.includes("\\ud")
    ? json.replace(halves, (found) => (found === "\\\\" ? found : "\\ufffd"))
    : json;
  return whole.replace(disguises, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** UTF-8 takes three bytes for a UTF-16 unit at most. */
export function fitsLine(line: string): boolean {
  return line.length * 3 <= maxRecordBytes || Buffer.byteLength(line) <= maxRecordBytes;
}
