/** The built site, as a reader has it: links, search, table, diagrams, and nothing that is loaded from elsewhere. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { posix } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tasks } from "../../../docs/site/first-page.ts";
import { linkOf } from "../../../docs/site/map.ts";
import { launchChromium } from "../../console/browser/chromium.mjs";
import { base, files, htmlFiles, readBuilt, serveSite } from "./built-site.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a file of HTML links to and what it loads. */
const linksIn = (html: string) =>
  [...html.matchAll(/<a\b[^>]*? href="([^"]*)"/g)].map(([, href = ""]) => decode(href));
const resourcesIn = (html: string) =>
  [...html.matchAll(/<(?!a\b)[a-z]+\b[^>]*? (?:href|src|srcset|data|poster|action)="([^"]*)"/g)].map(
    ([, href = ""]) => href,
  );
const decode = (text: string) => text.replaceAll("&amp;", "&");

describe("the files of the site", () => {
  const ids = new Map(
    htmlFiles.map((file) => [
      file,
      new Set([...readBuilt(file).matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => decode(id))),
    ]),
  );

  /** Why a link is dead; nothing if it is not. */
  function faultOf(from: string, href: string): string | undefined {
    if (/^(?:https?|mailto):/.test(href)) return undefined;
    const [path = "", anchor = ""] = decodeURI(href).split("#");
    if (path !== "" && !path.startsWith("/")) return "relative";
    if (path !== "" && !path.startsWith(base)) return "not below the address of the site";
    const asked =
      path === "" ? from : posix.join(path.slice(base.length), /(^|\/)$/.test(path) ? "index.html" : "");
    if (!files.includes(asked)) return "no such file";
    return anchor === "" || ids.get(asked)?.has(anchor) ? undefined : "no such heading";
  }

  it("link to files and headings of the site that are there", () => {
    const links = htmlFiles.flatMap((file) => linksIn(readBuilt(file)).map((href) => ({ file, href })));
    expect(links.length).toBeGreaterThan(5_000);
    const dead = links.flatMap(({ file, href }) => {
      const fault = faultOf(file, href);
      return fault === undefined ? [] : [`${file}: ${href}: ${fault}`];
    });
    expect([...new Set(dead)]).toEqual([]);
  });

  it("have a page for each task of the first page, and other files of the repository on GitHub", () => {
    const first = linksIn(readBuilt("index.html"));
    for (const { page } of tasks) expect(first).toContain(`${base.slice(0, -1)}${linkOf(page)}.html`);
    const outside = htmlFiles.flatMap((file) =>
      linksIn(readBuilt(file)).filter((href) => /^https:.*\/blob\/main\//.test(href)),
    );
    expect(outside.filter((href) => href.includes("/blob/main/docs/examples/")).length).toBeGreaterThan(0);
    expect(outside.filter((href) => /\/docs\/(?:how-to|reference|explanation)\//.test(href))).toEqual([]);
  });

  it("load nothing from elsewhere", () => {
    const loaded = htmlFiles.flatMap((file) => resourcesIn(readBuilt(file)));
    expect(loaded.length).toBeGreaterThan(500);
    expect(
      [...new Set(loaded)].filter((href) => !href.startsWith(base) && !href.startsWith("data:")),
    ).toEqual([]);
    const styles = files
      .filter((file) => file.endsWith(".css"))
      .map(readBuilt)
      .join("\n");
    expect(styles.match(/@import|url\(["']?(?:https?:|\/\/)/g) ?? []).toEqual([]);
  });
});

describe("the site in a browser", () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveSite>>;
  beforeAll(async () => {
    browser = await launchChromium();
    site = await serveSite();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  interface Look {
    readonly colorScheme?: "light" | "dark";
    readonly width?: number;
  }

  /** Opens a page, lets a test use it, and expects that nothing went wrong meanwhile. */
  async function open(path: string, use: (page: Page) => Promise<void>, look: Look = {}): Promise<void> {
    const { colorScheme = "light", width = 1280 } = look;
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const faults: string[] = [];
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
    });
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("response", (response) => {
      if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
    });
    await page.route("**/*", (route) => {
      const url = route.request().url();
      if (url.startsWith(site.address) || /^(?:data|blob):/.test(url)) return route.continue();
      faults.push(`outside: ${url}`);
      return route.abort();
    });
    await page.goto(`${site.address}${path}`, { waitUntil: "networkidle" });
    await use(page);
    await context.close();
    expect(faults).toEqual([]);
  }

  async function seriousFaults(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      (
        globalThis as unknown as {
          axe: {
            run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
          };
        }
      ).axe.run(),
    );
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  const diagramPage = htmlFiles.find((file) => readBuilt(file).includes('class="diagram"')) ?? "";
  const looks = [
    ["index.html", { colorScheme: "light" }],
    ["index.html", { colorScheme: "dark", width: 360 }],
    ["reference/catalog.html", { colorScheme: "light", width: 360 }],
    ["reference/catalog.html", { colorScheme: "dark" }],
    ["how-to/explain.html", { colorScheme: "dark" }],
    [diagramPage, { colorScheme: "light", width: 360 }],
    [diagramPage, { colorScheme: "dark" }],
  ] as const;

  it.each(looks)("is accessible, and as wide as the window: %s %o", async (path, look) => {
    await open(
      path,
      async (page) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(
          await page.evaluate(() => innerWidth),
        );
        expect(await seriousFaults(page)).toEqual([]);
      },
      look,
    );
  });

  it("finds by words, without network, by keyboard alone", async () => {
    await open("", async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("searchbox").pressSequentially("cognito");
      const results = page.getByRole("listbox").getByRole("option");
      await results.first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\.html#/);
      expect((await page.locator("main").textContent())?.toLowerCase()).toContain("cognito");
    });
  });

  it("filters the operations of the catalogue, keeps that in the address, and leads to each section", async () => {
    await open("reference/catalog.html", async (page) => {
      const table = page.getByRole("region", { name: "All operations" });
      const count = table.locator("[aria-live]");
      await table.getByLabel("Area").selectOption("users");
      await table.getByLabel("Resource type").selectOption("security-profile");
      await table.getByLabel("Operation or route").pressSequentially("create");
      expect(await count.textContent()).toMatch(/^\d of \d{3} operations$/);
      expect(page.url()).toMatch(/\?operation=create&area=users&type=security-profile$/);
      await page.reload({ waitUntil: "networkidle" });
      expect(await table.getByRole("rowheader").allInnerTexts()).toEqual(["CreateUser"]);
      await table.getByRole("link", { name: "CreateUser" }).press("Enter");
      expect(await page.evaluate(() => document.querySelector("#createuser")?.textContent)).toContain(
        "CreateUser",
      );
      expect(page.url()).toMatch(/#createuser$/);
      await table.getByRole("button", { name: "Clear" }).press("Enter");
      const [, all = ""] = /of (\d+)/.exec((await count.textContent()) ?? "") ?? [];
      await table.getByRole("button", { name: /^Show \d+ more$/ }).press("Enter");
      expect(await table.getByRole("rowheader").count()).toBe(Number(all));
      await table.getByLabel("Action").fill("no such action");
      expect(await count.textContent()).toBe(`0 of ${all} operations`);
    });
  });

  it("draws diagrams, light and dark", async () => {
    const drawn = new Set<string>();
    for (const colorScheme of ["light", "dark"] as const) {
      await open(
        diagramPage,
        async (page) => {
          const svg = page.locator(".diagram svg").first();
          await svg.waitFor();
          expect(await page.locator("pre.diagram").count()).toBe(0);
          drawn.add(await svg.innerHTML());
        },
        { colorScheme },
      );
    }
    expect(drawn.size).toBe(2);
  });

  it("draws every diagram of every page", async () => {
    const pages = htmlFiles.filter((file) => readBuilt(file).includes('class="diagram"'));
    expect(pages.length).toBeGreaterThan(0);
    for (const file of pages)
      await open(file, async (page) => {
        const wanted = readBuilt(file).split('class="diagram"').length - 1;
        await expect.poll(() => page.locator(".diagram svg").count(), { timeout: 20_000 }).toBe(wanted);
        expect(await page.locator(".diagram").filter({ hasText: "Syntax error" }).count()).toBe(0);
      });
  });
});
