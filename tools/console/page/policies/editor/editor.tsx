/** The place of the editor, which is loaded when this is shown first. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Issue } from "../../../../../shared/errors.ts";
import type { Draft } from "../drafts.ts";
import type { CodeEditor, EditorOptions } from "./code-editor.ts";

export interface Spot {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface EditorProps extends EditorOptions {
  readonly draft: Draft;
  readonly issues: readonly Issue[];
  /** Where to go; another object each time. */
  readonly spot: Spot | undefined;
}

export function Editor({ draft, issues, spot, ...options }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<CodeEditor>();
  const [problem, setProblem] = useState("");
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    let opened: CodeEditor | undefined;
    let isOver = false;
    const { hints } = options;
    const forwarded: EditorOptions = {
      hints,
      policies: () => latest.current.policies(),
      onWrite: (path, text) => latest.current.onWrite(path, text),
      onSave: () => latest.current.onSave(),
    };
    import("./code-editor.ts").then(
      (loaded) => {
        if (isOver || host.current === null) return;
        opened = new loaded.CodeEditor(host.current, forwarded);
        setEditor(opened);
      },
      (cause: unknown) => setProblem(`The editor cannot be loaded: ${String(cause)}`),
    );
    return () => {
      isOver = true;
      opened?.close();
    };
  }, []);
  useEffect(() => editor?.show(draft.path, draft.written), [editor, draft.path, draft.revision]);
  useEffect(() => editor?.mark(issues), [editor, issues]);
  useEffect(() => {
    if (spot !== undefined && spot.file === draft.path) editor?.goTo(spot.line, spot.column);
  }, [editor, spot, draft.path]);
  return (
    <>
      {problem === "" ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="editor" ref={host} data-file={draft.path} />
    </>
  );
}
