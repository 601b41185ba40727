/** A configuration as a git revision has it. Git reads it into a temporary folder: your files and index stay as they are. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../command-io.ts";

const execute = promisify(execFile);

interface Revision {
  /** As it was given: `main`, `v1.2.0`, `HEAD~1`. */
  readonly name: string;
  /** The configuration's folder, of which its own version is read. */
  readonly folder: string;
}

/**
 * Does work with the folder as the revision has it.
 * @param work gets the temporary folder's path
 * @returns `undefined` if git knows no such revision here
 * @throws UsageError if the revision does not have the folder, or git cannot be run
 */
export async function withRevision<Result>(
  { name, folder }: Revision,
  work: (path: string) => Promise<Result>,
): Promise<Result | undefined> {
  const path = resolve(folder);
  const git = gitIn(dirname(path));
  const commit = await git.find(`${name}^{commit}`);
  if (commit === undefined) return undefined;
  const tree = await git.find(`${commit}:./${basename(path)}`);
  if (tree === undefined)
    throw new UsageError(
      `the revision \`${name}\` has no folder \`${folder}\`; compare with an older bundle`,
    );
  const temporary = await mkdtemp(join(tmpdir(), "revision-"));
  try {
    const root = gitIn((await git.run(["rev-parse", "--show-toplevel"])).trim(), {
      GIT_INDEX_FILE: join(temporary, "index"),
    });
    const copy = join(temporary, basename(path));
    await root.run(["read-tree", tree]);
    await root.run(["checkout-index", "--all", `--prefix=${copy}/`]);
    return await work(copy);
  } catch (error) {
    if (error instanceof GitError)
      throw new UsageError(`\`${folder}\` of the revision \`${name}\` can't be read: ${error.message}`);
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

class GitError extends Error {
  override readonly name = "GitError";
}

/** Runs git in a folder, without a shell. */
function gitIn(cwd: string, variables: Readonly<Record<string, string>> = {}) {
  const run = async (parameters: readonly string[]): Promise<string> => {
    const env = { ...process.env, ...variables };
    return execute("git", parameters, { cwd, env, windowsHide: true }).then(
      ({ stdout }) => stdout,
      (error: Error & { readonly stderr?: string }) => {
        throw new GitError(error.stderr?.trim() || error.message, { cause: error });
      },
    );
  };
  /** The id of what a revision's text means. A text that begins with `-` is no option. */
  const find = async (text: string): Promise<string | undefined> =>
    run(["rev-parse", "--verify", "--quiet", "--end-of-options", text]).then(
      (id) => id.trim(),
      (error: unknown) => {
        if (error instanceof GitError) return undefined;
        throw error;
      },
    );
  return { run, find };
}
