/** The buttons that copy a call, and what they say. */
import { useState } from "preact/hooks";
import { type Copied, type CopiedCall, curlOf, javascriptOf, policyTestOf } from "./copies.ts";

const copies: Readonly<Record<string, (call: CopiedCall) => Copied>> = {
  "policy test": policyTestOf,
  curl: curlOf,
  JavaScript: javascriptOf,
};

export function Copies({ call }: { readonly call: CopiedCall }) {
  const [said, setSaid] = useState("");
  const copy = (name: string, copied: Copied) => {
    if ("problem" in copied) return setSaid(copied.problem);
    navigator.clipboard.writeText(copied.text).then(
      () => setSaid(`Copied as ${name}, without any token.`),
      () => setSaid("The browser did not allow it."),
    );
  };
  return (
    <fieldset class="copies">
      <legend>Copy as</legend>
      {Object.entries(copies).map(([name, write]) => (
        <button
          key={name}
          type="button"
          class="quiet"
          aria-label={`Copy as ${name}`}
          onClick={() => copy(name, write(call))}
        >
          {name}
        </button>
      ))}
      <p class="hint" aria-live="polite">
        {said}
      </p>
    </fieldset>
  );
}
