/**
 * Moving in the table by keyboard: the arrow keys, Home and End in a row, with Ctrl in the table, Page Up and Page Down. One button of
 * the table is reached by Tab: the one that was focused last.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Item } from "./shown-items.ts";
import { offsetToSee, type Scrolled, type Sizes, type Spot, spotAfter } from "./visible-part.ts";

interface Table {
  readonly scroller: { readonly current: HTMLDivElement | null };
  readonly items: readonly Item[];
  readonly columns: number;
  readonly view: { readonly vertical: Scrolled; readonly horizontal: Scrolled; readonly sizes: Sizes };
}

/** Returns the listener of the table's keys. */
export function useArrowKeys({ scroller, items, columns, view }: Table): (event: KeyboardEvent) => void {
  /** Where the focus goes as soon as it is in the document. */
  const aim = useRef<Spot>(null);
  const last = useRef<Spot>({ place: 0, at: 0 });
  useLayoutEffect(() => {
    const found = aim.current && findButton(scroller.current, aim.current);
    if (found) {
      aim.current = null;
      found.focus({ preventScroll: true });
    }
    keepTabStop(scroller.current, last.current);
  });
  return (event) => {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (altKey || !(target instanceof HTMLButtonElement)) return;
    const { place, at } = target.dataset;
    const from = { place: Number(place), at: at === undefined ? last.current.at : Number(at) };
    const { sizes, vertical, horizontal } = view;
    const page = Math.max(1, Math.floor(vertical.extent / sizes.row) - 1);
    const spot = spotAfter(key, ctrlKey || metaKey, from, { lines: items.length, columns, page });
    if (spot === undefined || scroller.current === null) return;
    event.preventDefault();
    last.current = spot;
    aim.current = spot;
    const top = offsetToSee(spot.place, sizes.row, { ...vertical, offset: scroller.current.scrollTop });
    const left = offsetToSee(spot.at, sizes.column, { ...horizontal, offset: scroller.current.scrollLeft });
    scroller.current.scrollTo({ top, left });
    const found = findButton(scroller.current, spot);
    if (!found) return;
    aim.current = null;
    found.focus({ preventScroll: true });
    keepTabStop(scroller.current, spot);
  };
}

function findButton(table: HTMLElement | null, { place, at }: Spot): HTMLElement | null {
  const line = `button[data-place="${place}"]`;
  return table?.querySelector<HTMLElement>(`${line}[data-at="${at}"], ${line}[data-area]`) ?? null;
}

/** Makes one button the one that Tab reaches. */
function keepTabStop(table: HTMLElement | null, spot: Spot): void {
  const stop = findButton(table, spot) ?? table?.querySelector<HTMLElement>("button[data-place]");
  for (const other of table?.querySelectorAll<HTMLElement>('button[tabindex="0"]') ?? [])
    if (other !== stop) other.tabIndex = -1;
  if (stop) stop.tabIndex = 0;
}
