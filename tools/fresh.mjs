/**
 * Whether what was built is still what a build would make: `npm start` takes a third of the time when nothing has changed.
 *
 * A build leaves the size and time of each file that went into it beside what it made.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What decides about every build, without being in it. */
const always = [
  "package-lock.json",
  "tsconfig.json",
  "tools/build.mjs",
  "tools/console/build.mjs",
  "tools/raw-text.mjs",
];

/**
 * @param {string} root of the checkout
 * @param {string} file
 */
function look(root, file) {
  const { mtimeMs, size } = statSync(join(root, file));
  return { mtimeMs, size };
}

/**
 * @param {string} root of the checkout
 * @param {string} stamp where the build left what it was made from
 */
export function isFresh(root, stamp) {
  try {
    const { files } = JSON.parse(readFileSync(stamp, "utf8"));
    return Object.entries(files).every(([file, seen]) => {
      const { mtimeMs, size } = look(root, file);
      return mtimeMs === seen.mtimeMs && size === seen.size;
    });
  } catch {
    // Without a stamp that can be read, or without a file that it names, it is built.
    return false;
  }
}

/**
 * @param {string} root of the checkout
 * @param {string} stamp
 * @param {{ readonly since: number, readonly inputs: readonly string[], readonly outputs: readonly string[] }} built
 */
export function writeStamp(root, stamp, { since, inputs, outputs }) {
  const read = [...always, ...inputs.map((name) => name.replace(/^raw-text:/, ""))];
  // Without one of them, like the lock file of npm where another program installs, each build is made anew.
  if (read.some((name) => !existsSync(join(root, name)))) return;
  const seen = read.map((name) => /** @type {const} */ ([name, look(root, name)]));
  // What was written during the build may have been read before.
  if (seen.some(([, { mtimeMs }]) => mtimeMs >= since)) return;
  const made = outputs.map((name) => [name, look(root, name)]);
  writeFileSync(stamp, JSON.stringify({ files: Object.fromEntries([...seen, ...made]) }));
}
