/** What somebody else's page can do to the console in a real browser: nothing. What a configuration says is text, whatever is in it. */

import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { copyExamples, openConsole, openPage, startGateway } from "./open-console.ts";

/** Serves a page of another origin on this machine, which is the same site to a browser; by another name, another site. */
async function startOtherSite(html: string): Promise<number> {
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

describe.each([
  ["another port of this machine", "127.0.0.1"],
  ["another site", "other.example"],
])("a page of %s", (_, host) => {
  it("gets nothing from the console by requests, forms, frames and scripts, and no hold of its window", async () => {
    const url = await startGateway();
    const port = await startOtherSite("<!doctype html><title>other</title><body>");
    const page = await openPage();
    await page.goto(`http://${host}:${port}/`);
    const results = await page.evaluate(async (target) => {
      const asked = async (path: string, init: RequestInit) =>
        fetch(target + path, init).then(
          async (answer) => `${answer.type} ${answer.status} ${await answer.text()}`,
          () => "failed",
        );
      const loaded = (tag: "iframe" | "script" | "img", path: string) =>
        new Promise<string>((resolve) => {
          const element = document.createElement(tag);
          element.src = target + path;
          element.onload = () =>
            resolve(element instanceof HTMLIFrameElement ? String(element.contentDocument) : "loaded");
          element.onerror = () => resolve("failed");
          document.body.append(element);
        });
      return [
        await asked("/_console/", {}),
        await asked("/_console/", { mode: "no-cors" }),
        await asked("/_console/api/configuration", { headers: { "x-console-token": "0" } }),
        await asked("/_console/api/configuration", { method: "POST", mode: "no-cors", body: "{}" }),
        await loaded("iframe", "/_console/"),
        await loaded("script", "/_console/app.js"),
        await loaded("img", "/_console/"),
      ];
    }, url);
    // No answer is read, and a frame stays a page of the browser, which tells nothing.
    expect(results).toEqual(["failed", "failed", "failed", "failed", "null", "failed", "failed"]);
    expect(
      page
        .frames()
        .map((frame) => frame.url())
        .filter((each) => each.startsWith(url)),
    ).toEqual([]);
    const [opened] = await Promise.all([
      page.context().waitForEvent("page"),
      page.evaluate((target) => {
        (globalThis as { opened?: Window | null }).opened = window.open(`${target}/_console/`);
      }, url),
    ]);
    await opened.getByRole("table").waitFor();
    expect(await opened.evaluate(() => window.opener)).toBeNull();
    expect(await page.evaluate(() => (globalThis as { opened?: Window | null }).opened?.closed)).toBe(true);
  });
});

it("a name that was made to point here shows no console, and no API answer of one", async () => {
  const url = await startGateway();
  const page = await openPage();
  const port = new URL(url).port;
  const answer = await page.goto(`http://rebound.example:${port}/_console/`);
  expect([answer?.status(), await page.textContent("body")]).toEqual([
    403,
    expect.stringContaining("only by the name of this machine"),
  ]);
  const read = await page.evaluate(async () => (await fetch("/_console/api/configuration")).status);
  expect(read).toBe(403);
});

it("what a configuration says is text, whatever it is made of", async () => {
  const configFolder = await copyExamples({ isEmpty: true });
  const attack = `<img src=x onerror=alert(1)><script>alert(2)</script>"'\`{{7*7}}`;
  const quoted = JSON.stringify(attack);
  await writeFile(
    join(configFolder, "authorizer.yaml"),
    `instances:
  - arn: arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1
issuers:
  - issuer: https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example
    audience: my-app
    claims: { groups: "cognito:groups" }
bindings:
  - match: { groups: [${quoted}] }
    policies: [odd]
  - match: { claims: { ${quoted}: [${quoted}] } }
    policies: [odd]
  - match: { groups: [__proto__, constructor] }
    policies: [odd]
`,
  );
  const statement = {
    Sid: "Odd",
    Effect: "Allow",
    Action: "connect:DescribeUser",
    Resource: "*",
    Condition: { StringLike: { [`aws:ResourceTag/${attack}`]: attack } },
  };
  await mkdir(join(configFolder, "policies"));
  await writeFile(
    join(configFolder, "policies/odd.json"),
    JSON.stringify({ Version: "2012-10-17", Id: attack, Statement: [statement] }, undefined, 2),
  );
  const page = await openConsole(await startGateway({ configFolder }));
  await expect
    .poll(() => page.getByRole("columnheader").allTextContents())
    .toContain(`groups ${JSON.stringify(attack)}`);
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: "DescribeUser", exact: true }) });
  await row.getByRole("button").first().click();
  const panel = page.getByRole("complementary");
  await panel.getByRole("region").first().waitFor();
  expect(await panel.textContent()).toContain(JSON.stringify(attack).slice(1, -1));
  expect(await page.evaluate(() => document.querySelectorAll("img, main script, iframe").length)).toBe(0);
});
