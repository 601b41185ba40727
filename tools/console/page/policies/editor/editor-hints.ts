/** What the editor offers while somebody types, and explains where the pointer rests. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { hoverTooltip } from "@codemirror/view";
import { lowerAscii } from "../../../../../shared/ascii.ts";
import type { ActionHint, Hint, Hints } from "../../engine/protocol.ts";
import { type PolicyPlace, placeIn } from "./policy-place.ts";

const memberNames = {
  document: ["Version", "Id", "Statement"],
  statement: ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"],
} as const;

/** @param policies finds the names of all policies */
export function createCompletion(path: string, hints: Hints, policies: () => readonly string[]) {
  if (path.endsWith(".json")) return (context: CompletionContext) => completePolicy(context, hints);
  return (context: CompletionContext) =>
    path === "authorizer.yaml" ? completeName(context, policies()) : null;
}

function completePolicy(context: CompletionContext, hints: Hints): CompletionResult | null {
  const place = placeIn(context.state, context.pos);
  const options = place && optionsFor(place, hints);
  if (!place || !options || options.length === 0) return null;
  return { from: place.from, to: place.to, options, validFor: /^[^"\\]*$/ };
}

function optionsFor({ isName, path }: PolicyPlace, hints: Hints): readonly Completion[] {
  const [top, member, operator] = path;
  if (isName && path.length === 0) return plain(memberNames.document);
  if (top !== "Statement") return top === "Version" && !isName ? plain(["2012-10-17"]) : [];
  if (isName && member === undefined) return plain(memberNames.statement);
  if (isName && member === "Condition")
    return operator === undefined ? hints.operators.map(optionOf) : hints.keys.map(optionOf);
  if (isName) return [];
  if (member === "Effect") return plain(["Allow", "Deny"]);
  if (member === "Action" || member === "NotAction") return hints.actions.map(actionOption);
  if (member === "Resource" || member === "NotResource") return hints.resources.map(optionOf);
  return [];
}

function plain(names: readonly string[]): readonly Completion[] {
  return names.map((label) => ({ label }));
}

function optionOf({ name, about }: Hint): Completion {
  return { label: name, ...(about === "" ? {} : { info: about }) };
}

function actionOption(hint: ActionHint): Completion {
  return {
    label: hint.name,
    ...(hint.area === undefined ? {} : { detail: ` ${hint.area}` }),
    info: () => blockOf(linesOfAction(hint)),
  };
}

/** Offers policies where authorizer.yaml names them. */
function completeName(context: CompletionContext, names: readonly string[]): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const isNamed = /^\s*(?:-\s|(?:-\s+)?(?:policies|boundary|guardrails)\s*:)/.test(line.text);
  if (!isNamed && !context.explicit) return null;
  const word = context.matchBefore(/[\w+=,.@/-]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  return {
    from: word.from,
    options: names.map((label) => ({ label, type: "policy" })),
    validFor: /^[\w+=.@/-]*$/,
  };
}

/** Explains the action or the condition key below the pointer. */
export function createHover(hints: Hints) {
  return hoverTooltip((view, at, side) => {
    const place = placeIn(view.state, at, side < 0 ? -1 : 1);
    const lines = place && explain(place, view.state.sliceDoc(place.from, place.to), hints);
    if (!place || !lines) return null;
    return { pos: place.from, end: place.to, above: true, create: () => ({ dom: blockOf(lines) }) };
  });
}

/** @returns the first line is the name */
export function explain(
  { isName, path: [top, member, operator] }: Pick<PolicyPlace, "isName" | "path">,
  written: string,
  hints: Hints,
): readonly string[] | undefined {
  if (top !== "Statement") return undefined;
  if (isName && member === "Condition" && operator !== undefined) return explainKey(written, hints);
  if (isName || (member !== "Action" && member !== "NotAction")) return undefined;
  const matches = matcherOf(written);
  const found = hints.actions.filter(({ name }) => matches(name));
  const [only] = found;
  if (only !== undefined && found.length === 1) return linesOfAction(only);
  if (found.length === 0) return undefined;
  const names = found.slice(0, 8).map(({ name }) => name);
  const more = found.length > names.length ? [`and ${found.length - names.length} more`] : [];
  return [`${found.length} actions of Amazon Connect`, ...names, ...more];
}

function explainKey(written: string, { keys }: Hints): readonly string[] | undefined {
  const lower = lowerAscii(written);
  const found = keys.find(({ name }) =>
    /[/:]$/.test(name) ? lower.startsWith(lowerAscii(name)) : lower === lowerAscii(name),
  );
  return found && [found.name, found.about];
}

/** As IAM compares actions: without case, with `*` and `?`. */
function matcherOf(written: string): (action: string) => boolean {
  const source = written
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  const form = new RegExp(`^${source}$`, "i");
  return (action) => form.test(action);
}

function linesOfAction({ name, about, area, keys, escalates }: ActionHint): readonly string[] {
  return [
    name,
    about,
    ...(area === undefined ? [] : [`Area: ${area}.`]),
    ...(keys.length === 0 ? [] : [`Condition keys: ${keys.join(", ")}.`]),
    ...(escalates === undefined ? [] : [`Look twice: ${escalates}.`]),
  ];
}

function blockOf([first = "", ...lines]: readonly string[]): HTMLElement {
  const block = document.createElement("div");
  block.className = "cm-hint";
  const name = document.createElement("strong");
  name.textContent = first;
  block.append(name);
  for (const line of lines) {
    const shown = document.createElement("p");
    shown.textContent = line;
    block.append(shown);
  }
  return block;
}
