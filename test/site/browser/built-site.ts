/** The site that `npm run site` built: its files, and a server that knows nothing but files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, posix, resolve } from "node:path";

export const folder = resolve(import.meta.dirname, "../../../dist/site");
if (!existsSync(join(folder, "index.html"))) throw new Error("the site is not built: run `npm run site`");

/** The path below which it was built to be served, with a slash at both ends. */
export const base =
  /src="(\/(?:[\w-]+\/)*)assets\/app\./.exec(readFileSync(join(folder, "index.html"), "utf8"))?.[1] ?? "";

export const files: readonly string[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => statSync(join(folder, file)).isFile());
export const htmlFiles = files.filter((file) => file.endsWith(".html"));

export const readBuilt = (file: string) => readFileSync(join(folder, file), "utf8");

const types = new Map([
  [".html", "text/html"],
  [".js", "text/javascript"],
  [".css", "text/css"],
  [".png", "image/png"],
  [".svg", "image/svg+xml"],
  [".json", "application/json"],
]);

/** Serves the files as they are, below the path that they were built for. */
export async function serveSite(): Promise<{ readonly address: string; close(): void }> {
  const server = createServer(({ url = "" }, response) => {
    const path = decodeURI(url.replace(/[?#].*$/, ""));
    const asked = posix.join(path.slice(base.length), path.endsWith("/") ? "index.html" : "");
    const file = path.startsWith(base) && files.includes(asked) ? asked : undefined;
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader("content-type", types.get(extname(file ?? ".html")) ?? "application/octet-stream");
    response.end(readFileSync(join(folder, file ?? "404.html")));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${base}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
