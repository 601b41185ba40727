/** What only Amazon Connect knows: the field in which a person tells it, and what a decision asked for. */
import type { UntoldFact } from "../../../authoring/tests/told-facts.ts";
import { Said } from "./said.tsx";

interface KnownProps {
  readonly text: string;
  readonly problem: string | undefined;
  readonly onText: (text: string) => void;
}

export function KnownField({ text, problem, onText }: KnownProps) {
  return (
    <div class="field">
      <label for="known">Known</label>
      <textarea
        id="known"
        rows={text === "" ? 1 : 4}
        class="known"
        spellcheck={false}
        autocapitalize="none"
        placeholder="agent/u-1: { tags: { team: a } }"
        value={text}
        aria-describedby="known-hint"
        aria-invalid={problem === undefined ? undefined : true}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      <p class="hint" id="known-hint">
        <Said
          text={problem ?? "What Amazon Connect knows, as YAML or JSON. Decide uses it; Send does not."}
        />
      </p>
    </div>
  );
}

interface UntoldProps {
  readonly untold: readonly UntoldFact[];
  readonly known: string;
  readonly onKnown: (text: string) => void;
}

export function Untold({ untold, known, onKnown }: UntoldProps) {
  if (untold.length === 0) return null;
  const tell = () => {
    onKnown(withExamples(known, untold));
    document.getElementById("known")?.focus();
  };
  return (
    <>
      <h2>What only Amazon Connect knows</h2>
      {untold.map(({ resource, key }) => (
        <p key={`${resource} ${key}`}>
          It depends on <code>{key}</code> of <code>{resource}</code>.
        </p>
      ))}
      <button type="button" class="quiet" onClick={tell}>
        Write it into Known
      </button>
    </>
  );
}

/** Adds a line for each resource: what is asked for, with an ellipsis in the place of each value. */
function withExamples(known: string, untold: readonly UntoldFact[]): string {
  const properties = new Map<string, Map<string, string[]>>();
  for (const { resource, example } of untold) {
    const own = properties.get(resource) ?? new Map<string, string[]>();
    properties.set(resource, own);
    const [, tag] = /^tags: \{ (.*) \}$/.exec(example) ?? [];
    const [, name = example, value = ""] = /^(\w+): (.*)$/.exec(example) ?? [];
    own.set(name, tag === undefined ? [value] : [...(own.get(name) ?? []), tag]);
  }
  const lines = [...properties].map(([resource, own]) => {
    const members = [...own].map(
      ([name, values]) => `${name}: ${name === "tags" ? `{ ${values.join(", ")} }` : values[0]}`,
    );
    return `${/^[\w/.-]+$/.test(resource) ? resource : JSON.stringify(resource)}: { ${members.join(", ")} }`;
  });
  return [...(known.trim() === "" ? [] : [known.trimEnd()]), ...lines].join("\n");
}
