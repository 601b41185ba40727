/**
 * A text field with suggestions, by keyboard as ARIA's Authoring Practices describe it ("Editable Combobox With List
 * Autocomplete"). Any text may be written; suggestions show those that have all its words.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { lowerAscii } from "../../../../shared/ascii.ts";

export interface Suggestion {
  readonly value: string;
  /** What else it is found by, beside it. */
  readonly note?: string;
}

interface ComboboxProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly suggestions: readonly Suggestion[];
  readonly placeholder: string;
  readonly isWrong: boolean;
  /** Below the field, and read out with it. */
  readonly children: ComponentChildren;
  readonly onText: (text: string) => void;
  /** Finds suggestions by a text, the best first; default: those that have all its words. */
  readonly find?: (text: string) => readonly Suggestion[];
}

/** More are found by another word. */
const mostShown = 60;

export function Combobox({ id, label, value, suggestions, children, ...props }: ComboboxProps) {
  const [open, setOpen] = useState<"no" | "found" | "all">("no");
  const [active, setActive] = useState(-1);
  const list = useRef<HTMLDivElement>(null);
  const matching = (text: string) => (props.find?.(text) ?? found(suggestions, text)).slice(0, mostShown);
  const isExact = suggestions.some((each) => each.value === value);
  const shown = open === "all" ? suggestions : open === "found" && !isExact ? matching(value) : [];
  const isOpen = shown.length > 0;
  const chosen = shown[active];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active, open]);
  const close = () => {
    setOpen("no");
    setActive(-1);
  };
  const take = (text: string) => {
    props.onText(text);
    close();
  };
  const move = (by: number) => {
    if (isOpen) return setActive((active + by + shown.length) % shown.length);
    const all = isExact || value === "" || matching(value).length === 0;
    const listed = all ? suggestions : matching(value);
    setOpen(all ? "all" : "found");
    const at = listed.findIndex((each) => each.value === value);
    setActive(at >= 0 ? at : by > 0 ? 0 : listed.length - 1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && chosen) take(chosen.value);
    else if (event.key === "Escape" && isOpen) close();
    else {
      if (event.key === "Tab") close();
      return;
    }
    event.preventDefault();
  };
  return (
    <div class="field combobox">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={value}
        placeholder={props.placeholder}
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen ? `${id}-${active}` : undefined}
        aria-describedby={`${id}-hint`}
        aria-invalid={props.isWrong || undefined}
        onInput={({ currentTarget }) => {
          props.onText(currentTarget.value);
          setOpen("found");
          setActive(-1);
        }}
        onClick={() => {
          if (!isOpen) setOpen(isExact || value === "" ? "all" : "found");
        }}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} ref={list} role="listbox" aria-label="Suggestions" hidden={!isOpen}>
        {shown.map((each, at) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus, and says which one is active
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={each.value}
            class="option"
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(each.value)}
          >
            {each.value}
            {each.note === undefined ? null : <span class="note"> {each.note}</span>}
          </div>
        ))}
      </div>
      <p class="hint" id={`${id}-hint`}>
        {children}
      </p>
    </div>
  );
}

/** Those that have all words, names that begin with the text first. */
function found(suggestions: readonly Suggestion[], text: string): readonly Suggestion[] {
  const words = lowerAscii(text).split(/\s+/).filter(Boolean);
  const whole = words.join("");
  const having = suggestions.filter(({ value, note = "" }) => {
    const searched = lowerAscii(`${value} ${note}`);
    return words.every((word) => searched.includes(word));
  });
  const begins = ({ value }: Suggestion) => lowerAscii(value).startsWith(whole);
  return [...having.filter(begins), ...having.filter((each) => !begins(each))];
}
