/**
 * The coverage of policy tests as LCOV's tracefile, by which editors colour the lines of policies.
 * https://manpages.debian.org/lcov/geninfo.1 ("TRACEFILE FORMAT")
 */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { CoveredCondition, CoveredStatement } from "../../authoring/tests/coverage.ts";

/** What is on a line of a policy. */
interface Line {
  /** Of each statement and condition on it, the tests that it decided, or that met it or did not. */
  readonly counts: number[];
  readonly conditions: CoveredCondition[];
}

/**
 * Formats it. A line counts the tests that its statement decided; a line with conditions, those that met one or did not: two branches
 * each. A line with several of them has the least count, since it is tested when all of them are.
 */
export function formatLcov(statements: readonly CoveredStatement[], folder: string): string {
  const files = new Map<string, CoveredStatement[]>();
  for (const each of statements) {
    const { file } = each.document;
    files.set(file, [...(files.get(file) ?? []), each]);
  }
  return [...files].map(([file, covered]) => formatFile(fileName(join(folder, file)), covered)).join("");
}

/** From the current folder, with slashes; a file outside of it has no such name. */
function fileName(path: string): string {
  const name = relative(process.cwd(), resolve(path));
  const isOutside = name.startsWith("..") || isAbsolute(name);
  return withoutControls((isOutside ? resolve(path) : name).split(sep).join("/"));
}

function formatFile(name: string, statements: readonly CoveredStatement[]): string {
  const lines = [...linesOf(statements)].sort(([a], [b]) => a - b);
  const hits = lines.map(([, { counts }]) => Math.min(...counts));
  const branches = lines.flatMap(([line, { conditions }], index) =>
    conditions.flatMap(({ met, unmet }, block) =>
      // Where the line is not tested, readers expect that no branch of it was.
      [met.size, unmet.size].map((taken, branch) => ({
        taken: hits[index] === 0 ? 0 : taken,
        text: `BRDA:${line},${block},${branch},${hits[index] === 0 ? "-" : taken}`,
      })),
    ),
  );
  return [
    "TN:",
    `SF:${name}`,
    ...branches.map(({ text }) => text),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ taken }) => taken > 0).length}`,
    ...lines.map(([line], index) => `DA:${line},${hits[index]}`),
    `LF:${lines.length}`,
    `LH:${hits.filter((count) => count > 0).length}`,
    "end_of_record\n",
  ].join("\n");
}

function linesOf(statements: readonly CoveredStatement[]): ReadonlyMap<number, Line> {
  const lines = new Map<number, Line>();
  const at = (number: number): Line => {
    const line = lines.get(number) ?? { counts: [], conditions: [] };
    lines.set(number, line);
    return line;
  };
  for (const { statement, decides, conditions } of statements) {
    const { start, end } = statement;
    const ofConditions = new Set(conditions.map(({ condition }) => condition.position.line));
    for (let number = start.line; number <= end.line; number++)
      if (number === start.line || !ofConditions.has(number)) at(number).counts.push(decides.size);
    for (const each of conditions) {
      const line = at(each.condition.position.line);
      line.counts.push(new Set([...each.met, ...each.unmet]).size);
      line.conditions.push(each);
    }
  }
  return lines;
}
