/** `policies/` and the folders within it, which name policies: `hr/agents` is `policies/hr/agents.json`. Author side only. */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { maxNameLength } from "../../../../shared/bundle/attachments.ts";

/** IAM's own rule for policy names (API reference, CreatePolicy, PolicyName). Names with a leading dot are of hidden files. */
const partForm = /^(?!\.)[\w+=,.@-]+$/;

const maxParts = 5;

/** Describes why a name cannot be a policy's. */
export function policyNameProblem(name: string): string | undefined {
  const parts = name.split("/");
  if (parts.length > maxParts)
    return `a policy is at most ${maxParts - 1} folders deep in \`policies/\`; move it up`;
  if (name.length <= maxNameLength && parts.every((part) => partForm.test(part))) return undefined;
  return `a policy's name has 1 to ${maxNameLength} letters, digits and \`_+=,.@-\`, its folders and their \`/\` included; rename it`;
}

export interface PolicyFolderEntries {
  readonly path: string;
  /** What the names of its policies begin with: nothing, or `hr/`. */
  readonly prefix: string;
  /** Sorted, without hidden ones. */
  readonly entries: readonly Dirent[];
  /** Why the folder could not be read. */
  readonly error?: unknown;
}

/** Finds the folder itself and all folders in which policies can be. Links to folders are not followed. Never throws. */
export async function findPolicyFolders(folder: string): Promise<readonly PolicyFolderEntries[]> {
  const found: PolicyFolderEntries[] = [];
  const pending = [{ path: folder, prefix: "" }];
  for (const { path, prefix } of pending) {
    const read = await readEntries(path);
    found.push({ path, prefix, ...read });
    for (const entry of read.entries)
      if (isPolicyFolder(entry) && folderProblem(prefix + entry.name) === undefined)
        pending.push({ path: join(path, entry.name), prefix: `${prefix}${entry.name}/` });
  }
  return found;
}

/** A folder with the name of a policy's file is a mistake, and read as a file. */
export function isPolicyFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.endsWith(".json");
}

/** Describes why a folder's policies could not have names, however short. */
export function folderProblem(name: string): string | undefined {
  return policyNameProblem(`${name}/p`);
}

async function readEntries(path: string): Promise<Pick<PolicyFolderEntries, "entries" | "error">> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const shown = entries.filter(({ name }) => !name.startsWith("."));
    return { entries: shown.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  } catch (error) {
    return { entries: [], error };
  }
}
