/** All that the conditions on one key can say together, whatever value the key has: evaluated by the engine itself. */
import { type CompiledCondition, evaluateCondition } from "../../policy/condition/condition.ts";
import type { ContextValue } from "../../policy/model/context.ts";
import { FALSE, TRUE, type Truth, UNKNOWN } from "../../policy/model/unknown.ts";
import { domainOf } from "./key-domain.ts";
import type { Term } from "./term.ts";
import { findCells, freeKey, kindOf, type ValueCell } from "./value-cells.ts";

/** A value of the key, and the values with variables that it must match. */
export interface KeyWitness {
  readonly value: ContextValue;
  readonly matches: readonly string[];
}

export interface Case {
  /** By term: whether the condition of an Allow certainly holds, that of a Deny perhaps. */
  readonly holds: readonly boolean[];
  /** Values that the key then has, the most usual first; empty if none is known. */
  readonly witnesses: readonly KeyWitness[];
}

const maxTerms = 60;
const maxWork = 12_000;
const maxVisits = 12_000;
const maxCases = 600;
const maxWitnesses = 4;

/** Finds the cases of a key; `undefined` if there are too many. */
export function findCases(
  key: string,
  terms: readonly Term[],
  domain = domainOf(key),
): readonly Case[] | undefined {
  if (terms.length > maxTerms) return undefined;
  const cells = findCells(key, terms, domain);
  if (!cells || cells.length * terms.length > maxWork) return undefined;
  const evaluated = new Evaluation(key, terms, cells);
  const { isPresent, isKnown, isSingle } = domain;
  evaluated.addSingles();
  if (!isPresent) evaluated.add(undefined, []);
  if (!isSingle && !evaluated.addLists()) return undefined;
  if (!isKnown) evaluated.add(UNKNOWN, []);
  return evaluated.cases();
}

/** Puts cells in the place of values: the engine reads their numbers, and its matchers the cells' texts. */
class Evaluation {
  readonly #key: string;
  readonly #conditions: readonly CompiledCondition[];
  readonly #cells: readonly ValueCell[];
  readonly #found = new Map<string, { holds: readonly boolean[]; witnesses: KeyWitness[] }>();
  #empty: ValueCell | undefined;

  constructor(key: string, terms: readonly Term[], cells: readonly ValueCell[]) {
    this.#key = key;
    this.#cells = cells;
    this.#conditions = terms.map(({ condition }) => this.#overCells(condition));
  }

  cases(): readonly Case[] {
    return [...this.#found.values()];
  }

  addSingles(): void {
    for (const [index, cell] of this.#cells.entries()) {
      this.#empty = cell;
      // The engine treats the empty text in its own way.
      this.add(cell.exact === "" ? "" : String(index), [index]);
    }
  }

  /** Adds every result that several values have together. Returns false if there are too many. */
  addLists(): boolean {
    const ids = this.#cells.map((_, index) => String(index));
    const seen = new Map<string, readonly number[]>();
    const open: (readonly number[])[] = [];
    const visit = (list: readonly number[]) => {
      const values = list.map((index) => ids[index] ?? "");
      // A value twice counts as several.
      const truths = this.#truths(values.length === 1 ? [...values, ...values] : values);
      const state = truths.join("");
      if (seen.has(state)) return;
      seen.set(state, list);
      open.push(list);
      this.#keep(truths, list.length === 1 ? [...list, ...list] : list);
    };
    for (const index of this.#cells.keys()) visit([index]);
    const seeds = [...open];
    let visits = 0;
    for (let list = open.shift(); list; list = open.shift()) {
      visits += seeds.length;
      if (visits > maxVisits || seen.size > maxCases) return false;
      for (const seed of seeds) visit([...list, ...seed]);
    }
    return true;
  }

  add(value: ContextValue, cells: readonly number[]): void {
    this.#keep(this.#truths(value), cells, value);
  }

  #truths(value: ContextValue): readonly Truth[] {
    const context = { get: (key: string) => (key === this.#key ? value : undefined) };
    return this.#conditions.map((condition) => evaluateCondition(condition, context));
  }

  #keep(truths: readonly Truth[], cells: readonly number[], value?: ContextValue): void {
    const holds = truths.map((truth, index) =>
      this.#conditions[index]?.effect === "Deny" ? truth !== FALSE : truth === TRUE,
    );
    const key = holds.map(Number).join("");
    const found = this.#found.get(key) ?? { holds, witnesses: [] };
    this.#found.set(key, found);
    const witness: KeyWitness | undefined =
      cells.length === 0 ? { value, matches: [] } : this.#witness(cells, typeof value === "string");
    if (witness && found.witnesses.length < maxWitnesses) found.witnesses.push(witness);
  }

  #witness(indexes: readonly number[], isSingle: boolean): KeyWitness | undefined {
    const cells = indexes.flatMap((index) => this.#cells[index] ?? []);
    const texts = cells.flatMap(({ exact }) => exact ?? []);
    const isOpen = cells.some(({ results }) =>
      [...results.values()].some((result) => result !== TRUE && result !== FALSE),
    );
    // There may be no such value.
    if (texts.length < cells.length || isOpen) return undefined;
    const matches = cells.flatMap(({ results }) =>
      [...results].flatMap(([name, result]) => (result === TRUE ? [name] : [])),
    );
    return { value: isSingle ? texts[0] : texts, matches };
  }

  #cell(id: string): ValueCell | undefined {
    return id === "" ? this.#empty : this.#cells[Number(id)];
  }

  #overCells(condition: CompiledCondition): CompiledCondition {
    const { comparison } = condition.operator;
    if (comparison === "null") return condition;
    const kind = kindOf(comparison);
    const { literals, others } = condition;
    return {
      ...condition,
      literals: { size: literals.size, has: (id) => literals.has(this.#cell(id)?.texts[kind] ?? "") },
      others: others.map((matcher) => ({
        ...matcher,
        matches: (id, context) => {
          const cell = this.#cell(id);
          const free = cell?.results.get(freeKey(comparison, matcher.value));
          return free ?? matcher.matches(cell?.texts[kind] ?? "", context);
        },
      })),
    };
  }
}
