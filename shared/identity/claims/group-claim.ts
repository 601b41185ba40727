/**
 * Reads the groups claim: a list of names, or a text in the configured form.
 *
 * A text is one group, unless it is configured to be split. A text that looks like a list in another form is refused: a
 * wrong reading would name other groups, and could lose the group of a Deny.
 */
import { TokenError } from "../token/token-error.ts";
import type { GroupSplit } from "../types.ts";

/**
 * Matches a name that may be part of a list: with characters that separate, quote or enclose; with control characters; with
 * white space or single quotes around it; with one parenthesis or angle bracket of the two that would enclose a list.
 */
const listSign =
  /[,;|"[\]{}\p{Cc}\u2028\u2029\p{Surrogate}]|^\s|\s$|^(['`]).*\1$|\([^()]*$|^[^(]*\)|^<[^>]*$|^[^<]*>$/u;
/** Cognito form-encodes a name before it writes it into a list, other issuers do not: is it `c++` or `Call+Center`? */
const encodingSign = /[+%]/;

/**
 * Reads the names, each once and without empty ones, which no binding can name.
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

/** Removes only spaces: we do not guess what other white space around a name means. */
function splitAtCommas(text: string): readonly string[] {
  return text.split(",").map((name) => name.replace(/^ +| +$/g, ""));
}

/** Reads a list in JSON, a list in brackets without quotes (Cognito's form for a provider's list), or one name. */
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
