/** Takes records from a file or as text. The page reads them itself. */
import { useEffect, useRef, useState } from "preact/hooks";
import { mostMegabytes, type OpenedRecords, openRecords } from "./calls/opened-records.ts";

interface DialogProps {
  readonly onOpened: (records: OpenedRecords) => void;
  readonly onClose: () => void;
}

/** @throws Error that says why there is nothing to show */
export async function openFile(file: File): Promise<OpenedRecords> {
  if (file.size > mostMegabytes * 1_000_000)
    throw new Error(
      `${file.name} has more than ${mostMegabytes} MB: choose a shorter time and export again.`,
    );
  return openText(file.name, await file.text());
}

function openText(name: string, text: string): OpenedRecords {
  const opened = openRecords(name, text);
  if (opened) return opened;
  throw new Error(
    `There is no decision record in ${name}. A record is a line of JSON that begins with {"type":"decision", as the functions log it.`,
  );
}

export function OpenDialog({ onOpened, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  const show = (records: () => OpenedRecords | Promise<OpenedRecords>) =>
    Promise.resolve()
      .then(records)
      .then(onOpened, (cause: Error) => setProblem(cause.message));
  return (
    <dialog class="open-records" ref={dialog} aria-labelledby="open-heading" onClose={onClose}>
      <h2 id="open-heading">Open decision records</h2>
      <p>
        Lines of the functions' logs, results of Logs Insights, or what{" "}
        <code>aws logs filter-log-events</code> prints. They are read in this page and sent nowhere.
      </p>
      <div class="field">
        <label for="records-file">A file</label>
        <input
          id="records-file"
          type="file"
          onChange={({ currentTarget: { files } }) => {
            const file = files?.[0];
            if (file) void show(() => openFile(file));
          }}
        />
      </div>
      <div class="field">
        <label for="records-text">Or paste them</label>
        <textarea
          id="records-text"
          rows={8}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </div>
      {problem === "" ? null : (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
      <p class="buttons">
        <button
          type="button"
          class="quiet"
          onClick={() => void show(() => openText("the pasted text", text))}
        >
          Show
        </button>
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </p>
    </dialog>
  );
}
