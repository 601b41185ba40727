/**
 * The mutants of a run, read from Stryker's report, and the reasons that we give for those which no test notices.
 *
 * A mutant is named by what it does to the text, not by its line, so that a reason outlives edits elsewhere in the file.
 */

interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Survivor {
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
  /** `file: the line's text: what is replaced → by what`. */
  readonly name: string;
}

/** The part of Stryker's report (the mutation testing report schema) that is read here. */
export interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly status: string;
          readonly replacement?: string;
          /** 0 where the test files could not even be loaded, which Stryker's runner does not count as noticed. */
          readonly testsCompleted?: number;
          readonly location: { readonly start: Place; readonly end: Place };
        }[];
      }
    >
  >;
}

/** Why mutants survive: what they all do, and why no test can notice. */
export interface Reason {
  readonly why: string;
  readonly mutants: readonly string[];
}

export function listSurvivors({ files }: Report): readonly Survivor[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split("\n");
    return mutants
      .filter(
        ({ status, testsCompleted }) =>
          status === "NoCoverage" || (status === "Survived" && testsCompleted !== 0),
      )
      .map(({ location: { start, end }, replacement = "" }) => {
        const line = lines[start.line - 1] ?? "";
        const original = lines.slice(start.line - 1, end.line).join("\n");
        const tail = original.length - (lines[end.line - 1] ?? "").length + end.column - 1;
        const change = `${oneLine(original.slice(start.column - 1, tail))} → ${oneLine(replacement)}`;
        return { file, start, end, name: `${file}: ${line.trim()}: ${change}` };
      });
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Compares survivors with reasons: those without one, and reasons for what does not survive, or is not there. */
export function compareWithReasons(
  survivors: readonly Survivor[],
  reasons: readonly Reason[],
): { readonly unexplained: readonly Survivor[]; readonly stale: readonly string[] } {
  const explained = new Set(reasons.flatMap(({ mutants }) => mutants));
  const names = new Set(survivors.map(({ name }) => name));
  return {
    unexplained: survivors.filter(({ name }) => !explained.has(name)),
    stale: [...explained].filter((name) => !names.has(name)),
  };
}
