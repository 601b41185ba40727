/** As `node:path`: the current directory is the configuration's folder, and every path is in it. */

export const sep = "/";

export function join(...parts: readonly string[]): string {
  const kept = parts.flatMap((part) => part.split("/")).filter((part) => part !== "" && part !== ".");
  return kept.length === 0 ? "." : kept.join("/");
}

export function relative(_: string, path: string): string {
  const joined = join(path);
  return joined === "." ? "" : joined;
}
