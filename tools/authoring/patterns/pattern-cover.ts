/**
 * Whether a pattern matches everything that another one matches: "does this statement already say it all?"
 *
 * Sound and not complete: "yes" is certain, "no" may be too careful (`a*` and `aa*` together cover what no single
 * pattern shows). That is what a warning needs.
 */
import { ANY, ANY_IN_PART, STAR, STAR_IN_PART } from "../../../shared/policy/pattern/glob.ts";

const COLON = 58;

/**
 * Tells whether the wider pattern certainly matches all that the narrower matches, by matching it against the narrower
 * one's codes as if they were characters. Variables are covered by `*` alone.
 */
export function covers(wider: ArrayLike<number>, narrower: ArrayLike<number>): boolean {
  let states = new Uint8Array(wider.length + 1);
  let next = new Uint8Array(wider.length + 1);
  states[0] = 1;
  passRuns(states, wider);
  for (let n = 0; n < narrower.length; n++) {
    const code = narrower[n] ?? STAR;
    next.fill(0);
    for (let w = 0; w < wider.length; w++) {
      if (states[w] === 0) continue;
      const wide = wider[w] ?? STAR;
      if (isRun(wide) && runTakes(wide, code)) next[w] = 1;
      else if (oneTakes(wide, code)) next[w + 1] = 1;
    }
    passRuns(next, wider);
    [states, next] = [next, states];
  }
  return states[wider.length] === 1;
}

function passRuns(states: Uint8Array, codes: ArrayLike<number>): void {
  for (let i = 0; i < codes.length; i++) {
    if (states[i] === 1 && isRun(codes[i] ?? 0)) states[i + 1] = 1;
  }
}

function isRun(code: number): boolean {
  return code === STAR || code === STAR_IN_PART;
}

function runTakes(run: number, code: number): boolean {
  if (run === STAR) return true;
  return (code >= 0 && code !== COLON) || code === ANY_IN_PART || code === STAR_IN_PART;
}

function oneTakes(one: number, code: number): boolean {
  if (one === ANY) return code >= 0 || code === ANY || code === ANY_IN_PART;
  if (one === ANY_IN_PART) return (code >= 0 && code !== COLON) || code === ANY_IN_PART;
  // A variable of the wider pattern covers nothing: it may have any value, or none.
  return one >= 0 && one === code;
}
