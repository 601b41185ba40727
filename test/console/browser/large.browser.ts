/** A thousand bindings by four hundred operations: the page shows a part of them, and never waits for the rest. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { copyExamples, openConsole, startGateway } from "./open-console.ts";

const bindings = 1_000;

/** Each binding has a policy of its own, on a resource of its own. */
async function writeLarge(folder: string): Promise<void> {
  const names = Array.from({ length: bindings }, (_, at) => `team-${at}`);
  const instance = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
  const lines = [
    "instances:",
    `  - arn: ${instance}`,
    "issuers:",
    "  - issuer: https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example",
    "    audience: my-app",
    '    claims: { groups: "cognito:groups" }',
    "bindings:",
    ...names.flatMap((name) => [`  - match: { groups: [${name}] }`, `    policies: [${name}]`]),
  ];
  await writeFile(join(folder, "authorizer.yaml"), `${lines.join("\n")}\n`);
  await mkdir(join(folder, "policies"), { recursive: true });
  for (const [at, name] of names.entries()) {
    const statements = [
      { Effect: "Allow", Action: ["connect:Describe*", "connect:List*"], Resource: "*" },
      { Effect: "Allow", Action: "connect:Update*", Resource: `${instance}/agent/${at}` },
      {
        Effect: "Deny",
        Action: "connect:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": name } },
      },
    ];
    await writeFile(
      join(folder, `policies/${name}.json`),
      JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2),
    );
  }
}

/**
 * Scrolls in both directions. Time is that of a processor which the page's own thread takes for a step, in milliseconds, from the
 * shortest: it is the same on a machine that is busy with other work.
 */
async function scrollThrough(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
  };
  const work: number[] = [];
  let most = 0;
  let before = await spent();
  for (let step = 0; step < 120; step++) {
    const cells = await page.evaluate(
      async (top) => {
        document.querySelector(".scroller")?.scrollBy({ left: 260, top });
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        return document.querySelectorAll("tbody td").length;
      },
      step % 2 === 0 ? 310 : -120,
    );
    most = Math.max(most, cells);
    const now = await spent();
    work.push(now - before);
    before = now;
  }
  return { work: work.toSorted((one, other) => one - other), most };
}

it("a table of 1,000 bindings is scrolled and searched without a stutter", async () => {
  const configFolder = await copyExamples({ isEmpty: true });
  await writeLarge(configFolder);
  const page = await openConsole(await startGateway({ configFolder }));
  const table = page.getByRole("table");
  expect(await table.getAttribute("aria-colcount")).toBe(String(bindings + 1));
  expect(Number(await table.getAttribute("aria-rowcount"))).toBeGreaterThan(395);
  await page.waitForFunction(() => document.querySelectorAll("tbody td button").length > 100);
  const { work, most } = await scrollThrough(page);
  expect(most).toBeLessThan(1_500);
  // Half of all steps: some 20 ms of a processor, or 50 on one that others use.
  expect(work[60]).toBeLessThan(120);
  // In the middle of a long area, whose head sticks to the top.
  await page.evaluate(() => document.querySelector(".scroller")?.scrollTo({ top: 1_500, left: 9_000 }));
  await expect.poll(() => page.locator("tr.area").first().textContent()).toMatch(/^contacts/);
  expect(await page.locator("tr.area").first().isVisible()).toBe(true);
  await page.getByLabel("Find bindings").fill("team-999");
  await expect
    .poll(() => page.getByRole("columnheader").allTextContents())
    .toEqual(["Operation", "groups team-999"]);
  await expect
    .poll(() =>
      page
        .getByRole("row")
        .filter({ hasText: /^DescribeUsersometimes$/ })
        .count(),
    )
    .toBe(1);
  // By keyboard from the first cell to the last, most of which are not in the document.
  await page.getByLabel("Find bindings").fill("");
  await page.getByRole("button", { name: "Close all areas" }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+End");
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-at")))
    .toBe(String(bindings - 1));
  expect(
    await page.evaluate(() => document.activeElement?.closest("td")?.getAttribute("aria-colindex")),
  ).toBe(String(bindings + 1));
}, 300_000);
