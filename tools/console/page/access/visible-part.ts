/** Which part of a long table can be seen, since only that is in the document; and where keys lead in it. */

export interface Part {
  readonly from: number;
  /** The place after the last one. */
  readonly to: number;
}

export interface Scrolled {
  /** What is scrolled out at the beginning, in pixels. */
  readonly offset: number;
  /** What can be seen, in pixels. */
  readonly extent: number;
}

/** Below so many cells all are in the document: then the browser's own search finds each. */
const mostCells = 9_000;

export function isLong(rows: number, columns: number): boolean {
  return rows * columns > mostCells;
}

/**
 * In steps of so many, so that most of the scrolling changes nothing in the document.
 * @param step so many at least are beyond each end, so that nothing is empty while one scrolls
 */
export function visiblePart(count: number, size: number, { offset, extent }: Scrolled, step: number): Part {
  const from = Math.max(0, (Math.floor(offset / size / step) - 1) * step);
  const to = Math.min(count, (Math.ceil((offset + extent) / size / step) + 1) * step);
  return { from: Math.min(from, to), to };
}

/** How far to scroll so that one is seen whole; the same offset if it is. */
export function offsetToSee(place: number, size: number, { offset, extent }: Scrolled): number {
  const [start, end] = [place * size, (place + 1) * size];
  if (start < offset) return start;
  return end > offset + extent ? end - extent : offset;
}

/** Heights and widths of a table, in pixels. */
export interface Sizes {
  readonly head: number;
  readonly row: number;
  readonly name: number;
  readonly column: number;
}

/** A line, and a column of it: the place among those that are shown. */
export interface Spot {
  readonly place: number;
  readonly at: number;
}

/** Where a key leads, if it leads anywhere. */
export function spotAfter(
  key: string,
  hasCtrl: boolean,
  { place, at }: Spot,
  { lines, columns, page }: { readonly lines: number; readonly columns: number; readonly page: number },
): Spot | undefined {
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  const down = (by: number) => ({ place: within(place + by, lines), at });
  const right = (by: number) => ({ place, at: within(at + by, columns) });
  switch (key) {
    case "ArrowDown":
      return down(1);
    case "ArrowUp":
      return down(-1);
    case "ArrowRight":
      return right(1);
    case "ArrowLeft":
      return right(-1);
    case "PageDown":
      return down(page);
    case "PageUp":
      return down(-page);
    case "Home":
      return hasCtrl ? { place: 0, at: 0 } : { place, at: 0 };
    case "End":
      return hasCtrl ? { place: lines - 1, at: columns - 1 } : { place, at: columns - 1 };
    default:
      return undefined;
  }
}
