/** Why the system refuses a file or a folder, in words: its own messages name calls like `mkdir`, which nobody made. */

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "you have no permission"],
  ["EEXIST", "a file is there already"],
  ["EISDIR", "it is a folder, and a file is needed"],
  ["ELOOP", "its links lead in a circle"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ENOENT", "there is no such file or folder"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a file is where a folder is needed"],
  ["EPERM", "you have no permission"],
  ["EROFS", "the disk is read-only"],
]);

/** Words for an error of the system; of any other its message. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ("code" in error && reasons.get(String(error.code))) || error.message;
}
