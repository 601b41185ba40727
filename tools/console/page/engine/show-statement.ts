/** A statement as its author wrote it: the lines of its file, with the part that is the statement's. */
import type { PolicyStatement } from "../../../../shared/policy/model/document.ts";
import type { CellStatement } from "../../../authoring/access/access-cell.ts";
import type { GivenConfiguration } from "../../api.ts";
import type { ShownLine, ShownStatement } from "./protocol.ts";

/** Shows a statement. If the file's text is not known, as with a bundle, it shows what the bundle holds. */
export function showStatement(
  { start, end, ...statement }: CellStatement,
  { prefix, files, bundle }: GivenConfiguration,
): ShownStatement {
  const text = files.find(({ path }) => path === statement.file)?.text;
  const file = `${prefix}${statement.file}`;
  // A file that was changed since, into one that cannot be used, has other text there.
  if (text !== undefined && isStatement(text.slice(start.offset, end.offset), statement.effect))
    return { ...statement, file, lines: linesOf(text, start.offset, end.offset), isFromFile: true };
  const document = bundle.policies.find(({ name }) => name === statement.policy);
  const found = document?.statements[statement.index];
  const written = found ? JSON.stringify(writeStatement(found), undefined, 2) : "";
  return { ...statement, file, lines: linesOf(written, 0, written.length), isFromFile: false };
}

function isStatement(text: string, effect: string): boolean {
  return text.startsWith("{") && text.endsWith("}") && text.includes(`"${effect}"`);
}

/** Splits the lines that a part of a text touches. What a line is indented by belongs to no part. */
export function linesOf(text: string, start: number, end: number): readonly ShownLine[] {
  const first = text.lastIndexOf("\n", start - 1) + 1;
  const after = text.indexOf("\n", end);
  const number = text.slice(0, first).split("\n").length;
  let offset = first;
  return text
    .slice(first, after < 0 ? text.length : after)
    .split("\n")
    .map((line, index) => {
      const shown = line.replace(/\r$/, "");
      const indent = shown.length - shown.trimStart().length;
      const from = Math.min(Math.max(start - offset, indent), shown.length);
      const to = Math.min(Math.max(end - offset, 0), shown.length);
      offset += line.length + 1;
      return { number: number + index, text: shown, from, to };
    });
}

function writeStatement({ sid, effect, actions, resources, conditions }: PolicyStatement) {
  const grouped = new Map<string, [string, readonly string[]][]>();
  for (const { operator, key, values } of conditions)
    grouped.set(operator, [...(grouped.get(operator) ?? []), [key, values]]);
  const condition = [...grouped].map(([operator, keys]) => [operator, Object.fromEntries(keys)]);
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    [actions.kind]: actions.patterns,
    [resources.kind]: resources.patterns,
    ...(condition.length > 0 ? { Condition: Object.fromEntries(condition) } : {}),
  };
}
