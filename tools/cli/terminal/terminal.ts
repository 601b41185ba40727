/** What a stream is for people: its width and its colours, if it is a terminal. A pipe gets neither, so that its lines stay the same. */
import type { Writable } from "node:stream";
import { WriteStream } from "node:tty";
import { styleText } from "node:util";
import type { CommandIo } from "../command-io.ts";

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** How many characters a line holds; `undefined` for what is no terminal. */
  readonly columns: number | undefined;
  /** Paints a text that holds no control characters. Colour never says what the text does not say too. */
  readonly paint: (style: Style, text: string) => string;
}

/** A terminal that does not know its width says 0. */
const usualColumns = 80;

export function isTerminal(stream: object): boolean {
  return "isTTY" in stream && stream.isTTY === true;
}

/** Describes the stream that a text is written to. */
export function terminalOf(io: CommandIo, name: "stdout" | "stderr" = "stdout"): Terminal {
  const stream: Writable & { readonly columns?: number } = io[name];
  const isPainted = !io.isColourless && hasColour(stream);
  return {
    columns: isTerminal(stream) ? stream.columns || usualColumns : undefined,
    paint: (style, text) => (isPainted ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** As Node.js decides it, with `TERM=dumb` and `FORCE_COLOR`; `NO_COLOR` wins over all, unless it is empty. */
function hasColour(stream: Writable): boolean {
  if (process.env["NO_COLOR"]) return false;
  const isWanted = isTerminal(stream) || process.env["FORCE_COLOR"] !== undefined;
  const { NO_COLOR: _empty, ...env } = process.env;
  return isWanted && WriteStream.prototype.getColorDepth(env) > 1;
}
