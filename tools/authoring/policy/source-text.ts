/**
 * A text and where its lines begin.
 */
import type { Position } from "../../../shared/policy/model/document.ts";

/** A source text that tells line and column of an offset. Lines end at LF, CR or CR LF. */
export class SourceText {
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) this.#lineStarts.push(i + 1);
    }
  }

  /** Finds the position of an offset by bisection. */
  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return { offset, line: low + 1, column: offset - this.#startOf(low) + 1 };
  }

  /** INVARIANT: there is such a line, counted from 0. */
  #startOf(line: number): number {
    return this.#lineStarts[line] as number;
  }
}
