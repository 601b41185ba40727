/** A text as one word of a command line that a person pastes into a shell. */
export function shellWord(text: string): string {
  // A word that begins with `=` is a program's path to zsh.
  return /^[A-Za-z0-9_.:@/-][A-Za-z0-9_.:@/=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
