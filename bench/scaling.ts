/**
 * Second part: what a decision and the compilation cost against the number of statements.
 */
import { assertAnswers, countAllowed, type Engine } from "./engines/engine.ts";
import { compileLayers, parseStatements } from "./engines/own-engine.ts";
import { type Effort, median, timeInTurns } from "./measure.ts";
import { createLargeRequests, createLargeSet, type SetShape } from "./sets/large-sets.ts";

/** What is measured at one size. */
interface ScalingPoint {
  readonly statements: number;
  readonly micros: number;
}

/** A curve. */
export interface ScalingSeries {
  readonly name: string;
  readonly points: readonly ScalingPoint[];
}

/** A curve to measure. */
export interface ScalingPlan {
  readonly name: string;
  readonly engine: Engine;
  readonly shape: SetShape;
  /** Sizes above are left out: they would take minutes. */
  readonly maxStatements: number;
  /** Whether every answer is "unknown" by design, so that there are none to compare. */
  readonly undecided?: boolean;
}

/**
 * Measures decisions, size by size, the engines of a size in turns.
 *
 * @throws Error when an engine answers otherwise than the set is made to
 */
export async function measureDecisions(
  plans: readonly ScalingPlan[],
  sizes: readonly number[],
  effort: Effort,
): Promise<ScalingSeries[]> {
  const points = new Map<string, ScalingPoint[]>(plans.map(({ name }) => [name, []]));
  for (const statements of sizes) {
    const requests = createLargeRequests(statements);
    const contenders = [];
    for (const plan of plans) {
      if (statements > plan.maxStatements) continue;
      const engine = await plan.engine.prepare(createLargeSet(statements, plan.shape), requests);
      if (!plan.undecided) await assertAnswers(plan.name, engine, requests);
      const expectedPerPass = plan.undecided ? 0 : countAllowed(requests);
      const run = (passes: number) => engine.run(passes);
      contenders.push({ name: plan.name, perPass: requests.length, expectedPerPass, run });
    }
    for (const { name, medianMicros } of await timeInTurns(contenders, effort)) {
      points.get(name)?.push({ statements, micros: medianMicros });
    }
  }
  return [...points].map(([name, list]) => ({ name, points: list }));
}

/** What it takes to load a policy set of one size, in milliseconds: medians but for the first time. */
export interface LoadingPoint {
  readonly statements: number;
  /** From the authors' JSON: reading and checking, which happens when the bundle is built. */
  readonly parseMs: number;
  /** From the bundle's parsed policies: what a Lambda does when it starts. */
  readonly compileMs: number;
}

/** Measures reading and compiling. */
export function measureLoading(sizes: readonly number[], rounds: number): LoadingPoint[] {
  return sizes.map((statements) => {
    const set = createLargeSet(statements, "named");
    const times = Array.from({ length: rounds }, () => loadOnce(set));
    return {
      statements,
      parseMs: median(times.map(({ parseMs }) => parseMs)),
      compileMs: median(times.map(({ compileMs }) => compileMs)),
    };
  });
}

/** Loads a set as the first thing that the process does: nothing is optimized yet, as when a Lambda starts. */
export function measureFirstLoading(statements: number): LoadingPoint {
  return { statements, ...loadOnce(createLargeSet(statements, "named")) };
}

function loadOnce(set: ReturnType<typeof createLargeSet>): Omit<LoadingPoint, "statements"> {
  const start = process.hrtime.bigint();
  const documents = parseStatements(set);
  const parsed = process.hrtime.bigint();
  compileLayers(documents);
  const compiled = process.hrtime.bigint();
  return { parseMs: Number(parsed - start) / 1e6, compileMs: Number(compiled - parsed) / 1e6 };
}
