/** With what the configuration is compared: a git revision, another environment, the candidate. */
import { useEffect, useState } from "preact/hooks";
import type { Other, OthersAnswer } from "../../api.ts";
import { readOthers } from "../shell/gateway.ts";

interface FieldProps {
  readonly which: Other | undefined;
  readonly onChoose: (which: Other | undefined) => void;
}

export function CompareField({ which, onChoose }: FieldProps) {
  const [others, setOthers] = useState<OthersAnswer>();
  useEffect(() => {
    readOthers().then(setOthers, () => undefined);
  }, []);
  if (others === undefined) return null;
  const { environments, hasCandidate, hasRevisions } = others;
  if (environments.length === 0 && !hasCandidate && !hasRevisions) return null;
  return (
    <>
      <div class="field">
        <label for="compare-with">Compare with</label>
        <select
          id="compare-with"
          value={which === undefined ? "" : textOf(which)}
          onChange={({ currentTarget }) => onChoose(otherOf(currentTarget.value))}
        >
          <option value="">nothing</option>
          {hasRevisions ? <option value="revision">a git revision</option> : null}
          {environments.map((name) => (
            <option key={name} value={`environment ${name}`}>
              environment {name}
            </option>
          ))}
          {hasCandidate ? <option value="candidate">the candidate</option> : null}
        </select>
      </div>
      {which?.kind === "revision" ? <RevisionField name={which.name} onChoose={onChoose} /> : null}
    </>
  );
}

function RevisionField({ name, onChoose }: { readonly name: string } & Pick<FieldProps, "onChoose">) {
  const [written, setWritten] = useState(name);
  const choose = () => {
    if (written.trim() !== "" && written.trim() !== name)
      onChoose({ kind: "revision", name: written.trim() });
  };
  return (
    <div class="field revision">
      <label for="revision">Revision</label>
      <input
        id="revision"
        value={written}
        spellcheck={false}
        onInput={({ currentTarget }) => setWritten(currentTarget.value)}
        onChange={choose}
        onKeyDown={({ key }) => {
          if (key === "Enter") choose();
        }}
      />
    </div>
  );
}

function textOf(which: Other): string {
  return which.kind === "environment" ? `environment ${which.name}` : which.kind;
}

function otherOf(value: string): Other | undefined {
  if (value === "") return undefined;
  if (value === "revision") return { kind: "revision", name: "HEAD" };
  if (value === "candidate") return { kind: "candidate" };
  return { kind: "environment", name: value.slice("environment ".length) };
}
