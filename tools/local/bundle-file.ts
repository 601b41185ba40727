/** The bundle for the deployed handlers: a private temporary file, replaced as a whole. */
import { rmSync } from "node:fs";
import { mkdtemp, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundle } from "../../shared/bundle/types.ts";

export interface BundleFile {
  /** Absolute. */
  readonly path: string;
  /** Replaces the bundle; a reader sees the old one or the new one, never a part. */
  replace(bundle: Bundle): Promise<void>;
  /** Removes it; this also happens when the process exits. */
  remove(): void;
}

/** Writes a bundle into a new folder that only this user can read. */
export async function createBundleFile(bundle: Bundle): Promise<BundleFile> {
  const folder = await mkdtemp(join(tmpdir(), "connect-authorizer-"));
  const path = join(folder, "bundle.json");
  const next = join(folder, "next.json");
  const replace = async (newer: Bundle) => {
    await writeFile(next, JSON.stringify(newer), { mode: 0o600 });
    await rename(next, path);
  };
  await replace(bundle);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  return {
    path,
    replace,
    remove() {
      process.off("exit", remove);
      remove();
    },
  };
}
