/** Which operations and routes a document has. */

import { lowerAscii } from "../../shared/ascii.ts";
import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import type { Configuration } from "../../shared/bundle/types.ts";
import { compileGlob, matchGlob } from "../../shared/policy/pattern/glob.ts";
import { parseWildcards } from "../../shared/policy/pattern/template.ts";
import { listServed, type Served } from "../../shared/reach/served.ts";
import { AccessModel } from "../authoring/access/access-model.ts";

export interface Selection {
  /** Names of operations, with wildcards as in a policy's `Action`; all, if there are none. */
  readonly patterns: readonly string[];
  /** Only what some caller of the configuration may do, as the access table says. */
  readonly isAllowed: boolean;
}

export interface Selected {
  readonly served: readonly Served[];
  /** Patterns that no operation matches. */
  readonly unmatched: readonly string[];
}

/** Selects; a route of the configuration goes with its operation. */
export function selectServed(config: Configuration, opened: OpenedBundle, selection: Selection): Selected {
  const all = listServed(config);
  const globs = selection.patterns.map((pattern) => ({
    pattern,
    glob: compileGlob(parseWildcards(lowerAscii(pattern.replace(/^connect:/i, "")))),
  }));
  const isMatched = ({ operation }: Served) =>
    globs.length === 0 || globs.some(({ glob }) => matchGlob(glob, lowerAscii(operation.name)));
  const unmatched = globs.filter(
    ({ glob }) => !all.some(({ operation }) => matchGlob(glob, lowerAscii(operation.name))),
  );
  const matched = all.filter(isMatched);
  return {
    served: selection.isAllowed ? onlyAllowed(matched, config, opened) : matched,
    unmatched: unmatched.map(({ pattern }) => pattern),
  };
}

function onlyAllowed(
  served: readonly Served[],
  config: Configuration,
  opened: OpenedBundle,
): readonly Served[] {
  const model = new AccessModel(config, opened);
  return served.filter(({ name }) => {
    const row = model.rowOf(name);
    return row !== undefined && model.columns.some((column) => model.cell(row, column).word !== "never");
  });
}
