/** The input as a form that is made from the operation's schema. Its value is the JSON text, which the other side shows. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { misfitOf } from "./form-value.ts";
import type { Shape } from "./shape.ts";
import { MemberList } from "./value-field.tsx";

interface InputFormProps {
  /** Absent without an operation. */
  readonly shape: Shape | undefined;
  readonly text: string;
  readonly onText: (text: string) => void;
}

export function InputForm({ shape, text, onText }: InputFormProps) {
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const added = box.current?.querySelector(`[data-at="${CSS.escape(wanted.current)}"]`);
    added?.querySelector<HTMLElement>("input, select, button")?.focus();
    wanted.current = undefined;
  });
  const read = readText(text);
  const problem =
    shape === undefined
      ? "Choose an operation: its form is made from its schema."
      : "problem" in read
        ? read.problem
        : cannotShow(misfitOf(shape, read.value));
  if (shape === undefined || problem !== undefined || !("value" in read))
    return <p class="hint no-form">{problem}</p>;
  return (
    <div class="input-form" ref={box}>
      <MemberList
        shape={shape}
        value={read.value as Readonly<Record<string, unknown>>}
        path=""
        onValue={(value) => onText(JSON.stringify(value, undefined, 2))}
        onFocus={(path) => {
          wanted.current = path;
        }}
      />
    </div>
  );
}

function cannotShow(misfit: string | undefined): string | undefined {
  return misfit === undefined
    ? undefined
    : `A form cannot show this: ${misfit.replaceAll("`", "")}. JSON keeps it as it is.`;
}

function readText(text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text.trim() === "") return { value: {} };
  try {
    return { value: JSON.parse(text) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    return { problem: `A form cannot show this: it is not JSON. ${why}` };
  }
}
