/** Which packages have code inside the product, by what esbuild reports of its outputs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** A package as the lock file has it. */
export interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The packages of a lock file by their folders, like `node_modules/yaml`. */
export type Locked = Readonly<Record<string, LockedPackage>>;

export interface PackageInside {
  readonly name: string;
  /** Its folder in the checkout, which is its key in the lock file. */
  readonly folder: string;
  readonly version: string;
  readonly licence: string;
  /** Of the archive in the registry, as the lock file has it: `sha512-` and base64. */
  readonly integrity: string;
}

/** Reads the packages of the checkout's lock file. */
export function readLocked(root: string): Locked {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
}

/**
 * Finds each package that has bytes in an output, sorted by name.
 * @throws Error if one is not installed as the lock file says
 */
export function findPackagesInside(
  root: string,
  metafiles: readonly Pick<Metafile, "outputs">[],
): readonly PackageInside[] {
  const locked = readLocked(root);
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    // From the first `node_modules` to the last: a copy of the checkout may have a link there, which esbuild follows.
    .flatMap(([file]) => /\bnode_modules\/(?:.*\bnode_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].map((folder) => describe(root, folder, locked[folder])).sort(byName);
}

function describe(root: string, folder: string, locked: LockedPackage | undefined): PackageInside {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  if (locked === undefined || locked.version !== version)
    throw new Error(`\`${folder}\` is not what package-lock.json has; run \`npm ci\``);
  if (locked.integrity === undefined) throw new Error(`package-lock.json has no integrity of \`${folder}\``);
  return { name, folder, version, licence: locked.license ?? license ?? "none", integrity: locked.integrity };
}

function byName(one: PackageInside, other: PackageInside): number {
  const [first, second] = [one, other].map(({ name, folder }) => `${name} ${folder}`);
  return (first ?? "") < (second ?? "") ? -1 : 1;
}
