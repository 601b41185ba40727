/** What `--package` says → what package.json depends on. */
import { existsSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { version } from "../../../../package.json";
import { UsageError } from "../../command-io.ts";

/**
 * Finds what a repository in `folder` depends on; a packed file is named from there.
 * @param spec as `npm install` takes it; `undefined`: the version that runs
 * @throws UsageError if it is none, or a file that is not there
 */
export function dependencyOf(spec: string | undefined, folder: string): string {
  if (spec === undefined) return version;
  const own = spec.replace(/^connect-authorizer@/, "");
  const path = pathIn(own);
  if (path === undefined) {
    if (isElsewhere(own)) return own;
    throw new UsageError(
      `\`--package ${spec}\`: write what \`npm install\` takes: a version like \`${version}\`, a URL, or a packed file like \`../connect-authorizer-${version}.tgz\``,
    );
  }
  const file = resolve(path);
  if (!existsSync(file))
    throw new UsageError(`\`--package ${spec}\`: there is no file \`${file}\`; \`npm pack\` writes one`);
  return `file:${relative(resolve(folder), file).split(sep).join("/")}`;
}

/** The path that a text is, if it is one. */
function pathIn(text: string): string | undefined {
  if (text.startsWith("file:")) return text.slice("file:".length);
  const isPath = /^(?:[.~/\\]|[A-Za-z]:[\\/])/.test(text) || /^[^:]*\.(?:tgz|tar\.gz)$/.test(text);
  return isPath ? text : undefined;
}

/** A range of versions, a tag, or a URL. */
function isElsewhere(text: string): boolean {
  return /^(?:[~^<>=]*\d[\w.+-]*|[a-z][a-z0-9-]*|(?:https|git\+https|git\+ssh|github|npm):\S+)$/.test(text);
}
