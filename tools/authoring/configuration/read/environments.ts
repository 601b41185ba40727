/** The folder `environments/`: which environments a configuration has. Author side only. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Issue } from "../../../../shared/errors.ts";
import { nearestName } from "../../nearest-name.ts";
import { fileIssue, unreadable } from "./source-file.ts";

const nameForm = /^[A-Za-z0-9_-]{1,64}$/;

export interface Environments {
  /** Sorted. */
  readonly names: readonly string[];
  readonly issues: readonly Issue[];
}

const folderOf = (folder: string) => join(folder, "environments");

/** Finds the environments of a configuration's folder. Never throws. */
export async function findEnvironments(folder: string): Promise<Environments> {
  const parent = folderOf(folder);
  const names: string[] = [];
  const issues: Issue[] = [];
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") issues.push(unreadable(parent, error));
    return [];
  });
  for (const { name: file } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (file.startsWith(".")) continue;
    const name = file.replace(/\.yaml$/, "");
    if (name !== file && nameForm.test(name)) names.push(name);
    else issues.push({ ...fileIssue(join(parent, file), "ignoredFile", ignored), severity: "warning" });
  }
  return { names, issues };
}

const ignored =
  "this is not an environment and is ignored; its file is named `NAME.yaml`, NAME with letters, digits, `-` and `_`";

/** Describes that a folder has no such environment. */
export function environmentIssue(folder: string, name: string, { names }: Environments): Issue {
  const nearest = nearestName(name, names);
  const others = names.map((each) => `\`${each}\``).join(", ");
  const known = others === "" ? "there are none: create its file in `environments/`" : `there are ${others}`;
  const hint = nearest === undefined ? known : `did you mean \`${nearest}\``;
  const file = join(folderOf(folder), nameForm.test(name) ? `${name}.yaml` : "");
  return fileIssue(file, "noSuchEnvironment", `there is no environment \`${name}\`; ${hint}`);
}
