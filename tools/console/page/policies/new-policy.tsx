/** Begins a policy: its name is the name of its file. */
import { useId, useState } from "preact/hooks";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { policyNameProblem } from "../../../authoring/configuration/read/policy-folders.ts";

interface NewPolicyProps {
  /** Paths that are there. */
  readonly taken: readonly string[];
  readonly onAdd: (path: string) => void;
}

export const newPolicyText = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [],
      "Resource": "*"
    }
  ]
}
`;

export function NewPolicy({ taken, onAdd }: NewPolicyProps) {
  const [name, setName] = useState<string>();
  const id = useId();
  if (name === undefined)
    return (
      <button type="button" class="quiet" onClick={() => setName("")}>
        New policy
      </button>
    );
  const path = `policies/${name}.json`;
  const isTaken = taken.some((each) => lowerAscii(each) === lowerAscii(path));
  const problem = isTaken ? "there is such a policy" : policyNameProblem(name);
  return (
    <form
      class="new-policy"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem !== undefined) return;
        onAdd(path);
        setName(undefined);
      }}
      onKeyDown={({ key }) => {
        if (key === "Escape") setName(undefined);
      }}
    >
      <div class="field">
        <label for={id}>Name of the new policy</label>
        <input
          id={id}
          ref={(input) => input?.focus()}
          value={name}
          aria-describedby={`${id}-problem`}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </div>
      <p id={`${id}-problem`} class="for">
        {name === "" ? "for instance agents, or hr/agents in a folder" : (problem ?? "")}
      </p>
      <p class="buttons">
        <button type="submit" class="quiet" disabled={problem !== undefined}>
          Add
        </button>
        <button type="button" class="quiet" onClick={() => setName(undefined)}>
          Cancel
        </button>
      </p>
    </form>
  );
}
