import type { Bundle } from "../../../shared/bundle/types.ts";
import type { Unproved } from "./compare-access.ts";
import type { Found } from "./merge-differences.ts";
import type { Subject } from "./subjects.ts";

export interface Told {
  readonly subject: Subject;
  readonly action: string;
  readonly statements: string;
}

export function createProver(_sides: readonly [Bundle, Bundle]): (found: Unproved, told: Told) => Found {
  return ({ difference: _difference, ...found }) => ({ ...found, proved: false, calls: [] });
}
