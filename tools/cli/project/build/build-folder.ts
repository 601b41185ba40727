/** The folder that `build` writes: replaced as a whole, and only if it is a build's. */
import { cp, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { systemReason } from "../../../authoring/system-reason.ts";
import { UsageError } from "../../command-io.ts";
import { productFile } from "../../product.ts";

/** What tells a build's folder from others, as member `builtBy` of its build.json. */
export const builtBy = "connect-authorizer";

const functionNames = ["authorizer", "authzen", "mcp", "preflight", "proxy"] as const;

/** Texts. */
export interface BuiltFiles {
  readonly bundle: string;
  readonly template: string;
  readonly rolePolicy: string;
  readonly build: string;
}

/**
 * @param inputs what the build is made of
 * @throws UsageError for a folder with files that no build wrote, or with an input, and for a file
 */
export async function assertReplaceable(out: string, inputs: readonly string[]): Promise<void> {
  if (out === "")
    throw new UsageError("`--out` is empty: name the folder to write, like `.connect-authorizer`");
  const names = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    const reason = error.code === "ENOTDIR" ? "it is not a folder" : systemReason(error);
    throw new UsageError(`\`${out}\` can't be replaced by a build: ${reason}`, { cause: error });
  });
  if (names.length === 0) return;
  if (!(await isBuild(out)))
    throw new UsageError(
      `\`${out}\` holds files that no build wrote, and a build replaces the whole folder: remove it, or name another one by \`--out\``,
    );
  const folder = await realpath(out);
  for (const input of inputs) {
    const real = await realpath(input).catch(() => resolve(input));
    if (`${real}${sep}`.startsWith(`${folder}${sep}`))
      throw new UsageError(`\`${input}\` is in \`${out}\`, and a build replaces the whole folder: move it`);
  }
}

async function isBuild(out: string): Promise<boolean> {
  try {
    const facts: unknown = JSON.parse(await readFile(join(out, "build.json"), "utf8"));
    return typeof facts === "object" && facts !== null && "builtBy" in facts && facts.builtBy === builtBy;
  } catch {
    return false;
  }
}

/** Removes an earlier build. @returns whether there was one. @throws UsageError if it cannot be removed */
export async function removeBuild(out: string): Promise<boolean> {
  if (!(await isBuild(out))) return false;
  try {
    await rm(out, { recursive: true, force: true });
  } catch (error) {
    const message = `the earlier build in \`${out}\` can't be removed, so do not deploy it: ${systemReason(error)}`;
    throw new UsageError(message, { cause: error });
  }
  return true;
}

/** Writes a build beside the folder, then puts it in its place. @throws UsageError when it cannot be written */
export async function replaceBuild(out: string, files: BuiltFiles): Promise<void> {
  const unfinished = `${resolve(out)}.${process.pid}.tmp`;
  const sources = functionNames.map((name) => [name, productFile(`functions/${name}`)] as const);
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(dirname(unfinished), { recursive: true });
    for (const [name, source] of sources) {
      const folder = join(unfinished, "functions", name);
      await cp(source, folder, { recursive: true });
      await writeFile(join(folder, "bundle.mjs"), moduleOf(files.bundle));
    }
    await writeFile(join(unfinished, "template.yaml"), files.template);
    await writeFile(join(unfinished, "role-policy.json"), files.rolePolicy);
    await writeFile(join(unfinished, "build.json"), files.build);
    await rm(out, { recursive: true, force: true });
    await rename(unfinished, out);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw new UsageError(`\`${out}\` can't be written: ${systemReason(error)}`, { cause: error });
  }
}

/** JSON parses faster than the same object in JavaScript. */
function moduleOf(json: string): string {
  return `export default JSON.parse(${JSON.stringify(json)});\n`;
}
