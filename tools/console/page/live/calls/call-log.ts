/**
 * The last calls, made of their records: the authorizer's, the proxy's, what Amazon Connect answered, and what a candidate would
 * change. Only so many are kept.
 */
import type { SeenRecord } from "./seen-record.ts";

export interface Call {
  /** Counts up with each call. */
  readonly id: number;
  /** The record that says what became of it: the proxy's, if the call came so far. */
  readonly final: SeenRecord;
  /** All, in the order of the call. */
  readonly records: readonly SeenRecord[];
}

export const mostCalls = 2_000;

const stages = ["authorizer", "proxy", "library"];

export class CallLog {
  /** By their ids, the oldest first. */
  readonly #calls = new Map<number, Call>();
  /** By the id of a request, the last call that had it: clients may choose it, and choose one again. */
  readonly #byRequest = new Map<string, number>();
  #next = 0;
  #snapshot: readonly Call[] | undefined;

  /** How many calls there were, kept or not. */
  get count(): number {
    return this.#next;
  }

  /** The newest first. */
  get calls(): readonly Call[] {
    this.#snapshot ??= [...this.#calls.values()].reverse();
    return this.#snapshot;
  }

  /** @returns whether it is of a call that was not known */
  add(record: SeenRecord): boolean {
    this.#snapshot = undefined;
    const known = this.#calls.get(this.#byRequest.get(record.requestId) ?? -1);
    if (known && belongs(record, known)) {
      this.#calls.set(known.id, callOf(known.id, [...known.records, record]));
      return false;
    }
    const id = this.#next++;
    this.#calls.set(id, callOf(id, [record]));
    this.#byRequest.set(record.requestId, id);
    const [oldest] = this.#calls.values();
    if (oldest && this.#calls.size > mostCalls) this.#forget(oldest);
    return true;
  }

  clear(): void {
    this.#calls.clear();
    this.#byRequest.clear();
    this.#snapshot = undefined;
  }

  #forget({ id, final }: Call): void {
    this.#calls.delete(id);
    if (this.#byRequest.get(final.requestId) === id) this.#byRequest.delete(final.requestId);
  }
}

/** Whether a record with the same id of its request is of the same call: one record of each sort, of one caller and operation. */
function belongs(record: SeenRecord, { records }: Call): boolean {
  const isSame = (one: string, other: string) => one === "" || other === "" || one === other;
  return records.every(
    (other) =>
      (record.type !== other.type || record.stage !== other.stage) &&
      isSame(record.callerId, other.callerId) &&
      isSame(record.issuer, other.issuer) &&
      isSame(record.operation, other.operation),
  );
}

function callOf(id: number, unordered: readonly SeenRecord[]): Call {
  const rank = ({ type, stage }: SeenRecord) =>
    type === "decision" ? stages.indexOf(stage) : type === "upstream" ? 3 : 4;
  const records = unordered.toSorted((one, other) => rank(one) - rank(other));
  const decision = records.findLast(({ type }) => type === "decision");
  const upstream = records.find(({ type }) => type === "upstream");
  const [final = records[0] as SeenRecord] = decision ? [decision] : [];
  // What Connect answered is written after the decision, if each call must be recorded first.
  const answered = upstream && final.status === undefined;
  return {
    id,
    records,
    final: answered ? { ...final, status: upstream.status, reason: upstream.reason || final.reason } : final,
  };
}
