/**
 * A lock beside a file: `FILE.lock` names the process that has it.
 *
 * The lock of a process that is gone, by SIGKILL for instance, is taken over. No library: those that we know find a
 * dead process by the age of its lock, so that a restart must wait for seconds.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";

/** Why a state can't be used: a sentence for people. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
}

/** Locks of this process. After a restart in a container, another process has the same id. */
const held = new Set<string>();

/** Locks a file, and returns what unlocks it. @throws StateFileError if another process has it */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  while (!createNew(lock, own)) {
    const text = unlessGone(() => readFileSync(lock, "utf8"));
    if (text === undefined) continue;
    const owner = readOwner(text);
    if (!owner || owner.host !== hostname() || isAlive(owner.pid, lock))
      throw new StateFileError(describeOwner(file, owner));
    unlessGone(() => moveAway(lock, text));
  }
  held.add(lock);
  return () => {
    if (held.delete(lock)) rmSync(lock, { force: true });
  };
}

/** `undefined` when another process has just removed the lock. */
function unlessGone<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function createNew(lock: string, text: string): boolean {
  try {
    writeFileSync(lock, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock that was read as a dead process's. If another process was quicker, its lock goes back. */
function moveAway(lock: string, text: string): void {
  const aside = `${lock}.${process.pid}`;
  renameSync(lock, aside);
  const moved = readFileSync(aside, "utf8");
  if (moved !== text) createNew(lock, moved);
  rmSync(aside, { force: true });
}

interface Owner {
  readonly pid: number;
  readonly host: string;
}

function readOwner(text: string): Owner | undefined {
  try {
    const { pid, host }: Partial<Owner> = JSON.parse(text);
    return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof host === "string"
      ? { pid: Number(pid), host }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number, lock: string): boolean {
  if (pid === process.pid) return held.has(lock);
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // Another user's process is alive.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Whether a process has ended, and only its parent has not asked how: in containers, perhaps for ever. Linux says it. */
function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function describeOwner(file: string, owner: Owner | undefined): string {
  const otherwise = `stop it, or choose another file with \`--state\`; if it has ended, delete \`${file}.lock\``;
  if (!owner)
    return `\`${file}\` is in use, and \`${file}.lock\` does not say by which process: ${otherwise}`;
  const where = owner.host === hostname() ? "" : ` of the machine \`${owner.host}\``;
  return `\`${file}\` is in use by process ${owner.pid}${where}: ${otherwise}`;
}
