/**
 * Takes out the warnings that their authors ignore, each with a reason. What is ignored is said by `validate` alone: nothing
 * that decides, loads or refuses a configuration reads this.
 */
import type { Issue } from "../../../../shared/errors.ts";

/** One decision to ignore a warning. */
export interface Ignore {
  readonly code: string;
  readonly because: string;
  /** A comment beside the finding, or an entry of `lint` in authorizer.yaml. */
  readonly kind: "comment" | "configuration";
  readonly place: Pick<Issue, "file" | "path" | "line" | "column">;
  /** The only files that it can be about; all, if left out. */
  readonly files?: readonly string[];
  /** The last line that a comment is about; the first is its own. Of two comments in a file, the later one does not end earlier. */
  readonly lastLine?: number;
  /** Whether it is about an issue with its code. */
  covers(issue: Issue): boolean;
}

/** A warning that is ignored, and why. */
export interface IgnoredIssue extends Issue {
  readonly because: string;
  readonly by: Ignore["kind"];
}

interface Applied {
  /** Errors, and warnings that nothing ignores. */
  readonly issues: readonly Issue[];
  readonly ignored: readonly IgnoredIssue[];
  /** Warnings about those that ignore nothing. */
  readonly unused: readonly Issue[];
}

export function applyIgnores(issues: readonly Issue[], ignores: readonly Ignore[]): Applied {
  if (ignores.length === 0) return { issues, ignored: [], unused: [] };
  const mayCover = createFinder(ignores);
  const used = new Set<Ignore>();
  const refused = new Set<Ignore>();
  const kept: Issue[] = [];
  const ignored: IgnoredIssue[] = [];
  for (const issue of issues) {
    const found = mayCover(issue).filter((ignore) => ignore.covers(issue));
    const [first] = found;
    // INVARIANT: an error is never taken out, whatever ignores its code.
    if (first === undefined || issue.severity === "error") {
      kept.push(issue);
      for (const each of found) refused.add(each);
    } else {
      ignored.push({ ...issue, because: first.because, by: first.kind });
      for (const each of found) used.add(each);
    }
  }
  const unused = ignores
    .filter((each) => !used.has(each))
    .map((each) => describeUnused(each, refused.has(each)));
  return { issues: kept, ignored, unused };
}

/** Finds the few that can be about an issue, by its code, file and line. */
function createFinder(ignores: readonly Ignore[]): (issue: Issue) => readonly Ignore[] {
  const found = new Map<string, Ignore[]>();
  const keyOf = (code: string, file: string | undefined, kind: Ignore["kind"]) =>
    JSON.stringify([code, file, kind]);
  for (const ignore of ignores) {
    const { code, kind, files = [undefined] } = ignore;
    for (const file of files) {
      const key = keyOf(code, file, kind);
      const same = found.get(key);
      if (same) same.push(ignore);
      else found.set(key, [ignore]);
    }
  }
  return ({ code, file, line }) => [
    ...around(found.get(keyOf(code, file, "comment")) ?? [], line),
    ...(found.get(keyOf(code, file, "configuration")) ?? []),
    ...(found.get(keyOf(code, undefined, "configuration")) ?? []),
  ];
}

/** The comments, in the order of their lines, that are about a line: they are neighbours. */
function around(comments: readonly Ignore[], line: number): readonly Ignore[] {
  let [end, high] = [0, comments.length];
  while (end < high) {
    const middle = (end + high) >>> 1;
    if ((comments[middle]?.place.line ?? 0) <= line) end = middle + 1;
    else high = middle;
  }
  let start = end;
  while (start > 0 && (comments[start - 1]?.lastLine ?? 0) >= line) start -= 1;
  return comments.slice(start, end);
}

function describeUnused({ code, place }: Ignore, isRefused: boolean): Issue {
  const message = isRefused
    ? `\`${code}\` is an error here, and errors cannot be ignored; correct it`
    : `there is no warning \`${code}\` here, so this ignores nothing; remove it`;
  return { severity: "warning", code: "unusedIgnore", ...place, message };
}
