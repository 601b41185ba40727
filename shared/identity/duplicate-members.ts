/**
 * Finds JSON objects that hold a member twice.
 *
 * `JSON.parse` keeps the last of two `sub` members and other parsers keep the first, so a token with both means
 * two callers at once (RFC 7519 section 4 lets a verifier refuse it, and we do).
 */

/**
 * Tells whether any object in the text, at any depth, holds the same member name twice.
 *
 * Names are compared decoded: `"s\u0075b"` is `"sub"`. The text must be valid JSON.
 */
export function hasDuplicateMembers(json: string): boolean {
  /** Names seen in each open object; `undefined` stands for an open list. */
  const open: (Set<string> | undefined)[] = [];
  let expectsName = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (character === '"') {
      const end = closingQuote(json, index);
      const names = open.at(-1);
      if (expectsName && names !== undefined) {
        const name: unknown = JSON.parse(json.slice(index, end + 1));
        if (typeof name !== "string" || names.has(name)) return true;
        names.add(name);
        expectsName = false;
      }
      index = end;
    } else if (character === "{") {
      open.push(new Set());
      expectsName = true;
    } else if (character === "[") {
      open.push(undefined);
      expectsName = false;
    } else if (character === "}" || character === "]") {
      open.pop();
      expectsName = false;
    } else if (character === ",") {
      expectsName = open.at(-1) !== undefined;
    }
  }
  return false;
}

function closingQuote(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== '"') index += json[index] === "\\" ? 2 : 1;
  return index;
}
