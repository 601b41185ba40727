/** Names of operations in few words: `List* (6)` where all that begin so are meant. */

/** Fewer are named one by one. */
const leastFamily = 3;

/** `ListAIAgents` → List, AI, Agents. */
const wordOf = /[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z0-9]*|[A-Z0-9]+|./g;

/**
 * Lists the names in their order. A pattern stands for all of `all` that begin so.
 * @param names some of `all`, sorted
 */
export function collapseNames(names: readonly string[], all: readonly string[]): readonly string[] {
  return collapse(new Set(names), [...all].sort(), 0);
}

/** As {@link collapseNames}, or the few that are left out: `all 39 but DeleteUser`. */
export function summarizeNames(names: readonly string[], all: readonly string[]): readonly string[] {
  const some = new Set(names);
  const named = collapseNames(names, all);
  const others = collapseNames(
    all.filter((name) => !some.has(name)),
    all,
  );
  const isShorter = others.length > 0 && others.length < named.length;
  return isShorter ? [`all ${names.length} but ${others.join(", ")}`] : named;
}

function collapse(names: ReadonlySet<string>, all: readonly string[], depth: number): readonly string[] {
  const families = new Map<string, string[]>();
  let last: string | undefined;
  for (const name of all) {
    const words = name.match(wordOf) ?? [];
    const beginning = words.slice(0, depth + 1).join("");
    // `ListUser*` is also about `ListUsers`. Sorted names have the shorter beginning first.
    const family = last !== undefined && beginning.startsWith(last) ? last : beginning;
    families.set(family, [...(families.get(family) ?? []), name]);
    // A whole name begins no family.
    last = words.length > depth ? family : undefined;
  }
  return [...families].flatMap(([beginning, family]) => {
    const meant = family.filter((name) => names.has(name));
    if (meant.length === family.length && meant.length >= leastFamily)
      return [`${beginning}* (${meant.length})`];
    return meant.length < leastFamily ? meant : collapse(names, family, depth + 1);
  });
}
