/** The form of Try in a real browser: it and JSON are two sides of one value, by mouse and by keyboard; secrets are hidden; a narrow phone. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { barriers } from "./barriers.ts";
import { openConsole, shareGateway } from "./open-console.ts";

const gateway = shareGateway();

async function openForm(operation: string, viewport = { width: 1280, height: 900 }): Promise<Page> {
  const page = await openConsole(gateway(), { viewport });
  await page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    `#/try?${new URLSearchParams({ caller: "groups admins" })}`,
  );
  await page.getByLabel("Operation").fill(operation);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Fill in a form" }).click();
  return page;
}

const form = (page: Page) => page.getByRole("group", { name: "Input", exact: true });

/** Shows the other side, reads it, and comes back. */
async function jsonOf(page: Page): Promise<unknown> {
  await page.getByRole("button", { name: "Show as JSON" }).click();
  const text = await page.getByLabel("Input").inputValue();
  await page.getByRole("button", { name: "Fill in a form" }).click();
  return JSON.parse(text);
}

describe("the form of Try", () => {
  it("has what is required, and what is added: structures, lists, maps, choices, times", async () => {
    const page = await openForm("CreateUser");
    const add = async (name: string, to = "") => {
      await page
        .getByLabel(`Add a member${to === "" ? "" : ` to ${to}`}`, { exact: true })
        .selectOption(name);
      await page
        .getByRole("button", { name: `Add ${to === "" ? "" : `${to}.`}${name}`, exact: true })
        .click();
    };
    const box = form(page);
    await box.getByLabel("Username", { exact: true }).fill("ada");
    await add("PhoneConfig");
    await add("PhoneType", "PhoneConfig");
    await box.getByLabel("PhoneType").selectOption("DESK_PHONE");
    await add("AutoAccept", "PhoneConfig");
    await box.getByLabel("AutoAccept").selectOption("true");
    await add("AfterContactWorkTimeLimit", "PhoneConfig");
    await box.getByLabel("AfterContactWorkTimeLimit").fill("30");
    await box.getByRole("button", { name: "Add an item to SecurityProfileIds" }).click();
    await page.keyboard.type("second");
    await add("Tags");
    await box.getByRole("button", { name: "Add an entry to Tags" }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("team");
    await box.getByLabel("Value of team").fill("a");
    expect(await jsonOf(page)).toMatchObject({
      Username: "ada",
      PhoneConfig: { PhoneType: "DESK_PHONE", AutoAccept: true, AfterContactWorkTimeLimit: 30 },
      SecurityProfileIds: ["some-security-profile-id", "second"],
      Tags: { team: "a" },
    });
    await box.getByRole("button", { name: "Remove SecurityProfileIds.0" }).click();
    await box.getByRole("button", { name: "Remove PhoneConfig", exact: true }).click();
    const left = await jsonOf(page);
    expect(left).toMatchObject({ SecurityProfileIds: ["second"] });
    expect(left).not.toHaveProperty("PhoneConfig");
    await page.getByRole("button", { name: "Decide" }).click();
    await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^Allowed: /);
  });

  it("hides what is secret, and keeps it out of the address", async () => {
    const page = await openForm("CreateUser");
    await page.getByRole("button", { name: "Show as JSON" }).click();
    await page
      .getByLabel("Input")
      .fill(JSON.stringify({ InstanceId: "i", Username: "ada", Password: "Hidden-1" }));
    await page.getByRole("button", { name: "Fill in a form" }).click();
    const field = form(page).getByLabel("Password", { exact: true });
    expect(await field.getAttribute("type")).toBe("password");
    await form(page).getByRole("button", { name: "Show Password" }).click();
    expect([await field.getAttribute("type"), await field.inputValue()]).toEqual(["text", "Hidden-1"]);
    await page.getByRole("button", { name: "Decide" }).click();
    await expect.poll(() => page.getByRole("status").textContent()).not.toContain("Choose");
    expect(page.url()).toContain("ada");
    expect(page.url()).not.toContain("Hidden");
  });

  it("shows one of several, times in UTC, and keeps a key that another entry has", async () => {
    const page = await openForm("UpdateContact");
    const write = async (operation: string, input: object) => {
      await page.getByRole("button", { name: "Show as JSON" }).click();
      await page.getByLabel("Operation").fill(operation);
      await page.keyboard.press("Escape");
      await page.getByLabel("Input").fill(JSON.stringify(input));
      await page.getByRole("button", { name: "Fill in a form" }).click();
    };
    const box = form(page);
    await write("CreateEvaluationForm", { Title: "t", Items: [{ Section: { Title: "s" } }] });
    await box.getByLabel("Which", { exact: true }).first().selectOption("Question");
    await box.getByLabel("Instructions").waitFor({ state: "detached" });
    expect(await jsonOf(page)).toMatchObject({ Items: [{ Question: { QuestionType: "DATETIME" } }] });
    await write("GetMetricDataV2", { StartTime: 1_767_225_600 });
    expect(await box.getByLabel("StartTime").inputValue()).toMatch(/^2026-01-01T00:00/);
    await box.getByLabel("StartTime").fill("2026-02-03T04:05:06");
    expect(await jsonOf(page)).toMatchObject({ StartTime: "2026-02-03T04:05:06Z" });
    await write("TagResource", { tags: { a: "1", b: "2" } });
    await box.getByLabel("Key of entry 2").fill("a");
    await page.getByText("Another entry has this key").waitFor();
    expect(await jsonOf(page)).toEqual({ tags: { a: "1", b: "2" } });
  });

  it("says why it cannot show what is on the other side, which stays as it is", async () => {
    const page = await openForm("DescribeUser");
    for (const [text, why] of [
      ['{"UserId": 1}', "UserId must be a text, and is 1"],
      ['{"Other": 1}', "Other is not a member"],
      ['{"UserId"', "it is not JSON"],
    ] as const) {
      await page.getByRole("button", { name: "Show as JSON" }).click();
      await page.getByLabel("Input").fill(text);
      await page.getByRole("button", { name: "Fill in a form" }).click();
      await page.getByText(`A form cannot show this: ${why}`).waitFor();
      await page.getByRole("button", { name: "Show as JSON" }).click();
      expect(await page.getByLabel("Input").inputValue()).toBe(text);
      await page.getByRole("button", { name: "Fill in a form" }).click();
    }
  });

  it("is filled in by keyboard alone", async () => {
    const page = await openForm("DescribeUser");
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByLabel("Operation").focus();
    await press("Tab", "Control+a");
    await page.keyboard.type("u-7");
    await press("Enter");
    await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^Allowed: /);
    expect(page.url()).toContain("u-7");
    await page.getByLabel("Operation").fill("ListUsers");
    await page.getByText("A form cannot show this: UserId is not a member").waitFor();
    await press("Escape", "Tab", "Tab", "Enter");
    await page.getByLabel("Operation").focus();
    await press("Tab", "Tab");
    await page.keyboard.type("Max");
    await press("Tab", "Enter");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("5");
    await expect.poll(() => form(page).getByLabel("MaxResults", { exact: true }).inputValue()).toBe("5");
    await press("Tab", "Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("adds-");
    expect(await form(page).getByLabel("MaxResults", { exact: true }).count()).toBe(0);
  });

  it("has no barriers, wide and on a narrow phone", async () => {
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 360, height: 740 },
    ]) {
      const page = await openForm("CreateUser", viewport);
      await page.getByRole("button", { name: "Show as JSON" }).click();
      await page.getByLabel("Input").fill(
        JSON.stringify({
          ...{ Username: "a", Password: "b", Tags: { a: "b" }, SecurityProfileIds: ["c"] },
          ...{ PhoneConfig: { PhoneType: "SOFT_PHONE", AutoAccept: true }, RoutingProfileId: "r" },
        }),
      );
      await page.getByRole("button", { name: "Fill in a form" }).click();
      await form(page).getByLabel("PhoneType").waitFor();
      expect(await barriers(page)).toEqual([]);
      const [width, shown] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(width).toBe(shown);
    }
  });
});
