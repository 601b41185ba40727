/** The built page: its files, compressed once, and the document with the session's token in it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly compressed: Uint8Array;
}

export interface Assets {
  /** By file name. The names change with the content. */
  readonly files: ReadonlyMap<string, Asset>;
  /** Makes the document. @param token letters and digits */
  readonly document: (token: string) => string;
}

/** What `build.mjs` writes in place of the token. */
export const tokenMark = "{{token}}";

const documentName = "index.html";

const types: ReadonlyMap<string, string> = new Map([
  [".css", "text/css; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".svg", "image/svg+xml"],
]);

/**
 * Finds the folder of the built page: beside the program that runs, or in `dist` of the checkout.
 * @returns `undefined` if it is not built
 */
export function findAssetsFolder(start = dirname(fileURLToPath(import.meta.url))): string | undefined {
  const found = [join(start, "console"), join(start, "dist", "console")];
  const folder = found.find((each) => existsSync(join(each, documentName)));
  const above = dirname(start);
  return folder ?? (above === start ? undefined : findAssetsFolder(above));
}

/** Reads all files of the built page. */
export function readAssets(folder: string): Assets {
  const template = readFileSync(join(folder, documentName), "utf8");
  const names = readdirSync(folder).filter((name) => types.has(extname(name)));
  const files = names.map((name): readonly [string, Asset] => {
    const bytes = readFileSync(join(folder, name));
    const type = types.get(extname(name)) ?? "application/octet-stream";
    return [name, { type, bytes, compressed: gzipSync(bytes) }];
  });
  return { files: new Map(files), document: (token) => template.replaceAll(tokenMark, token) };
}
