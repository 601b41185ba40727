/** Which file is shown, and what becomes of the changes: they are saved, taken back, or held against what somebody else wrote. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Draft } from "./drafts.ts";
import { isChanged } from "./drafts.ts";
import { count } from "./file-list.tsx";

interface SaveBarProps {
  readonly shown: Draft;
  readonly changed: readonly Draft[];
  /** Why the last save did not succeed. */
  readonly problem: string;
  /** Whether a person is asked: the configuration has errors. */
  readonly isAsking: boolean;
  readonly onSave: () => void;
  readonly onCancel: () => void;
  readonly onUndo: () => void;
}

export function SaveBar(props: SaveBarProps) {
  const { shown, changed, problem, isAsking, onSave, onUndo } = props;
  const state = useSaved(changed.length);
  const what = changed.length > 1 ? `Save ${count(changed.length, "file")}` : "Save";
  return (
    <>
      <header class="save-bar">
        <h2>{shown.path}</h2>
        <p class="for" role="status">
          {changed.length > 0 ? `${count(changed.length, "file")} changed` : state}
        </p>
        <button type="button" class="quiet" disabled={!isChanged(shown)} onClick={onUndo}>
          {shown.isNew ? "Discard" : "Undo changes"}
        </button>
        <button type="button" class="quiet main" disabled={changed.length === 0} onClick={onSave}>
          {what}
        </button>
      </header>
      {isAsking ? <Asking {...props} /> : null}
      {problem === "" ? null : (
        <p class="problem" role="alert">
          Not saved: {problem}
        </p>
      )}
    </>
  );
}

function Asking({ onSave, onCancel }: Pick<SaveBarProps, "onSave" | "onCancel">) {
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  return (
    <section class="asking" aria-label="Save with errors?">
      <p>The configuration has errors with these changes. The gateway would keep the last good one.</p>
      <p class="buttons">
        <button type="button" class="quiet" ref={first} onClick={onSave}>
          Save anyway
        </button>
        <button type="button" class="quiet" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </section>
  );
}

/** `saved` after there were changes, and there are none. */
function useSaved(changed: number): string {
  const [state, setState] = useState("");
  const before = useRef(changed);
  useEffect(() => {
    if (changed > 0) setState("");
    else if (before.current > 0) setState("no unsaved changes");
    before.current = changed;
  }, [changed]);
  return state;
}

interface ConflictProps {
  readonly draft: Draft;
  readonly onSettle: (whose: "mine" | "theirs") => void;
}

/** Somebody else changed the file meanwhile: both texts, and whose is to stay. */
export function Conflict({ draft: { path, theirs, written }, onSettle }: ConflictProps) {
  if (theirs === undefined) return null;
  return (
    <section class="conflict" aria-label={`${path} changed on disk`} role="alert">
      <p>
        <strong>{path}</strong> {theirs === null ? "was removed" : "was changed"} on disk since you began.
        Nothing is saved over it before you choose.
      </p>
      <div class="both">
        <label>
          On disk now
          <textarea readOnly rows={8} value={theirs === null ? "no file" : theirs.text} />
        </label>
        <label>
          Yours
          <textarea readOnly rows={8} value={written} />
        </label>
      </div>
      <p class="buttons">
        <button type="button" class="quiet" onClick={() => onSettle("mine")}>
          Keep mine
        </button>
        <button type="button" class="quiet" onClick={() => onSettle("theirs")}>
          {theirs === null ? "Remove it here too" : "Take theirs"}
        </button>
      </p>
    </section>
  );
}
