/**
 * The files that the engine reads in a browser: those that the page has given it. The modules `node:fs` and `node:fs/promises` here
 * are as much of Node.js's as reading a configuration needs.
 */

/** By their paths in the configuration's folder, which is the current directory. */
let files: ReadonlyMap<string, string> = new Map();
let folders = new Map<string, Map<string, boolean>>();

/** Replaces all files. */
export function setFiles(given: ReadonlyMap<string, string>): void {
  files = given;
  folders = new Map([["", new Map()]]);
  for (const path of given.keys()) {
    const parts = path.split("/");
    for (const [at, name] of parts.entries()) {
      const parent = parts.slice(0, at).join("/");
      const entries = folders.get(parent) ?? new Map<string, boolean>();
      folders.set(parent, entries.set(name, at < parts.length - 1));
    }
  }
}

interface Found {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

interface Entry extends Omit<Found, "size"> {
  readonly name: string;
}

/** @throws Error with Node.js's code `ENOENT` */
export function find(path: string): Found {
  const text = files.get(pathOf(path));
  const isFolder = folders.has(pathOf(path));
  if (text === undefined && !isFolder) throw missing();
  return { size: text?.length ?? 0, isFile: () => text !== undefined, isDirectory: () => isFolder };
}

/** @throws Error as {@link find} */
export function list(path: string): Entry[] {
  const entries = folders.get(pathOf(path));
  if (entries === undefined) throw missing();
  return [...entries].map(([name, isFolder]) => ({
    name,
    isFile: () => !isFolder,
    isDirectory: () => isFolder,
  }));
}

/** @throws Error as {@link find} */
export function read(path: string): Uint8Array {
  const text = files.get(pathOf(path));
  if (text === undefined) throw missing();
  return new TextEncoder().encode(text);
}

function pathOf(path: string): string {
  return path === "." ? "" : path;
}

function missing(): Error {
  return Object.assign(new Error("there is no such file"), { code: "ENOENT" });
}
