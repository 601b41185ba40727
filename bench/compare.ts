/**
 * First part: the same 20 statements and the same requests, in one run, for every engine.
 */
import { assertAnswers, countAllowed, type Engine, type PreparedEngine } from "./engines/engine.ts";
import { type Effort, medianRatio, type Timing, timeInTurns } from "./measure.ts";
import { requestSet, statementSet } from "./sets/statement-set.ts";

/** One engine's line. */
export interface Comparison extends Timing {
  /** What the 20 statements became in the engine's own terms. */
  readonly rules: number;
  /** How many times longer it takes than the first engine; 1 for that one. */
  readonly ratio: number;
}

/**
 * Compares engines with the first of them.
 *
 * @throws Error when any of them answers any request otherwise than IAM does: then there is nothing to compare
 */
export async function compareEngines(engines: readonly Engine[], effort: Effort): Promise<Comparison[]> {
  const prepared: { readonly name: string; readonly engine: PreparedEngine }[] = [];
  for (const { name, prepare } of engines) {
    const engine = await prepare(statementSet, requestSet);
    await assertAnswers(name, engine, requestSet);
    prepared.push({ name, engine });
  }
  const timings = await timeInTurns(
    prepared.map(({ name, engine }) => ({
      name,
      perPass: requestSet.length,
      expectedPerPass: countAllowed(requestSet),
      run: (passes) => engine.run(passes),
    })),
    effort,
  );
  const [first] = timings;
  return timings.map((timing, i) => ({
    ...timing,
    rules: prepared[i]?.engine.rules ?? 0,
    ratio: first ? medianRatio(timing.samples, first.samples) : Number.NaN,
  }));
}
