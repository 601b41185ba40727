/** A configuration as a git revision has it. Git reads it into a temporary folder: your files and index stay as they are. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../command-io.ts";

const execute = promisify(execFile);

interface Revision {
  /** As it was given: `main`, `v1.2.0`, `HEAD~1`; with a folder of its own, `main:policies`, as git writes it. */
  readonly name: string;
  /** The configuration's folder, of which its own version is read if the name has none. */
  readonly folder: string;
}

/**
 * Does work with the folder as the revision has it.
 * @param work gets the temporary folder's path, and how messages name the folder
 * @returns `undefined` if the revision has no such folder, unless its name says which
 * @throws UsageError if git knows no such revision here, or cannot be run
 */
export async function withRevision<Result>(
  revision: Revision,
  work: (path: string, shown: string) => Promise<Result>,
): Promise<Result | undefined> {
  const { git, tree, shown } = await findTree(revision);
  if (tree === undefined) return undefined;
  const temporary = await mkdtemp(join(tmpdir(), "revision-"));
  try {
    const root = gitIn((await git.run(["rev-parse", "--show-toplevel"])).trim(), {
      GIT_INDEX_FILE: join(temporary, "index"),
    });
    const copy = join(temporary, "folder");
    await root.run(["read-tree", tree]);
    await root.run(["checkout-index", "--all", `--prefix=${copy}/`]);
    await assertClosed(copy, shown);
    return await work(copy, shown);
  } catch (error) {
    if (error instanceof GitError)
      throw new UsageError(`\`${shown}\` can't be read: ${error.message}`, { cause: error });
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** @throws UsageError for a link that leads out of the folder: what it finds there today is not what the revision had */
async function assertClosed(copy: string, shown: string): Promise<void> {
  const root = await realpath(copy).catch(() => undefined);
  if (root === undefined) return;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    // One that leads nowhere is missing, as in a folder.
    const found: string = await realpath(link).catch(() => root);
    if (found === root || found.startsWith(root + sep)) continue;
    const name = relative(root, link).replaceAll(sep, "/");
    throw new UsageError(
      `\`${shown}\` has the link \`${name}\` to \`${await readlink(link)}\`, out of this folder: what is there now need not be what the revision had; keep the file itself in the folder`,
    );
  }
}

interface Tree {
  readonly git: ReturnType<typeof gitIn>;
  /** The id of the folder in the revision; absent if it has none. */
  readonly tree: string | undefined;
  readonly shown: string;
}

async function findTree({ name, folder }: Revision): Promise<Tree> {
  const path = resolve(folder);
  const isThere = existsSync(path);
  const own = gitIn(isThere ? path : dirname(path));
  const commit = await own.find(`${name}^{commit}`);
  if (commit !== undefined) {
    const tree = await own.find(`${commit}:./${isThere ? "" : basename(path)}`);
    return { git: own, tree, shown: `${name}:${folder}` };
  }
  const git = gitIn(process.cwd());
  const [, revision, named] = /^([^:]+):(.+)$/s.exec(name) ?? [];
  const other = revision === undefined ? undefined : await git.find(`${revision}^{commit}`);
  if (other === undefined) throw new UsageError(await unknownRevision(name, folder, own));
  const tree = await git.find(`${other}:${named}`);
  if (tree === undefined)
    throw new UsageError(
      `the revision \`${revision}\` has no folder \`${named}\`; name one from the root of the repository, or begin with \`./\``,
    );
  return { git, tree, shown: name };
}

async function unknownRevision(name: string, folder: string, { run }: Tree["git"]): Promise<string> {
  const message = `\`${name}\` is neither a folder nor a bundle's file, and git knows no such revision of \`${folder}\``;
  const isShallow = await run(["rev-parse", "--is-shallow-repository"]).catch(() => "");
  return isShallow.trim() === "true"
    ? `${message}: this clone is shallow. Fetch all of it with \`git fetch --unshallow\`, or in a GitHub workflow with \`fetch-depth: 0\` of actions/checkout`
    : `${message}; a pipeline has to fetch it first`;
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
