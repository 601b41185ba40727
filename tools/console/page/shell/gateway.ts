/** What the page asks of the gateway: its own addresses, with the session's token. */
import {
  type ConfigurationAnswer,
  type ConsoleEvent,
  type EventsAnswer,
  type FilesAnswer,
  type FirstCallsAnswer,
  type Other,
  type OthersAnswer,
  type Save,
  type SaveAnswer,
  type SentAnswer,
  type SentRequest,
  tokenHeader,
  type WhoAnswer,
} from "../../api.ts";

/** The session is over: the gateway was started anew and serves another page. */
export class SessionOver extends Error {}

let token = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? "";

/** How often the gateway was started anew while this page was open. */
let session = 0;

let renewal: Promise<boolean> | undefined;

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

/** Asks by the token that the page has. */
function ask(method: string, path: string, { signal, body }: Asked = {}): Promise<Response> {
  return fetch(`/_console/api/${path}`, {
    method,
    headers: { [tokenHeader]: token },
    ...(signal ? { signal } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** @throws SessionOver, or Refused */
async function askGateway(method: string, path: string, asked: Asked = {}): Promise<unknown> {
  const used = token;
  let answer = await ask(method, path, asked);
  if (answer.status === 403) {
    await renewSession(used, await answer.text());
    answer = await ask(method, path, asked);
  }
  if (!answer.ok) throw new Refused(answer.status, (await answer.text()).trim());
  return answer.json();
}

/** Gets another token, once for all requests that were refused. @throws SessionOver */
async function renewSession(used: string, reason: string): Promise<void> {
  if (used !== token) return;
  renewal ??= readToken().finally(() => {
    renewal = undefined;
  });
  if (!(await renewal)) throw new SessionOver(reason);
}

/** Reads the token of a gateway that was started anew, if it serves this very page. */
async function readToken(): Promise<boolean> {
  const html = await (await fetch("/_console/")).text();
  const [, renewed] = /<meta name="console-token" content="(\w+)">/.exec(html) ?? [];
  const script = document.querySelector("script[src]")?.getAttribute("src");
  if (renewed === undefined || renewed === token || !script || !html.includes(`src="${script}"`))
    return false;
  token = renewed;
  session++;
  return true;
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

export function readFirstCalls(): Promise<FirstCallsAnswer> {
  return askGateway("GET", "first-calls") as Promise<FirstCallsAnswer>;
}

const retryMs = 1_000;

interface Listener {
  /** @param missed how many happened and are forgotten */
  readonly onEvents: (events: readonly ConsoleEvent[], missed: number) => void;
  /** Whether the gateway answers. */
  readonly onConnected: (isConnected: boolean) => void;
  readonly onSessionOver: () => void;
}

/**
 * Listens until the signal ends it. A gateway that stopped is asked again until it answers, and its events are read from the first if it
 * was started anew. A page that nobody sees does not ask: browsers have few connections for all pages of a gateway.
 */
export async function listen(listener: Listener, signal: AbortSignal): Promise<void> {
  let [after, known]: [number | undefined, number] = [undefined, session];
  while (!signal.aborted) {
    try {
      await whenVisible(signal);
      if (known !== session) {
        // The number was of the earlier gateway's events.
        [after, known] = [undefined, session];
        listener.onConnected(false);
      }
      const used = token;
      const answer = await ask("GET", `events${after === undefined ? "" : `?after=${after}`}`, { signal });
      if (answer.status === 403) await renewSession(used, await answer.text());
      else {
        const { next, events, missed = 0 } = (await answer.json()) as EventsAnswer;
        after = next;
        listener.onConnected(true);
        if (events.length > 0 || missed > 0) listener.onEvents(events, missed);
      }
    } catch (cause) {
      if (signal.aborted) return;
      if (cause instanceof SessionOver) return listener.onSessionOver();
      listener.onConnected(false);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

function whenVisible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const end = new AbortController();
    const check = () => {
      if (document.hidden && !signal.aborted) return;
      end.abort();
      resolve();
    };
    document.addEventListener("visibilitychange", check, { signal: end.signal });
    signal.addEventListener("abort", check, { signal: end.signal });
  });
}
