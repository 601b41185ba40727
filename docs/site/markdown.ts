/** What our pages mean by Markdown, as GitHub reads it: links between files, names of headings, drawings. */
import type { MarkdownRenderer } from "vitepress";
import { kindOf, pageOf, placeOf, resolveLink } from "./map.ts";

/** What VitePress says of the page that is rendered: its file, wherever it will be on the site. */
interface PageBeingRendered {
  readonly path: string;
  readonly realPath?: string;
}

export interface Repository {
  readonly root: string;
  readonly pages: ReadonlySet<string>;
  /** `https://github.com/OWNER/NAME` */
  readonly address: string;
}

/** The name that GitHub gives a heading. */
export function nameOfHeading(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** Leads links to pages of the site, and those to other files of the repository to GitHub. */
export function leadLinks(md: MarkdownRenderer, repository: Repository): void {
  md.core.ruler.push("links-of-files", ({ tokens, env }) => {
    const { path, realPath }: PageBeingRendered = env;
    const from = (realPath ?? path).slice(repository.root.length + 1);
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href !== null) token.attrSet("href", addressOf(href, { from, repository }));
    }
  });
}

function addressOf(href: string, { from, repository }: { from: string; repository: Repository }): string {
  const file = resolveLink(from, href);
  if (file === undefined) return href;
  const anchor = /#.*$/.exec(href)?.[0] ?? "";
  const page = pageOf(file, repository.pages);
  if (page !== undefined) return `/${placeOf(page)}${anchor}`;
  const kind = kindOf(repository.root, file);
  if (kind === undefined) throw new Error(`${from} links to ${file}, which is not there`);
  return `${repository.address}/${kind === "file" ? "blob" : "tree"}/main/${file}${anchor}`;
}

/** Keeps double braces of pages what they are: Vue would evaluate what is between them. */
export function keepBraces(md: MarkdownRenderer): void {
  for (const kind of ["text", "code_inline"] as const) {
    const render = md.renderer.rules[kind];
    md.renderer.rules[kind] = (...token) => (render?.(...token) ?? "").replaceAll("{{", "&#123;&#123;");
  }
}

/** Draws blocks of Mermaid, each named by the heading above it. */
export function drawDiagrams(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, place, options, env, self) => {
    const token = tokens[place];
    if (token?.info.trim() !== "mermaid") return fence?.(tokens, place, options, env, self) ?? "";
    const heading = tokens.slice(0, place).findLastIndex(({ type }) => type === "heading_open");
    const title =
      tokens[heading + 1]?.content.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "") ?? "";
    const attribute = (text: string) => md.utils.escapeHtml(text).replaceAll("\n", "&#10;");
    return `<MermaidDiagram title="${attribute(title)}" source="${attribute(token.content)}" />\n`;
  };
}

/** Puts the table of all operations below the first paragraph of the catalogue's page. */
export function showCatalogue(md: MarkdownRenderer, page: string): void {
  md.core.ruler.push("catalogue", ({ tokens, env, Token }) => {
    const { path, realPath }: PageBeingRendered = env;
    if ((realPath ?? path) !== page) return;
    const table = new Token("html_block", "", 0);
    table.content = "<OperationTable />\n";
    tokens.splice(tokens.findIndex(({ type }) => type === "paragraph_close") + 1, 0, table);
  });
}
