/** The policies that a request carries as texts. */
import type { PolicyDocument, PolicyStatement, Position } from "../../../shared/policy/model/document.ts";
import { IssueSink } from "../document/issue-sink.ts";
import { parsePolicy } from "../policy/parse.ts";
import { type IamError, invalidInput } from "./iam-error.ts";

/** More than a person reads at once. */
const maxIssues = 5;

/**
 * Parses a policy of a request, and places its statements as AWS's simulator does: `EndPosition` is after the statement's
 * brace, `StartPosition` after the `[` or `,` before it, or after the brace of a statement that is in no list.
 *
 * @param name as the answer names it: `PolicyInputList.1`
 * @throws IamError `InvalidInput`
 */
export function parseInput(text: string, name: string): PolicyDocument {
  const parsed = parsePolicy(text, { name, file: name });
  // AWS takes JSON alone; our files may have comments.
  if (parsed.ok && !isJson(text)) throw invalidContent(name, "comments and trailing commas are not JSON");
  if (!parsed.ok) {
    const said = parsed.issues
      .slice(0, maxIssues)
      .map(({ line, column, message }) => `${line}:${column} ${message}`);
    throw invalidContent(name, said.join("; "));
  }
  const sink = new IssueSink(text, { file: name });
  const statements = parsed.document.statements.map(
    (statement): PolicyStatement => ({ ...statement, start: startOf(statement.start, text, sink) }),
  );
  return { ...parsed.document, statements };
}

export function startOf({ offset }: Position, text: string, sink: IssueSink): Position {
  const before = text.slice(0, offset).trimEnd();
  return sink.positionAt(before.endsWith(":") ? offset + 1 : before.length);
}

/** IAM says which policy it is, and no more. */
export function invalidContent(name: string, problem: string): IamError {
  const [, list = name, index = ""] = /^(\w+)\.(.+)$/.exec(name) ?? [];
  const what = `${listWords.get(list) ?? list} ${index}`.trim();
  return invalidInput(`${what} has invalid content: ${problem}`);
}

const listWords: ReadonlyMap<string, string> = new Map([
  ["PolicyInputList", "Policy input list item"],
  ["PermissionsBoundaryPolicyInputList", "Permissions boundary policy input list item"],
  ["OrderedOrganizationPolicyInputList", "Organization policy"],
  ["ResourcePolicy", "Resource policy"],
]);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
