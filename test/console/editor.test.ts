/** The editor of the console, as far as it needs no browser: what is saved is what its author wrote. */
import { history, redo, undo } from "@codemirror/commands";
import { EditorState, type Transaction } from "@codemirror/state";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepLineEnds, lineEndsOf, textOf } from "../../tools/console/page/policies/editor/line-ends.ts";

const mixed = '{\r\n  "a": 1,\n  "b": 2,\r  "c": 3\r\n}\n';

function open(text: string) {
  let state = EditorState.create({ doc: text, extensions: [history(), keepLineEnds(text)] });
  const dispatch = (transaction: Transaction) => {
    state = transaction.state;
  };
  return {
    text: () => textOf(state),
    plain: () => state.sliceDoc(),
    change: (from: number, to: number, insert: string) =>
      dispatch(
        state.update({ changes: { from, to, insert: state.toText(insert) }, userEvent: "input.type" }),
      ),
    replace: (whole: string) =>
      dispatch(
        state.update({
          changes: { from: 0, to: state.doc.length, insert: state.toText(whole) },
          effects: lineEndsOf(whole),
        }),
      ),
    undo: () => undo({ state, dispatch }),
    redo: () => redo({ state, dispatch }),
  };
}

describe("the line ends of a file", () => {
  it("stay where nobody writes, and a new line has the one before it", () => {
    const editor = open(mixed);
    expect(editor.text()).toBe(mixed);
    const at = editor.plain().indexOf("1,") + 2;
    editor.change(at, at, '\n  "x": 0,');
    expect(editor.text()).toBe('{\r\n  "a": 1,\r\n  "x": 0,\n  "b": 2,\r  "c": 3\r\n}\n');
    const b = editor.plain().indexOf('  "b"');
    editor.change(b, editor.plain().indexOf('  "c"'), "");
    expect(editor.text()).toBe('{\r\n  "a": 1,\r\n  "x": 0,\n  "c": 3\r\n}\n');
    editor.undo();
    editor.undo();
    expect(editor.text()).toBe(mixed);
    editor.redo();
    expect(editor.text()).toContain('"x"');
    editor.replace("{\n}\r\n");
    expect(editor.text()).toBe("{\n}\r\n");
    editor.undo();
    expect(editor.text()).toContain('"b": 2,\r  "c"');
  });

  it("are as many as the lines have, whatever is written, and what is undone is as it was", () => {
    const text = fc
      .array(fc.constantFrom("a", "bc", "\n", "\r\n", "\r"), { maxLength: 12 })
      .map((all) => all.join(""));
    const edit = fc.tuple(fc.nat(20), fc.nat(6), text);
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 8 }), (first, edits) => {
        const editor = open(first);
        expect(editor.text()).toBe(first);
        for (const [from, length, insert] of edits) {
          const end = editor.plain().length;
          editor.change(Math.min(from, end), Math.min(from + length, end), insert);
          expect(editor.text().replace(/\r\n?/g, "\n")).toBe(editor.plain());
        }
        while (editor.undo()) void 0;
        expect(editor.text()).toBe(first);
      }),
    );
  });
});
