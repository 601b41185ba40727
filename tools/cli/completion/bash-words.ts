/** Words as bash gives them to a completion, quotes and all, and names as it may put them there. */

/** The value of a word, whose last quote may still be open. Variables and commands in it stay as they are written. */
export function unquoteFromBash(word: string): string {
  return word.replace(
    /'([^']*)(?:'|$)|"((?:[^"\\]|\\.|\\$)*)(?:"|$)|\\(.?)/gs,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\([$`"\\])/g, "$1") ?? escaped ?? "",
  );
}

/**
 * A name as it can replace a word that someone began, so that bash reads exactly this name and runs nothing in it.
 * Bash keeps an opening quote, and closes it.
 * @returns nothing for a name that does not begin so, and for one that this kind of quotes cannot hold
 */
export function quoteForBash(name: string, begun: string): string | undefined {
  if (!name.startsWith(unquoteFromBash(begun))) return undefined;
  // An exclamation mark in double quotes would call up an earlier command, and a backslash before it would stay.
  if (begun.startsWith('"')) return name.includes("!") ? undefined : name.replace(/[$`"\\]/g, "\\$&");
  if (begun.startsWith("'")) return name.includes("'") ? undefined : name;
  return name.replace(/[^\p{L}\p{M}\p{N}_./:@%+,=-]/gu, "\\$&");
}
