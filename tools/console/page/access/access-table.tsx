/**
 * The table: operations by area, a column for each binding, a word in each cell. A long table has only its visible part in the
 * document. One cell is reached by Tab, the others from there by the arrow keys.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Item } from "./shown-items.ts";
import type { ShownAccess } from "./use-access.ts";
import { useArrowKeys } from "./use-arrow-keys.ts";
import { isLong, type Part, type Scrolled, type Sizes, visiblePart } from "./visible-part.ts";

interface TableProps {
  readonly access: ShownAccess;
  readonly items: readonly Item[];
  readonly columns: readonly number[];
  readonly chosen: { readonly row: number; readonly column: number } | undefined;
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

function useView(): {
  readonly scroller: { current: HTMLDivElement | null };
  readonly view: View;
  readonly look: () => void;
} {
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

export function AccessTable({ access, items, columns, chosen, onOpen, onToggle }: TableProps) {
  const { scroller, view, look } = useView();
  const { vertical, horizontal } = view;
  const sizes = { ...view.sizes, column: columnWidth(view.sizes, columns.length) };
  const long = isLong(items.length, columns.length);
  const whole = (count: number): Part => ({ from: 0, to: count });
  const rowPart = long ? visiblePart(items.length, sizes.row, vertical, 12) : whole(items.length);
  const columnPart = long ? visiblePart(columns.length, sizes.column, horizontal, 3) : whole(columns.length);
  const visible = columns.slice(columnPart.from, columnPart.to);
  const { want } = access;
  const asked = long ? visible.join() : "";
  useEffect(() => {
    if (asked !== "") want(asked.split(",").map(Number));
  }, [asked, want]);
  const keys = useArrowKeys({ scroller, items, columns: columns.length, view: { ...view, sizes } });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its cells are buttons, whose clicks and keys are heard here once
    <div
      class="scroller"
      ref={scroller}
      onScroll={long ? look : undefined}
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
        <Head access={access} visible={visible} part={columnPart} count={columns.length} />
        <Gap rows={rowPart.from} sizes={sizes} />
        <tbody>
          {items.slice(rowPart.from, rowPart.to).map((item, index) => {
            const place = rowPart.from + index;
            return item.kind === "area" ? (
              <AreaRow key={`area ${item.name}`} item={item} place={place} span={columns.length + 1} />
            ) : (
              <OperationRow
                key={item.row}
                {...{
                  access,
                  row: item.row,
                  place,
                  visible,
                  part: columnPart,
                  count: columns.length,
                  chosen,
                  isNarrow: sizes.row === narrow.row,
                }}
              />
            );
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

interface Beside {
  readonly part: Part;
  readonly count: number;
}

function Before({ part }: Beside) {
  return part.from > 0 ? <td aria-hidden="true" /> : null;
}

function After({ part, count }: Beside) {
  return part.to < count ? <td aria-hidden="true" /> : null;
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

function Head({
  access,
  visible,
  part,
  count,
}: Beside & { readonly access: ShownAccess; readonly visible: readonly number[] }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" aria-colindex={1} class="corner">
          Operation
        </th>
        <Before part={part} count={count} />
        {visible.map((column, index) => {
          const name = access.outline.columns[column] ?? "";
          return (
            <th key={column} scope="col" aria-colindex={part.from + index + 2} title={name}>
              <span class="binding">{name}</span>
            </th>
          );
        })}
        <After part={part} count={count} />
      </tr>
    </thead>
  );
}

interface AreaProps {
  readonly item: Extract<Item, { readonly kind: "area" }>;
  readonly place: number;
  readonly span: number;
}

function AreaRow({ item, place, span }: AreaProps) {
  return (
    <tr class="area" aria-rowindex={place + 2}>
      <th scope="rowgroup" colSpan={span} aria-colindex={1}>
        <button
          type="button"
          tabIndex={-1}
          aria-expanded={item.isOpen}
          data-area={item.name}
          data-place={place}
        >
          {item.name}
          <span class="count" aria-hidden="true">
            {item.count}
          </span>
        </button>
      </th>
    </tr>
  );
}

interface RowProps extends Beside {
  readonly access: ShownAccess;
  readonly row: number;
  readonly place: number;
  readonly visible: readonly number[];
  readonly chosen: TableProps["chosen"];
  readonly isNarrow: boolean;
}

/** A long name may be broken between its words. */
function breakable(name: string) {
  return name
    .split(/(?<=[a-z])(?=[A-Z])/)
    .flatMap((word, at) => (at === 0 ? [word] : [<wbr key={at} />, word]));
}

function OperationRow({ access, row, place, visible, part, count, chosen, isNarrow }: RowProps) {
  const { name = "", escalates } = access.outline.rows[row] ?? {};
  return (
    <tr aria-rowindex={place + 2}>
      <th
        scope="row"
        aria-colindex={1}
        title={escalates ? `${name}: ${escalates}` : name}
        data-escalates={escalates ? "" : undefined}
      >
        {isNarrow ? breakable(name) : name}
      </th>
      <Before part={part} count={count} />
      {visible.map((column, index) => {
        const at = part.from + index;
        const known = access.columns.get(column);
        const word = access.outline.words[known?.words[row] ?? -1];
        const short = known?.shorts.get(row);
        const isChosen = chosen?.row === row && chosen.column === column;
        return (
          <td key={column} aria-colindex={at + 2}>
            {word === undefined ? (
              <span class="unknown" title="not computed yet">
                …
              </span>
            ) : (
              <button
                type="button"
                tabIndex={-1}
                class={`word ${word}`}
                aria-description={short}
                aria-pressed={isChosen ? true : undefined}
                title={short}
                data-note={short}
                data-row={row}
                data-column={column}
                data-place={place}
                data-at={at}
              >
                {word}
              </button>
            )}
          </td>
        );
      })}
      <After part={part} count={count} />
    </tr>
  );
}
