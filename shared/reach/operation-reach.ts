/** What a caller with given policies may do with an operation in an instance, over all possible calls. */
import type { OpenedBundle } from "../bundle/bundle.ts";
import type { OperationRow } from "../catalog/types.ts";
import type { PolicyLayers } from "../policy/evaluate/layers.ts";
import type { ConnectInstance } from "../request/types.ts";
import { type Reach, reachOf } from "./layer-reach.ts";
import { type OpenCaller, openContexts } from "./open-context.ts";
import { asksOfCaller, narrowAsk, type OperationAsk } from "./operation-asks.ts";
import { always, never, type Range } from "./resource-range.ts";
import type { Codes } from "./resource-shape.ts";

/** One target of an operation, and what the policies say of it. */
export interface AskReach extends Reach {
  readonly ask: OperationAsk;
  /** Whether a call passes: a required target must be allowed, a referenced one must not be denied. */
  readonly passes: Range;
}

export interface OperationReach {
  /** `must`: every call is allowed. Not `may`: no call is. */
  readonly allowed: Range;
  readonly asks: readonly AskReach[];
}

export const accessWords = ["always", "sometimes", "never"] as const;

/** `sometimes`: only on some resources, or depending on a condition key. */
export type AccessWord = (typeof accessWords)[number];

/** @param reaches one for each instance */
export function wordOf(reaches: readonly Pick<OperationReach, "allowed">[]): AccessWord {
  if (reaches.length > 0 && reaches.every(({ allowed }) => allowed.must)) return "always";
  return reaches.some(({ allowed }) => allowed.may) ? "sometimes" : "never";
}

interface Situation {
  readonly bundle: Pick<OpenedBundle, "config">;
  readonly caller: OpenCaller;
  /** `undefined`: no binding matches. */
  readonly layers: PolicyLayers | undefined;
  readonly instance: ConnectInstance;
  /** Only calls in which these are the resources of every target that can be one of them. */
  readonly on?: readonly Codes[] | undefined;
}

/**
 * Finds whether calls of an operation are allowed. Sound on both sides (a test compares it with `decideCall`): `must` is
 * true only if every well-formed call is allowed, `may` is false only if no call is. In between it can be too careful: two
 * conditions that contradict each other count as possible together.
 */
export function reachOfOperation(row: OperationRow, situation: Situation): OperationReach {
  const { layers, instance } = situation;
  if (row.refused !== undefined || !layers) return { allowed: never, asks: [] };
  const contextOf = openContexts(situation.caller, { row, instance });
  const { on } = situation;
  const asks = asksOfCaller(row, instance, situation.bundle.config).map((whole): AskReach => {
    const ask = (on && narrowAsk(whole, on)) ?? whole;
    const forms = ask.forms.map((form) =>
      reachOf(layers, { action: ask.action, regions: form.regions, context: contextOf(ask.action, form) }),
    );
    const reach = joinForms(forms);
    return { ...reach, ask, passes: passesOf(ask, reach) };
  });
  return { allowed: allowedOf(asks), asks };
}

/** Whether calls of the operation to the instance can be about one of the resources, as what must be allowed. */
export function isAbout(
  row: OperationRow,
  on: readonly Codes[],
  { bundle, instance }: Pick<Situation, "bundle" | "instance">,
): boolean {
  return asksOfCaller(row, instance, bundle.config).some((ask) => narrowAsk(ask, on) !== undefined);
}

/** Joins the answers for the forms of a target: its resource has one of them. */
export function joinForms(forms: readonly Reach[]): Reach {
  const join = (of: (reach: Reach) => Range): Range => ({
    must: forms.every((form) => of(form).must),
    may: forms.some((form) => of(form).may),
  });
  return {
    allowed: join(({ allowed }) => allowed),
    denied: join(({ denied }) => denied),
    keys: new Set(forms.flatMap(({ keys }) => [...keys])),
    statements: [...new Set(forms.flatMap(({ statements }) => statements))],
  };
}

function passesOf({ sort }: Pick<OperationAsk, "sort">, { allowed, denied }: Reach): Range {
  return sort === "required" ? allowed : { must: !denied.may, may: !denied.must };
}

/** Every target of a call must pass. If one that every call has cannot pass, no call is allowed. */
function allowedOf(asks: readonly AskReach[]): Range {
  if (asks.every(({ passes }) => passes.must)) return always;
  const someOwn = asks.some(({ ask, passes }) => ask.isOwn && ask.sort === "required" && passes.may);
  const may = someOwn && asks.every(({ ask, passes }) => !ask.isCertain || passes.may);
  return { must: false, may };
}
