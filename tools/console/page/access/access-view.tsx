/** Who may do what, at a glance: the table, what is looked for in it, and the statements behind a cell. */
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { ViewProps } from "../shell/view-props.ts";
import { AccessTable } from "./access-table.tsx";
import { CellPanel } from "./cell-panel.tsx";
import { type Choice, choices, shownColumns, shownItems, type Wanted } from "./shown-items.ts";
import { type ShownAccess, useAccess } from "./use-access.ts";

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
  if (!("outline" in access)) return <p class="waiting">{access.problem || "Opening the configuration …"}</p>;
  return <OpenedAccess access={access} wanted={wanted} setWanted={setWanted} />;
}

interface OpenedProps {
  readonly access: ShownAccess;
  readonly wanted: Wanted;
  readonly setWanted: (wanted: Wanted) => void;
}

function OpenedAccess({ access, wanted, setWanted }: OpenedProps) {
  const { outline, columns: known } = access;
  const [chosen, setChosen] = useState<Place>();
  const opener = useRef<HTMLElement>(null);
  const columns = useMemo(() => shownColumns(outline, wanted), [outline, wanted]);
  // Only a choice about cells depends on which are known.
  const about = wanted.choice === "all" || wanted.choice === "escalating" ? undefined : known;
  const items = useMemo(
    () => shownItems(outline, wanted, { known: about ?? new Map(), columns }),
    [outline, wanted, about, columns],
  );
  const toggle = useCallback(
    (area: string) => setWanted({ ...wanted, closed: toggled(wanted.closed, area) }),
    [wanted, setWanted],
  );
  const open = useCallback((row: number, column: number, from: HTMLElement) => {
    opener.current = from;
    setChosen({ row, column });
  }, []);
  const close = useCallback(() => {
    setChosen(undefined);
    opener.current?.focus();
  }, []);
  const [row, column] = [outline.rows[chosen?.row ?? -1], outline.columns[chosen?.column ?? -1]];
  return (
    <div class={row ? "access with-panel" : "access"}>
      <Toolbar access={access} wanted={wanted} setWanted={setWanted} items={items} columns={columns} />
      <AccessTable
        access={access}
        items={items}
        columns={columns}
        chosen={chosen}
        onOpen={open}
        onToggle={toggle}
      />
      {chosen && row && column !== undefined ? (
        <CellPanel access={access} place={chosen} operation={row} binding={column} onClose={close} />
      ) : null}
    </div>
  );
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

function Toolbar({ access, wanted, setWanted, items, columns }: ToolbarProps) {
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
          {Object.entries(choices).map(([id, text]) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
        </select>
      </div>
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
