/**
 * The line ends of a file, which the editor does not keep: a file may have those of Windows, or some of each. A line that nobody
 * touched keeps its own; a new one gets that of the line before it.
 */
import { invertedEffects } from "@codemirror/commands";
import {
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Transaction,
} from "@codemirror/state";

/** What ends each line but the last. */
type LineEnds = readonly string[];

const replaceEnds = StateEffect.define<LineEnds>();

const lineEnds = StateField.define<LineEnds>({
  create: () => [],
  update(ends, transaction) {
    const given = transaction.effects.findLast((each) => each.is(replaceEnds));
    return given ? (given.value as LineEnds) : endsAfter(ends, transaction);
  },
});

/** @param text of the file, as the editor's state begins */
export function keepLineEnds(text: string): Extension {
  return [
    lineEnds.init(() => endsOf(text)),
    // What is undone has the ends that it had.
    invertedEffects.of(({ startState, changes }) =>
      changes.empty ? [] : [replaceEnds.of(startState.field(lineEnds))],
    ),
  ];
}

/** With a change to a whole text: its line ends. */
export function lineEndsOf(text: string): StateEffect<unknown> {
  return replaceEnds.of(endsOf(text));
}

/** The text as it is saved. */
export function textOf(state: EditorState): string {
  const ends = state.field(lineEnds);
  let text = "";
  let [number, before] = [0, ""];
  for (const line of state.doc.iterLines()) {
    if (number > 0) {
      const end = ends[number - 1] ?? "\n";
      // Together these two would be one.
      before = end === "\n" && text.endsWith("\r") ? before : end;
      text += before;
    }
    text += line;
    number++;
  }
  return text;
}

function endsOf(text: string): LineEnds {
  return text.match(/\r\n?|\n/g) ?? [];
}

function endsAfter(ends: LineEnds, { changes, startState: { doc } }: Transaction): LineEnds {
  const parts: { readonly first: number; readonly gone: number; readonly come: number }[] = [];
  changes.iterChanges((from, to, _from, _to, inserted) => {
    const first = doc.lineAt(from).number - 1;
    parts.push({ first, gone: doc.lineAt(to).number - 1 - first, come: inserted.lines - 1 });
  });
  if (parts.every(({ gone, come }) => gone === come)) return ends;
  const after = [...ends];
  // From the last to the first, so that places stay what they are.
  for (const { first, gone, come } of parts.reverse()) {
    const end = ends[first - 1] ?? ends[first] ?? "\n";
    after.splice(first, gone, ...new Array<string>(come).fill(end));
  }
  return after;
}
