/** What all views stand in: the header with their links, the state of the gateway, and the view that the address names. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { tableNotes } from "../../../authoring/table-notes.ts";
import type { ConfigurationAnswer, ConsoleEvent, GivenConfiguration } from "../../api.ts";
import { liveCalls } from "../live/live-calls.ts";
import { listen, readConfiguration, SessionOver } from "./gateway.ts";
import { views } from "./views.ts";

interface State {
  /** The last one that could be used. */
  readonly configuration?: GivenConfiguration | undefined;
  /** Why the page shows less than it should. */
  readonly problem?: string;
  readonly isConnected: boolean;
}

const sessionOver = "This gateway was started again: load the page again.";

/** Reads the configuration, and reads it again each time that it changes. */
function useGateway(): State {
  const [state, setState] = useState<State>({ isConnected: true });
  useEffect(() => {
    const end = new AbortController();
    const change = (changes: Partial<State>) => setState((before) => ({ ...before, ...changes }));
    const read = () =>
      readConfiguration().then(
        (answer) => change(stateOf(answer)),
        (cause: unknown) =>
          change({
            problem:
              cause instanceof SessionOver ? sessionOver : `The configuration cannot be read: ${cause}`,
          }),
      );
    const onEvents = (events: readonly ConsoleEvent[], missed: number) => {
      liveCalls.add(
        events.flatMap((event) => (event.kind === "record" ? [event.line] : [])),
        missed,
      );
      const last = events.findLast(({ kind }) => kind === "configuration" || kind === "refused");
      if (last?.kind === "configuration" || (missed > 0 && !last)) void read();
      if (last?.kind === "refused")
        change({
          problem: `The changed configuration cannot be used, so the last good one still decides.\n${last.problem}`,
        });
    };
    let wasConnected = true;
    const onConnected = (isConnected: boolean) => {
      if (isConnected && !wasConnected) void read();
      if (isConnected !== wasConnected) change({ isConnected });
      wasConnected = isConnected;
    };
    const onSessionOver = () => change({ isConnected: false, problem: sessionOver });
    void read();
    void listen({ onEvents, onConnected, onSessionOver }, end.signal);
    return () => end.abort();
  }, []);
  return state;
}

function stateOf(answer: ConfigurationAnswer): Partial<State> {
  if (answer.ok) return { configuration: answer, problem: "" };
  return { problem: `${answer.name} cannot be used.\n${answer.problem}` };
}

/** The part of the address behind `#/`. */
function useAddress(): { readonly id: string; readonly query: URLSearchParams } {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => setHash(location.hash);
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  const [id = "", query = ""] = hash.replace(/^#\//, "").split("?", 2);
  return { id, query: new URLSearchParams(query) };
}

function hasView(id: string): boolean {
  return views.some((view) => view.id === id);
}

export function Shell() {
  const { configuration, problem = "", isConnected } = useGateway();
  const { id, query } = useAddress();
  const view = views.find((each) => each.id === id) ?? views[0];
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(view.id);
  useLayoutEffect(() => {
    document.title = `${view.name} - connect-authorizer`;
    // Who follows a link by keyboard is in the view then, and hears its name.
    if (shown.current !== view.id) heading.current?.focus();
    shown.current = view.id;
  }, [view]);
  return (
    <>
      <header class="top">
        <p class="brand">connect-authorizer</p>
        <nav aria-label="Views">
          <ul>
            {views.map((each) => (
              <li key={each.id}>
                <a href={`#/${each.id}`} aria-current={each === view ? "page" : undefined}>
                  {each.name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Gateway configuration={configuration} isConnected={isConnected} />
      </header>
      <main id="main">
        <h1 ref={heading} tabIndex={-1}>
          {view.name}
        </h1>
        {problem === "" ? null : (
          <pre class="problem" role="alert">
            {problem}
          </pre>
        )}
        {configuration &&
          tableNotes(configuration.bundle.config).map((note) => <p key={note}>Note: {note}.</p>)}
        {configuration ? (
          <view.View
            configuration={configuration}
            query={query}
            isConnected={isConnected}
            hasView={hasView}
          />
        ) : null}
      </main>
    </>
  );
}

function Gateway({ configuration, isConnected }: State) {
  return (
    <p class="gateway" aria-live="polite" data-connected={isConnected}>
      {isConnected ? (
        <>
          <span class="configuration">{configuration?.name ?? "reading the configuration"}</span>{" "}
          {configuration ? (
            <code title="The version of the configuration that decides">
              {configuration.bundle.version.slice(0, 12)}
            </code>
          ) : null}
        </>
      ) : (
        "the gateway does not answer"
      )}
    </p>
  );
}
