/** The Access view compares what decides with a git revision, another environment and the candidate: what is gained and lost, escalations first. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { withRevision } from "../../../tools/cli/bundle/revision.ts";
import { copyExamples, openConsole, startGateway, whenComputed } from "./open-console.ts";

const policy = "policies/deny-delete-update-users.json";

/** Lets operators delete users, and no longer delete queues. */
async function change(folder: string): Promise<void> {
  const text = await readFile(join(folder, policy), "utf8");
  const statement = JSON.parse(text).Statement[0];
  const changed = { ...statement, Action: ["connect:DeleteQueue", "connect:UpdateUser*"], Resource: "*" };
  await writeFile(
    join(folder, policy),
    JSON.stringify({ Version: "2012-10-17", Statement: [changed] }, undefined, 2),
  );
}

async function commit(folder: string): Promise<void> {
  const git = (...parameters: string[]) => execFileSync("git", parameters, { cwd: folder, stdio: "ignore" });
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "before");
}

const cellOf = (page: Page, operation: string, place: number) =>
  page
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: operation, exact: true }) })
    .getByRole("button")
    .nth(place);

const sectionsOf = (page: Page) =>
  page
    .getByRole("complementary")
    .getByRole("region")
    .evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));

it("a git revision, before what decides now", async () => {
  const configFolder = await copyExamples();
  await commit(configFolder);
  await change(configFolder);
  const withFolderOf = <Result>(name: string, work: (path: string, shown: string) => Promise<Result>) =>
    withRevision({ name, folder: configFolder }, work);
  const page = await openConsole(await startGateway({ configFolder, withFolderOf }));
  await whenComputed(page);
  await page.getByLabel("Compare with").selectOption("a git revision");
  await expect.poll(() => sectionsOf(page)).toEqual(["Gained", "Lost"]);
  const panel = page.getByRole("complementary");
  expect(await panel.getByRole("region", { name: "Lost" }).textContent()).toMatch(
    /groups operators: always.* never.*DeleteQueue/,
  );
  await page.getByLabel("Show").selectOption("changed");
  expect(await cellOf(page, "DeleteUser", 1).getAttribute("aria-description")).toBe("gained: was sometimes");
  expect(await cellOf(page, "DeleteUser", 1).textContent()).toBe("always");
  expect(await page.getByRole("rowheader", { name: "DescribeUser", exact: true }).count()).toBe(0);
  // From the list to the statements, and back.
  await panel.getByRole("button", { name: "DeleteQueue" }).click();
  await panel.getByRole("heading", { name: "DeleteQueue for groups operators" }).waitFor();
  await page.keyboard.press("Escape");
  await panel.getByRole("heading", { name: "Changes" }).waitFor();
  await page.getByLabel("Revision").fill("none-such");
  await page.keyboard.press("Enter");
  await expect.poll(() => panel.textContent()).toContain("git knows no such revision");
  await page.getByLabel("Compare with").selectOption("nothing");
  await expect.poll(() => panel.count()).toBe(0);
});

it("the candidate and another environment, after it", async () => {
  const [configFolder, shadowFolder] = [await copyExamples(), await copyExamples()];
  await change(shadowFolder);
  await writeFile(
    join(shadowFolder, "policies/record-contacts.json"),
    await readFile(join(shadowFolder, "policies/everything.json"), "utf8"),
  );
  await mkdir(join(configFolder, "environments"));
  const file = join(configFolder, "authorizer.yaml");
  const text = await readFile(file, "utf8");
  const [east = ""] = /arn:aws:connect:us-east-1\S+/.exec(text) ?? [];
  // The one in which operators may not delete users is another one there, of which the Deny does not know.
  await writeFile(
    file,
    text.replace("  - arn: ", "  - name: east\n    arn: ").replace("  - arn: ", "  - name: west\n    arn: "),
  );
  await writeFile(
    join(configFolder, "environments/prod.yaml"),
    `instances:\n  - name: east\n    arn: ${east.replace(/.$/, "9")}\n`,
  );
  const page = await openConsole(await startGateway({ configFolder, shadowFolder }));
  await whenComputed(page);
  await page.getByLabel("Compare with").selectOption("the candidate");
  await expect
    .poll(() => sectionsOf(page), { timeout: 30_000 })
    .toEqual(["Leads to more access", "Gained", "Lost"]);
  expect(await page.getByRole("complementary").getByRole("region").first().textContent()).toContain(
    "groups recorders: never",
  );
  expect(await cellOf(page, "DeleteUser", 1).getAttribute("aria-description")).toBe(
    "gained: would be always",
  );
  await page.getByLabel("Compare with").selectOption("environment prod");
  const panel = page.getByRole("complementary");
  await expect.poll(() => panel.textContent(), { timeout: 30_000 }).toMatch(/environment prod.*Gained/);
  await expect
    .poll(() => cellOf(page, "DeleteUser", 1).getAttribute("aria-description"), { timeout: 30_000 })
    .toBe("gained: would be always");
});
