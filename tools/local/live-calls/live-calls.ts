/**
 * Calls of several callers, made again and again while the local Connect is live: by tokens of the local issuer, through this
 * gateway, so that they are decided and recorded as every other.
 */

import type { Bundle } from "../../../shared/bundle/types.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import { requestOf, targetOf } from "../../authoring/own-request.ts";
import { chanceOf } from "../connect/live/chance.ts";
import { everySecond, type LiveOptions } from "../connect/live/live.ts";
import type { World } from "../connect/world.ts";
import { type TokenIssuer, TokenRequestError } from "../tokens/token-issuer.ts";
import { type LiveCall, LivePlan } from "./live-plan.ts";

interface Options {
  readonly live: LiveOptions;
  readonly perMinute: number;
  readonly world: World;
  readonly tokens: TokenIssuer;
  /** What decides now. */
  readonly bundle: () => Bundle;
  readonly url: string;
}

/** A gateway that is slow is not given more to do. */
const mostWaiting = 5;
const tokenSeconds = 300;
const minute = 60_000;

/** Starts to make calls. @returns what stops it, after the one that is under way */
export function startLiveCalls({
  live: { seed, every = everySecond },
  ...around
}: Options): () => Promise<void> {
  const calls = new LiveCalls(around, seed);
  const stop = every(() => calls.advance());
  return () => {
    stop();
    return calls.close();
  };
}

type Around = Omit<Options, "live">;

class LiveCalls {
  readonly #around: Around;
  readonly #chance;
  #plan: { readonly of: Bundle; readonly plan: LivePlan } | undefined;
  #nextAt: number;
  /** One call after the other, in the order of the plan. */
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  constructor(around: Around, seed: number) {
    this.#around = around;
    // Other numbers than those by which contacts move.
    this.#chance = chanceOf(seed + 1_000_000_007);
    this.#nextAt = around.world.now().getTime() + this.#wait();
  }

  /** Makes the calls that are due, and waits for them. Few are made up for after a sleep of the machine. */
  async advance(): Promise<void> {
    const now = this.#around.world.now().getTime();
    this.#nextAt = Math.max(this.#nextAt, now - minute);
    for (; this.#nextAt <= now; this.#nextAt += this.#wait()) {
      const [instance] = this.#around.world.instances();
      const call = instance && this.#current().next(instance);
      if (call === undefined || this.#waiting >= mostWaiting) continue;
      this.#waiting++;
      this.#last = this.#last.then(() => this.#make(call)).finally(() => this.#waiting--);
    }
    await this.#last;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  #wait(): number {
    return this.#chance.wait(minute / this.#around.perMinute);
  }

  /** Another configuration has other callers. */
  #current(): LivePlan {
    const bundle = this.#around.bundle();
    if (this.#plan?.of !== bundle) this.#plan = { of: bundle, plan: new LivePlan(bundle, this.#chance) };
    return this.#plan.plan;
  }

  async #make({ caller: { id: sub, ...caller }, operation, input }: LiveCall): Promise<void> {
    const row = findOperation(operation);
    if (this.#isClosed || row === undefined) return;
    const { tokens, bundle, url } = this.#around;
    const { tokenHeader } = bundle().config;
    const request = requestOf(row, input);
    const { method, headers, body } = request;
    try {
      const token = tokens.mintToken({ sub, ...caller, ttlSeconds: tokenSeconds });
      const sent = [
        ...headers.map(([name, value]): [string, string] => [name, value]),
        ["user-agent", "connect-authorizer --live"] as [string, string],
        [tokenHeader, tokenHeader === "authorization" ? `Bearer ${token}` : token] as [string, string],
        ...(body === "" ? [] : [["content-type", "application/json"] as [string, string]]),
      ];
      const answer = await fetch(`${url}${targetOf(request)}`, {
        ...{ method, headers: sent },
        ...(body === "" ? {} : { body }),
      });
      await answer.arrayBuffer();
    } catch (cause) {
      // A binding may ask for what a token of the local issuer cannot say; a gateway that closes takes no call.
      if (!(cause instanceof TokenRequestError || cause instanceof TypeError)) throw cause;
    }
  }
}
