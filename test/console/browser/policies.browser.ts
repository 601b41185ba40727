/** The view Policies in a real browser: what is written is judged as it is typed, and saved into the file by which the gateway then decides. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../../cli/command-run.ts";
import { barriers } from "./barriers.ts";
import { copyExamples, openPage, startGateway } from "./open-console.ts";

const denyFile = "policies/deny-delete-update-users.json";

/** Opens a file in the view. Whatever goes wrong in the page fails the test; a refused save is told by the browser, too. */
async function openFile(
  configFolder: string,
  file: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const url = await startGateway({ configFolder });
  const page = await openPage(options);
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (!message.text().includes("409 (Conflict)")) wrong.push(message.text());
  });
  page.on("pageerror", ({ message }) => wrong.push(message));
  page.context().on("request", (request) => {
    if (new URL(request.url()).origin !== url) wrong.push(`a request to ${request.url()}`);
  });
  onTestFinished(() => expect(wrong).toEqual([]));
  await page.goto(`${url}/_console/#/policies?${new URLSearchParams({ file })}`);
  await editorOf(page).waitFor();
  await page.getByText("Nothing: callers may do").waitFor();
  return page;
}

const editorOf = (page: Page) => page.getByRole("textbox", { name: /^Text of / });
const findings = (page: Page) => page.getByRole("region", { name: "Findings" });
const access = (page: Page) => page.getByRole("region", { name: "What changes in access" });

/** Writes in place of all text, as a paste does. */
async function replaceText(page: Page, text: string): Promise<void> {
  await editorOf(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** AWS's examples with another text in a file. */
async function withText(file: string, text: string): Promise<string> {
  const folder = await copyExamples();
  await writeFile(join(folder, file), text);
  return folder;
}

describe("the view Policies", () => {
  it("judges what is typed, says what it gives and takes, and saves it, so that the gateway decides by it", async () => {
    const configFolder = await copyExamples();
    const page = await openFile(configFolder, denyFile);
    const before = await readFile(join(configFolder, denyFile), "utf8");
    await replaceText(page, before.replace("connect:DeleteUser", "connect:DeleteQueueu"));
    const other = await copyExamples();
    await writeFile(join(other, denyFile), before.replace("connect:DeleteUser", "connect:DeleteQueueu"));
    const { stdout } = await run(["validate", "--config", other, "--json", "--all"]);
    const told: { issues: { code: string; message: string; line: number; column: number }[] } =
      JSON.parse(stdout);
    expect(told.issues.length).toBeGreaterThan(0);
    for (const { code, message, line, column } of told.issues) {
      const item = findings(page).getByRole("listitem").filter({ hasText: message });
      await item.waitFor();
      expect(await item.textContent()).toContain(code);
      expect(await item.textContent()).toContain(`${denyFile}:${line}:${column}`);
    }
    await replaceText(page, before.replace("connect:DeleteUser", "connect:DeleteQueue"));
    await access(page).getByText("DeleteUser", { exact: true }).waitFor();
    expect(await access(page).textContent()).toContain("groups operators: sometimes");
    expect(await readFile(join(configFolder, denyFile), "utf8")).toBe(before);
    await page.keyboard.press("Control+s");
    await page.getByText("no unsaved changes").waitFor();
    expect(await readFile(join(configFolder, denyFile), "utf8")).toContain('"connect:DeleteQueue"');
    await page.getByText("Nothing: callers may do").waitFor();
    await page.getByRole("link", { name: "Access" }).click();
    const row = page
      .getByRole("row")
      .filter({ has: page.getByRole("rowheader", { name: "DeleteUser", exact: true }) });
    await expect.poll(() => row.getByRole("cell").nth(1).textContent()).toBe("always");
  });

  it("keeps what is typed faster than it is drawn", async () => {
    const page = await openFile(await copyExamples(), denyFile);
    await replaceText(page, "");
    const typed = "abcdefghij".repeat(12);
    await page.evaluate(async (text) => {
      for (const character of text) {
        document.execCommand("insertText", false, character);
        // The view is told of it, and not drawn yet.
        await new Promise((resolve) => setTimeout(resolve));
      }
    }, typed);
    await page.getByText("1 file changed").waitFor();
    expect(await editorOf(page).textContent()).toBe(typed);
    await page.getByRole("button", { name: "Undo changes" }).click();
    await expect.poll(() => editorOf(page).textContent()).toContain("DenyDeleteAndUpdateUsers");
  });

  it("offers and explains actions, and keys of conditions", async () => {
    const page = await openFile(await copyExamples(), denyFile);
    await replaceText(page, '{"Statement":[{"Effect":"Allow","Action":"","Resource":"*"}]}');
    for (let at = 0; at < '","Resource":"*"}]}'.length; at++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("descrUser", { delay: 20 });
    await page
      .getByRole("option", { name: /^connect:DescribeUser\b/ })
      .first()
      .waitFor();
    await page.getByText("GET /users/{InstanceId}/{UserId}").first().waitFor();
    await page.waitForTimeout(150);
    await page.keyboard.press("Enter");
    await expect.poll(() => editorOf(page).textContent()).toContain('"Action":"connect:DescribeUser"');
    await editorOf(page).getByText('"connect:DescribeUser"').hover();
    await page.getByText("Area: users.").waitFor();
    await page.getByText("Access level: Read.").waitFor();
  });

  it("is used by keyboard alone, and left by Escape and Tab", async () => {
    const configFolder = await copyExamples();
    const page = await openFile(configFolder, denyFile);
    await page.getByRole("heading", { level: 1 }).focus();
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: outer } = document;
        const inner = outer?.shadowRoot?.activeElement ?? outer;
        return inner?.getAttribute("aria-label") ?? inner?.textContent ?? "";
      });
    for (let at = 0; at < 30 && !(await focused()).startsWith("Text of"); at++)
      await page.keyboard.press("Tab");
    expect(await focused()).toBe(`Text of ${denyFile}`);
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe(`Text of ${denyFile}`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await focused()).not.toContain("Text of");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("x");
    await findings(page).getByText("error", { exact: true }).first().waitFor();
    await page.keyboard.press("Control+s");
    await expect.poll(focused).toBe("Save anyway");
    expect(await readFile(join(configFolder, denyFile), "utf8")).not.toMatch(/x\s*$/);
    await page.keyboard.press("Enter");
    await expect.poll(() => readFile(join(configFolder, denyFile), "utf8")).toMatch(/x\s*$/);
    await page
      .getByRole("alert")
      .filter({ hasText: "last good one still decides" })
      .waitFor({ timeout: 20_000 });
  });

  it("runs the tests of what is written, says which fail and why, and leads to them", async () => {
    const configFolder = await copyExamples();
    const page = await openFile(configFolder, denyFile);
    const tests = page.getByRole("region", { name: "Tests", exact: true });
    await expect.poll(() => tests.textContent()).toMatch(/All \d+ tests pass\./);
    const before = await readFile(join(configFolder, denyFile), "utf8");
    const changed = before.replace("connect:DeleteUser", "connect:DeleteQueue");
    await replaceText(page, changed);
    await expect.poll(() => tests.textContent()).toMatch(/1 of \d+ tests fails\./);
    const failing = tests.getByRole("listitem");
    const { stdout } = await run(["test", await withText(denyFile, changed), "--json"]);
    const told: { holds: boolean; name: string; line: number; column: number; why?: { advice: string } }[] =
      JSON.parse(stdout).tests;
    const [fails] = told.filter(({ holds }) => !holds);
    expect(await failing.textContent()).toContain(`fails ${fails?.name}`);
    expect(await failing.textContent()).toContain(`to change that: ${fails?.why?.advice}`);
    await failing
      .getByRole("button", { name: `tests/policies.yaml:${fails?.line}:${fails?.column}` })
      .click();
    await page.getByRole("textbox", { name: "Text of tests/policies.yaml" }).waitFor();
    await expect.poll(() => page.locator(".cm-activeLine").textContent()).toContain(fails?.name);
    expect(await page.getByRole("link", { name: "tests/policies.yaml" }).textContent()).toContain(
      "1 failing test",
    );
    expect(await barriers(page)).toEqual([]);
    const written = await readFile(join(configFolder, "tests/policies.yaml"), "utf8");
    await replaceText(page, "tests: nonsense\n");
    await expect.poll(() => tests.textContent()).toContain("Not run");
    await findings(page).getByText("tests/policies.yaml:1:8").waitFor();
    expect(await readFile(join(configFolder, "tests/policies.yaml"), "utf8")).toBe(written);
  });

  it("saves a file with the byte order mark and the line ends that it had", async () => {
    const configFolder = await copyExamples();
    const path = join(configFolder, denyFile);
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    const mixed = lines.map((line, at) => `${line}${at % 2 === 0 ? "\r\n" : "\n"}`).join("");
    await writeFile(path, `\ufeff${mixed}`);
    const page = await openFile(configFolder, denyFile);
    await editorOf(page).click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.insertText(" ");
    await page.keyboard.press("Control+s");
    await page.getByText("no unsaved changes").waitFor();
    const [first = "", second = ""] = mixed.split("\n");
    expect(await readFile(path, "utf8")).toBe(
      `\ufeff${mixed.replace(`${first}\n${second}`, `${first}\n${second} `)}`,
    );
  });

  it("adds a policy", async () => {
    const configFolder = await copyExamples();
    const page = await openFile(configFolder, denyFile);
    await page.getByRole("button", { name: "New policy" }).click();
    await page.getByLabel("Name of the new policy").fill("../x");
    expect(await page.getByRole("button", { name: "Add" }).isDisabled()).toBe(true);
    await page.getByLabel("Name of the new policy").fill("hr/agents");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "policies/hr/agents.json" }).waitFor();
    await findings(page).getByText("unusedPolicy").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => readFile(join(configFolder, "policies/hr/agents.json"), "utf8").catch(() => ""))
      .toContain("2012-10-17");
  });

  it("saves over nobody's change, shows both texts, and keeps unsaved ones while another view is open", async () => {
    const configFolder = await copyExamples();
    const page = await openFile(configFolder, denyFile);
    const path = join(configFolder, denyFile);
    const before = await readFile(path, "utf8");
    await replaceText(page, before.replace("connect:DeleteUser", "connect:DeleteQueue"));
    await page.getByText("1 file changed").waitFor();
    await page.getByRole("link", { name: "Access" }).click();
    await page.getByRole("table").waitFor();
    await page.getByRole("link", { name: "Policies" }).click();
    await expect.poll(() => editorOf(page).textContent()).toContain("connect:DeleteQueue");
    const theirs = before.replace("connect:DeleteUser", "connect:DeletePrompt");
    await writeFile(path, theirs);
    await page.getByRole("button", { name: "Save" }).click();
    const conflict = page.getByRole("alert", { name: `${denyFile} changed on disk` });
    await conflict.waitFor();
    expect(await conflict.getByLabel("On disk now").inputValue()).toBe(theirs);
    expect(await conflict.getByLabel("Yours").inputValue()).toContain("connect:DeleteQueue");
    expect(await readFile(path, "utf8")).toBe(theirs);
    expect(await barriers(page)).toEqual([]);
    await conflict.getByRole("button", { name: "Keep mine" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => readFile(path, "utf8")).toContain("connect:DeleteQueue");
    await replaceText(page, "{}");
    await page.getByText("1 file changed").waitFor();
    const asked = page.waitForEvent("dialog");
    const reloaded = page.reload();
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.accept();
    await reloaded;
  });

  it("shows hostile texts as text", async () => {
    const configFolder = await copyExamples();
    const markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    await writeFile(join(configFolder, "tests/hostile.yaml"), `# ${markup}\u202e\u0000\n`);
    const page = await openFile(configFolder, denyFile);
    await replaceText(
      page,
      JSON.stringify({ Statement: [{ Sid: markup, Effect: markup, [markup]: markup }] }),
    );
    await findings(page).getByText("<script>").first().waitFor();
    await page.goto(page.url().replace(/file=.*/, "file=tests%2Fhostile.yaml"));
    await expect.poll(() => editorOf(page).textContent()).toContain("<script>");
    expect(await page.locator("img").count()).toBe(0);
  });

  it.each(["light", "dark"] as const)(
    "has no barrier that axe finds, %s, also on a narrow phone",
    async (colorScheme) => {
      const page = await openFile(await copyExamples(), denyFile, { colorScheme });
      await replaceText(page, '{"Statement":[{"Effect":"Allow","Action":"connect:*","Resource":"*"}]}');
      await access(page).getByText("DeleteUser", { exact: true }).first().waitFor();
      expect(await barriers(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await page.getByLabel("File", { exact: true }).selectOption("authorizer.yaml");
      await page.getByRole("textbox", { name: "Text of authorizer.yaml" }).waitFor();
      expect(await barriers(page)).toEqual([]);
    },
  );
});
