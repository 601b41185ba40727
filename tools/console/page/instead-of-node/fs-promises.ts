/** As `node:fs/promises`, see `files.ts`. */
import { find, list } from "./files.ts";

export async function stat(path: string): Promise<ReturnType<typeof find>> {
  return find(path);
}

export async function readdir(
  path: string,
  options?: { readonly withFileTypes?: boolean },
): Promise<readonly unknown[]> {
  const entries = list(path);
  return options?.withFileTypes ? entries : entries.map(({ name }) => name);
}
