/** The small parts of a form by which members are added and named. */
import { useState } from "preact/hooks";
import type { MemberShape } from "./shape.ts";

interface AdderProps {
  readonly path: string;
  readonly absent: readonly MemberShape[];
  readonly onAdd: (name: string) => void;
}

export function Adder({ path, absent, onAdd }: AdderProps) {
  const [chosen, setChosen] = useState("");
  const name = absent.some((each) => each.name === chosen) ? chosen : (absent[0]?.name ?? "");
  const id = `adds-${path}`;
  const place = path === "" ? "" : ` to ${path}`;
  return (
    <div class="adder" data-at={`${path}+`}>
      <label for={id}>Add a member{place}</label>
      <div class="row">
        <select id={id} value={name} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
          {absent.map((each) => (
            <option key={each.name}>{each.name}</option>
          ))}
        </select>
        <button type="button" class="quiet" onClick={() => onAdd(name)}>
          Add<span class="unseen"> {path === "" ? name : `${path}.${name}`}</span>
        </button>
      </div>
    </div>
  );
}

interface KeyProps {
  readonly path: string;
  readonly name: string;
  readonly others: ReadonlySet<string>;
  readonly onName: (name: string) => void;
}

/** A key that another entry has too would lose that entry: it is kept apart until it differs. */
export function KeyField({ path, name, others, onName }: KeyProps) {
  const [draft, setDraft] = useState<string>();
  const isTaken = draft !== undefined;
  return (
    <div class="field part" data-at={path}>
      <label for={`at-${path}`}>Key of entry {Number(path.replace(/^.*\./, "")) + 1}</label>
      <input
        id={`at-${path}`}
        type="text"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={draft ?? name}
        aria-invalid={isTaken || undefined}
        aria-describedby={isTaken ? `taken-${path}` : undefined}
        onInput={({ currentTarget: { value } }) => {
          const taken = others.has(value);
          setDraft(taken ? value : undefined);
          if (!taken) onName(value);
        }}
      />
      {isTaken ? (
        <p class="hint" id={`taken-${path}`}>
          Another entry has this key: the entry keeps “{name}”.
        </p>
      ) : null}
    </div>
  );
}
