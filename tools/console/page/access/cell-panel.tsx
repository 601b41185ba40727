/** Why a cell says what it says: in a sentence, and by the statements behind it, as their author wrote them. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Refusal } from "../../../authoring/access/access-cell.ts";
import type { CellAnswer, OutlineRow } from "../engine/protocol.ts";
import { Statement } from "../statement/statement.tsx";
import type { ShownAccess } from "./use-access.ts";

interface PanelProps {
  readonly access: ShownAccess;
  readonly place: { readonly row: number; readonly column: number };
  readonly operation: OutlineRow;
  /** The name of the column. */
  readonly binding: string;
  readonly onClose: () => void;
}

export function CellPanel({ access, place, operation, binding, onClose }: PanelProps) {
  const [cell, setCell] = useState<CellAnswer>();
  const heading = useRef<HTMLHeadingElement>(null);
  const { row, column } = place;
  const { explain } = access;
  useEffect(() => {
    let isCurrent = true;
    void explain(row, column).then((answer) => {
      if (isCurrent) setCell(answer);
    });
    return () => {
      isCurrent = false;
    };
  }, [explain, row, column]);
  // At once, so that the next key is the panel's.
  useLayoutEffect(() => heading.current?.focus(), [row, column]);
  return (
    <aside
      class="panel"
      aria-labelledby="cell-heading"
      onKeyDown={({ key }) => {
        if (key === "Escape") onClose();
      }}
    >
      <header>
        <h2 id="cell-heading" ref={heading} tabIndex={-1}>
          {operation.name} <span class="for">for {binding}</span>
        </h2>
        <button type="button" class="quiet close" onClick={onClose}>
          Close
        </button>
      </header>
      {cell ? <Explanation cell={cell} operation={operation} /> : null}
    </aside>
  );
}

function Explanation({ cell, operation }: { readonly cell: CellAnswer; readonly operation: OutlineRow }) {
  const { statements, callers } = cell;
  return (
    <>
      <p class="answer">
        <strong class={`word ${cell.word}`}>{cell.word}</strong> {sentenceOf(cell)}
      </p>
      {operation.escalates ? (
        <p class="escalates">Callers who may do this can get more access: {operation.escalates}.</p>
      ) : null}
      {callers.length === 0 ? null : (
        <ul class="callers">
          {callers.map(({ label, word, reason }) => (
            <li key={label}>
              {label}: <strong class={`word ${word}`}>{word}</strong> {reason}
            </li>
          ))}
        </ul>
      )}
      <h3>
        {statements.length === 0
          ? "No statement is about it"
          : `${statements.length} statement${statements.length === 1 ? "" : "s"} about it`}
      </h3>
      {statements.map((statement) => (
        <Statement key={`${statement.layer} ${statement.policy} ${statement.index}`} statement={statement} />
      ))}
    </>
  );
}

const refusals: Readonly<Record<Refusal, string>> = {
  noBinding: "No binding matches, so these callers have no policies.",
  noAllow: "No statement allows it, and what no Allow allows is denied.",
  deny: "A Deny refuses every call.",
  boundary: "The policies allow it, and the permissions boundary does not.",
  guardrail: "The policies allow it, and a guardrail does not.",
  other: "No call can be on what is allowed, or each call also needs what is not.",
};

function sentenceOf({ word, refusal, reason }: CellAnswer): string {
  if (word === "always") return "Every call is allowed.";
  if (word === "never")
    return [refusal === undefined ? "No call is allowed." : refusals[refusal], reason]
      .filter(Boolean)
      .join(" ");
  return `It depends: ${reason}.`;
}
