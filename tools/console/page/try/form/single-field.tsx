/** A field for a single value: a text, a choice, a number, a time. What is sensitive is hidden until it is shown. */
import { useState } from "preact/hooks";
import { timeOf } from "./form-value.ts";
import type { Shape } from "./shape.ts";

export interface FieldProps {
  readonly shape: Shape;
  /** In the input: `PhoneConfig.PhoneType`; entries of lists and maps by their number. */
  readonly path: string;
  readonly label: string;
  /** `undefined`: a required one that is not there. */
  readonly value: unknown;
  readonly isRequired: boolean;
  readonly onValue: (value: unknown) => void;
  /** Moves the focus into a part, once it is there. */
  readonly onFocus: (path: string) => void;
  /** Absent for what is required. */
  readonly onRemove?: (() => void) | undefined;
}

export function SingleField(props: FieldProps) {
  const { label, path, shape, onRemove } = props;
  const [isSeen, setSeen] = useState(false);
  const isSecret = shape.kind === "text" && shape.isSecret;
  return (
    <div class="field part" data-at={path}>
      <label for={`at-${path}`}>{label}</label>
      <div class="row">
        <SingleInput {...props} isHidden={isSecret && !isSeen} />
        {isSecret ? (
          <button type="button" class="quiet" aria-pressed={isSeen} onClick={() => setSeen(!isSeen)}>
            Show<span class="unseen"> {path}</span>
          </button>
        ) : null}
        {onRemove === undefined ? null : <Remove path={path} onRemove={onRemove} />}
      </div>
    </div>
  );
}

function SingleInput({
  shape,
  path,
  value,
  isRequired,
  isHidden,
  onValue,
}: FieldProps & { isHidden: boolean }) {
  const common = { id: `at-${path}`, "aria-required": isRequired || undefined };
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const plain = { ...common, autocomplete: "off", autocapitalize: "none", spellcheck: false } as const;
  if (shape.kind === "boolean")
    return (
      <select
        {...common}
        value={String(value)}
        onChange={({ currentTarget: { value } }) => onValue(value === "true")}
      >
        {value === undefined ? <option value="undefined" /> : null}
        <option>true</option>
        <option>false</option>
      </select>
    );
  if (shape.kind === "time")
    return (
      <>
        <input
          {...common}
          type="datetime-local"
          step={1}
          value={timeOf(value) ?? ""}
          aria-describedby={`utc-${path}`}
          onInput={({ currentTarget }) => onValue(instantOf(currentTarget.value))}
        />
        <span class="hint" id={`utc-${path}`}>
          UTC
        </span>
      </>
    );
  if (shape.kind === "number")
    return (
      <input
        {...plain}
        type="text"
        inputMode="decimal"
        value={text}
        aria-invalid={typeof value === "string" || undefined}
        onInput={({ currentTarget }) => onValue(numberOf(currentTarget.value))}
      />
    );
  const { choices = [] } = shape.kind === "text" ? shape : {};
  if (choices.length > 0 && !isHidden)
    return (
      <select {...common} value={text} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {choices.includes(text) ? null : (
          <option value={text}>{text === "" ? "" : `${text} (not known here)`}</option>
        )}
        {choices.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    );
  const onInput = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
    onValue(currentTarget.value);
  // A browser must not offer to keep it.
  if (isHidden)
    return <input {...plain} type="password" autocomplete="new-password" value={text} onInput={onInput} />;
  return <input {...plain} type="text" value={text} onInput={onInput} />;
}

/** A number; any other text is kept, and refused when the call is decided. */
function numberOf(text: string): number | string {
  const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && String(Number(text)) === text;
  return isNumber ? Number(text) : text;
}

function instantOf(text: string): string {
  if (text === "") return "";
  return `${text.length === "2026-01-01T00:00".length ? `${text}:00` : text}Z`;
}

interface RemoveProps {
  readonly path: string;
  /** Shown for what has parts, whose end is far from its beginning. */
  readonly label?: string;
  readonly onRemove: () => void;
}

export function Remove({ path, label, onRemove }: RemoveProps) {
  return (
    <button type="button" class="quiet" onClick={onRemove}>
      Remove {label ?? <span class="unseen">{path}</span>}
    </button>
  );
}
