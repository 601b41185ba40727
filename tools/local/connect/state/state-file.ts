/**
 * The file that a local Connect keeps its resources in: a header, then a line of changes for each call, in order.
 *
 * A line is written before its call is answered, so that SIGKILL loses nothing that was answered. What is left of a
 * line that SIGKILL tore is cut off. The file is not synced to the disk after each line: it may lose the
 * newest lines if the machine itself fails. A shorter file with the same meaning takes its place in one step.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { systemReason } from "../../../authoring/system-reason.ts";
import type { InstanceState } from "../instance-state.ts";
import { ServiceFault } from "../service-fault.ts";
import type { Change } from "./change.ts";
import { lockFile, StateFileError } from "./lock.ts";
import { type KeptChange, parseState, stateFormat } from "./parse-state.ts";
import { toJson } from "./values.ts";

/** A file that grows by this much and by its own first size is written anew. */
const leastGrowth = 4 * 1024 * 1024;

export class StateFile {
  readonly #path: string;
  readonly #unlock: () => void;
  /** By the instance's ARN; `undefined` when there is no file yet. */
  readonly #kept: ReadonlyMap<string, readonly KeptChange[]> | undefined;
  #states: readonly InstanceState[] = [];
  #pending: (Change & { readonly in: number })[] = [];
  #file: number | undefined;
  #size = 0;
  #largest = 0;

  /** Locks and reads a file, which need not be there. @throws StateFileError */
  constructor(path: string) {
    this.#path = inWords(path, () => locate(path));
    this.#unlock = inWords(path, () => lockFile(this.#path));
    try {
      const bytes = inWords(path, () => readIfThere(this.#path));
      this.#kept = bytes.length === 0 ? undefined : parseState(bytes, path);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /** Gives an instance what is kept of it; false when nothing is. @throws StateFileError */
  restore(state: InstanceState): boolean {
    const changes = this.#kept?.get(state.configured.arn);
    for (const { change, place } of changes ?? []) {
      try {
        state.restore(change);
      } catch (error) {
        throw new StateFileError(`${place}: this change can't be made again: ${systemReason(error)}`);
      }
    }
    return changes !== undefined;
  }

  /** Writes the instances as they are, and from now on each change. @throws StateFileError for instances that it lacks */
  keep(states: readonly InstanceState[]): void {
    const given = new Set(states.map(({ configured }) => configured.arn));
    const missing = [...(this.#kept?.keys() ?? [])].filter((arn) => !given.has(arn));
    if (missing.length > 0)
      throw new StateFileError(
        `\`${this.#path}\` has the state of ${missing.join(", ")}, which is no instance here: name it too, or choose another file with \`--state\``,
      );
    this.#states = states;
    inWords(this.#path, () => this.#writeAnew());
    for (const [index, state] of states.entries())
      state.onChange = (change) => this.#add({ in: index, ...change });
  }

  /** Writes what has changed. @throws ServiceFault if it can't be written; the next call tries again */
  commit(): void {
    if (this.#pending.length === 0) return;
    try {
      this.#append(lineOf(this.#pending));
    } catch (error) {
      const message = `\`${this.#path}\` can't be written: ${systemReason(error)}`;
      throw new ServiceFault("InternalServiceException", message);
    }
    this.#pending = [];
    if (this.#size > this.#largest) this.#shorten();
  }

  /** Writes the instances as they are, and lets another process have the file. */
  close(): void {
    for (const state of this.#states) state.onChange = () => undefined;
    if (this.#states.length > 0) this.#shorten();
    this.#states = [];
    this.#closeFile();
    this.#unlock();
  }

  #closeFile(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #add(change: Change & { readonly in: number }): void {
    this.#pending.push(change);
    if (this.#pending.length > 1) return;
    // Changes that no call makes are written soon; if that fails, the next call says so.
    queueMicrotask(() => {
      try {
        this.commit();
      } catch {
        // They are still pending.
      }
    });
  }

  #append(line: string): void {
    this.#file ??= openSync(this.#path, "r+");
    const file = this.#file;
    const bytes = Buffer.from(line, "utf8");
    try {
      writeWhole(file, bytes, this.#size);
    } catch (error) {
      ftruncateSync(file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** Writes the file anew if it can; the longer one has everything too. */
  #shorten(): void {
    try {
      this.#writeAnew();
    } catch {
      this.#largest = 2 * this.#size;
    }
  }

  #writeAnew(): void {
    const fresh = `${this.#path}.new`;
    const bytes = Buffer.from(this.#wholeText(), "utf8");
    rmSync(fresh, { force: true });
    const file = openSync(fresh, "wx", 0o600);
    try {
      writeWhole(file, bytes, 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // Windows does not replace an open file.
    this.#closeFile();
    renameSync(fresh, this.#path);
    this.#size = bytes.length;
    this.#largest = 2 * bytes.length + leastGrowth;
    this.#pending = [];
  }

  #wholeText(): string {
    const header = { ...stateFormat, instances: this.#states.map(({ configured }) => configured.arn) };
    const lines = this.#states.flatMap((state, index) =>
      state.changes().map((change) => lineOf([{ in: index, ...change }])),
    );
    return `${JSON.stringify(header)}\n${lines.join("")}`;
  }
}

function lineOf(changes: readonly (Change & { readonly in: number })[]): string {
  return `${JSON.stringify(toJson(changes))}\n`;
}

function writeWhole(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

/** The file that a path means, so that each file has one lock. Its folder is made. */
function locate(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isFile()) return realpathSync(path);
  if (there)
    throw new StateFileError(`\`${path}\` is no file: \`--state\` needs one, or a name for a new one`);
  mkdirSync(dirname(path), { recursive: true });
  return join(realpathSync(dirname(path)), basename(path));
}

function readIfThere(path: string): Buffer {
  return statSync(path, { throwIfNoEntry: false }) ? readFileSync(path) : Buffer.alloc(0);
}

function inWords<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof StateFileError) throw error;
    throw new StateFileError(`\`${path}\` can't be used for \`--state\`: ${systemReason(error)}`, {
      cause: error,
    });
  }
}
