/** A text as one word of a command line that a person pastes into a shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_.:@/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
