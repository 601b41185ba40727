/** The input, from two sides: as JSON, into which a curl line is pasted, too, and as a form. Both show the same text. */
import { useMemo, useState } from "preact/hooks";
import { isCurl } from "./curl.ts";
import { InputForm } from "./form/input-form.tsx";
import { Said } from "./said.tsx";
import type { TryFields } from "./try-call.ts";
import type { TryModel } from "./try-model.ts";

interface InputProps {
  readonly model: TryModel;
  readonly fields: TryFields;
  readonly problem: string | undefined;
  readonly onFields: (fields: TryFields) => void;
  readonly onDecide: () => void;
}

const sideKey = "connect-authorizer try side";

/** Which side somebody chose last. A browser may refuse to keep it. */
function lastSide(): string | null {
  try {
    return localStorage.getItem(sideKey);
  } catch {
    return null;
  }
}

function keepSide(side: "form" | "json"): void {
  try {
    localStorage.setItem(sideKey, side);
  } catch {
    // The next visit begins with JSON.
  }
}

export function InputField(props: InputProps) {
  const { model, fields, onFields } = props;
  const [isForm, setForm] = useState(() => lastSide() === "form");
  const choose = (form: boolean) => {
    keepSide(form ? "form" : "json");
    setForm(form);
  };
  const filled = useMemo(() => model.fill(fields.operation), [model, fields.operation]);
  const shape = useMemo(() => model.shape(fields.operation), [model, fields.operation]);
  return (
    <div class="input-sides">
      {isForm ? (
        <fieldset class="input-side">
          <legend>Input</legend>
          {props.problem === undefined ? null : (
            <p class="hint wrong">
              <Said text={props.problem} />
            </p>
          )}
          <InputForm
            key={fields.operation}
            shape={shape}
            text={fields.input}
            onText={(input) => onFields({ ...fields, input })}
          />
        </fieldset>
      ) : (
        <JsonField {...props} />
      )}
      <div class="row sides">
        <button type="button" class="quiet" onClick={() => choose(!isForm)}>
          {isForm ? "Show as JSON" : "Fill in a form"}
        </button>
        {filled === "" || filled === fields.input ? null : (
          <button type="button" class="quiet" onClick={() => onFields({ ...fields, input: filled })}>
            Fill anew
          </button>
        )}
      </div>
    </div>
  );
}

/** JSON. A curl line that is pasted becomes the call that it makes. */
function JsonField({ model, fields, problem, onFields, onDecide }: InputProps) {
  const [unread, setUnread] = useState<string>();
  const said = problem ?? unread;
  const onText = (text: string) => {
    if (!isCurl(text)) {
      setUnread(undefined);
      return onFields({ ...fields, input: text });
    }
    try {
      const { operation, input, token } = model.readCurl(text);
      setUnread(undefined);
      onFields({ ...fields, caller: token ?? fields.caller, operation, input });
    } catch (cause) {
      setUnread(cause instanceof Error ? cause.message : String(cause));
      onFields({ ...fields, input: text });
    }
  };
  return (
    <div class="field">
      <label for="input">Input</label>
      <textarea
        id="input"
        rows={9}
        spellcheck={false}
        autocapitalize="none"
        value={fields.input}
        aria-describedby="input-hint"
        aria-invalid={said === undefined ? undefined : true}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onDecide();
        }}
      />
      <p class="hint" id="input-hint">
        <Said
          text={said ?? "JSON with what the operation requires, or paste a curl line. Ctrl+Enter decides."}
        />
      </p>
    </div>
  );
}
