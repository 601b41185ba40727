/** A gateway with its console, and a page of a real browser that is open in it. Whatever goes wrong in the page fails the test. */
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { loadPath } from "../../../tools/cli/open-configuration.ts";
import { type LocalGateway, type LocalSettings, startLocal } from "../../../tools/local/start-local.ts";
import { launchChromium } from "./chromium.mjs";

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** A folder with a copy of AWS's examples, or nothing, which a test may change. */
export async function copyExamples({ isEmpty = false } = {}): Promise<string> {
  const folder = await mkdtemp(
    join(tmpdir(), "a console whose folder has a name longer than a phone is wide "),
  );
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, "examples");
  if (isEmpty) await mkdir(config);
  else await cp("examples/aws", config, { recursive: true });
  return config;
}

/** Starts a gateway, which is closed with the test. */
export async function startGateway(settings: Partial<LocalSettings> = {}): Promise<string> {
  const gateway = await start(settings);
  onTestFinished(() => gateway.close());
  return gateway.url;
}

/** Starts one for all tests of a file. */
export function shareGateway(): () => string {
  let gateway: LocalGateway | undefined;
  beforeAll(async () => {
    gateway = await start({});
  });
  afterAll(() => gateway?.close());
  return () => gateway?.url ?? "";
}

function start(settings: Partial<LocalSettings>): Promise<LocalGateway> {
  return startLocal({
    port: 0,
    api: "rest",
    configFolder: "examples/aws",
    connect: { kind: "embedded" },
    environment: {},
    load: loadPath,
    program: "npx connect-authorizer",
    print: () => undefined,
    ...settings,
  });
}

/** Opens a window that is closed with the test. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  if (browser === undefined) throw new Error("the browser has not started");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  onTestFinished(() => context.close());
  return context.newPage();
}

/** Opens the gateway's root in a new window, and waits for the view. */
export async function openConsole(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await openPage(options);
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(message.text());
  });
  page.on("pageerror", ({ message }) => wrong.push(message));
  page.on("dialog", (dialog) => {
    wrong.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.context().on("request", (request) => {
    if (new URL(request.url()).origin !== url) wrong.push(`a request to ${request.url()}`);
  });
  onTestFinished(() => expect(wrong).toEqual([]));
  await page.goto(`${url}/`);
  await page.getByRole("table").waitFor();
  return page;
}

/** Waits until no cell is without its word. */
export async function whenComputed(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector("table tbody td button") !== null && document.querySelector(".unknown") === null,
  );
}
