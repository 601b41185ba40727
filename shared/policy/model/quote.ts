/** Writes outside values into messages: on one line, shortened, without characters that control a terminal. */

const MAX_LENGTH = 60;
/** Controls, line separators and direction marks that `JSON.stringify` leaves as they are. */
const INVISIBLE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Puts a value in backticks, its special characters as JSON escapes. */
export function quote(value: string): string {
  const shown = value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value;
  const escaped = JSON.stringify(shown).slice(1, -1);
  return `\`${escaped.replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}\``;
}
