/** The Try view in a real browser: by mouse, by keyboard alone, on a narrow phone; hostile texts stay texts, and tokens stay out of the address. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { writeTryConfiguration } from "../try-configuration.ts";
import { barriers } from "./barriers.ts";
import { openConsole, openPage, shareGateway, startGateway } from "./open-console.ts";

const gateway = shareGateway();

async function openTry(
  url: string,
  query = "",
  options: Parameters<typeof openConsole>[1] = {},
): Promise<Page> {
  const page = await openConsole(url, options);
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/try${query}`);
  await page.getByLabel("Caller", { exact: true }).waitFor();
  return page;
}

async function fill(page: Page, caller: string, operation: string, input?: string): Promise<void> {
  await page.getByLabel("Caller").fill(caller);
  await page.getByLabel("Operation").fill(operation);
  if (input !== undefined) await page.getByLabel("Input").fill(input);
}

const status = (page: Page) => page.getByRole("status");
const said = (page: Page) => expect.poll(() => status(page).textContent());

async function tokenOf(url: string, groups: readonly string[]): Promise<string> {
  const answer = await fetch(`${url}/local/token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-local-token": "1" },
    body: JSON.stringify({ sub: "alice", groups }),
  });
  return (JSON.parse(await answer.text()) as { token: string }).token;
}

describe("the Try view", () => {
  it("decides by mouse, with statements, what the authorizer knew, and what would allow it", async () => {
    const page = await openTry(gateway());
    expect(await page.title()).toBe("Try - connect-authorizer");
    await page.getByLabel("Caller").click();
    await page.getByRole("option", { name: "groups operators" }).click();
    await page.getByLabel("Operation").pressSequentially("delete user");
    await page.getByRole("option", { name: /^DeleteUser users/ }).click();
    expect(await page.getByLabel("Input").inputValue()).toContain('"UserId": "some-user-id"');
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Denied: .*deny-delete-update-users\.json:4:5/);
    const outcome = page.getByRole("region", { name: "Outcome" });
    const text = (await outcome.textContent()) ?? "";
    expect(text).toContain("DELETE /users/");
    expect(text).toContain("Authorizerdenies it");
    expect(text).toContain("Without this Deny, the call would be allowed.");
    const deny = outcome.getByRole("region", { name: "Deny statement of deny-delete-update-users" });
    expect(await deny.textContent()).toContain("DenyDeleteAndUpdateUsers");
    expect(page.url()).toContain("#/try?caller=groups+operators&operation=DeleteUser&input=%7B%22InstanceId");
  });

  it("says what a policy needs, and what only the proxy sees", async () => {
    const page = await openTry(gateway());
    await fill(page, "groups recorders", "SearchUsers");
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Denied: /);
    const outcome = page.getByRole("region", { name: "Outcome" });
    expect(await outcome.locator(".needed").textContent()).toContain('"connect:SearchUsers"');
    await fill(page, "admins", "SearchUsers");
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Allowed: /);
    expect(await outcome.textContent()).toContain("cannot know yet: only the proxy sees the instance");
  });

  it("sends the call, and shows the gateway's answer", async () => {
    const page = await openTry(gateway());
    await fill(page, "groups admins", "ListUsers");
    await page.getByRole("button", { name: "Send" }).click();
    await said(page).toMatch(/^200 from the gateway/);
    const answer = page.getByRole("region", { name: "Answer of the gateway" });
    expect(await answer.textContent()).toContain("UserSummaryList");
    await fill(page, "groups operators", "DeleteUser");
    await page.getByRole("button", { name: "Send" }).click();
    await said(page).toMatch(/^403 from the gateway: AccessDeniedException/);
  });

  it("keeps what is written as soon as its fields are there", async () => {
    const page = await openPage();
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        const field = document.querySelector<HTMLInputElement>("#caller");
        if (!field) return;
        observer.disconnect();
        field.value = "groups admins";
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(`${gateway()}/_console/#/try`);
    await page.getByText("Anyone in admins.").waitFor();
    await page.waitForTimeout(500);
    expect(await page.getByLabel("Caller").inputValue()).toBe("groups admins");
  });

  it("is used by keyboard alone", async () => {
    const page = await openTry(gateway());
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = () =>
      page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
    await page.getByRole("navigation").getByRole("link").last().focus();
    await press("Tab");
    expect(await focused()).toBe("caller");
    await page.keyboard.type("operat");
    await press("ArrowDown");
    expect(await page.getByLabel("Caller").getAttribute("aria-activedescendant")).toBe("caller-0");
    await press("Enter");
    expect(await page.getByLabel("Caller").inputValue()).toBe("groups operators");
    await press("Tab");
    await page.keyboard.type("update user routing");
    await press("ArrowDown", "Escape");
    expect(await page.getByRole("option").count()).toBe(0);
    await press("ArrowDown", "Enter");
    expect(await page.getByLabel("Operation").inputValue()).toBe("UpdateUserRoutingProfile");
    await press("Enter");
    await said(page).toMatch(/^Denied: /);
    await press("Tab");
    expect(await focused()).toBe("input");
    await press("Control+a");
    await page.keyboard.type('{"UserId": 1}');
    await press("Control+Enter");
    await said(page).toMatch(/^Refused \(400\)/);
    await press("Tab", "Tab");
    expect(await focused()).toBe("Fill anew");
    await press("Enter", "Tab");
    expect(await page.getByLabel("Input").inputValue()).toContain("RoutingProfileId");
    await page.getByRole("button", { name: "Decide" }).focus();
    await press("Tab", "Enter");
    await said(page).toMatch(/^403 from the gateway/);
  });

  it("says whose a pasted token is, and keeps it out of the address", async () => {
    const url = gateway();
    const page = await openTry(url);
    const token = await tokenOf(url, ["operators"]);
    await fill(page, token, "DeleteUser");
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Denied: alice may not DeleteUser/);
    expect(await page.getByRole("region", { name: "Outcome" }).textContent()).toContain(
      "Calleralice, in operators",
    );
    expect(page.url()).not.toContain(token.slice(0, 12));
    await page.getByRole("button", { name: "Send" }).click();
    await said(page).toMatch(/^403 from the gateway/);
    await page.getByLabel("Caller").fill(`${token.slice(0, -6)}AAAAAA`);
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toBe("The gateway refuses this token (401): the token's signature is not valid.");
    expect(page.url()).not.toContain("eyJ");
  });

  it("takes a pasted curl line, with its token", async () => {
    const url = gateway();
    const page = await openTry(url);
    const token = await tokenOf(url, ["admins"]);
    const instance = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
    await page
      .getByLabel("Input")
      .fill(`curl -i -H "authorization: Bearer ${token}" \\\n  ${url}/users/${instance}/u-1`);
    expect(await page.getByLabel("Operation").inputValue()).toBe("DescribeUser");
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Allowed: alice may DescribeUser/);
    expect(page.url()).not.toContain("eyJ");
  });

  it("is opened by a link, already decided", async () => {
    const query = new URLSearchParams({
      caller: '{"sub":"bob","groups":["operators"]}',
      operation: "DeleteUser",
    });
    const page = await openTry(gateway(), `?${query}`);
    await said(page).toMatch(/^Denied: bob may not DeleteUser/);
  });

  it("finds operations by the words of people, and routes of the configuration", async () => {
    const page = await openTry(await startGateway({ configFolder: await writeTryConfiguration() }));
    const options = () => page.getByRole("option").allTextContents();
    await page.getByLabel("Operation").pressSequentially("hire a person");
    await expect.poll(async () => (await options())[0]).toBe("CreateUser users");
    await page.getByLabel("Operation").fill("agents route");
    await page
      .getByRole("option", { name: "GET /agents/{agentId} routes of your own, DescribeUser" })
      .click();
    expect(JSON.parse(await page.getByLabel("Input").inputValue())).toEqual({
      path: { agentId: "some-user-id" },
    });
    await page.getByRole("button", { name: "Fill in a form" }).click();
    await page.getByLabel("agentId").fill("u-9");
    await page.getByLabel("Caller").fill('{"claims": {"site": "berlin"}}');
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Allowed: .* may DescribeUser/);
    expect(await page.getByRole("region", { name: "Outcome" }).textContent()).toContain("GET /agents/u-9");
  });

  it("asks for what only Amazon Connect knows, and decides by it once it is told", async () => {
    const page = await openTry(await startGateway({ configFolder: await writeTryConfiguration() }));
    await fill(page, '{"groups": ["team"], "tags": {"team": "a"}}', "DescribeUser");
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Not known: /);
    await page.getByRole("button", { name: "Copy as policy test" }).click();
    await page.getByText("A policy test needs what Amazon Connect knows").waitFor();
    await page.getByRole("button", { name: "Write it into Known" }).click();
    const known = page.getByLabel("Known");
    expect(await known.inputValue()).toBe("agent/some-user-id: { tags: { team: … } }");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("known");
    await known.fill("agent/some-user-id: { tags: { team: a } }");
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toMatch(/^Allowed: /);
    expect(page.url()).toContain("known=");
    await known.fill("agent: { tags: {} }");
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toBe(
      "Line 1: agent is not a resource of Amazon Connect; write agent/ID, as in ARNs, or a whole ARN",
    );
    expect(await known.getAttribute("aria-invalid")).toBe("true");
  });

  it("says in its fields what is wrong", async () => {
    const page = await openTry(gateway());
    const decided = async (caller: string, operation: string, input: string) => {
      await fill(page, caller, operation, input);
      await page.getByRole("button", { name: "Decide" }).click();
    };
    await decided("nobody", "DescribeUser", "{}");
    await said(page).toContain("No binding has this name");
    expect(await page.getByLabel("Caller").getAttribute("aria-invalid")).toBe("true");
    await decided("admins", "DescribeUsr", "{}");
    await said(page).toContain("did you mean DescribeUser");
    await decided("admins", "DescribeUser", "{");
    await said(page).toContain("The input is not JSON");
    await decided("admins", "DescribeUser", '{"UserId":"u"}');
    await said(page).toMatch(/^Refused|^Allowed/);
  });

  it.each(["light", "dark"] as const)("has no barrier that axe finds, %s", async (colorScheme) => {
    const page = await openTry(gateway(), "", { colorScheme });
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel("Operation").fill("delete");
    await page.getByRole("option").first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await fill(page, "groups operators", "DeleteUser");
    await page.getByRole("button", { name: "Send" }).click();
    await said(page).toMatch(/^403/);
    expect(await barriers(page)).toEqual([]);
  });

  it("fits a narrow phone", async () => {
    const viewport = { width: 390, height: 844 };
    const page = await openTry(gateway(), "", { viewport, hasTouch: true, isMobile: true });
    await fill(page, "groups operators", "DeleteUser");
    await page.getByRole("button", { name: "Decide" }).tap();
    await said(page).toMatch(/^Denied/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const widest = await page.locator(".try").evaluate((view) => view.scrollWidth);
    expect(widest).toBe(390);
    expect(await barriers(page)).toEqual([]);
  });

  it("shows hostile texts as texts", async () => {
    const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>`alert(3)`';
    const query = new URLSearchParams({
      caller: JSON.stringify({ sub: evil, groups: [evil, "operators"] }),
      operation: "DeleteUser",
      input: JSON.stringify({ InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc1", UserId: evil }),
    });
    const page = await openTry(gateway(), `?${query}`);
    await said(page).toMatch(/^Denied|^Refused/);
    await page.getByRole("button", { name: "Send" }).click();
    await said(page).toMatch(/^[45]\d\d from the gateway/);
    expect(await page.locator("img, .try script").count()).toBe(0);
    await page.getByLabel("Operation").fill(evil);
    await page.getByRole("button", { name: "Decide" }).click();
    await said(page).toContain("is not an operation");
    expect(await page.locator("img, .try script").count()).toBe(0);
  });
});
