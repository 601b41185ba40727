/**
 * docs/how-to/web-pages.md: its page, with a browser's rules for other origins (test/local/gateway/browser.ts), and its preflight,
 * against a gateway that has its `cors`. In Chromium it is `test/clients/web-page.browser.ts`.
 */
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchFromPage } from "../local/gateway/browser.ts";
import { codesOf } from "../page-blocks.ts";
import { type RunningGateway, startRunningGateway, tokenFor } from "../scenario/running-gateway.ts";
import { build } from "./client-page.ts";

const page = "docs/how-to/web-pages.md";
const [cors = ""] = codesOf(page, "yaml");
const [html = ""] = codesOf(page, "html");
const [shown, refused, preflight = ""] = codesOf(page, "text");
const [, curl = ""] = codesOf(page, "sh");
const [, script = ""] = /<script type="module">(.*)<\/script>/s.exec(html) ?? [];
const origin = "http://localhost:5173";

let work: string;
let gateway: RunningGateway;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "web page "));
  await cp(resolve(import.meta.dirname, "../../examples/aws"), work, { recursive: true });
  await appendFile(join(work, "authorizer.yaml"), `\n${cors}`);
  gateway = await startRunningGateway("--config", work);
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await rm(work, { recursive: true });
});

interface Field {
  value: string;
  onclick?: () => Promise<void>;
}

interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The page's elements, by id, as a browser has them that shows the page from an origin. */
function openPage(from: string, token: string): Map<string, Field> {
  const fields = new Map<string, Field>(
    [...html.matchAll(/ id="(\w+)"/g)].map(([, id = ""]) => [id, { value: "" }]),
  );
  const fetch = async (address: string, options: FetchOptions) => {
    const { origin: url, pathname } = new URL(address);
    const { status, headers, text } = await fetchFromPage(url, from, { ...options, path: pathname });
    return {
      ok: status === 200,
      headers: { get: (name: string) => headers.get(name) ?? null },
      json: async () => JSON.parse(text),
    };
  };
  const document = { getElementById: (id: string) => fields.get(id) };
  runInNewContext(script.replace("http://127.0.0.1:3000", gateway.url), { document, fetch });
  const field = fields.get("token");
  if (field) field.value = token;
  return fields;
}

async function press(fields: Map<string, Field>, button: string): Promise<string | undefined> {
  await fields.get(button)?.onclick?.();
  return fields.get("result")?.value;
}

describe(page, () => {
  it("has a page that shows what it says", async () => {
    const fields = openPage(origin, await tokenFor(gateway.url, "operators"));
    expect(`${await press(fields, "show")}\n`).toBe(shown);
    expect(`${await press(fields, "delete")}\n`).toBe(refused);
  });

  it("shows why a token is not accepted", async () => {
    expect(await press(openPage(origin, "nonsense"), "show")).toMatch(/^UnauthorizedException: /);
  });

  it("is kept from the answers in a page of another origin", async () => {
    const token = await tokenFor(gateway.url, "operators");
    expect(await press(openPage("http://localhost:5174", token), "show")).toBe("origin: undefined");
  });

  it("has a preflight that is answered as it says", async () => {
    const command = curl.replace("curl -i", "curl -si").replace("http://127.0.0.1:3000", gateway.url);
    const answer = await build(["bash", "-ec", command], work);
    const lines = answer.split(/\r?\n/);
    expect(
      preflight
        .trimEnd()
        .split("\n")
        .filter((line) => !lines.includes(line)),
    ).toEqual([]);
    const foreign = await build(["bash", "-ec", command.replace(origin, "http://localhost:5174")], work);
    expect(foreign).not.toContain("access-control-allow-origin");
  });
});
