/**
 * Watches a configuration folder.
 *
 * The system's notifications come several at a time, are lost when a folder is replaced, and do not exist on some file
 * systems. So a notification only makes the next check come sooner, and the check decides.
 */
import { type Dirent, type FSWatcher, watch } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { findPolicyFolders } from "../authoring/configuration/read/policy-folders.ts";

/** Editors write a file in two or three steps, a few milliseconds apart. */
const debounceMs = 40;
const pollMs = 1000;

export interface FolderWatcher {
  /** Stops watching, and waits for a running call of `onChange`. */
  close(): Promise<void>;
}

/** Name, size, time and inode of each file in a folder, its environments and its folders of policies, or of a file: equal means unchanged. */
export async function fingerprintFolder(folder: string, more: readonly string[] = []): Promise<string> {
  return (await scanFolder(folder, more)).fingerprint;
}

async function scanFolder(folder: string, more: readonly string[]) {
  const trees = await Promise.all(more.map((name) => treeOf(join(folder, name))));
  const policies = await findPolicyFolders(join(folder, "policies"));
  const environments = join(folder, "environments");
  const paths = [
    ...(await pathsIn(folder)),
    ...(await pathsIn(environments)),
    ...policies.flatMap(({ path, entries }) => entries.map(({ name }) => join(path, name))),
    ...trees.flatMap(({ files }) => files),
  ];
  const trunks = trees.flatMap((tree) => tree.folders);
  const folders = [folder, environments, ...policies.map(({ path }) => path), ...trunks];
  const lines = [await fingerprintFile(folder)];
  // An empty folder changes nothing.
  for (const path of paths) if (!folders.includes(path)) lines.push(await fingerprintFile(path));
  return { folders, fingerprint: lines.join("\n") };
}

async function treeOf(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const pathsOf = (wanted: readonly Dirent[]) =>
    wanted.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return {
    folders: [folder, ...pathsOf(entries.filter((entry) => entry.isDirectory()))],
    files: pathsOf(entries.filter((entry) => !entry.isDirectory())),
  };
}

async function pathsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => join(folder, name));
}

async function fingerprintFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() ? `${path} ${found.size} ${found.mtimeNs} ${found.ino}` : path;
}

/**
 * Calls `onChange` after files in the folder, its environments or its folders of policies were changed, added or removed; one call at a
 * time, with 40 ms of quiet before each.
 * @param seen the folder's fingerprint before it was last read: changes since then count
 * @param more names of other folders within, each with all folders in it
 */
export function watchFolder(
  folder: string,
  seen: string,
  onChange: () => Promise<void>,
  more: readonly string[] = [],
): FolderWatcher {
  let known = seen;
  let closed = false;

  const look = async () => {
    const { folders, fingerprint } = await scanFolder(folder, more);
    if (closed) return;
    watchers.follow(folders);
    if (fingerprint === known) return;
    known = fingerprint;
    await onChange();
  };
  let running: Promise<void> = Promise.resolve();
  const lookSoon = () => {
    running = running.then(look).catch(() => undefined);
  };
  let timer: NodeJS.Timeout | undefined;
  const notice = () => {
    clearTimeout(timer);
    timer = setTimeout(lookSoon, debounceMs);
  };
  const watchers = new Watchers(notice);
  watchers.follow([folder, join(folder, "policies")]);
  // Finds the folders within.
  notice();
  const poll = setInterval(notice, pollMs);
  poll.unref();
  return {
    async close() {
      closed = true;
      watchers.follow([]);
      clearTimeout(timer);
      clearInterval(poll);
      await running;
    },
  };
}

/** Notifications of several folders. */
class Watchers {
  readonly #notice: () => void;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(notice: () => void) {
    this.#notice = notice;
  }

  /** Watches these folders and no others. */
  follow(folders: readonly string[]): void {
    for (const [path, watcher] of this.#watchers) {
      if (folders.includes(path)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const path of folders) {
      if (this.#watchers.has(path)) continue;
      const watcher = tryWatch(path, this.#notice);
      if (watcher) this.#watchers.set(path, watcher);
    }
  }
}

function tryWatch(path: string, notice: () => void): FSWatcher | undefined {
  try {
    return watch(path, notice).on("error", notice);
  } catch {
    return undefined; // polling sees it too
  }
}
