/**
 * The editor, CodeMirror, which is loaded when the view is opened.
 *
 * It is in a shadow tree, where it adopts its style sheets; in the document it would need a `<style>`, which the page's policy forbids.
 */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Issue } from "../../../../../shared/errors.ts";
import type { Hints } from "../../engine/protocol.ts";
import { createCompletion, createHover } from "./editor-hints.ts";
import { editorTheme } from "./editor-theme.ts";
import { keepLineEnds, lineEndsOf, textOf } from "./line-ends.ts";

export interface EditorOptions {
  readonly hints: Hints;
  /** Finds the names of all policies. */
  readonly policies: () => readonly string[];
  readonly onWrite: (path: string, text: string) => void;
  readonly onSave: () => void;
}

const words = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.definition(tags.propertyName), color: "var(--accent)" },
  { tag: tags.string, color: "var(--always)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--sometimes)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

export class CodeEditor {
  readonly #view: EditorView;
  readonly #options: EditorOptions;
  /** What was undone and selected in each file. */
  readonly #states = new Map<string, EditorState>();
  #path = "";

  constructor(host: HTMLElement, options: EditorOptions) {
    this.#options = options;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    root.replaceChildren(describeKeys());
    this.#view = new EditorView({ parent: root, root });
  }

  /** Shows a file. If it is shown already, takes over what differs. */
  show(path: string, text: string): void {
    if (path !== this.#path) {
      if (this.#path !== "") this.#states.set(this.#path, this.#view.state);
      this.#path = path;
      this.#view.setState(this.#states.get(path) ?? this.#create(path, text));
    }
    const { state } = this.#view;
    if (textOf(state) === text) return;
    const changes = { from: 0, to: state.doc.length, insert: state.toText(text) };
    this.#view.dispatch({ changes, effects: lineEndsOf(text) });
  }

  /** Marks what was found in the file that is shown. */
  mark(issues: readonly Issue[]): void {
    const { state } = this.#view;
    this.#view.dispatch(
      setDiagnostics(
        state,
        issues.map((issue) => diagnosticOf(state, issue)),
      ),
    );
  }

  /** Goes where a line and a column are, counted from 1. */
  goTo(line: number, column: number): void {
    const at = offsetOf(this.#view.state, line, column);
    this.#view.dispatch({
      selection: EditorSelection.cursor(at),
      effects: EditorView.scrollIntoView(at, { y: "center" }),
    });
    this.#view.focus();
  }

  close(): void {
    this.#view.destroy();
  }

  #create(path: string, text: string): EditorState {
    const { hints, policies, onWrite, onSave } = this.#options;
    const save = () => {
      onSave();
      return true;
    };
    return EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: "Mod-s", run: save, preventDefault: true }]),
        autocompletion({ override: [createCompletion(path, hints, policies)] }),
        path.endsWith(".json") ? [json(), createHover(hints)] : yaml(),
        keepLineEnds(text),
        EditorView.contentAttributes.of({
          "aria-label": `Text of ${path}`,
          "aria-describedby": "keys",
          tabindex: "0",
        }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onWrite(path, textOf(state));
        }),
        surroundings,
      ],
    });
  }
}

/** A browser writes over coloured text with a `style`, which the page's policy forbids and reports. So the editor does it. */
function writeOverSelection(event: InputEvent, view: EditorView): boolean {
  const { state, composing } = view;
  const { from, to, empty } = state.selection.main;
  const { data } = event;
  if (event.inputType !== "insertText" || data === null || empty || composing) return false;
  const insert = () =>
    state.update(state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
  const handlers = state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
  event.preventDefault();
  return true;
}

const surroundings: Extension = [
  EditorView.domEventHandlers({ beforeinput: writeOverSelection }),
  lineNumbers(),
  lintGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  search({ top: true }),
  highlightSelectionMatches(),
  EditorView.lineWrapping,
  syntaxHighlighting(words),
  editorTheme,
  keymap.of([
    ...[...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap],
    ...[...historyKeymap, ...defaultKeymap, indentWithTab],
  ]),
];

function describeKeys(): HTMLElement {
  const keys = document.createElement("p");
  keys.id = "keys";
  keys.hidden = true;
  keys.textContent =
    "Tab indents. Escape, then Tab, leaves the editor. Control and Space offers names, F8 goes to the next finding, Control and S saves.";
  return keys;
}

function offsetOf({ doc }: EditorState, line: number, column: number): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + Math.max(column, 1) - 1, to);
}

/** From where the finding is to the end of the word, string or number there. */
function diagnosticOf(state: EditorState, { line, column, severity, code, message }: Issue): Diagnostic {
  const from = offsetOf(state, line, column);
  const node = syntaxTree(state).resolveInner(from, 1);
  const end = state.doc.lineAt(from).to;
  const to =
    node.firstChild === null && node.from >= from - 1 ? Math.min(node.to, end) : Math.min(from + 1, end);
  return { from, to: Math.max(from, to), severity, source: code, message };
}
