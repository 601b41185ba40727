/**
 * What only Amazon Connect knows of a resource, for policies that ask: its tags, a contact's channel and agent, a
 * flow's type. Asked of Connect itself, kept for a few seconds, and within a time budget.
 */
import { parseConnectArn } from "../catalog/targets.ts";
import { CodedError } from "../errors.ts";
import type { ConnectInstance } from "../request/types.ts";
import { type FactReading, type ResourceFacts, readingOf } from "./fact-readings.ts";
import type { Sender } from "./send.ts";

/**
 * Looks a resource up by its ARN, with the role of the instance that the call goes to, though not in its caller's name:
 * the answer is for all of them.
 *
 * Rejects with CodedError `upstreamUnavailable` when Connect refuses, fails or is too slow.
 */
export type LookUp = (resource: string, instance: ConnectInstance) => Promise<ResourceFacts>;

export interface LookUpOptions {
  /** How long an answer is used again. */
  readonly keepMs?: number;
  /** For one look-up, retries included. */
  readonly timeoutMs?: number;
  readonly maxEntries?: number;
  readonly now?: () => number;
}

interface Entry {
  readonly facts: Promise<ResourceFacts>;
  readonly untilMs: number;
}

/** Creates the look-up; concurrent callers share one request, and a failure is not kept. */
export function createLookUp(send: Sender, options: LookUpOptions = {}): LookUp {
  const { keepMs = 5_000, timeoutMs = 2_000, maxEntries = 1_000, now = Date.now } = options;
  const entries = new Map<string, Entry>();
  return (resource, instance) => {
    // What one role may see is not told to callers of another.
    const key = JSON.stringify([instance.roleArn ?? null, resource]);
    const known = entries.get(key);
    if (known && now() < known.untilMs) return known.facts;
    const facts = fetchFacts(send, { resource, instance }, timeoutMs);
    entries.delete(key);
    entries.set(key, { facts, untilMs: now() + keepMs });
    const [oldest] = entries.keys();
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    facts.catch(() => {
      if (entries.get(key)?.facts === facts) entries.delete(key);
    });
    return facts;
  };
}

async function fetchFacts(
  send: Sender,
  { resource, instance }: { readonly resource: string; readonly instance: ConnectInstance },
  timeoutMs: number,
): Promise<ResourceFacts> {
  const arn = parseConnectArn(resource);
  if (arn?.region !== instance.region)
    throw new CodedError("upstreamUnavailable", `\`${resource}\` cannot be looked up`);
  const reading: FactReading = readingOf(arn, resource);
  const { operation, input } = reading;
  const result = await send({ operation, input, instance }, { timeoutMs });
  if (result.kind === "failure") {
    const { name } = result.failure;
    throw new CodedError(
      "upstreamUnavailable",
      `\`${operation}\` of \`${resource}\` failed with \`${name}\``,
    );
  }
  return reading.read(result.output);
}
