/** Pages of results that are computed once: the first page keeps all, and its tokens are good for five minutes. */
import { cutPage } from "../../engine/paging.ts";
import { pageOf } from "../../engine/read.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { Members } from "../../records/resource-table.ts";
import { invalidParameter } from "../../service-fault.ts";
import { metricSizes } from "./filters.ts";

interface Snapshot<Result> {
  readonly takenAt: Date;
  readonly results: readonly Result[];
}

const lifetimeMs = 5 * 60 * 1000;

/** By instance, since two local Connects in one process share nothing; in it by operation and input. */
const snapshots = new WeakMap<InstanceState, Map<string, Snapshot<unknown>>>();

interface Call {
  readonly operation: string;
  readonly instance: InstanceState;
  readonly input: Members;
  readonly now: Date;
}

/** @throws ServiceFault `InvalidParameterException` for a token that has expired or belongs to another input */
export function pageOfSnapshot<Result>(
  { operation, instance, input, now }: Call,
  compute: () => readonly Result[],
) {
  const kept = snapshots.get(instance) ?? new Map<string, Snapshot<unknown>>();
  snapshots.set(instance, kept);
  for (const [key, { takenAt }] of kept)
    if (now.getTime() - takenAt.getTime() >= lifetimeMs) kept.delete(key);
  const { NextToken, MaxResults: _, ...asked } = input;
  const scope = `${operation}:${JSON.stringify(asked)}`;
  if (NextToken === undefined) kept.set(scope, { takenAt: now, results: compute() });
  // INVARIANT: the scope names the operation, so the results are of its type.
  const snapshot = kept.get(scope) as Snapshot<Result> | undefined;
  if (!snapshot)
    throw invalidParameter("NextToken", "has expired, or is not a token that this input gave: begin again");
  const items = snapshot.results.map((result, index) => ({ result, sequence: index + 1 }));
  const page = cutPage(items, pageOf(input), { scope, sizes: metricSizes });
  return {
    results: page.items.map(({ result }) => result),
    next: page.next,
    takenAt: snapshot.takenAt,
    total: snapshot.results.length,
  };
}
