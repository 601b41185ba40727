/** Findings that repeat another one of the same file, folded into it, so that they do not drown the rest. */
import type { Issue } from "../../../shared/errors.ts";

/** An entry is to be removed, whichever it is: one of them tells its author what to look for. */
const alike: ReadonlySet<string> = new Set(["foreignAction"]);

/** Keeps the first of the warnings of a file that say the same, and counts the others in its message. */
export function foldIssues(issues: readonly Issue[], all: string): readonly Issue[] {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const { severity, code, file, message } = issue;
    const form = JSON.stringify([severity, code, file, alike.has(code) ? "" : message]);
    const group = groups.get(form) ?? [];
    group.push(issue);
    groups.set(form, group);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first || others.length === 0) return first ?? [];
    // Each error is to be corrected in its place.
    if (first.severity === "error") return [first, ...others];
    const places = others.length === 1 ? "1 more place" : `${others.length} more places`;
    const message = `${first.message} (and in ${places} of this file${all})`;
    return [{ ...first, message }];
  });
}
