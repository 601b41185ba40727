/** What the page asks of the gateway: its own addresses, with the session's token. */
import {
  type ConfigurationAnswer,
  type ConsoleEvent,
  type EventsAnswer,
  type Other,
  type OthersAnswer,
  tokenHeader,
} from "../../api.ts";

/** The session is over: the gateway was started anew and has another token. */
export class SessionOver extends Error {}

const token = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? "";

/** @throws SessionOver, or Error with the gateway's reason */
async function askGateway(method: string, path: string, signal?: AbortSignal): Promise<unknown> {
  const answer = await fetch(`/_console/api/${path}`, {
    method,
    headers: { [tokenHeader]: token },
    ...(signal ? { signal } : {}),
  });
  if (answer.status === 403) throw new SessionOver(await answer.text());
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export function readConfiguration(): Promise<ConfigurationAnswer> {
  // INVARIANT: the gateway is of the same version as the page that it serves.
  return askGateway("GET", "configuration") as Promise<ConfigurationAnswer>;
}

export function readOthers(): Promise<OthersAnswer> {
  return askGateway("GET", "others") as Promise<OthersAnswer>;
}

export function readOther(which: Other): Promise<ConfigurationAnswer> {
  return askGateway("GET", `other?${new URLSearchParams({ ...which })}`) as Promise<ConfigurationAnswer>;
}

const retryMs = 1_000;

interface Listener {
  readonly onEvents: (events: readonly ConsoleEvent[]) => void;
  /** Whether the gateway answers. */
  readonly onConnected: (isConnected: boolean) => void;
  readonly onSessionOver: () => void;
}

/** Listens until the signal ends it. A gateway that stopped is asked again until it answers. */
export async function listen(listener: Listener, signal: AbortSignal): Promise<void> {
  let after: number | undefined;
  while (!signal.aborted) {
    try {
      const query = after === undefined ? "" : `?after=${after}`;
      const { next, events } = (await askGateway("GET", `events${query}`, signal)) as EventsAnswer;
      after = next;
      listener.onConnected(true);
      if (events.length > 0) listener.onEvents(events);
    } catch (cause) {
      if (signal.aborted) return;
      if (cause instanceof SessionOver) return listener.onSessionOver();
      listener.onConnected(false);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
