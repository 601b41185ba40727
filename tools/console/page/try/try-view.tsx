/** Who may do this call, and why: a caller, an operation and its input; decided here, or sent to the gateway. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isPlainObject } from "../../../../shared/shape.ts";
import type { GivenConfiguration } from "../../api.ts";
import type { ViewProps } from "../shell/view-props.ts";
import { CallForm } from "./call-form.tsx";
import { readCaller } from "./caller-text.ts";
import { Outcome } from "./outcome.tsx";
import { FieldProblem, type Shown, type TryFields, tryCall } from "./try-call.ts";
import type { TryModel } from "./try-model.ts";

export function TryView({ configuration, query }: ViewProps) {
  const opened = useModel(configuration);
  if (opened === undefined) return <p class="waiting">Opening the configuration …</p>;
  if (typeof opened === "string") return <p class="waiting">{opened}</p>;
  return <OpenedTry model={opened} configuration={configuration} query={query} />;
}

/** While another configuration is opened, it returns the last one. A text says why there is none. */
function useModel(configuration: GivenConfiguration): TryModel | string | undefined {
  const [model, setModel] = useState<TryModel | string>();
  useEffect(() => {
    let isCurrent = true;
    import("./try-model.ts").then(
      (module) => {
        if (isCurrent) setModel(new module.TryModel(configuration));
      },
      (cause: unknown) => setModel(`The view cannot be loaded: ${cause}`),
    );
    return () => {
      isCurrent = false;
    };
  }, [configuration]);
  return model;
}

interface OpenedProps extends Pick<ViewProps, "configuration" | "query"> {
  readonly model: TryModel;
}

function OpenedTry({ model, configuration, query }: OpenedProps) {
  const [fields, setFields] = useState<TryFields>(() => fieldsOf(query, model));
  const [shown, setShown] = useState<Shown>({});
  const asked = useRef(0);
  const address = query.toString();
  const run = async (mode: "decide" | "send", tried: TryFields) => {
    const own = ++asked.current;
    remember(tried, model);
    const next = await tryCall(model, configuration.bundle, { fields: tried, mode }).then(
      (done): Shown => ({ tried: done }),
      (cause: unknown): Shown => ({ problem: problemOf(cause) }),
    );
    if (asked.current === own) setShown(next);
  };
  // A link leads here, from another view or from a bookmark. Later than at once, this would undo what was typed first.
  useLayoutEffect(() => {
    const linked = fieldsOf(query, model);
    setFields(linked);
    setShown({});
    if (linked.caller !== "" && linked.operation !== "") void run("decide", linked);
  }, [address]);
  // Another configuration may decide differently.
  useEffect(() => {
    if (shown.tried !== undefined) void run("decide", fields);
  }, [model]);
  return (
    <div class="try">
      <CallForm
        model={model}
        fields={fields}
        problem={shown.problem}
        onFields={setFields}
        onRun={(mode) => void run(mode, fields)}
      />
      <Outcome shown={shown} onKnown={(text) => setFields({ ...fields, known: text })} known={fields.known} />
    </div>
  );
}

function problemOf(cause: unknown): NonNullable<Shown["problem"]> {
  const text = cause instanceof Error ? cause.message : String(cause);
  return cause instanceof FieldProblem ? { text, field: cause.field } : { text };
}

/** The address: `#/try?caller=…&operation=…&input=…`; `named`, of a record, is the part of the input that is known. */
function fieldsOf(query: URLSearchParams, model: TryModel): TryFields {
  const [caller = "", operation = "", input, known = "", named] = [
    ...["caller", "operation", "input", "known", "named"],
  ].map((name) => query.get(name) ?? undefined);
  return { caller, operation, input: input ?? model.fill(operation, readNamed(named)), known };
}

function readNamed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isPlainObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Writes the call into the address, so that it can be linked and found again. A token never gets there, nor a sensitive member. */
function remember({ caller, operation, input, known }: TryFields, model: TryModel): void {
  const isSecret = readCaller(caller, model.callers).kind !== "written";
  const query = new URLSearchParams({
    ...(isSecret ? {} : { caller }),
    ...{ operation, input: model.withoutSecrets(operation, input) },
    ...(known.trim() === "" ? {} : { known }),
  });
  history.replaceState(history.state, "", `#/try?${query}`);
}
