/** The pages: every Markdown file of the repository, but for `config/`, which is yours. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const git = (args) => execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });

const notPages = ["config/", "test/", ".github/PULL_REQUEST_TEMPLATE.md"];

const isPage = (file) => file.endsWith(".md") && !notPages.some((name) => file.startsWith(name));

/** A file of a new repository has places that `init` fills in, which are not Markdown. */
const isWrittenByPrograms = (file, text) =>
  file.startsWith("tools/cli/project/init/files/") ||
  file.startsWith("docs/reference/library/") ||
  file.endsWith("/access.md") ||
  /Written by `npm run .*do not edit/s.test(text.split("\n\n", 4).join("\n\n"));

const withKind = (file, text) => ({
  file,
  text,
  kind: kindOf(file),
  isGenerated: isWrittenByPrograms(file, text),
});

function kindOf(file) {
  const [, folder] = /^docs\/([\w-]+)\//.exec(file) ?? [];
  return folder ?? (file === "README.md" || file === "docs/README.md" ? "map" : "root");
}

/** The pages of the working tree. */
export function readPages() {
  const list = git(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]).split("\0");
  return list
    .filter((file) => isPage(file) && existsSync(join(root, file)))
    .map((file) => withKind(file, readFileSync(join(root, file), "utf8")));
}

/**
 * The pages of an earlier commit.
 * @param commit
 * @param sorted a later one that moved pages: they are named as it names them
 */
export function readPagesOf(commit, sorted) {
  const moved = git(["diff", "-M", "-z", "--name-status", "--diff-filter=R", commit, sorted]).split("\0");
  const names = new Map(
    moved.flatMap((status, place) => (/^R\d/.test(status) ? [[moved[place + 1], moved[place + 2]]] : [])),
  );
  return git(["ls-tree", "-r", "-z", "--name-only", commit])
    .split("\0")
    .filter(isPage)
    .map((file) => withKind(names.get(file) ?? file, git(["show", `${commit}:${file}`])));
}
