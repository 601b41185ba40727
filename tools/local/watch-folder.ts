/**
 * Watches a configuration folder.
 *
 * The system's notifications come several at a time, are lost when a folder is replaced, and do not exist on some file
 * systems. So a notification only makes the next check come sooner, and the check decides.
 */
import { type FSWatcher, watch } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const debounceMs = 100;
const pollMs = 1000;

export interface FolderWatcher {
  /** Stops watching, and waits for a running call of `onChange`. */
  close(): Promise<void>;
}

/** Name, size, time and inode of each file in a folder and its `policies/`: equal means unchanged. */
export async function fingerprintFolder(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const path of [folder, join(folder, "policies")]) {
    const names = await readdir(path).catch(() => []);
    for (const name of names.sort()) lines.push(await fingerprintFile(join(path, name)));
  }
  return lines.join("\n");
}

async function fingerprintFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() ? `${path} ${found.size} ${found.mtimeNs} ${found.ino}` : "";
}

/**
 * Calls `onChange` after files in the folder or its `policies/` were changed, added or removed; one call at a time,
 * with at least 100 ms of quiet before each.
 * @param seen the folder's fingerprint before it was last read: changes since then count
 */
export function watchFolder(folder: string, seen: string, onChange: () => Promise<void>): FolderWatcher {
  let known = seen;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  const look = async () => {
    const found = await fingerprintFolder(folder);
    if (closed || found === known) return;
    known = found;
    await onChange();
  };
  const lookSoon = () => {
    running = running.then(look).catch(() => undefined);
  };
  let timer: NodeJS.Timeout | undefined;
  const notice = () => {
    clearTimeout(timer);
    timer = setTimeout(lookSoon, debounceMs);
  };
  const watchers = [folder, join(folder, "policies")].map((path) => tryWatch(path, notice));
  const poll = setInterval(notice, pollMs);
  poll.unref();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(poll);
      for (const watcher of watchers) watcher?.close();
      await running;
    },
  };
}

function tryWatch(path: string, notice: () => void): FSWatcher | undefined {
  try {
    return watch(path, notice).on("error", notice);
  } catch {
    return undefined; // polling sees it too
  }
}
