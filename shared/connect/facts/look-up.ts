/** Looks up properties of resources that only Amazon Connect knows; answers are kept for a few seconds. */
import { HIERARCHY_OF } from "../../catalog/ask.ts";
import { parseConnectArn, sharedTypes } from "../../catalog/resource-arn.ts";
import { CodedError } from "../../errors.ts";
import { LruMap } from "../../lru.ts";
import type { ConnectInstance } from "../../request/types.ts";
import { recordedNameOf } from "../answer/recorded-name.ts";
import { CallEnded, type Deadline } from "../deadline.ts";
import type { Sender, SendOptions } from "../send.ts";
import { type FactReading, type ResourceFacts, readingOf } from "./readings.ts";

/**
 * Uses the role of the call's instance. The session is the proxy's own and not the caller's: all callers share the
 * answer.
 *
 * Rejects with CodedError `upstreamUnavailable` if Connect refuses, fails or is too slow, or the call has ended.
 */
export type LookUp = (resource: string, call: LookingCall) => Promise<ResourceFacts>;

export interface LookingCall {
  readonly instance: ConnectInstance;
  readonly deadline: Deadline;
  /** The caller whose share of the instance's places a look-up uses. */
  readonly caller?: string;
}

export interface LookUpOptions {
  readonly keepMs?: number;
  /** For one look-up, retries included. */
  readonly timeoutMs?: number;
  readonly maxEntries?: number;
  readonly now?: () => number;
}

interface Entry {
  readonly facts: Promise<ResourceFacts>;
  readonly untilMs: number;
  readonly controller: AbortController;
  waiting: number;
}

/** Of an answer for all callers, and of one caller's request for it. */
interface Keys {
  readonly shared: string;
  readonly own: string;
}

/**
 * Answers are shared by all callers. A request under way is shared by the calls of one caller, and aborted if none waits any
 * more: another caller's would wait for a place in that caller's line. A failure is not kept.
 */
export function createLookUp(send: Sender, options: LookUpOptions = {}): LookUp {
  const { keepMs = 5_000, timeoutMs = 2_000, maxEntries = 1_000, now = Date.now } = options;
  const entries = new LruMap<string, Entry>({ maxEntries });

  const forget = (key: string, entry: Entry) => {
    if (entries.get(key) === entry) entries.delete(key);
  };
  /** Unless nobody waits any more, or a later request was answered before. */
  const keep = ({ shared, own }: Keys, entry: Entry) => {
    if (entries.get(own) !== entry) return;
    entries.delete(own);
    const kept = entries.get(shared);
    if (!kept || kept.untilMs <= entry.untilMs) entries.set(shared, entry);
  };
  const ask = (keys: Keys, resource: string, call: LookingCall): Entry => {
    const controller = new AbortController();
    const facts = fetchFacts(send, { ...call, resource }, { timeoutMs, signal: controller.signal });
    const entry = { facts, untilMs: now() + keepMs, controller, waiting: 0 };
    entries.set(keys.own, entry);
    facts.then(
      () => keep(keys, entry),
      () => forget(keys.own, entry),
    );
    return entry;
  };

  return async (resource, call) => {
    const { instance, deadline, caller } = call;
    if (deadline.signal.aborted) throw tooLate(resource, deadline.signal.reason);
    // Callers of one role must not learn what only another role may see.
    const about = [instance.roleArn ?? null, resource];
    const shared = JSON.stringify(about);
    let entry = entries.get(shared);
    const own = JSON.stringify([...about, caller ?? null]);
    if (!entry || now() >= entry.untilMs) entry = entries.get(own);
    if (!entry || now() >= entry.untilMs) entry = ask({ shared, own }, resource, call);
    entry.waiting++;
    try {
      return await deadline.race(entry.facts);
    } catch (error) {
      if (!(error instanceof CallEnded)) throw error;
      if (entry.waiting === 1) {
        forget(own, entry);
        entry.controller.abort();
      }
      throw tooLate(resource, error);
    } finally {
      entry.waiting--;
    }
  };
}

function tooLate(resource: string, cause: unknown): CodedError {
  return new CodedError("upstreamUnavailable", `\`${resource}\` was not looked up in time`, { cause });
}

async function fetchFacts(
  send: Sender,
  { resource, instance, caller }: { readonly resource: string } & Omit<LookingCall, "deadline">,
  options: SendOptions,
): Promise<ResourceFacts> {
  const arn = parseConnectArn(resource.replace(HIERARCHY_OF, ""));
  // A resource that two Regions share is looked up in its own Region, with the same role.
  if (!arn || (arn.region !== instance.region && !sharedTypes.has(arn.type)))
    throw new CodedError("upstreamUnavailable", `\`${resource}\` cannot be looked up`);
  const there = { ...instance, region: arn.region };
  let found: ResourceFacts | FactReading = readingOf(arn, resource);
  while ("operation" in found) {
    const reading: FactReading = found;
    const { operation, input } = reading;
    const result = await send(
      { operation, input, instance: there, ...(caller === undefined ? {} : { caller }) },
      options,
    );
    if (result.kind === "failure") {
      const name = recordedNameOf(result.failure.name);
      throw new CodedError(
        "upstreamUnavailable",
        `\`${operation}\` of \`${resource}\` failed with \`${name}\``,
      );
    }
    found = reading.read(result.output);
  }
  return found;
}
