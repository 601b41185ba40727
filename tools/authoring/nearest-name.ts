/** Finds the name that an author probably meant, for the "did you mean" of error messages. */
import { lowerAscii } from "../../shared/ascii.ts";

/** Longer names are not compared. */
const maxLength = 100;

/** More edits make another name. */
const maxEdits = 3;

/**
 * Finds the candidate nearest to a name, compared without case: at most one edit in three characters, and three
 * edits in all (Damerau-Levenshtein, optimal string alignment). The first of several equals wins.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > maxLength) return undefined;
  const wanted = lowerAscii(name);
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  let limit = Math.min(maxEdits, Math.floor(name.length / 3));
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const edits = editDistance(wanted, lowerAscii(candidate), limit);
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

/**
 * The edits from one text to another, or more than `limit`. Many names are compared with many others, so the work is in
 * proportion to their length: what both begin and end with costs no edit, and of the rest only places are compared that
 * are at most `limit` apart. A row of the table has only these, and one more that is always too far.
 */
function editDistance(from: string, to: string, limit: number): number {
  const [begin, end] = commonEnds(from, to);
  const rows = from.length - begin - end;
  const columns = to.length - begin - end;
  const far = limit + 1;
  const width = 2 * limit + 2;
  const table = new Uint8Array((rows + 1) * width).fill(far);
  const edits = (row: number, place: number) => table[row * width + place] ?? far;
  const isSame = (row: number, column: number) =>
    from.charCodeAt(begin + row - 1) === to.charCodeAt(begin + column - 1);
  for (let column = 0; column <= limit; column += 1) table[column + limit] = column;
  for (let row = 1, before = 0; row <= rows; row += 1) {
    let least = far;
    const lastColumn = Math.min(columns, row + limit);
    for (let column = Math.max(0, row - limit); column <= lastColumn; column += 1) {
      const place = column - row + limit;
      let fewest = column === 0 ? row : edits(row - 1, place) + (isSame(row, column) ? 0 : 1);
      fewest = Math.min(fewest, edits(row - 1, place + 1) + 1);
      if (place > 0) fewest = Math.min(fewest, edits(row, place - 1) + 1);
      if (row > 1 && column > 1 && isSame(row, column - 1) && isSame(row - 1, column))
        fewest = Math.min(fewest, edits(row - 2, place) + 1);
      table[row * width + place] = fewest;
      least = Math.min(least, fewest);
    }
    // Two characters that change places come from the row before.
    if (least > limit && before >= limit) return far;
    before = least;
  }
  return edits(rows, columns - rows + limit);
}

/** How many characters two texts begin with, and how many others they end with. */
function commonEnds(from: string, to: string): readonly [begin: number, end: number] {
  const shorter = Math.min(from.length, to.length);
  let begin = 0;
  while (begin < shorter && from.charCodeAt(begin) === to.charCodeAt(begin)) begin += 1;
  let end = 0;
  const isSameFromEnd = () => from.charCodeAt(from.length - 1 - end) === to.charCodeAt(to.length - 1 - end);
  while (end < shorter - begin && isSameFromEnd()) end += 1;
  return [begin, end];
}
