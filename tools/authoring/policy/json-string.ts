/**
 * JSON strings (RFC 8259, section 7), with all their problems at once.
 */

/** A scanned string. */
export interface ScannedString {
  readonly value: string;
  /** Just after the closing quote; -1 if there is none. */
  readonly end: number;
  readonly problems: readonly { readonly offset: number; readonly message: string }[];
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Scans the string whose opening quote stands at `start`. */
export function scanString(text: string, start: number): ScannedString {
  const problems: { offset: number; message: string }[] = [];
  let value = "";
  let at = start + 1;
  let from = at;
  for (; at < text.length && text[at] !== '"'; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20) {
      if (unit === 10 || unit === 13) return { value, end: -1, problems };
      problems.push({ offset: at, message: "string holds a control character; escape it" });
    } else if (text[at] === "\\") {
      const escaped = readEscape(text, at + 1);
      value += text.slice(from, at) + (escaped?.character ?? "");
      if (escaped === undefined) problems.push({ offset: at, message: "string holds an unknown escape" });
      at += escaped?.length ?? 1;
      from = at + 1;
    }
  }
  if (at >= text.length) return { value, end: -1, problems };
  value += text.slice(from, at);
  if (LONE_SURROGATE.test(value)) {
    problems.push({ offset: start, message: "string holds half a surrogate pair, which is no character" });
  }
  return { value, end: at + 1, problems };
}

function readEscape(text: string, at: number): { character: string; length: number } | undefined {
  const letter = text[at] ?? "";
  if (letter === "u") {
    const digits = text.slice(at + 1, at + 5);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) return undefined;
    return { character: String.fromCharCode(Number.parseInt(digits, 16)), length: 5 };
  }
  const character = ESCAPES.get(letter);
  return character === undefined ? undefined : { character, length: 1 };
}
