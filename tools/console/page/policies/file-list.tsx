/** The files of the configuration: what is shown, what is changed, where something was found. */
import { useId, useState } from "preact/hooks";
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { Issue } from "../../../../shared/errors.ts";
import { type Draft, isChanged } from "./drafts.ts";
import { NewPolicy } from "./new-policy.tsx";

interface FileListProps {
  readonly files: readonly Draft[];
  readonly shown: string;
  readonly issues: readonly Issue[];
  readonly isReadOnly: boolean;
  readonly onAdd: (path: string) => void;
}

/** So many are listed: who has more looks for a name. */
const mostListed = 200;

/** The code of a finding that is a test that fails. */
export const failingTest = "failingTest";

export function linkTo(path: string): string {
  return `#/policies?${new URLSearchParams({ file: path })}`;
}

export function FileList({ files, shown, issues, isReadOnly, onAdd }: FileListProps) {
  const [find, setFind] = useState("");
  const id = useId();
  const found = files.filter(({ path }) => lowerAscii(path).includes(lowerAscii(find)));
  const ofFile = new Map<string, Issue[]>();
  for (const issue of issues) ofFile.set(issue.file, [...(ofFile.get(issue.file) ?? []), issue]);
  return (
    <section class="files" aria-label="Files of the configuration">
      {files.length > 12 ? (
        <div class="field">
          <label for={id}>Find files</label>
          <input
            id={id}
            type="search"
            value={find}
            onInput={({ currentTarget }) => setFind(currentTarget.value)}
          />
        </div>
      ) : null}
      <div class="field choose">
        <label for={`${id}-choose`}>File</label>
        <select
          id={`${id}-choose`}
          value={shown}
          onChange={({ currentTarget }) => {
            location.hash = linkTo(currentTarget.value);
          }}
        >
          {files.slice(0, 1_000).map((file) => (
            <option key={file.path} value={file.path}>
              {file.path}
              {isChanged(file) ? " (changed)" : ""}
            </option>
          ))}
        </select>
      </div>
      <ul class="listed">
        {found.slice(0, mostListed).map((file) => (
          <li key={file.path}>
            <a href={linkTo(file.path)} aria-current={file.path === shown ? "true" : undefined}>
              <span class="name">{file.path}</span> <Marks file={file} issues={ofFile.get(file.path) ?? []} />
            </a>
          </li>
        ))}
      </ul>
      {found.length > mostListed ? (
        <p class="for">and {found.length - mostListed} more: find them by name</p>
      ) : null}
      {isReadOnly ? null : <NewPolicy taken={files.map(({ path }) => path)} onAdd={onAdd} />}
    </section>
  );
}

function Marks({ file, issues }: { readonly file: Draft; readonly issues: readonly Issue[] }) {
  const failing = issues.filter(({ code }) => code === failingTest).length;
  const errors = issues.filter(({ severity }) => severity === "error").length - failing;
  const warnings = issues.length - errors - failing;
  return (
    <span class="marks">
      {isChanged(file) ? <span class="changed">{file.isNew ? "new" : "changed"}</span> : null}
      {errors > 0 ? <span class="errors">{count(errors, "error")}</span> : null}
      {failing > 0 ? <span class="errors">{count(failing, "failing test")}</span> : null}
      {errors + failing === 0 && warnings > 0 ? (
        <span class="warnings">{count(warnings, "warning")}</span>
      ) : null}
    </span>
  );
}

export function count(number: number, thing: string): string {
  return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
}
