/** What the page asks of the gateway: its own addresses, with the session's token. */
import {
  type ConfigurationAnswer,
  type ConsoleEvent,
  type EventsAnswer,
  type FilesAnswer,
  type Other,
  type OthersAnswer,
  type Save,
  type SaveAnswer,
  type SentAnswer,
  type SentRequest,
  tokenHeader,
  type WhoAnswer,
} from "../../api.ts";

/** The session is over: the gateway was started anew and has another token. */
export class SessionOver extends Error {}

const token = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? "";

/** What the gateway does not do, with its reason, or with JSON for the page. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

interface Asked {
  readonly signal?: AbortSignal;
  readonly body?: unknown;
}

/** @throws SessionOver, or Refused */
async function askGateway(method: string, path: string, { signal, body }: Asked = {}): Promise<unknown> {
  const answer = await fetch(`/_console/api/${path}`, {
    method,
    headers: { [tokenHeader]: token },
    ...(signal ? { signal } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status === 403) throw new SessionOver(await answer.text());
  if (!answer.ok) throw new Refused(answer.status, (await answer.text()).trim());
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

/** Asks whom the gateway takes the sender of a token for. */
export function askWho(sent: string): Promise<WhoAnswer> {
  return askGateway("POST", "who", { body: { token: sent } }) as Promise<WhoAnswer>;
}

/** Has a request sent to the gateway. */
export function sendCall(body: SentRequest): Promise<SentAnswer> {
  return askGateway("POST", "send", { body }) as Promise<SentAnswer>;
}

export function readFiles(): Promise<FilesAnswer> {
  return askGateway("GET", "files") as Promise<FilesAnswer>;
}

/** @throws Refused with the status 409 and a `SaveConflict` if the file changed since it was read */
export function saveFile(save: Save): Promise<SaveAnswer> {
  return askGateway("PUT", "file", { body: save }) as Promise<SaveAnswer>;
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
      const { next, events } = (await askGateway("GET", `events${query}`, { signal })) as EventsAnswer;
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
