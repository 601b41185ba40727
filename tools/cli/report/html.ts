/** Text → HTML. Names of policies, groups and files are written by others, so every value is escaped unless it was made here. */
import { withoutControls } from "../../../shared/without-controls.ts";

declare const safe: unique symbol;

/** Only {@link html} makes it. */
export interface Html {
  readonly [safe]: true;
  readonly text: string;
}

type Value = string | number | Html | readonly Html[] | undefined;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes one line; what could hide or reorder text shows as `\u{202e}`. */
export function escapeLine(line: string): string {
  return withoutControls(line).replace(/[&<>"']/g, (each) => entities[each] ?? "");
}

/** Texts and numbers are escaped; `undefined` is nothing. Attributes must be in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return mint(parts.map((part, index) => `${part}${textOf(values[index])}`).join(""));
}

/** @param css our own: it is not escaped, since its hash is that of its text */
export function styleElement(css: string): Html {
  return mint(`<style>${css}</style>`);
}

function textOf(value: Value): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escapeLine(String(value));
  return "text" in value ? value.text : value.map(({ text }) => text).join("");
}

/** The only place where text counts as HTML. */
function mint(text: string): Html {
  return { text } as unknown as Html;
}
