/**
 * How many random cases a test tries: a quarter in `npm test`, all of them where `RANDOM_CASES=all` is in the environment, as in
 * `.ci/run runtime`.
 */
export function casesOf(whole: number): number {
  return process.env["RANDOM_CASES"] === "all" ? whole : Math.ceil(whole / 4);
}
