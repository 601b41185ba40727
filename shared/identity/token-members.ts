/**
 * Finds JSON objects whose members do not survive a parser.
 *
 * `JSON.parse` keeps the last of two `sub` members and other parsers keep the first, so a token with both means
 * two callers at once (RFC 7519 section 4 lets a verifier refuse it, and we do). And the library drops what is named
 * like a part of JavaScript's own objects: a claim that is gone could be the one that a Deny is about.
 */

/** What is wrong with the members of a JSON text: a name stands twice in an object, or is one that gets lost. */
export type MemberProblem = "duplicate" | "reserved";

/** Names that the library's parser drops, at any depth. */
const reservedNames = new Set(["__proto__", "constructor"]);

/**
 * Finds what is wrong with the members of any object in the text, at any depth.
 *
 * Names are compared decoded: `"s\u0075b"` is `"sub"`. The text must be valid JSON.
 */
export function findMemberProblem(json: string): MemberProblem | undefined {
  /** Names seen in each open object; `undefined` stands for an open list. */
  const open: (Set<string> | undefined)[] = [];
  let expectsName = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (character === '"') {
      const end = closingQuote(json, index);
      const names = open.at(-1);
      if (expectsName && names !== undefined) {
        const name = decodeName(json.slice(index, end + 1));
        if (names.has(name)) return "duplicate";
        if (reservedNames.has(name)) return "reserved";
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
  return undefined;
}

function decodeName(quoted: string): string {
  return quoted.includes("\\") ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

function closingQuote(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== '"') index += json[index] === "\\" ? 2 : 1;
  return index;
}
