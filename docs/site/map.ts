/**
 * The pages of the site and the way to each of them. Pages are files of the repository as they are; their order is that of
 * `docs/README.md`, which is the first page.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/** The page that leads to all others. */
export const firstPage = "docs/README.md";

/** The pages beside `docs/`. */
const rootPages = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"];

/** A link of a page, its target as a path of the repository. */
export interface PageLink {
  readonly text: string;
  readonly file: string;
}

export interface MapGroup {
  readonly text: string;
  readonly links: readonly PageLink[];
}

/** All pages: those of `docs/`, and those beside it. */
export function listPages(root: string): readonly string[] {
  return [...pagesIn(root, "docs"), ...rootPages].sort();
}

/** Without those of folders that are packages of their own. */
function pagesIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = posix.join(folder, entry.name);
    if (entry.isDirectory()) return existsSync(join(root, file, "package.json")) ? [] : pagesIn(root, file);
    return file.endsWith(".md") ? [file] : [];
  });
}

/** Where a page is on the site: `docs/how-to/lint.md` is `how-to/lint.md`, and the README of a folder is its index. */
export function placeOf(page: string): string {
  if (page === "README.md") return "readme.md";
  return page.replace(/^docs\//, "").replace(/(^|\/)README\.md$/, "$1index.md");
}

/** The address of a page below the site's own. */
export function linkOf(page: string): string {
  return `/${placeOf(page)
    .replace(/(^|\/)index\.md$/, "$1")
    .replace(/\.md$/, "")}`;
}

/**
 * The file of the repository that a link means; nothing if it leads elsewhere or stays on its page.
 * @param from the page that has the link
 */
export function resolveLink(from: string, href: string): string | undefined {
  if (/^(?:[a-z]+:|\/|#)/i.test(href)) return undefined;
  return posix.join(posix.dirname(from), decodeURI(href).replace(/[?#].*$/, ""));
}

/** The page that shows a file or folder of the repository. */
export function pageOf(file: string, pages: ReadonlySet<string>): string | undefined {
  const index = posix.join(file, "README.md");
  return [file, index].find((each) => pages.has(each));
}

/** The groups of the first page, one for each of its headings that has links to pages; a page is in the first group that names it. */
export function readMap(root: string): readonly MapGroup[] {
  const pages = new Set(listPages(root));
  const seen = new Set([firstPage]);
  return readFileSync(join(root, firstPage), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf("\n")).trim(),
      links: linksOf(section, firstPage).flatMap(({ text, file }) => {
        const page = pageOf(file, pages);
        if (page === undefined || seen.has(page)) return [];
        seen.add(page);
        return [{ text: `${text.charAt(0).toUpperCase()}${text.slice(1)}`, file: page }];
      }),
    }))
    .filter(({ links }) => links.length > 0);
}

/**
 * The pages that nobody finds: no link of the first page leads there, nor one of a folder's index that is found itself.
 * Other pages do not count: a reader does not look for a page in the text of another.
 */
export function unreachedPages(root: string): readonly string[] {
  const pages = new Set(listPages(root));
  const found = new Set<string>();
  const open = [firstPage];
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    if (found.has(page)) continue;
    found.add(page);
    if (!page.startsWith("docs/") || posix.basename(page) !== "README.md") continue;
    for (const { file } of linksOf(readFileSync(join(root, page), "utf8"), page)) {
      const next = pageOf(file, pages);
      if (next !== undefined) open.push(next);
    }
  }
  return [...pages].filter((page) => !found.has(page));
}

/** The links of a text, without those in blocks of code. */
function linksOf(text: string, from: string): readonly PageLink[] {
  const prose = text.replace(/^( *)(```+).*?^ *\2$/gms, "");
  return [...prose.matchAll(/(?<!!)\[([^\]]+)\]\(([^)\s]+)\)/g)].flatMap(([, words = "", href = ""]) => {
    const file = resolveLink(from, href);
    return file === undefined ? [] : [{ text: words.replaceAll("`", "").replace(/\s+/g, " "), file }];
  });
}

/** Whether a path of the repository is a file, a folder or nothing. */
export function kindOf(root: string, file: string): "file" | "folder" | undefined {
  const path = join(root, file);
  if (!existsSync(path)) return undefined;
  return statSync(path).isDirectory() ? "folder" : "file";
}
