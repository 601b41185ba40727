/**
 * The table: operations by area, a column for each binding, a word in each cell. A long table has only its visible part in the
 * document. One cell is reached by Tab, the others from there by the arrow keys.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { AccessOutline } from "../engine/protocol.ts";
import type { Item } from "./shown-items.ts";
import { AreaRow, type Beside, OperationRow } from "./table-rows.tsx";
import type { ShownAccess } from "./use-access.ts";
import { useArrowKeys } from "./use-arrow-keys.ts";
import type { Comparison } from "./use-comparison.ts";
import { isLong, type Part, type Scrolled, type Sizes, visiblePart } from "./visible-part.ts";

interface TableProps {
  readonly access: ShownAccess;
  readonly items: readonly Item[];
  readonly columns: readonly number[];
  readonly chosen: { readonly row: number; readonly column: number } | undefined;
  readonly comparison: Comparison | undefined;
  readonly onOpen: (row: number, column: number, from: HTMLElement) => void;
  readonly onToggle: (area: string) => void;
}

/** As `style/access.css` has them. */
const wide: Sizes = { head: 64, row: 31, name: 304, column: 124 };
const narrow: Sizes = { head: 64, row: 40, name: 168, column: 100 };

interface View {
  readonly vertical: Scrolled;
  readonly horizontal: Scrolled;
  readonly sizes: Sizes;
}

function useView() {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({
    vertical: { offset: 0, extent: 900 },
    horizontal: { offset: 0, extent: 1400 },
    sizes: wide,
  });
  const look = () => {
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = scroller.current ?? document.body;
    const sizes = innerWidth < 640 ? narrow : wide;
    setView({
      vertical: { offset: scrollTop, extent: clientHeight - sizes.head },
      horizontal: { offset: scrollLeft, extent: clientWidth - sizes.name },
      sizes,
    });
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  return { scroller, view, look };
}

/** Few columns fill the window. They stay as wide when a panel is beside them. */
function columnWidth({ name, column }: Sizes, count: number): number {
  return Math.max(column, Math.min(1.5 * column, Math.floor((innerWidth - name - 16) / Math.max(1, count))));
}

const whole = (count: number): Part => ({ from: 0, to: count });

/** What is in the document, of rows and columns. Columns that are seen are computed first. */
function useParts({ items, columns, access }: TableProps, { vertical, horizontal }: View, sizes: Sizes) {
  const isPart = isLong(items.length, columns.length);
  const rowPart = isPart ? visiblePart(items.length, sizes.row, vertical, 8) : whole(items.length);
  const columnPart = isPart
    ? visiblePart(columns.length, sizes.column, horizontal, 3)
    : whole(columns.length);
  const { from, to } = columnPart;
  const visible = useMemo(() => columns.slice(from, to), [columns, from, to]);
  const known = useUnchanged(visible.map((column) => access.columns.get(column)));
  const { want } = access;
  useEffect(() => {
    if (isPart) want(visible);
  }, [isPart, visible, want]);
  return { isPart, rowPart, columnPart, visible, known };
}

/** Keeps the list while it has the same items, so that rows that show them are not drawn again. */
function useUnchanged<Item>(items: readonly Item[]): readonly Item[] {
  const kept = useRef(items);
  const isSame = kept.current.length === items.length && items.every((item, at) => item === kept.current[at]);
  if (!isSame) kept.current = items;
  return kept.current;
}

/** The head of the area that is scrolled into: it sticks to the top, so it stays in the document. */
function headAbove(items: readonly Item[], { from }: Part): readonly [number] | undefined {
  if (from === 0 || items[from]?.kind === "area") return undefined;
  const place = items.findLastIndex(({ kind }, at) => at < from && kind === "area");
  return place < 0 ? undefined : [place];
}

export function AccessTable(props: TableProps) {
  const { access, items, columns, chosen, comparison, onOpen, onToggle } = props;
  const { scroller, view, look } = useView();
  const sizes = { ...view.sizes, column: columnWidth(view.sizes, columns.length) };
  const { isPart, rowPart, columnPart, visible, known } = useParts(props, view, sizes);
  const keys = useArrowKeys({ scroller, items, columns: columns.length, view: { ...view, sizes } });
  const beside = {
    first: columnPart.from,
    hasBefore: columnPart.from > 0,
    hasAfter: columnPart.to < columns.length,
  };
  const { outline } = access;
  const head = headAbove(items, rowPart);
  const places = [
    ...(head ?? []),
    ...Array.from({ length: rowPart.to - rowPart.from }, (_, at) => rowPart.from + at),
  ];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its cells are buttons, whose clicks and keys are heard here once
    <div
      class="scroller"
      ref={scroller}
      onScroll={isPart ? look : undefined}
      onKeyDown={keys}
      onClick={({ target }) => {
        const button = target instanceof Element ? target.closest("button") : null;
        const { row, column, area } = button?.dataset ?? {};
        if (area !== undefined) onToggle(area);
        else if (button && row !== undefined) onOpen(Number(row), Number(column), button);
      }}
    >
      <table
        aria-label="What the callers of each binding may do"
        aria-rowcount={items.length + 1}
        aria-colcount={columns.length + 1}
        style={{ width: `${sizes.name + columns.length * sizes.column}px` }}
      >
        <Columns sizes={sizes} part={columnPart} count={columns.length} />
        <Head outline={outline} visible={visible} {...beside} />
        <Gap rows={rowPart.from - (head === undefined ? 0 : 1)} sizes={sizes} />
        <tbody>
          {places.map((place) => {
            const item = items[place];
            if (item === undefined) return null;
            if (item.kind === "area")
              return (
                <AreaRow key={`area ${item.name}`} item={item} place={place} span={columns.length + 1} />
              );
            const { row } = item;
            const chosenColumn = chosen?.row === row ? chosen.column : undefined;
            const isNarrow = sizes.row === narrow.row;
            const cells = { outline, row, place, visible, known, chosenColumn, comparison, isNarrow };
            return <OperationRow key={row} {...cells} {...beside} />;
          })}
        </tbody>
        <Gap rows={items.length - rowPart.to} sizes={sizes} />
      </table>
      {items.length === 0 ? <p class="nothing">No operation is like that.</p> : null}
    </div>
  );
}

/** Keeps the place of columns that are not in the document. */
function Columns({
  sizes,
  part,
  count,
}: {
  readonly sizes: Sizes;
  readonly part: Part;
  readonly count: number;
}) {
  const width = (columns: number) => ({ width: `${columns * sizes.column}px` });
  return (
    <colgroup>
      <col style={{ width: `${sizes.name}px` }} />
      {part.from > 0 ? <col style={width(part.from)} /> : null}
      {Array.from({ length: part.to - part.from }, (_, at) => (
        <col key={part.from + at} style={width(1)} />
      ))}
      {part.to < count ? <col style={width(count - part.to)} /> : null}
    </colgroup>
  );
}

function Gap({ rows, sizes }: { readonly rows: number; readonly sizes: Sizes }) {
  if (rows === 0) return null;
  return (
    <tbody aria-hidden="true" class="gap">
      <tr>
        <td style={{ height: `${rows * sizes.row}px` }} />
      </tr>
    </tbody>
  );
}

interface HeadProps extends Beside {
  readonly outline: AccessOutline;
  readonly visible: readonly number[];
}

function Head({ outline, visible, first, hasBefore, hasAfter }: HeadProps) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" aria-colindex={1} class="corner">
          Operation
        </th>
        {hasBefore ? <td aria-hidden="true" /> : null}
        {visible.map((column, index) => {
          const name = outline.columns[column] ?? "";
          return (
            <th key={column} scope="col" aria-colindex={first + index + 2} title={name}>
              <span class="binding">{name}</span>
            </th>
          );
        })}
        {hasAfter ? <td aria-hidden="true" /> : null}
      </tr>
    </thead>
  );
}
