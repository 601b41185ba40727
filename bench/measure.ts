/**
 * Timing on a machine that is not quiet: contenders take turns, so that whatever slows the machine slows all of them
 * alike, and what is reported is medians and ratios taken within a round.
 */

/** Something to time. */
export interface Contender {
  readonly name: string;
  /** Decisions in one pass. */
  readonly perPass: number;
  /** What `run` must return for each pass: a result that is checked cannot be optimized away. */
  readonly expectedPerPass: number;
  run(passes: number): number | Promise<number>;
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** A sample has as many passes as fit in this time, at least one. */
  readonly sampleMs: number;
  readonly warmUpMs: number;
}

/** What was measured of one contender. */
export interface Timing {
  readonly name: string;
  readonly medianMicros: number;
  readonly fastestMicros: number;
  readonly slowestMicros: number;
  readonly decisionsPerSample: number;
  /** Microseconds a decision, round by round. */
  readonly samples: readonly number[];
}

/** Gives the middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError("no values to take the median of");
  return (lower + upper) / 2;
}

/** Tells how many times longer `slow` takes than `fast`: the median of the ratios of the rounds. */
export function medianRatio(slow: readonly number[], fast: readonly number[]): number {
  if (slow.length !== fast.length) throw new RangeError("samples of different rounds cannot be compared");
  return median(slow.map((value, i) => value / (fast[i] ?? Number.NaN)));
}

/** Times contenders in turns; the first one of each round is another. */
export async function timeInTurns(contenders: readonly Contender[], effort: Effort): Promise<Timing[]> {
  const runs: { contender: Contender; passes: number; samples: number[] }[] = [];
  for (const contender of contenders) {
    runs.push({ contender, passes: await warmUp(contender, effort), samples: [] });
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const run = runs[(round + turn) % runs.length];
      if (run === undefined) continue;
      const { contender, passes, samples } = run;
      samples.push((await timePasses(contender, passes)) / (passes * contender.perPass));
    }
  }
  return runs.map(({ contender, passes, samples }) => ({
    name: contender.name,
    medianMicros: median(samples),
    fastestMicros: Math.min(...samples),
    slowestMicros: Math.max(...samples),
    decisionsPerSample: passes * contender.perPass,
    samples,
  }));
}

/** Runs until warm; returns the passes that fit in a sample. */
async function warmUp(contender: Contender, { sampleMs, warmUpMs }: Effort): Promise<number> {
  let spent = 0;
  let passes = 1;
  let fastestPass = Number.POSITIVE_INFINITY;
  do {
    const micros = await timePasses(contender, passes);
    spent += micros / 1_000;
    fastestPass = Math.min(fastestPass, micros / passes);
    if (micros < sampleMs * 500) passes *= 2;
  } while (spent < warmUpMs);
  return Math.max(1, Math.round((sampleMs * 1_000) / fastestPass));
}

/** Microseconds that the passes took. */
async function timePasses(contender: Contender, passes: number): Promise<number> {
  const start = process.hrtime.bigint();
  const running = contender.run(passes);
  const count = typeof running === "number" ? running : await running;
  const micros = Number(process.hrtime.bigint() - start) / 1_000;
  if (count !== passes * contender.expectedPerPass) {
    throw new Error(
      `${contender.name} answered otherwise while it was timed: ${count} in ${passes} passes, not ${contender.expectedPerPass} each`,
    );
  }
  return micros;
}
