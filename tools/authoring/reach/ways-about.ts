/**
 * The ways that an action has to be asked of, when there are thousands: those with a statement about it, and of all others
 * one for each combination of boundaries and guardrails, since these decide alike.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import {
  type CompiledPolicySet,
  type CompiledStatement,
  compilePolicies,
} from "../../../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { matchActions } from "../../../shared/policy/pattern/action-pattern.ts";

/** Statements with the same `Action` or `NotAction`, and the ways that have one of them attached. */
interface SameActions {
  readonly actions: CompiledStatement["actions"];
  readonly ways: Set<PolicyLayers>;
}

/** Ways that differ only in what is attached. */
interface SameBounds {
  readonly ways: Set<PolicyLayers>;
  /** Stands for those of them that have no statement about an action attached. */
  readonly silent: PolicyLayers;
}

/** Finds the ways, of which each decides about an action, and which together decide as all ways do. */
export type WaysAbout = (action: string) => readonly PolicyLayers[];

/** Reads each statement once. */
export function createWaysAbout(ways: Iterable<PolicyLayers>): WaysAbout {
  const elements = new Map<string, SameActions>();
  const bounds = new Map<string, SameBounds>();
  const numbers = new Map<CompiledPolicySet, number>();
  const numberOf = (set: CompiledPolicySet) => {
    const number = numbers.get(set) ?? numbers.size;
    numbers.set(set, number);
    return number;
  };
  const none = compilePolicies([]);
  for (const way of new Set(ways)) {
    for (const { actions } of way.attached.statements) {
      const key = `${actions.negated} ${actions.patterns.map(({ pattern }) => pattern).join()}`;
      const same = elements.get(key) ?? { actions, ways: new Set() };
      same.ways.add(way);
      elements.set(key, same);
    }
    const key = JSON.stringify([way.boundaries.map(numberOf), way.guardrails.map(numberOf)]);
    const same = bounds.get(key) ?? { ways: new Set(), silent: { ...way, attached: none } };
    same.ways.add(way);
    bounds.set(key, same);
  }
  const known = new Map<string, readonly PolicyLayers[]>();
  return (action) => {
    const found = known.get(action) ?? find(lowerAscii(action), [...elements.values()], [...bounds.values()]);
    known.set(action, found);
    return found;
  };
}

function find(
  lowerAction: string,
  elements: readonly SameActions[],
  bounds: readonly SameBounds[],
): readonly PolicyLayers[] {
  const speaking = new Set<PolicyLayers>();
  for (const { actions, ways } of elements)
    if (matchActions(actions, lowerAction)) for (const way of ways) speaking.add(way);
  const silent = bounds.filter(({ ways }) => [...ways].some((way) => !speaking.has(way)));
  return [...speaking, ...silent.map((each) => each.silent)];
}
