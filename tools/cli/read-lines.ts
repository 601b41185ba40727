/** Bytes → lines. Keeps one line at a time, and at most a limit of it. */

/** A line without its line feed, or a note that it was over the limit. */
export type Line = { readonly kind: "line"; readonly bytes: Uint8Array } | { readonly kind: "tooLong" };

const lineFeed = 0x0a;

/** Splits a stream at line feeds. Text after the last one is a line too. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly maxLineBytes: number },
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > options.maxLineBytes) parts = [];
    else parts.push(part);
  };
  const take = (): Line => {
    const line: Line =
      length > options.maxLineBytes ? { kind: "tooLong" } : { kind: "line", bytes: Buffer.concat(parts) };
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (length > 0) yield take();
}
