/** The pages that people read: links that lead somewhere, an index of all decisions, a glossary, an ordered changelog. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(resolve(root, file), "utf8");
const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md", ":!config"];
const pages = execFileSync("git", list, { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((file) => file !== "" && existsSync(resolve(root, file)))
  // The page of another repository, which `init` writes: test/cli/project/init/written-files.test.ts.
  .filter((file) => !file.startsWith("tools/cli/project/init/files/"));

/** A page without its blocks of code, in which nothing is a link or a heading. */
const prose = (file: string) => read(file).replace(/^( *)(```+).*?^ *\2$/gms, "");

interface Link {
  readonly file: string;
  readonly anchor: string;
}

function linksOf(page: string): readonly Link[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor = ""] = target.split("#");
      return { file: path === "" ? page : relative(root, resolve(root, dirname(page), path)), anchor };
    });
}

/** The anchors that GitHub gives a page's headings: letters, digits, hyphens; a repeated one is numbered. */
function anchorsOf(page: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const anchors = [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  // Written pages name their places themselves.
  for (const [, id = ""] of prose(page).matchAll(/<a id="([\w-]+)"><\/a>/g)) anchors.push(id);
  return new Set(anchors);
}

describe("links", () => {
  it.each(pages)("of %s lead to files and headings that are there", (page) => {
    const dead = linksOf(page).filter(
      ({ file, anchor }) =>
        !existsSync(resolve(root, file)) ||
        (anchor !== "" && file.endsWith(".md") && !anchorsOf(file).has(anchor)),
    );
    expect(dead.map(({ file, anchor }) => `${file}#${anchor}`)).toEqual([]);
  });

  it("are found at all", () => {
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(300);
    expect(anchorsOf("docs/explanation/security-model.md")).toContain("who-is-trusted-with-what");
  });
});

const index = read("docs/decisions/README.md");
/** `| 10 | [TITLE](FILE) | STATUS | DATE | IN SHORT |` */
const rows = [
  ...index.matchAll(/^\| (\d+) \| \[(.+?)\]\((\d{4})-([a-z0-9-]+)\.md\) \| (.+?) \| (.+?) \| (.+) \|$/gm),
].map(([, number = "", title = "", digits = "", name = "", status = "", date = "", short = ""]) => ({
  ...{ number: Number(number), title, file: `docs/decisions/${digits}-${name}.md`, status, date, short },
}));
const decisions = pages.filter((page) => /^docs\/decisions\/\d{4}-.*\.md$/.test(page));

describe("docs/decisions/README.md", () => {
  it("lists every page once, and no other", () => {
    expect(rows.map(({ file }) => file).sort()).toEqual([...decisions].sort());
    expect(index.match(/^\| \d/gm)?.length).toBe(rows.length);
  });

  it.each(rows)("has the number and the title of $file", ({ file, number, title }) => {
    expect(read(file).split("\n")[0]).toBe(`# ${number}. ${title}`);
    expect(file).toContain(`/${String(number).padStart(4, "0")}-`);
  });

  it("gives each number to one page", () => {
    const numbers = decisions.map((file) => /(\d{4})-/.exec(file)?.[1]);
    expect(numbers.filter((number, place) => numbers.indexOf(number) !== place)).toEqual([]);
  });

  it("says of each page whether it holds, since when, and what it is about", () => {
    const form =
      /^(?:accepted|(?:amended|superseded) by \[\d+\]\(\d{4}-[a-z0-9-]+\.md\)(?:, \[\d+\]\(\d{4}-[a-z0-9-]+\.md\))*)$/;
    expect(rows.filter(({ status }) => !form.test(status)).map(({ file }) => file)).toEqual([]);
    expect(rows.filter(({ date }) => !/^20\d\d-\d\d-\d\d$/.test(date)).map(({ file }) => file)).toEqual([]);
    expect(rows.filter(({ short }) => !/\.$/.test(short)).map(({ file }) => file)).toEqual([]);
  });

  it("names a newer page in a status, and one of the two pages links to the other", () => {
    const wrong = rows.flatMap(({ file, number, status }) =>
      [...status.matchAll(/\[(\d+)\]\(([^)]+)\)/g)].flatMap(([, newer = "", target = ""]) => {
        const other = `docs/decisions/${target}`;
        const isLinked = linksOf(file).some((link) => link.file === other);
        const isLinkedBack = linksOf(other).some((link) => link.file === file);
        const isNewer = Number(newer) > number && target.startsWith(newer.padStart(4, "0"));
        return isNewer && (isLinked || isLinkedBack) ? [] : [`${number} ${status}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe("docs/reference/glossary.md", () => {
  const words = [...read("docs/reference/glossary.md").matchAll(/^\| (.+?) \| (.+) \|$/gm)]
    .slice(1)
    .map(([, word = "", meaning = ""]) => ({ word, meaning }));

  it("lists its words in order, each once", () => {
    const names = words.map(({ word }) => word);
    expect(names.length).toBeGreaterThan(25);
    expect(names).toEqual([...new Set(names)].sort((one, other) => one.localeCompare(other, "en")));
  });

  it.each(words)("says $word in at most two sentences, with a page that explains it", ({ meaning }) => {
    expect(meaning).toMatch(/^[^[]+\. \[[^\]]+\]\([^)]+\)$/);
    expect(meaning.slice(0, meaning.indexOf("[")).match(/[.:?!] [A-Z]|\. $/g)?.length).toBeLessThanOrEqual(2);
  });
});

describe("the rules of the house", () => {
  const guides = ["AGENTS.md", "CONTRIBUTING.md"];
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read("package.json"));

  it.each(guides)("of %s name files, folders and commands that are there", (guide) => {
    const text = read(guide);
    const paths = [...text.matchAll(/`((?:\.ci|bench|docs|functions|shared|test|tools)(?:\/[\w./-]+)?)`/g)];
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.map(([, path = ""]) => path).filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
    const commands = [...text.matchAll(/\bnpm (?:run (?:--silent )?([a-z:]+)|(test))\b/g)];
    expect(commands.length).toBeGreaterThan(2);
    expect(
      commands.map(([, named, own]) => named ?? own ?? "").filter((name) => scripts[name] === undefined),
    ).toEqual([]);
  });

  it("list the floors of the rooms as the test of the rooms has them", () => {
    const [, list = ""] = /const floors.*? = \[\n(.*?)^\];/ms.exec(read("test/rooms.test.ts")) ?? [];
    const rooms = [...list.matchAll(/"([\w/-]+)"/g)].map(([, room = ""]) => room);
    const [, table = ""] = /^(\| floor, .*?)^$/ms.exec(read("CONTRIBUTING.md")) ?? [];
    const listed = [...table.matchAll(/`(\w+(?:\/\w+)?)`/g)].map(([, room = ""]) => room);
    expect(rooms.length).toBeGreaterThan(15);
    expect(listed).toEqual(rooms);
  });
});

describe("docs/style/words.json", () => {
  // On pages, `npm run pages` finds them.
  const words: { never: string[]; but?: string[] }[] = JSON.parse(read("docs/style/words.json"));
  const phrase = (text: string) => text.replaceAll(" … ", "\\b[^.:;?!]*\\b").replaceAll(" ", "\\s+");
  const patterns = words.flatMap(({ never, but = [] }) =>
    never.map((text) => {
      const right = but.map((each) => `(?!${phrase(each)}\\b)`).join("");
      return new RegExp(`(?<![\\w-])${right}${phrase(text)}(?![\\w-])`, "i");
    }),
  );
  /** Comments without the spans of code in them, each on one line. */
  const commentsOf = (code: string) =>
    [...code.matchAll(/\/\*\*?.*?\*\/|(?<![:"'`\w])\/\/ [^\n]*/gs)].map(([comment]) =>
      comment.replace(/\n\s*\*/g, " ").replace(/`[^`]*`/g, ""),
    );
  const foundIn = (code: string) =>
    commentsOf(code).flatMap((comment) => patterns.flatMap((pattern) => pattern.exec(comment)?.[0] ?? []));

  it("has no word that comments of the code use", () => {
    const list = ["ls-files", "-z", "bench", "functions", "shared", "tools"];
    const files = execFileSync("git", list, { cwd: root, encoding: "utf8" })
      .split("\0")
      .filter((file) => /(?<!generated)\.(?:ts|tsx|mjs)$/.test(file) && existsSync(resolve(root, file)));
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap((file) => foundIn(read(file)).map((found) => `${file}: ${found}`))).toEqual([]);
  });

  it("is looked for in comments of either form, over the end of a line, and not in code", () => {
    const code =
      '// Whoever asks\n/** One\n * of another\n * mind. */\nconst told = "hangs on"; // `besides` stands for it';
    expect(foundIn(code)).toEqual(["Whoever", "of another  mind"]);
  });
});

describe("CHANGELOG.md", () => {
  /** The kinds of changes of Keep a Changelog 1.1.0, in its order. */
  const kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

  it("sorts each version's changes by their kind", () => {
    const versions = read("CHANGELOG.md").split(/^## /m).slice(1);
    expect(versions.length).toBeGreaterThan(0);
    for (const version of versions) {
      expect(version).toMatch(/^(?:Unreleased|\d+\.\d+\.\d+ - 20\d\d-\d\d-\d\d)\n/);
      const headings = [...version.matchAll(/^### (.*)$/gm)].map(([, heading = ""]) => heading);
      expect(headings).toEqual(kinds.filter((kind) => headings.includes(kind)));
      expect(headings.length).toBeGreaterThan(0);
    }
  });
});

describe("ARCHITECTURE.md", () => {
  const page = read("ARCHITECTURE.md");
  const named = [...page.matchAll(/`((?:bench|config|docs|events|functions|shared|test|tools)\/[^`]*)`/g)];
  const paths = [...new Set(named.map(([, path = ""]) => path))];

  it.each(paths)("names %s, which is there", (path) => {
    expect(existsSync(resolve(root, path))).toBe(true);
  });

  it("names the rooms of the code, each of them", () => {
    const tests = read("test/rooms.test.ts");
    const rooms = [...tests.matchAll(/"((?:functions|shared|tools)\/[a-z]+)"/g)].map(([, room = ""]) => room);
    const [, tree = ""] = /^```\n(functions\/.*?)^```/ms.exec(page) ?? [];
    expect(rooms.length).toBeGreaterThan(20);
    expect(rooms.filter((room) => !tree.includes(`${room.split("/")[1]}/`))).toEqual([]);
  });
});
