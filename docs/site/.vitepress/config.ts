/** The site of the pages: `npm run site`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { type DefaultTheme, defineConfig } from "vitepress";
import { showFirstPage } from "../first-page.ts";
import { linkOf, listPages, placeOf, readMap, unreachedPages } from "../map.ts";
import { drawDiagrams, keepBraces, leadLinks, nameOfHeading, showCatalogue } from "../markdown.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url))
  .replaceAll("\\", "/")
  .replace(/\/$/, "");
const manifest: { description: string; repository: { url: string } } = JSON.parse(
  readFileSync(`${root}/package.json`, "utf8"),
);
const address = manifest.repository.url.replace(/^git\+|\.git$/g, "");
const pages = listPages(root);
const cataloguePage = "docs/reference/catalog.md";

export default defineConfig({
  title: "connect-authorizer",
  description: manifest.description,
  lang: "en",
  // The very pages of the repository: none is copied.
  srcDir: root,
  srcExclude: ["!(docs)/**/*", "docs/{site,style}/**", "AGENTS.md"],
  rewrites: Object.fromEntries(pages.map((page) => [page, placeOf(page)])),
  outDir: `${root}/dist/site`,
  cacheDir: `${root}/dist/site-cache`,
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: {
    // Contrasts of 4.5 and more.
    theme: { light: "github-light-high-contrast", dark: "github-dark" },
    anchor: { slugify: nameOfHeading },
    // Braces are those of addresses and ARNs.
    attrs: { disable: true },
    config(md) {
      leadLinks(md, { root, pages: new Set(pages), address });
      keepBraces(md);
      drawDiagrams(md);
      showCatalogue(md, `${root}/${cataloguePage}`);
    },
  },
  transformPageData({ relativePath }) {
    if (relativePath === "index.md") return { frontmatter: showFirstPage() };
    // Its table takes the place that a list of 400 headings would have.
    if (relativePath === placeOf(cataloguePage)) return { frontmatter: { aside: false } };
    return {};
  },
  themeConfig: {
    search: { provider: "local" },
    sidebar: readMap(root).map(
      ({ text, links }): DefaultTheme.SidebarItem => ({
        text,
        items: links.map((link) => ({ text: link.text, link: linkOf(link.file) })),
      }),
    ),
    nav: [
      { text: "The map", link: "/" },
      { text: "README", link: linkOf("README.md") },
    ],
    outline: { level: [2, 3] },
    socialLinks: [{ icon: "github", link: address }],
    editLink: { pattern: `${address}/edit/main/:path`, text: "Change this page on GitHub" },
  },
  vite: {
    plugins: [vueOfThisPackage(), wayToEachPage()],
    // As its authors bundle it: some 40 files to read instead of thousands.
    resolve: { alias: { mermaid: "mermaid/dist/mermaid.esm.min.mjs" } },
  },
});

/** Pages are outside of this package, which has what they are compiled to. */
function vueOfThisPackage(): Plugin {
  return {
    name: "vue-of-this-package",
    enforce: "pre",
    resolveId(id, importer, { ssr }) {
      if (!/^vue(?:\/|$)/.test(id)) return undefined;
      // What writes the HTML runs in this package's folder.
      if (ssr) return { id, external: true };
      return importer?.endsWith(".md") !== true
        ? undefined
        : this.resolve(id, fileURLToPath(import.meta.url), { skipSelf: true });
    },
  };
}

function wayToEachPage(): Plugin {
  return {
    name: "way-to-each-page",
    apply: "build",
    buildStart() {
      const unreached = unreachedPages(root).join(", ");
      if (unreached !== "")
        this.error(`no way leads from docs/README.md to ${unreached}: link to each from there`);
    },
  };
}
