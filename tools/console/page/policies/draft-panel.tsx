/** What is found in the drafts, and what they give and take, before they are saved. */
import type { Issue } from "../../../../shared/errors.ts";
import { ChangeList } from "../access/changes-panel.tsx";
import type { DraftChanges } from "../engine/protocol.ts";
import { count } from "./file-list.tsx";
import { Tests } from "./tests-panel.tsx";
import type { Judgement } from "./use-drafts.ts";

interface DraftPanelProps {
  readonly judgement: Judgement;
  readonly onGoTo: (place: Pick<Issue, "file" | "line" | "column">) => void;
}

/** So many are listed; the editor marks all of the file that is shown. */
const mostListed = 100;

export function DraftPanel({ judgement: { findings, changes, tests, isOld }, onGoTo }: DraftPanelProps) {
  const wrongTests = tests?.kind === "wrong" ? tests.issues : [];
  return (
    <aside class="panel draft-panel" aria-label="What the configuration says with your changes">
      <section aria-labelledby="changes-heading">
        <h2 id="changes-heading">What changes in access</h2>
        {changes && isOld?.changes ? <p class="for anew">updating …</p> : null}
        <div aria-live="polite">
          <Changes changes={changes} isJudged={findings !== undefined} />
        </div>
      </section>
      <section aria-labelledby="tests-heading">
        <h2 id="tests-heading">Tests</h2>
        {tests && isOld?.tests ? <p class="for anew">updating …</p> : null}
        <div aria-live="polite">
          <Tests tests={tests} onGoTo={onGoTo} />
        </div>
      </section>
      <section aria-labelledby="findings-heading">
        <h2 id="findings-heading">Findings</h2>
        {findings === undefined ? (
          <p class="for">Reading …</p>
        ) : (
          <Findings issues={[...findings.issues, ...wrongTests]} onGoTo={onGoTo} />
        )}
      </section>
    </aside>
  );
}

function Changes({
  changes,
  isJudged,
}: {
  readonly changes: DraftChanges | undefined;
  readonly isJudged: boolean;
}) {
  if (changes === undefined) return <p class="for">{isJudged ? "Comparing …" : "Reading …"}</p>;
  switch (changes.kind) {
    case "unusable":
      return <p>Not known: the configuration has errors. The gateway would keep the last good one.</p>;
    case "tooMany":
      return (
        <p>
          {count(changes.bindings, "binding")} would change, too many to compare while you type. Save, and
          compare with a git revision in Access.
        </p>
      );
    case "known":
      if (changes.changes.length === 0) return <p>Nothing: callers may do what they may do now.</p>;
      return <ChangeList changes={changes.changes} />;
  }
}

function Findings({
  issues,
  onGoTo,
}: { readonly issues: readonly Issue[] } & Pick<DraftPanelProps, "onGoTo">) {
  if (issues.length === 0) return <p>None.</p>;
  return (
    <>
      <ul class="findings">
        {issues.slice(0, mostListed).map((issue) => (
          <li
            key={`${issue.file} ${issue.line} ${issue.column} ${issue.code}`}
            data-severity={issue.severity}
          >
            <button type="button" class="link" onClick={() => onGoTo(issue)}>
              {issue.file}:{issue.line}:{issue.column}
            </button>
            <p>
              <span class="severity">{issue.severity}</span> {issue.message} <code>{issue.code}</code>
            </p>
          </li>
        ))}
      </ul>
      {issues.length > mostListed ? <p class="for">and {issues.length - mostListed} more</p> : null}
    </>
  );
}
