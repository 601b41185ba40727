/** What you have to decide when the SDK or the reference has grown. */

export interface Undecided {
  /** `Operation: what is open`, or what else. */
  readonly what: string;
  /** The file to write the decision in, from the root of the checkout. */
  readonly file: string;
}

/** Lists what there is to decide, each under the file to write it in; an empty text when there is nothing. */
export function formatToDo(undecided: readonly Undecided[]): string {
  const files = [...new Set(undecided.map(({ file }) => file))];
  const lines = files.flatMap((file) => [
    `in ${file}:`,
    ...undecided.filter((each) => each.file === file).map(({ what }) => `  ${what}`),
  ]);
  return lines.join("\n");
}
