/** A project whose `config/` is a copy of AWS's examples, as in a fresh clone: ours may hold anything. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Runs the tests of a file in such a project, which has `template.yaml` and `npm run cli` too. */
export function useExampleProject(): void {
  const before = process.cwd();
  let project: string;
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), "example-project-"));
    await cp(join(root, "examples/aws"), join(project, "config"), { recursive: true });
    await cp(join(root, "template.yaml"), join(project, "template.yaml"));
    const scripts = { cli: `"${process.execPath}" "${join(root, "tools/run.mjs")}" cli` };
    await writeFile(join(project, "package.json"), JSON.stringify({ type: "module", scripts }));
    await mkdir(join(project, "dist"));
    process.chdir(project);
  });
  afterAll(async () => {
    process.chdir(before);
    await rm(project, { recursive: true });
  });
}
