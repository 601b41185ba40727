/** Comments that ignore a warning: `# lint-ignore CODE: reason` in YAML, `// lint-ignore CODE: reason` in a policy. */
import type { Issue } from "../../../../shared/errors.ts";
import { quote } from "../../../../shared/policy/model/quote.ts";
import type { Comment } from "../../document/issue-sink.ts";
import type { Ignore } from "./apply-ignores.ts";
import { codeProblem } from "./warning-codes.ts";

export interface ReadIgnores {
  readonly ignores: readonly Ignore[];
  readonly issues: readonly Issue[];
}

/**
 * Reads the comments of one text. One behind an element is about its line, one that has a line of its own about the next line
 * that is no comment.
 * @param file name for issues
 */
export function readIgnoreComments(comments: readonly Comment[], text: string, file: string): ReadIgnores {
  if (comments.length === 0) return { ignores: [], issues: [] };
  const lastLines = findLastLines(text.split(/\r\n?|\n/));
  const ignores: Ignore[] = [];
  const issues: Issue[] = [];
  for (const { line, column, text: written } of comments) {
    const place = { file, path: "", line, column };
    const read = readComment(written);
    if (typeof read === "string") {
      issues.push({ severity: "warning", code: "badIgnore", ...place, message: read });
      continue;
    }
    const last = lastLines[line - 1] ?? line;
    ignores.push({
      ...read,
      kind: "comment",
      place,
      files: [file],
      lastLine: last,
      covers: (issue) => issue.file === file && issue.line >= line && issue.line <= last,
    });
  }
  return { ignores, issues };
}

const form = "write `lint-ignore CODE: reason`";

/** Its code and reason, or what is wrong with it. */
function readComment(comment: string): Pick<Ignore, "code" | "because"> | string {
  const [, rest] = /^(?:#|\/\/)\s*lint-ignore(?![\w-])(.*)$/s.exec(comment) ?? [];
  if (rest === undefined) return `this ignores nothing; ${form}`;
  const [, code, behind = ""] = /^\s*(\w+)(.*)$/s.exec(rest) ?? [];
  if (code === undefined) return `a code is missing, so this ignores nothing; ${form}`;
  const problem = codeProblem(code);
  if (problem !== undefined) return problem;
  const [, because = ""] = /^\s*:(.*)$/s.exec(behind) ?? [];
  if (because.trim() !== "") return { code, because: because.trim() };
  if (/^\s*,/.test(behind))
    return `one comment ignores one code, so ${quote(rest.trim())} ignores nothing; ${form}`;
  return `the reason is missing, so this ignores nothing; write \`lint-ignore ${code}: reason\``;
}

/** For each line the number of the last one that a comment in it is about. */
function findLastLines(lines: readonly string[]): readonly number[] {
  const found = lines.map((_, index) => index + 1);
  let next: number | undefined;
  for (const [index, text] of [...lines.entries()].reverse()) {
    if (/^\s*(?:#|\/\/)/.test(text)) found[index] = next ?? index + 1;
    else next = index + 1;
  }
  return found;
}
