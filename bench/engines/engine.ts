/**
 * What an engine is to the benchmarks: statements in, a thing that answers requests out.
 */
import type { BenchRequest, BenchStatement } from "./statement.ts";

/** An engine with its statements loaded and each request put in its own form beforehand. */
export interface PreparedEngine {
  /** How many rules the statements became. */
  readonly rules: number;
  /** Whether it allows the request at a position. */
  allows(index: number): boolean | Promise<boolean>;
  /** The timed work: asks every request once a pass, and returns how many answers were "allowed". */
  run(passes: number): number | Promise<number>;
}

/** An engine. */
export interface Engine {
  readonly name: string;
  prepare(
    statements: readonly BenchStatement[],
    requests: readonly BenchRequest[],
  ): PreparedEngine | Promise<PreparedEngine>;
}

/** Counts the requests that must be allowed. */
export function countAllowed(requests: readonly BenchRequest[]): number {
  return requests.filter(({ expected }) => expected === "allowed").length;
}

/**
 * Asks each request once.
 *
 * @throws Error that names the first request which the engine answers otherwise than IAM
 */
export async function assertAnswers(
  name: string,
  engine: PreparedEngine,
  requests: readonly BenchRequest[],
): Promise<void> {
  for (const [i, { action, resource, expected }] of requests.entries()) {
    const allows = await engine.allows(i);
    if (allows !== (expected === "allowed")) {
      const answer = allows ? "allows" : "denies";
      throw new Error(`${name} ${answer} \`${action}\` on \`${resource}\`, which is ${expected}`);
    }
  }
}
