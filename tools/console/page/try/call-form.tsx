/** The fields of a call: who, which operation, with which input. */
import { useMemo } from "preact/hooks";
import { anyId, type KnownCallers } from "../../../authoring/access/known-callers.ts";
import { readCaller } from "./caller-text.ts";
import { Combobox, type Suggestion } from "./combobox.tsx";
import { InputField } from "./input-field.tsx";
import { Said } from "./said.tsx";
import type { Shown, TryFields } from "./try-call.ts";
import type { Triable, TryModel } from "./try-model.ts";
import { KnownField } from "./untold.tsx";

interface FormProps {
  readonly model: TryModel;
  readonly fields: TryFields;
  readonly problem: Shown["problem"];
  readonly onFields: (fields: TryFields) => void;
  readonly onRun: (mode: "decide" | "send") => void;
}

export function CallForm({ model, fields, problem, onFields, onRun }: FormProps) {
  const callers = useMemo(() => [...model.callers.bound.keys()].map((value) => ({ value })), [model]);
  const operations = useMemo(() => model.operations.map(suggestionOf), [model]);
  const problemOf = (field: keyof TryFields) => (problem?.field === field ? problem.text : undefined);
  const change = (changes: Partial<TryFields>) => onFields({ ...fields, ...changes });
  const setOperation = (operation: string) => {
    // What somebody wrote is kept; what was filled in belongs to its operation.
    const isFilled = fields.input.trim() === "" || fields.input === model.fill(fields.operation);
    change({ operation, ...(isFilled ? { input: model.fill(operation) } : {}) });
  };
  return (
    <form
      class="call"
      onSubmit={(event) => {
        event.preventDefault();
        onRun("decide");
      }}
    >
      <Combobox
        id="caller"
        label="Caller"
        value={fields.caller}
        suggestions={callers}
        placeholder="a binding, claims as JSON, or a token"
        isWrong={problem?.field === "caller"}
        onText={(caller) => change({ caller })}
      >
        <Said text={problemOf("caller") ?? describeCaller(fields.caller, model.callers)} />
      </Combobox>
      <Combobox
        id="operation"
        label="Operation"
        value={fields.operation}
        suggestions={operations}
        placeholder="hire a person"
        find={(text) => model.find(text).map(suggestionOf)}
        isWrong={problem?.field === "operation"}
        onText={setOperation}
      >
        <Said
          text={
            problemOf("operation") ?? "Search by name, or by words like “hire a person” or “stop recording”."
          }
        />
      </Combobox>
      <InputField
        model={model}
        fields={fields}
        problem={problemOf("input")}
        onFields={onFields}
        onDecide={() => onRun("decide")}
      />
      <KnownField text={fields.known} problem={problemOf("known")} onText={(known) => change({ known })} />
      <div class="buttons">
        <button type="submit" class="loud">
          Decide
        </button>
        <button type="button" class="quiet" onClick={() => onRun("send")}>
          Send
        </button>
        <p class="hint">Decide sends nothing. Send calls this gateway with a local token.</p>
      </div>
    </form>
  );
}

function suggestionOf({ name, area, leadsTo }: Triable): Suggestion {
  return { value: name, note: leadsTo === undefined ? area : `${area}, ${leadsTo}` };
}

/** Says how the field is understood. */
function describeCaller(text: string, callers: KnownCallers): string {
  const read = readCaller(text, callers);
  if (text.trim() === "")
    return 'Choose a binding, write claims like `{"groups": ["admins"]}`, or paste a token.';
  if (read.kind === "problem") return read.problem;
  if (read.kind === "token") return "A token: the gateway verifies it. It stays out of the address.";
  const { id, groups, tags, claims } = read.caller;
  const listed = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => `\`${name}=${value}\``);
  return [
    id === anyId ? "Anyone" : `\`${id}\``,
    groups.length === 0 ? "in no group" : `in ${groups.map((each) => `\`${each}\``).join(", ")}`,
    ...(Object.keys(tags).length > 0 ? [`with the tags ${listed(tags).join(", ")}`] : []),
    ...(Object.keys(claims).length > 0 ? [`with the claims ${listed(claims).join(", ")}`] : []),
  ]
    .join(" ")
    .concat(".");
}
