/** Allows that are wider than they look: `NotAction`, `NotResource`, and everything at once. */
import type { PolicyStatement } from "../../../../shared/policy/model/document.ts";
import { lintFacts } from "../facts/action-facts.ts";
import type { LintedStatement, Report } from "../linted-statement.ts";

/** How a `Sid` begins by which the author says that the statement means everything on purpose. */
const meant = "Everything";

/** Resources that cover all of Amazon Connect, in every instance. */
const wholeResources = /^(?:\*|arn:aws[a-z-]*(?::connect(?::\*+){0,3})?)$/;

/** Checks an Allow: `allowNotAction`, `allowNotResource`, and `allowsEverything` unless its `Sid` begins with `Everything`. */
export function checkBreadth({ statement, actions, path }: LintedStatement, report: Report): void {
  if (statement.effect === "Deny" || actions.actions.length === 0) return;
  if (statement.resources.kind === "NotResource") {
    const message =
      "`NotResource` in an Allow allows every resource that it does not list, future ones and those of other instances too; list what is allowed in `Resource`";
    report("allowNotResource", `${path}.NotResource`, message);
  }
  if (statement.actions.kind === "NotAction") {
    const message =
      "`NotAction` in an Allow allows every action that it does not list, future ones too; list what is allowed in `Action`";
    report("allowNotAction", `${path}.NotAction`, message);
  } else if (isEverything(statement, actions.actions.length) && !statement.sid?.startsWith(meant)) {
    const message = `statement allows every action on every resource of Amazon Connect; narrow it, or begin its \`Sid\` with \`${meant}\` if that is meant`;
    report("allowsEverything", path, message);
  }
}

function isEverything({ resources, conditions }: PolicyStatement, actions: number): boolean {
  return (
    conditions.length === 0 &&
    actions === lintFacts().actions.required.size &&
    resources.kind === "Resource" &&
    resources.patterns.some((pattern) => wholeResources.test(pattern))
  );
}
