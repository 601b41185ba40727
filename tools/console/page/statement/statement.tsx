/** A statement as its author wrote it, with its place. */
import type { ShownLine, ShownStatement } from "../engine/protocol.ts";

export function Statement({ statement }: { readonly statement: ShownStatement }) {
  const { policy, sid, index, effect, layer, file, line, column, lines, isFromFile } = statement;
  return (
    <section class="statement" data-effect={effect}>
      <h4>
        <span class="effect">{effect}</span> {policy}#{sid ?? index}
        {layer === "attached" ? null : <span class="layer"> {layer}</span>}
      </h4>
      <p class="place">
        <code>
          {file}:{line}:{column}
        </code>
        {isFromFile ? null : " as the bundle has it"}
      </p>
      <Source lines={lines} label={`${effect} statement of ${policy}`} isNumbered={isFromFile} />
    </section>
  );
}

interface SourceProps {
  readonly lines: readonly ShownLine[];
  readonly label: string;
  readonly isNumbered: boolean;
}

function Source({ lines, label, isNumbered }: SourceProps) {
  return (
    <section class="source" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that it is scrolled by keyboard as well */}
      <pre tabIndex={0}>
        {lines.map(({ number, text, from, to }) => (
          <code key={number} data-number={isNumbered ? number : undefined}>
            {text.slice(0, from)}
            <mark>{text.slice(from, to)}</mark>
            {text.slice(to)}
            {"\n"}
          </code>
        ))}
      </pre>
    </section>
  );
}
