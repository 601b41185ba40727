/** The configuration's files in an editor, with what is found in them and what changes in access while they are written. */
import { useMemo, useState } from "preact/hooks";
import type { ViewProps } from "../shell/view-props.ts";
import { DraftPanel } from "./draft-panel.tsx";
import { type Draft, type Drafts, isChanged } from "./drafts.ts";
import { Editor, type Spot } from "./editor/editor.tsx";
import { FileList, linkTo } from "./file-list.tsx";
import { newPolicyText } from "./new-policy.tsx";
import { Conflict, SaveBar } from "./save-bar.tsx";
import { failuresOf } from "./tests-panel.tsx";
import { type Judgement, store, useDrafts, useJudgement } from "./use-drafts.ts";

/** What was shown last, for who comes back from another view. */
let last = "";

export function PoliciesView({ configuration, query }: ViewProps) {
  const { drafts, problem } = useDrafts(configuration);
  const judgement = useJudgement(drafts, configuration);
  if (problem !== "")
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  if (drafts === undefined) return <p class="waiting">Reading the files …</p>;
  const files = [...drafts.files.values()];
  if (files.length === 0)
    return (
      <p class="waiting">
        {drafts.isReadOnly
          ? "A bundle decides, and its files are not here. Start the gateway with the folder of a configuration to edit it."
          : "The configuration has no file that can be edited here."}
      </p>
    );
  const named = query.get("file") ?? last;
  const shown = drafts.files.get(named) ?? files.find(({ path }) => path.startsWith("policies/")) ?? files[0];
  if (shown === undefined) return null;
  last = shown.path;
  return <Files drafts={drafts} shown={shown} judgement={judgement} />;
}

interface FilesProps {
  readonly drafts: Drafts;
  readonly shown: Draft;
  readonly judgement: Judgement;
}

function Files({ drafts, shown, judgement }: FilesProps) {
  const [spot, setSpot] = useState<Spot>();
  const [isAsking, setIsAsking] = useState(false);
  const { hints, findings, tests } = judgement;
  const files = [...drafts.files.values()];
  const found = useMemo(() => [...(findings?.issues ?? []), ...failuresOf(tests)], [findings, tests]);
  const issues = useMemo(() => found.filter(({ file }) => file === shown.path), [found, shown.path]);
  const changed = files.filter(isChanged);
  const save = () => {
    if (changed.length === 0) return;
    if (findings?.isUsable === false && !isAsking) return setIsAsking(true);
    setIsAsking(false);
    void store.save();
  };
  const policyNames = () => files.flatMap(({ path }) => /^policies\/(.*)\.json$/.exec(path)?.[1] ?? []);
  return (
    <div class="policies">
      <FileList
        files={files}
        shown={shown.path}
        issues={found}
        isReadOnly={drafts.isReadOnly}
        onAdd={(path) => {
          store.add(path, newPolicyText);
          location.hash = linkTo(path);
        }}
      />
      <section class="editing" aria-label={shown.path}>
        <SaveBar
          shown={shown}
          changed={changed}
          problem={drafts.problem}
          isAsking={isAsking}
          onSave={save}
          onCancel={() => setIsAsking(false)}
          onUndo={() => store.undo(shown.path)}
        />
        <Conflict draft={shown} onSettle={(whose) => store.settle(shown.path, whose)} />
        {hints === undefined ? (
          <p class="waiting">Loading the editor …</p>
        ) : (
          <Editor
            draft={shown}
            issues={issues}
            spot={spot}
            hints={hints}
            policies={policyNames}
            onWrite={(path, text) => store.write(path, text)}
            onSave={save}
          />
        )}
        <p class="keys">
          <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor · <kbd>Ctrl</kbd> <kbd>Space</kbd> offers names
          · <kbd>F8</kbd> next finding · <kbd>Ctrl</kbd> <kbd>S</kbd> saves
        </p>
      </section>
      <DraftPanel judgement={judgement} onGoTo={(place) => goTo(place, setSpot)} />
    </div>
  );
}

function goTo({ file, line, column }: Spot, setSpot: (spot: Spot) => void): void {
  location.hash = linkTo(file);
  setSpot({ file, line, column });
}
