/** As `node:fs/promises`, see `files.ts`. */
import { find, list } from "./files.ts";
import { join } from "./path.ts";

export async function stat(path: string): Promise<ReturnType<typeof find>> {
  return find(path);
}

export async function readdir(
  path: string,
  options?: { readonly withFileTypes?: boolean; readonly recursive?: boolean },
): Promise<readonly unknown[]> {
  if (options?.recursive) return within(path, "");
  const entries = list(path);
  return options?.withFileTypes ? entries : entries.map(({ name }) => name);
}

function within(path: string, prefix: string): readonly string[] {
  return list(path).flatMap((entry) => {
    const name = `${prefix}${entry.name}`;
    return entry.isDirectory() ? [name, ...within(join(path, entry.name), `${name}/`)] : [name];
  });
}
