/** The rows of the access table: the head of an area, and an operation with its cells. */
import { Component } from "preact";
import type { AccessOutline, KnownColumns } from "../engine/protocol.ts";
import type { Item } from "./shown-items.ts";
import { type Comparison, noteOf } from "./use-comparison.ts";

/** The columns beside those that are in the document. */
export interface Beside {
  /** The place of the first that is. */
  readonly first: number;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

interface AreaProps {
  readonly item: Extract<Item, { readonly kind: "area" }>;
  readonly place: number;
  readonly span: number;
}

export function AreaRow({ item, place, span }: AreaProps) {
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
  readonly outline: AccessOutline;
  readonly row: number;
  readonly place: number;
  readonly visible: readonly number[];
  /** The visible columns, as far as they are computed. */
  readonly known: readonly ReturnType<KnownColumns["get"]>[];
  /** The cell of the row that is open. */
  readonly chosenColumn: number | undefined;
  readonly comparison: Comparison | undefined;
  readonly isNarrow: boolean;
}

/** A long name may be broken between its words. */
function breakable(name: string) {
  return name
    .split(/(?<=[a-z])(?=[A-Z])/)
    .flatMap((word, at) => (at === 0 ? [word] : [<wbr key={at} />, word]));
}

/** Is drawn again only if what it shows is another: hundreds of rows stay as they are while one scrolls. */
export class OperationRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const names = Object.keys(next) as (keyof RowProps)[];
    return names.some((name) => next[name] !== this.props[name]);
  }

  override render(props: RowProps) {
    const { outline, row, place, visible, first, hasBefore, hasAfter, isNarrow } = props;
    const { name = "", escalates } = outline.rows[row] ?? {};
    return (
      <tr aria-rowindex={place + 2}>
        <th
          scope="row"
          aria-colindex={1}
          title={escalates ? `${name}: ${escalates}` : name}
          data-escalates={escalates ? "" : undefined}
        >
          <span class="name">{isNarrow ? breakable(name) : name}</span>
        </th>
        {hasBefore ? <td aria-hidden="true" /> : null}
        {visible.map((column, index) => (
          <td key={column} aria-colindex={first + index + 2}>
            {cellOf(props, name, index)}
          </td>
        ))}
        {hasAfter ? <td aria-hidden="true" /> : null}
      </tr>
    );
  }
}

/** What a cell holds. Not a component: thousands would be kept. */
function cellOf(props: RowProps, name: string, index: number) {
  const { outline, row, place, visible, known, chosenColumn, comparison, first } = props;
  const [column = -1, cells] = [visible[index], known[index]];
  const word = outline.words[cells?.words[row] ?? -1];
  if (word === undefined)
    return (
      <span class="unknown" title="not computed yet">
        …
      </span>
    );
  const change = comparison?.changeOf(name, outline.columns[column] ?? "");
  const note = change && comparison ? noteOf(change, comparison.isOtherOlder) : cells?.shorts.get(row);
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`word ${word}`}
      aria-description={note}
      aria-current={chosenColumn === column ? true : undefined}
      title={note}
      data-change={change?.kind}
      data-note={note}
      data-row={row}
      data-column={column}
      data-place={place}
      data-at={first + index}
    >
      {word}
    </button>
  );
}
