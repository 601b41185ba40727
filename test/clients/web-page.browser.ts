/** docs/how-to/web-pages.md: its page in Chromium, which asks before it calls another origin. `npm run test:console` runs it. */
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../console/browser/chromium.mjs";
import { codesOf } from "../page-blocks.ts";
import { startRunningGateway, tokenFor } from "../scenario/running-gateway.ts";

const [cors = ""] = codesOf("docs/how-to/web-pages.md", "yaml");
const [html = ""] = codesOf("docs/how-to/web-pages.md", "html");
const [shown = "", refused = ""] = codesOf("docs/how-to/web-pages.md", "text");

/** Serves the page, which calls the gateway that is started later, on a free port. */
async function serve(gateway: { url: string }): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(html.replace("http://127.0.0.1:3000", gateway.url));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

it("is read by the page's origin, and by no other", async () => {
  const target = { url: "" };
  const [origin, other] = [await serve(target), await serve(target)];
  const config = await mkdtemp(join(tmpdir(), "web page "));
  onTestFinished(() => rm(config, { recursive: true }));
  await cp("examples/aws", config, { recursive: true });
  await appendFile(join(config, "authorizer.yaml"), `\n${cors.replace("http://localhost:5173", origin)}`);
  const gateway = await startRunningGateway("--config", config);
  onTestFinished(async () => void (await gateway.stop()));
  target.url = gateway.url;
  const token = await tokenFor(gateway.url, "operators");

  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const press = async (address: string, button: string) => {
    const page = await browser.newPage();
    await page.goto(address);
    await page.fill("#token", token);
    await page.click(`#${button}`);
    await page.waitForFunction("document.getElementById('result').value !== ''");
    return page.textContent("#result");
  };
  expect(await press(origin, "show")).toBe(shown.trim());
  expect(await press(origin, "delete")).toBe(refused.trim());
  expect(await press(other, "show")).toBe("Failed to fetch");
});
