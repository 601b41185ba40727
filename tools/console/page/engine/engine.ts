/** The worker, as the page asks it. */
import type { ColumnNews, FromWorker, Questions } from "./protocol.ts";

/** https://www.w3.org/TR/trusted-types/, as far as it is needed here. */
declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createScriptURL(url: string): string },
      ): { createScriptURL(url: string): unknown };
    };
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The document names the worker's script. */
const link = document.getElementById("engine");
const script = link instanceof HTMLLinkElement ? link.href : "";

/** Only that one may be started: the page's policy forbids all others. */
const trusted = window.trustedTypes?.createPolicy("engine", {
  createScriptURL: (asked: string) => {
    if (asked === script && new URL(asked).origin === location.origin) return asked;
    throw new TypeError("the console starts no other script");
  },
});

function startWorker(): Worker {
  // The types of `Worker` know of no trusted script URL.
  return new Worker((trusted?.createScriptURL(script) ?? script) as string, { type: "module" });
}

export class Engine {
  readonly #worker = startWorker();
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  /** @param onColumn gets each column when it is computed */
  constructor(onColumn: (news: ColumnNews) => void) {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "column") return onColumn(data);
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.kind === "answer") waiting?.resolve(data.answer);
      else waiting?.reject(new Error(data.message));
    });
  }

  /** Ends it in the middle of its work; what was asked is never answered. */
  stop(): void {
    this.#worker.terminate();
  }

  ask<Kind extends keyof Questions>(
    kind: Kind,
    asks: Questions[Kind]["asks"],
  ): Promise<Questions[Kind]["answer"]> {
    const id = ++this.#asked;
    this.#worker.postMessage({ kind, asks, id });
    return new Promise((resolve, reject) => {
      // INVARIANT: the worker answers each kind as `Questions` says.
      const settle = (answer: unknown) => resolve(answer as Questions[Kind]["answer"]);
      this.#waiting.set(id, { resolve: settle, reject });
    });
  }
}
