/** The access table of the configuration, as far as the worker has computed it. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { GivenConfiguration } from "../../api.ts";
import { Engine } from "../engine/engine.ts";
import type { AccessOutline, CellAnswer, ColumnNews, KnownColumns } from "../engine/protocol.ts";

export interface ShownAccess {
  readonly outline: AccessOutline;
  /** Another object each time that columns were added. */
  readonly columns: KnownColumns;
  /** Has columns computed before others. */
  readonly want: (columns: readonly number[]) => void;
  readonly explain: (row: number, column: number) => Promise<CellAnswer>;
}

/** What is shown until there is a table. */
export interface NoAccess {
  /** Why there is none, if that is known. */
  readonly problem?: string;
}

interface Opened {
  readonly outline: AccessOutline;
  readonly opening: number;
  readonly columns: KnownColumns;
}

/** While another configuration is opened, it returns the table of the last one. */
export function useAccess(configuration: GivenConfiguration): ShownAccess | NoAccess {
  const [opened, setOpened] = useState<Opened>();
  const [problem, setProblem] = useState("");
  const engine = useEngine(setOpened);
  useEffect(() => {
    let isCurrent = true;
    engine.ask("open", configuration).then(
      ({ opening, ...outline }) => {
        if (isCurrent) setOpened({ outline, opening, columns: new Map() });
      },
      (cause: unknown) => setProblem(String(cause)),
    );
    return () => {
      isCurrent = false;
    };
  }, [engine, configuration]);
  return useMemo(
    () =>
      opened === undefined
        ? { problem }
        : {
            outline: opened.outline,
            columns: opened.columns,
            want: (columns: readonly number[]) => void engine.ask("want", columns),
            explain: (row: number, column: number) => engine.ask("cell", { row, column }),
          },
    [engine, opened, problem],
  );
}

/** The worker is kept while the page is open. What it tells within a frame is shown together. */
let kept: Engine | undefined;
let tell: (news: ColumnNews) => void = () => undefined;

function useEngine(setOpened: (change: (before: Opened | undefined) => Opened | undefined) => void): Engine {
  const gathered = useRef<ColumnNews[]>([]);
  tell = (news) => {
    gathered.current.push(news);
    if (gathered.current.length > 1) return;
    requestAnimationFrame(() => {
      const all = gathered.current.splice(0);
      setOpened((before) => {
        const own = all.filter(({ opening }) => opening === before?.opening);
        if (before === undefined || own.length === 0) return before;
        const added = own.map(({ column, words, shorts }) => [column, { words, shorts }] as const);
        return { ...before, columns: new Map([...before.columns, ...added]) };
      });
    });
  };
  kept ??= new Engine((news) => tell(news));
  return kept;
}
