/** Decisions as they happen, or those of records that a person opens: what is looked for in them, their rate, and one of them whole. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ViewProps } from "../shell/view-props.ts";
import { CallPanel } from "./call-panel.tsx";
import { CallTable } from "./call-table.tsx";
import type { Call } from "./calls/call-log.ts";
import { outcomeOf } from "./calls/describe-call.ts";
import { everyCall, filterCalls, isOutcomeChoice, type WantedCalls } from "./calls/filter-calls.ts";
import type { OpenedRecords } from "./calls/opened-records.ts";
import { barCount, liveBarMs } from "./calls/rate.ts";
import { useLiveCalls } from "./live-calls.ts";
import { LiveToolbar } from "./live-toolbar.tsx";
import { NoCalls } from "./no-calls.tsx";
import { OpenDialog, openFile } from "./open-dialog.tsx";
import { RateChart } from "./rate-chart.tsx";

export function LiveView({ query, isConnected, hasView }: ViewProps) {
  const live = useLiveCalls();
  const [wanted, setWanted] = useState(() => wantedOf(query));
  const [paused, setPaused] = useState<{ readonly calls: readonly Call[]; readonly count: number }>();
  const [opened, setOpened] = useState<OpenedRecords>();
  const [isOpening, setOpening] = useState(false);
  const [problem, setProblem] = useState("");
  const [chosen, setChosen] = useState<Call>();
  const opener = useRef<HTMLElement>(null);
  const all = opened?.calls ?? paused?.calls ?? live.log.calls;
  const calls = useMemo(() => filterCalls(all, wanted), [all, wanted]);
  const open = useCallback((call: Call, from: HTMLElement) => {
    opener.current = from;
    setChosen(call);
  }, []);
  const close = () => {
    setChosen(undefined);
    opener.current?.focus();
  };
  const show = (records: OpenedRecords | undefined) => {
    setOpened(records);
    setOpening(false);
    setChosen(undefined);
    setProblem("");
  };
  const clear = () => {
    live.clear();
    setPaused(undefined);
    setChosen(undefined);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) openFile(file).then(show, (cause: Error) => setProblem(cause.message));
  };
  // The proxy's record comes after the authorizer's.
  const current = all.find(({ id }) => id === chosen?.id) ?? chosen;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are opened by a button as well
    <div
      class={current ? "live with-panel" : "live"}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <LiveToolbar
        wanted={wanted}
        setWanted={setWanted}
        isOpened={opened !== undefined}
        isPaused={paused !== undefined}
        onPause={() => setPaused(paused ? undefined : { calls: live.log.calls, count: live.log.count })}
        onClear={clear}
        onOpen={() => setOpening(true)}
        onLive={() => show(undefined)}
      />
      <div class="shown">
        {problem === "" ? null : (
          <p class="wrong" role="alert">
            {problem}
          </p>
        )}
        {opened ? <RateChart {...opened} when={timeSpan(opened)} /> : <LiveRateChart />}
        <p class="counts">
          {countsOf({
            shown: calls.length,
            all: all.length,
            count: opened?.count ?? paused?.count ?? live.log.count,
          })}
          {opened ? ` of ${opened.name}` : ""}
          {paused && !opened ? `; paused, ${(live.log.count - paused.count).toLocaleString("en")} new` : ""}
          {!opened && live.missed > 0
            ? `; ${live.missed.toLocaleString("en")} events came while this page was not seen and are forgotten`
            : ""}
          {isConnected || opened ? "" : "; the gateway does not answer, and is asked again until it does"}
        </p>
        {opened ? null : <Announcement />}
        {all.length === 0 && !opened ? (
          <NoCalls hasView={hasView} />
        ) : (
          <CallTable calls={calls} wanted={wanted} chosen={current?.id} onOpen={open} />
        )}
      </div>
      {current ? <CallPanel call={current} hasView={hasView} onClose={close} /> : null}
      {isOpening ? <OpenDialog onOpened={show} onClose={() => setOpening(false)} /> : null}
    </div>
  );
}

/** `#/live?operation=DeleteUser&outcome=refused` */
function wantedOf(query: URLSearchParams): WantedCalls {
  const outcome = query.get("outcome") ?? "all";
  return {
    outcome: isOutcomeChoice(outcome) ? outcome : everyCall.outcome,
    caller: query.get("caller") ?? "",
    operation: query.get("operation") ?? "",
    text: query.get("find") ?? "",
  };
}

interface Counts {
  readonly shown: number;
  readonly all: number;
  /** With those that are not kept. */
  readonly count: number;
}

function countsOf({ shown, all, count }: Counts): string {
  const [some, kept, total] = [shown, all, count].map((each) => each.toLocaleString("en"));
  const noun = `call${all === 1 ? "" : "s"}`;
  const part = shown === all ? `${kept} ${noun}` : `${some} of ${kept} ${noun}`;
  return all >= 2_000 && count > all ? `${part}, the newest of ${total}` : part;
}

function timeSpan({ from, to }: OpenedRecords): string {
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
  return format.formatRange(from, to);
}

/** Moves on with the time. */
function LiveRateChart() {
  const { rate } = useLiveCalls();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, 1_000);
    return () => clearInterval(timer);
  }, []);
  const minutes = (barCount * liveBarMs) / 60_000;
  return (
    <RateChart
      bars={rate.bars(Math.max(now, Date.now()))}
      barMs={liveBarMs}
      when={`Last ${minutes} minutes`}
    />
  );
}

const announceMs = 10_000;

/** Tells people who do not see the table what came, now and then. */
function Announcement() {
  const { log } = useLiveCalls();
  const [text, setText] = useState("");
  const told = useRef(log.count);
  useEffect(() => {
    const timer = setInterval(() => {
      const added = log.count - told.current;
      told.current = log.count;
      if (added === 0) return;
      const refused = log.calls.slice(0, added).filter(({ final }) => outcomeOf(final) !== "allowed").length;
      setText(`${added} new call${added === 1 ? "" : "s"}, ${refused} refused`);
    }, announceMs);
    return () => clearInterval(timer);
  }, [log]);
  return (
    <p class="unseen" role="status">
      {text}
    </p>
  );
}
