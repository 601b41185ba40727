/** The map that leads to all pages, as the site reads it: `docs/README.md`. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tasks } from "../../docs/site/first-page.ts";
import { linkOf, listPages, placeOf, readMap, resolveLink, unreachedPages } from "../../docs/site/map.ts";

const root = resolve(import.meta.dirname, "../..");

describe("the pages of this repository", () => {
  it("have a way that leads to each of them from docs/README.md", () => {
    expect(listPages(root).length).toBeGreaterThan(100);
    expect(unreachedPages(root)).toEqual([]);
  });

  it("have a way that leads to docs/README.md from README.md", () => {
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain("](docs/README.md)");
  });

  it("are there for each task of the first page, and on the map", () => {
    const onMap = readMap(root).flatMap(({ links }) => links.map(({ file }) => file));
    expect(tasks.map(({ page }) => page).filter((page) => !onMap.includes(page))).toEqual([]);
  });

  it("have a place of their own on the site, whatever the case of its letters", () => {
    const places = listPages(root).map((page) => placeOf(page).toLowerCase());
    expect(places.filter((place, at) => places.indexOf(place) !== at)).toEqual([]);
  });
});

describe("a map", () => {
  let folder = "";
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "a map "));
    const beside = ["ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "README", "SECURITY"];
    write(Object.fromEntries(beside.map((name) => [`${name}.md`, "# Beside\n"])));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("groups its links by heading, each page once", () => {
    const rows =
      "| run it | [runbook](how-to/runbook.md#alarms), [the `audit`\nrecords](how-to/audit.md) |\n";
    write({
      "docs/README.md": `# Map\n\n[before](how-to/x.md)\n\n## Do\n\n${rows}\n## None\n\n[out](https://a.example/b.md)\n\n## Rest\n\n[again](how-to/runbook.md) [read me](../README.md) [code](site/map.ts) ![picture](how-to/x.md)\n`,
      "docs/how-to/runbook.md": "",
      "docs/how-to/audit.md": "",
      "docs/how-to/x.md": "",
      "docs/site/map.ts": "",
    });
    expect(readMap(folder)).toEqual([
      {
        text: "Do",
        links: [
          { text: "Runbook", file: "docs/how-to/runbook.md" },
          { text: "The audit records", file: "docs/how-to/audit.md" },
        ],
      },
      { text: "Rest", links: [{ text: "Read me", file: "README.md" }] },
    ]);
  });

  it("finds what an index links to, and not what only the text of a page links to", () => {
    write({
      "docs/README.md":
        "[all](decisions/) [one](a.md) [r](../README.md)\n```\n[in a block](b.md)\n```\n![a picture](c.md)\n",
      "docs/decisions/README.md": "[1](0001.md) [up](../README.md)",
      "docs/decisions/0001.md": "",
      "docs/a.md": "[hidden](hidden.md)",
      "docs/hidden.md": "",
      "docs/b.md": "",
      "docs/c.md": "",
    });
    const beside = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
    expect(unreachedPages(folder)).toEqual([...beside, "docs/b.md", "docs/c.md", "docs/hidden.md"]);
  });

  it("gives pages the places and addresses of the site", () => {
    expect(placeOf("docs/README.md")).toBe("index.md");
    expect(placeOf("README.md")).toBe("readme.md");
    expect(linkOf("docs/README.md")).toBe("/");
    expect(linkOf("docs/reference/library/README.md")).toBe("/reference/library/");
    expect(linkOf("docs/how-to/lint.md")).toBe("/how-to/lint");
  });

  it.each([
    ["docs/how-to/a.md", "../reference/b.md#c", "docs/reference/b.md"],
    ["docs/how-to/a.md", "../../README.md", "README.md"],
    ["README.md", "docs/decisions/", "docs/decisions/"],
    ["docs/a.md", "a%20b.json?raw", "docs/a b.json"],
    ["docs/a.md", "#here", undefined],
    ["docs/a.md", "https://a.example/b.md", undefined],
    ["docs/a.md", "mailto:a@b.example", undefined],
  ])("resolves a link of %s to %s", (from, href, file) => {
    expect(resolveLink(from, href)).toBe(file);
  });
});
