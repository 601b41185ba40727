/** Finds the name that an author probably meant, for the "did you mean" of error messages. */
import { lowerAscii } from "../../shared/ascii.ts";

/** Longer names are not compared, to bound the work for a message. */
const maxLength = 100;

/**
 * Finds the candidate nearest to a name, compared without case: at most one edit in three characters, and three
 * edits in all (Damerau-Levenshtein, optimal string alignment). The first of several equals wins.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > maxLength) return undefined;
  const wanted = lowerAscii(name);
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  let limit = Math.min(3, Math.floor(name.length / 3));
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const edits = editDistance(wanted, lowerAscii(candidate));
    if (edits > limit || (best && edits >= best.edits)) continue;
    best = { candidate, edits };
    limit = edits;
  }
  return best?.candidate;
}

/** The end of a message about an unknown name: `; did you mean \`hr\``, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? "" : `; did you mean \`${nearest}\``;
}

function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
