/** The calls, one a row. Only the rows that can be seen are in the document, and what one reads does not move when calls come. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { offsetToSee, visiblePart } from "../access/visible-part.ts";
import type { Call } from "./calls/call-log.ts";
import { callerOf, outcomeOf, outcomeWords, reasonOf, shortResource } from "./calls/describe-call.ts";

interface TableProps {
  readonly calls: readonly Call[];
  /** Changes when other calls are wanted: then the table begins at its top. */
  readonly wanted: unknown;
  readonly chosen: number | undefined;
  readonly onOpen: (call: Call, from: HTMLElement) => void;
}

const headHeight = 34;
const more = 12;

/** As in live.css. */
const rowHeight = () => (matchMedia("(max-width: 640px)").matches ? 62 : 34);

export function CallTable({ calls, wanted, chosen, onOpen }: TableProps) {
  const { scroller, scrolled, size, onScroll } = useScroller(calls, wanted);
  const [last, setLast] = useState<number>();
  const aim = useRef<number>(null);
  useLayoutEffect(() => {
    const found = aim.current === null ? null : buttonOf(scroller.current, aim.current);
    if (!found) return;
    aim.current = null;
    found.focus({ preventScroll: true });
  });
  const { from, to } = visiblePart(calls.length, size, scrolled, more);
  const part = calls.slice(from, to);
  const stop = part.some(({ id }) => id === last) ? last : calls[0]?.id;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLButtonElement) || event.altKey) return;
    const page = Math.max(1, Math.floor(scrolled.extent / size) - 2);
    const place = calls.findIndex(({ id }) => String(id) === (event.target as HTMLElement).dataset["call"]);
    const next = calls[placeAfter(event.key, place, { page, count: calls.length })];
    if (!next || !scroller.current) return;
    event.preventDefault();
    const at = calls.indexOf(next);
    aim.current = next.id;
    setLast(next.id);
    scroller.current.scrollTop = offsetToSee(at, size, { ...scrolled, offset: scroller.current.scrollTop });
  };
  return (
    <div class="calls" ref={scroller} onScroll={onScroll}>
      <table aria-rowcount={calls.length + 1} onKeyDown={onKeyDown}>
        <caption class="unseen">Calls, the newest first</caption>
        <thead>
          <tr aria-rowindex={1}>
            {["Time", "Outcome", "Operation", "Caller", "Resource", "Why"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <Gap height={from * size} />
        <tbody>
          {part.map((call, at) => (
            <Row
              key={call.id}
              call={call}
              place={from + at}
              isChosen={call.id === chosen}
              isStop={call.id === stop}
              onOpen={(button) => {
                setLast(call.id);
                onOpen(call, button);
              }}
            />
          ))}
        </tbody>
        <Gap height={(calls.length - to) * size} />
      </table>
    </div>
  );
}

function placeAfter(
  key: string,
  place: number,
  { page, count }: { readonly page: number; readonly count: number },
): number {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: place + 1,
    ArrowUp: place - 1,
    PageDown: place + page,
    PageUp: place - page,
    Home: 0,
    End: count - 1,
  };
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return next === undefined || place < 0 ? -1 : Math.max(0, Math.min(count - 1, next));
}

function buttonOf(table: HTMLElement | null, id: number): HTMLElement | null {
  return table?.querySelector<HTMLElement>(`button[data-call="${id}"]`) ?? null;
}

/** Knows what can be seen, and keeps it in its place when calls come above. */
function useScroller(calls: readonly Call[], wanted: unknown) {
  const scroller = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState({ offset: 0, extent: 800 });
  const [size, setSize] = useState(rowHeight);
  const before = useRef({ first: calls[0]?.id, wanted });
  const measure = () => {
    const { scrollTop = 0, clientHeight = 800 } = scroller.current ?? {};
    setSize(rowHeight());
    setScrolled((old) =>
      old.offset === scrollTop && old.extent === clientHeight - headHeight
        ? old
        : { offset: scrollTop, extent: clientHeight - headHeight },
    );
  };
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { first, wanted: wantedBefore } = before.current;
    before.current = { first: calls[0]?.id, wanted };
    const table = scroller.current;
    if (!table) return;
    if (wanted !== wantedBefore) table.scrollTop = 0;
    else if (table.scrollTop > 0 || table.contains(document.activeElement)) {
      const above = calls.findIndex(({ id }) => id === first);
      if (above > 0) table.scrollTop += above * size;
    }
    measure();
  }, [calls, wanted]);
  return { scroller, scrolled, size, onScroll: measure };
}

function Gap({ height }: { readonly height: number }) {
  return height === 0 ? null : (
    <tbody class="gap" aria-hidden="true">
      <tr>
        <td colSpan={6} style={{ height: `${height}px` }} />
      </tr>
    </tbody>
  );
}

interface RowProps {
  readonly call: Call;
  readonly place: number;
  readonly isChosen: boolean;
  readonly isStop: boolean;
  readonly onOpen: (button: HTMLElement) => void;
}

function Row({ call, place, isChosen, isStop, onOpen }: RowProps) {
  const { final, records } = call;
  const outcome = outcomeOf(final);
  const differs = records.some(({ type }) => type === "shadow");
  const others = final.asks.length + final.asksLeftOut - 1;
  return (
    <tr
      aria-rowindex={place + 2}
      class={isChosen ? "chosen" : undefined}
      onClick={({ currentTarget }) => {
        const button = buttonOf(currentTarget, call.id);
        if (button) onOpen(button);
      }}
    >
      <td class="time">
        <time dateTime={new Date(final.time).toISOString()}>{timeOf(final.time)}</time>
      </td>
      <td class="outcome">
        <span class={`sign ${outcome}`}>{outcomeWords[outcome]}</span>{" "}
        {final.status === undefined ? null : <span class="status">{final.status}</span>}
      </td>
      <td class="operation">
        <button type="button" data-call={call.id} aria-pressed={isChosen} tabIndex={isStop ? 0 : -1}>
          {final.operation || "no operation"}
        </button>
      </td>
      <td class="caller">
        <bdi>{callerOf(final)}</bdi>
      </td>
      <td class="resource">
        <bdi>{shortResource(final.resource)}</bdi>
        {others > 0 ? <span class="others"> +{others}</span> : null}
      </td>
      <td class="why">
        {differs ? <strong class="differs">the candidate differs </strong> : null}
        <bdi>{reasonOf(final)}</bdi>
      </td>
    </tr>
  );
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short" });

/** The clock on the wall here; with the day if it is not today. */
function timeOf(time: number): string {
  const isToday = new Date(time).toDateString() === new Date().toDateString();
  return `${isToday ? "" : `${day.format(time)} `}${clock.format(time)}`;
}
