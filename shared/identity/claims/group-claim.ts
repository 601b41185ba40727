/**
 * Reads the groups claim: a list of names, or a text in the form that the configuration says.
 *
 * A text is one group, unless it is configured to be split. One that looks like a list is refused then: read as a group, or
 * split in the wrong way, it would be some other groups, and the one that a Deny is about could be lost.
 */
import { TokenError } from "../token/token-error.ts";
import type { GroupSplit } from "../types.ts";

/**
 * What a name in a text cannot have: characters that separate, quote or enclose in lists; control characters; blanks or single
 * quotes around it; one parenthesis or angle bracket of the two that would enclose the list.
 */
const listSign =
  /[,;|"[\]{}\p{Cc}\u2028\u2029\p{Surrogate}]|^\s|\s$|^(['`]).*\1$|\([^()]*$|^[^(]*\)|^<[^>]*$|^[^<]*>$/u;
/** Cognito encodes a name like a form does before it writes it into a list, others do not: `c++` or `Call+Center`? */
const encodingSign = /[+%]/;

/**
 * Reads the names, each once. An empty one counts as none: no binding can name it.
 *
 * @throws TokenError `groups`, `groupList` or `groupForm`
 */
export function readGroups(value: unknown, split?: GroupSplit): readonly string[] {
  if (value === undefined || value === null) return [];
  const names: unknown = typeof value === "string" ? splitText(value, split) : value;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string"))
    throw new TokenError("groups");
  return [...new Set<string>(names)].filter((name) => name !== "");
}

function splitText(text: string, split: GroupSplit | undefined): unknown {
  if (split === "json") return readList(text);
  const names = split === "space" ? text.split(" ") : split === "comma" ? splitAtCommas(text) : [text];
  const isBlankLeft = (name: string) => split === "space" && /\s/.test(name);
  if (names.some((name) => listSign.test(name) || isBlankLeft(name)))
    throw new TokenError(split ? "groupForm" : "groupList");
  return names;
}

/** Only spaces are taken off: any other blank around a name is a form that we do not guess. */
function splitAtCommas(text: string): readonly string[] {
  return text.split(",").map((name) => name.replace(/^ +| +$/g, ""));
}

/** A list as JSON; or between brackets without quotes, as Cognito writes what a provider sent; or one name alone. */
function readList(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const inside = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : undefined;
    value = inside === undefined ? [text] : splitAtCommas(inside);
    const isUnclear = (name: string) => listSign.test(name) || encodingSign.test(name);
    if ((value as readonly string[]).some(isUnclear)) throw new TokenError("groupForm");
  }
  if (!Array.isArray(value)) throw new TokenError("groupForm");
  return value;
}
