/** Who may do what, at a glance: the table, what is looked for in it, and the statements behind a cell. */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Other } from "../../api.ts";
import type { AccessOutline, ShownChange } from "../engine/protocol.ts";
import type { ViewProps } from "../shell/view-props.ts";
import { AccessTable } from "./access-table.tsx";
import { CellPanel } from "./cell-panel.tsx";
import { ChangesPanel } from "./changes-panel.tsx";
import { CompareField } from "./compare-field.tsx";
import { type Choice, choices, shownColumns, shownItems, type Wanted } from "./shown-items.ts";
import { type ShownAccess, useAccess } from "./use-access.ts";
import { type Compared, useComparison } from "./use-comparison.ts";

interface Place {
  readonly row: number;
  readonly column: number;
}

export function AccessView({ configuration, query }: ViewProps) {
  const access = useAccess(configuration);
  const [wanted, setWanted] = useState<Wanted>({
    operation: query.get("find") ?? "",
    binding: "",
    choice: "all",
    closed: new Set(),
  });
  const [which, setWhich] = useState<Other>();
  const compared = useComparison(configuration, which);
  if (!("outline" in access)) return <p class="waiting">{access.problem || "Opening the configuration …"}</p>;
  return <OpenedAccess {...{ access, wanted, setWanted, which, setWhich, compared }} />;
}

interface OpenedProps {
  readonly access: ShownAccess;
  readonly wanted: Wanted;
  readonly setWanted: (wanted: Wanted) => void;
  readonly which: Other | undefined;
  readonly setWhich: (which: Other | undefined) => void;
  readonly compared: Compared;
}

/** What is in the table: the lines and columns that are looked for. */
function useShown({ access, wanted, compared }: Pick<OpenedProps, "access" | "wanted" | "compared">) {
  const { outline, columns: known } = access;
  const columns = useMemo(() => shownColumns(outline, wanted), [outline, wanted]);
  // Only a choice about words depends on which are known.
  const about = ["someone", "nobody", "differ"].includes(wanted.choice) ? known : undefined;
  const items = useMemo(() => {
    const changes = compared.kind === "known" ? compared.comparison.changes : [];
    const changed = new Set(changes.map(({ operation }) => operation));
    return shownItems(outline, wanted, { known: about ?? new Map(), columns, changed });
  }, [outline, wanted, about, columns, compared]);
  return { columns, items };
}

function OpenedAccess(props: OpenedProps) {
  const { access, wanted, setWanted, compared } = props;
  const { outline } = access;
  const { columns, items } = useShown(props);
  const [chosen, setChosen] = useState<Place>();
  const opener = useOpener(chosen);
  const toggle = useCallback(
    (area: string) => setWanted({ ...wanted, closed: toggled(wanted.closed, area) }),
    [wanted, setWanted],
  );
  const open = useCallback((row: number, column: number, from: HTMLElement) => {
    opener.current = from;
    setChosen({ row, column });
  }, []);
  const close = () => setChosen(undefined);
  const openChange = ({ operation, binding }: ShownChange, from: HTMLElement) => {
    const place = placeOf(outline, operation, binding);
    if (place) open(place.row, place.column, from);
  };
  const [row, column] = [outline.rows[chosen?.row ?? -1], outline.columns[chosen?.column ?? -1]];
  const comparison = compared.kind === "known" ? compared.comparison : undefined;
  return (
    <div class={row || compared.kind !== "nothing" ? "access with-panel" : "access"}>
      <Toolbar {...props} items={items} columns={columns} />
      <AccessTable {...{ access, items, columns, chosen, comparison }} onOpen={open} onToggle={toggle} />
      {chosen && row && column !== undefined ? (
        <CellPanel access={access} place={chosen} operation={row} binding={column} onClose={close} />
      ) : compared.kind === "nothing" ? null : (
        <ChangesPanel
          compared={compared}
          isThere={({ operation, binding }) => placeOf(outline, operation, binding) !== undefined}
          onOpen={openChange}
        />
      )}
    </div>
  );
}

/** What opened a cell. It has the focus again as soon as the cell is closed: the next key is for it. */
function useOpener(chosen: Place | undefined) {
  const opener = useRef<HTMLElement>(null);
  const last = useRef<Place | undefined>(undefined);
  useLayoutEffect(() => {
    const left = last.current;
    last.current = chosen;
    if (chosen !== undefined || left === undefined) return;
    // What opened it may have been drawn anew since.
    const cell = `[data-row="${left.row}"][data-column="${left.column}"]`;
    (opener.current?.isConnected ? opener.current : document.querySelector<HTMLElement>(cell))?.focus();
  }, [chosen]);
  return opener;
}

/** The place of a cell by its names; `undefined` if the table has no such row or column. */
function placeOf({ rows, columns }: AccessOutline, operation: string, binding: string): Place | undefined {
  const [row, column] = [rows.findIndex(({ name }) => name === operation), columns.indexOf(binding)];
  return row < 0 || column < 0 ? undefined : { row, column };
}

function toggled(closed: ReadonlySet<string>, area: string): ReadonlySet<string> {
  const next = new Set(closed);
  if (!next.delete(area)) next.add(area);
  return next;
}

interface ToolbarProps extends OpenedProps {
  readonly items: ReturnType<typeof shownItems>;
  readonly columns: readonly number[];
}

function Toolbar({ access, wanted, setWanted, which, setWhich, compared, items, columns }: ToolbarProps) {
  const { outline, columns: known } = access;
  const areas = new Set(outline.rows.map(({ area }) => area));
  const isAnyOpen = [...areas].some((area) => !wanted.closed.has(area));
  const shown = items.reduce((sum, item) => sum + (item.kind === "area" ? item.count : 0), 0);
  return (
    <search class="toolbar">
      <div class="field">
        <label for="find-operations">Find operations</label>
        <input
          id="find-operations"
          type="search"
          value={wanted.operation}
          placeholder="delete user"
          onInput={({ currentTarget }) => setWanted({ ...wanted, operation: currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="find-bindings">Find bindings</label>
        <input
          id="find-bindings"
          type="search"
          value={wanted.binding}
          placeholder="group or claim"
          onInput={({ currentTarget }) => setWanted({ ...wanted, binding: currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="show">Show</label>
        <select
          id="show"
          value={wanted.choice}
          onChange={({ currentTarget }) => setWanted({ ...wanted, choice: choiceOf(currentTarget.value) })}
        >
          {Object.entries(choices).map(([id, text]) =>
            id === "changed" && compared.kind !== "known" ? null : (
              <option key={id} value={id}>
                {text}
              </option>
            ),
          )}
        </select>
      </div>
      <CompareField which={which} onChoose={setWhich} />
      <button
        type="button"
        class="quiet"
        onClick={() => setWanted({ ...wanted, closed: isAnyOpen ? areas : new Set() })}
      >
        {isAnyOpen ? "Close all areas" : "Open all areas"}
      </button>
      <p class="counts" aria-live="polite">
        {counted(shown, outline.rows.length, "operation")},{" "}
        {counted(columns.length, outline.columns.length, "binding")}
        {known.size < outline.columns.length ? ` (${known.size.toLocaleString("en")} computed)` : ""}
      </p>
    </search>
  );
}

function choiceOf(value: string): Choice {
  return value in choices ? (value as Choice) : "all";
}

function counted(shown: number, all: number, noun: string): string {
  const [some, total] = [shown, all].map((each) => each.toLocaleString("en"));
  return `${shown === all ? total : `${some} of ${total}`} ${noun}${all === 1 ? "" : "s"}`;
}
