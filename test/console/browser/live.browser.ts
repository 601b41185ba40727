/** The view Live in a real browser: calls come, are found and opened, by mouse and by keyboard; hostile records; a gateway that goes away. */
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadPath } from "../../../tools/cli/open-configuration.ts";
import { startLocal } from "../../../tools/local/start-local.ts";
import { barriers } from "./barriers.ts";
import { openConsole, openPage, startGateway } from "./open-console.ts";

const instance = "00fbeee1-123e-111e-93e3-11111bfbfcc1";

/** Makes a call by a token of the gateway's own issuer. */
async function call(url: string, method: string, path: string, sub = "alice"): Promise<number> {
  const headers = { "x-local-token": "1", "content-type": "application/json" };
  const body = JSON.stringify({ sub, groups: ["operators"] });
  const given = await fetch(`${url}/local/token`, { method: "POST", headers, body });
  const { token } = (await given.json()) as { readonly token: string };
  const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
  await answer.text();
  return answer.status;
}

const users = `/users/${instance}`;

async function toLive(page: Page): Promise<Page> {
  await page.getByRole("link", { name: "Live", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  return page;
}

/** What the rows say, without their time. */
const rowsOf = (page: Page) =>
  page
    .locator(".calls tbody:not(.gap) tr")
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll("td")].slice(1, 4).map(({ textContent }) => textContent?.trim()),
      ),
    );

async function openText(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Open records" }).click();
  await page.getByLabel("Or paste them").fill(text);
  await page.getByRole("button", { name: "Show", exact: true }).click();
}

const record = (members: object) =>
  JSON.stringify({
    type: "decision",
    schemaVersion: 1,
    time: "2026-03-04T05:06:07.000Z",
    stage: "proxy",
    requestId: "r-1",
    outcome: "allow",
    operation: "DescribeUser",
    principal: { id: "alice", name: "alice", issuer: "https://issuer.example" },
    ...members,
  });

describe("the view Live", () => {
  it("says how to make the first call, and shows calls as they come, also those before it was opened", async () => {
    const url = await startGateway();
    const page = await toLive(await openConsole(url));
    await page.getByRole("heading", { name: "No calls yet" }).waitFor();
    await expect
      .poll(() => page.locator(".no-calls pre").textContent())
      .toContain(`token --sub alice --group operators --url ${url}`);
    await call(url, "DELETE", `${users}/u-1`);
    await expect.poll(() => rowsOf(page)).toEqual([["denied", "DeleteUser", "alice"]]);
    await call(url, "GET", `${users}/u-1`, "bob");
    await expect
      .poll(() => rowsOf(page))
      .toEqual([
        ["allowed 404", "DescribeUser", "bob"],
        ["denied", "DeleteUser", "alice"],
      ]);
    const other = await toLive(await openConsole(url));
    await expect.poll(() => rowsOf(other)).toEqual(await rowsOf(page));
    expect(await page.locator(".rate figcaption").textContent()).toBe(
      "Last 5 minutes: 2 calls, 1 allowed (above the line), 1 refused (below it), at most 0.2 a second",
    );
  });

  it("finds calls, and opens one: why, its statements, and where it leads", async () => {
    const url = await startGateway();
    const page = await toLive(await openConsole(url));
    await call(url, "DELETE", `${users}/u-1`);
    await call(url, "GET", `${users}/u-1`, "bob");
    await expect.poll(async () => (await rowsOf(page)).length).toBe(2);
    await page.getByLabel("Caller").fill("bob");
    await expect.poll(() => rowsOf(page)).toEqual([["allowed 404", "DescribeUser", "bob"]]);
    await page.getByLabel("Caller").fill("");
    await page.getByLabel("Operation").fill("delete");
    await expect.poll(() => rowsOf(page)).toEqual([["denied", "DeleteUser", "alice"]]);
    await page.getByLabel("Operation").fill("");
    await page.getByLabel("Outcome").selectOption("denied or failed");
    await expect.poll(() => rowsOf(page)).toEqual([["denied", "DeleteUser", "alice"]]);
    await page.getByLabel("Outcome").selectOption("all calls");
    await page.getByLabel("Anything").fill("NOT AUTHORIZED agent/u-1");
    await expect.poll(() => rowsOf(page)).toEqual([["denied", "DeleteUser", "alice"]]);
    await page.locator(".calls td.caller").click();
    const panel = page.getByRole("complementary");
    await panel.getByRole("heading", { name: "DeleteUser by alice" }).waitFor();
    const text = await panel.textContent();
    expect(text).toContain(
      "alice called DeleteUser. It was denied: Deny deny-delete-update-users#DenyDeleteAndUpdateUsers.",
    );
    expect(text).toContain("policies/deny-delete-update-users.json:4");
    expect(text).toContain(`instance/${instance}/agent/u-1`);
    expect(text).toContain("operators");
    await panel.getByRole("link", { name: "Who may call DeleteUser" }).click();
    await page.getByRole("heading", { level: 1, name: "Access" }).waitFor();
    await expect.poll(() => page.getByLabel("Find operations").inputValue()).toBe("DeleteUser");
  });

  it("leads to Try, prefilled with the caller and the resources, which decides the same", async () => {
    const url = await startGateway();
    const page = await toLive(await openConsole(url));
    const calls = [
      ["DELETE", `${users}/u-1`, "DeleteUser", /^Denied: alice may not DeleteUser/],
      ["GET", `${users}/u-2`, "DescribeUser", /^Allowed: alice may DescribeUser/],
      ["POST", `${users}/u-3/routing-profile`, "UpdateUserRoutingProfile", /^Denied: alice may not/],
    ] as const;
    for (const [method, path, operation, outcome] of calls) {
      await call(url, method, path);
      await page.getByRole("button", { name: operation }).first().click();
      await page.getByRole("link", { name: "Try this call" }).click();
      await page.getByRole("heading", { level: 1, name: "Try" }).waitFor();
      await expect.poll(() => page.getByRole("status").textContent()).toMatch(outcome);
      expect(await page.getByLabel("Operation").inputValue()).toBe(operation);
      expect(JSON.parse(await page.getByLabel("Caller").inputValue())).toMatchObject({
        sub: "alice",
        groups: ["operators"],
      });
      const input = JSON.parse(await page.getByLabel("Input").inputValue());
      expect(input).toMatchObject({ InstanceId: instance, UserId: path.split("/")[3] });
      await toLive(page);
    }
  });

  it("is filled by the callers of a gateway that is live", async () => {
    const every = (run: () => unknown) => {
      const timer = setInterval(run, 50);
      return () => clearInterval(timer);
    };
    const url = await startGateway({
      connect: { kind: "embedded", live: { seed: 1, every } },
      liveCallsPerMinute: 600,
    });
    const page = await toLive(await openConsole(url));
    await expect.poll(async () => (await rowsOf(page)).length).toBeGreaterThan(8);
    const outcomes = (await rowsOf(page)).map(([outcome = ""]) => outcome.split(" ")[0]);
    expect(new Set(outcomes)).toEqual(new Set(["allowed", "denied"]));
  });

  it("stands still while it is paused, and forgets what is cleared", async () => {
    const url = await startGateway();
    const page = await toLive(await openConsole(url));
    await call(url, "DELETE", `${users}/u-1`);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(1);
    await page.getByRole("button", { name: "Pause" }).click();
    await call(url, "DELETE", `${users}/u-2`);
    await expect.poll(() => page.locator(".live .counts").textContent()).toBe("1 call; paused, 1 new");
    expect((await rowsOf(page)).length).toBe(1);
    await page.getByRole("button", { name: "Continue" }).click();
    await expect.poll(async () => (await rowsOf(page)).length).toBe(2);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("heading", { name: "No calls yet" }).waitFor();
  });

  it("is used by keyboard alone", async () => {
    const url = await startGateway();
    const page = await toLive(await openConsole(url));
    for (const id of ["u-1", "u-2", "u-3"]) await call(url, "DELETE", `${users}/${id}`);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(3);
    const focused = () => page.evaluate(() => document.activeElement?.closest("tr")?.textContent ?? "");
    await page.getByRole("button", { name: "Open records" }).focus();
    await page.keyboard.press("Tab");
    expect(await focused()).toContain("agent/u-3");
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toContain("agent/u-2");
    // What one reads stays focused when calls come above.
    await call(url, "DELETE", `${users}/u-4`);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(4);
    expect(await focused()).toContain("agent/u-2");
    await page.keyboard.press("Enter");
    const heading = page.getByRole("complementary").getByRole("heading", { level: 2 });
    await heading.waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H2");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toContain("agent/u-2");
    await page.keyboard.press("End");
    await expect.poll(focused).toContain("agent/u-1");
  });

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
  ] as const)("has no barrier that axe finds, %s, %i wide", async (colorScheme, width) => {
    const url = await startGateway();
    const page = await toLive(
      await openConsole(url, { colorScheme, viewport: { width, height: 844 }, reducedMotion: "reduce" }),
    );
    await page.locator(".no-calls pre").waitFor();
    expect(await barriers(page)).toEqual([]);
    await call(url, "DELETE", `${users}/u-1`);
    await call(url, "GET", `${users}/u-1`);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(2);
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.getByRole("button", { name: "DeleteUser" }).click();
    await page.getByRole("complementary").waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Open records" }).click();
    expect(await barriers(page)).toEqual([]);
  });

  it("opens records of a file or pasted ones, a long list too, and goes back", async () => {
    const page = await toLive(await openConsole(await startGateway()));
    await openText(page, "nothing of the sort");
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("no decision record");
    const lines = Array.from({ length: 2_500 }, (_, at) =>
      record({
        time: new Date(Date.UTC(2026, 2, 4) + at * 1_000).toISOString(),
        requestId: `r-${at}`,
        resource: `arn:aws:connect:eu-west-1:1:instance/i/agent/u-${at}`,
      }),
    );
    const file = join(tmpdir(), `records ${process.pid}.log`);
    await writeFile(file, lines.join("\n"));
    onTestFinished(() => rm(file, { force: true }));
    await page.getByLabel("A file").setInputFiles(file);
    await expect
      .poll(() => page.locator(".live .counts").textContent())
      .toBe(`2,000 calls, the newest of 2,500 of records ${process.pid}.log`);
    expect((await rowsOf(page)).length).toBeLessThan(80);
    const first = page.locator(".calls button").first();
    await first.focus();
    await page.keyboard.press("End");
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest("tr")?.textContent))
      .toContain("agent/u-500");
    expect(
      await page.evaluate(() => document.activeElement?.closest("tr")?.getAttribute("aria-rowindex")),
    ).toBe("2001");
    await page.getByRole("button", { name: "Back to live" }).click();
    await page.getByRole("heading", { name: "No calls yet" }).waitFor();
  });

  it("shows hostile records as text, runs nothing of them, and shows no token", async () => {
    const page = await toLive(await openConsole(await startGateway()));
    const evil = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
    const token = `eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl`;
    const hostile = {
      operation: evil,
      principal: {
        id: `${evil}\u202etxt.exe`,
        name: "\u0000\u0007\n::error::x",
        issuer: { a: 1 },
        groups: [evil, 5, null],
      },
      outcome: "constructor",
      resource: "x".repeat(100_000),
      statements: [{ policy: evil, effect: "__proto__" }, 7, null],
      asks: Array.from({ length: 5_000 }, () => ({
        action: evil,
        resource: "toString",
        decision: "toString",
      })),
      message: `${token} Bearer abcdefghijklmnop`,
      layer: "toString",
      userAgent: "not a member of records",
      authorization: token,
    };
    await openText(
      page,
      [record(hostile), "null", "[", record({ time: "never", requestId: "r-2" })].join("\n"),
    );
    await expect.poll(async () => (await rowsOf(page)).length).toBe(1);
    await page.locator(".calls button").first().click();
    await page.getByRole("complementary").waitFor();
    const text = await page.locator("main").textContent();
    expect(text).toContain(evil);
    expect(text).toContain("\\u{202e}");
    expect(text).toContain("(a token, not shown)");
    expect(text).not.toMatch(/eyJ|abcdefghijklmnop|not a member|\p{Cf}/u);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toBe("Live - connect-authorizer");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280);
  });

  it("goes on by itself when the gateway was started anew", async () => {
    const start = (port: number) =>
      startLocal({
        port,
        api: "rest",
        configFolder: "examples/aws",
        connect: { kind: "embedded" },
        environment: {},
        load: loadPath,
        program: "npx connect-authorizer",
        print: () => undefined,
      });
    const earlier = await start(0);
    const { url } = earlier;
    const page = await openPage();
    await page.goto(`${url}/_console/#/live`);
    await page.getByRole("heading", { name: "No calls yet" }).waitFor();
    await call(url, "DELETE", `${users}/u-1`);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(1);
    await earlier.close();
    await expect
      .poll(() => page.locator(".gateway").textContent(), { timeout: 10_000 })
      .toBe("the gateway does not answer");
    const later = await start(Number(new URL(url).port));
    onTestFinished(() => later.close());
    await expect
      .poll(() => page.locator(".gateway").getAttribute("data-connected"), { timeout: 10_000 })
      .toBe("true");
    await call(url, "DELETE", `${users}/u-2`);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(2);
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("asks nothing while nobody sees it, and catches up", async () => {
    const url = await startGateway();
    const page = await toLive(await openConsole(url));
    const hide = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, isHidden);
    await hide(true);
    // The request that waited is answered by the first call.
    await call(url, "DELETE", `${users}/u-1`);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(1);
    let asked = 0;
    page.on("request", () => asked++);
    for (const id of ["u-2", "u-3"]) await call(url, "DELETE", `${users}/${id}`);
    expect(asked).toBe(0);
    await hide(false);
    await expect.poll(async () => (await rowsOf(page)).length).toBe(3);
  });
});
