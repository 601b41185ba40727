/**
 * Pictures of every view of the console, light and dark, wide and narrow: `npm run screenshots -- [FOLDER] [NAME…]`, by
 * default all, in `dist/screenshots`. They are of AWS's examples. Those of the pages:
 * `npm run screenshots -- docs/pictures access-cell-light-1280 try-denied-light-1280 policies-draft-light-1280 live-light-1280`.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./browser/chromium.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [given = join(root, "dist/screenshots"), ...wanted] = process.argv.slice(2);
if (given.startsWith("-")) {
  console.error("screenshots takes a folder and names of pictures: npm run screenshots -- [FOLDER] [NAME…]");
  process.exit(2);
}
const folder = resolve(given);
mkdirSync(folder, { recursive: true });

/** @param {string} text of a policy, so that operators delete users, and no longer queues */
const changePolicy = (text) =>
  text.replace('"connect:DeleteUser"', '"connect:DeleteQueue"').replace(/"arn:[^"]+"/, '"*"');

/** Makes a candidate that differs, for what is compared. */
function makeCandidate() {
  const candidate = join(root, "dist/candidate");
  rmSync(candidate, { recursive: true, force: true });
  cpSync(join(root, "examples/aws"), candidate, { recursive: true });
  const policy = join(candidate, "policies/deny-delete-update-users.json");
  writeFileSync(policy, changePolicy(readFileSync(policy, "utf8")));
  return candidate;
}

/**
 * Starts a gateway, and finds its address.
 * @param {readonly string[]} more @returns {Promise<{ url: string, stop: () => void }>}
 */
function startGateway(more = []) {
  const options = ["tools/run.mjs", "cli", "start", "--port", "0", "--config", "examples/aws", ...more];
  const gateway = spawn(process.execPath, options, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((done, failed) => {
    gateway.once("exit", () => failed(new Error("the gateway did not start")));
    gateway.stdout.on("data", (data) => {
      const [, url] = /^ready (\S+)$/m.exec(String(data)) ?? [];
      if (url) done({ url, stop: () => gateway.kill("SIGINT") });
    });
  });
}

/** Makes calls for the view Live: allowed, denied, and without a caller. @param {string} url */
async function makeCalls(url) {
  const users = "/users/00fbeee1-123e-111e-93e3-11111bfbfcc1";
  const calls = [
    ["bea", "operators", "GET", "/users-summary/00fbeee1-123e-111e-93e3-11111bfbfcc1"],
    ["alice", "operators", "GET", `${users}/00dtcddd1-123e-111e-93e3-11111bfbfcc1`],
    ["alice", "operators", "DELETE", `${users}/00dtcddd1-123e-111e-93e3-11111bfbfcc1`],
    ["eve", "contractors", "DELETE", `${users}/00dtcddd1-123e-111e-93e3-11111bfbfcc1`],
    ["ines", "onboarding", "PUT", users],
    ["ada", "admins", "GET", "/queues-summary/00fbeee1-123e-111e-93e3-11111bfbfcc1"],
  ];
  for (const [sub = "", group = "", method = "", path = ""] of [...calls, ...calls, ...calls]) {
    const body = JSON.stringify({ sub, groups: [group] });
    const headers = { "x-local-token": "1", "content-type": "application/json" };
    const given = await fetch(`${url}/local/token`, { method: "POST", headers, body });
    const { token } = /** @type {{ token: string }} */ (await given.json());
    await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
  }
}

/** What a picture shows: what is done before it is taken. @type {Record<string, (page: import("playwright-core").Page) => Promise<unknown>>} */
const scenes = {
  access: async (page) => {
    await page.getByRole("cell", { name: "never", exact: true }).first().waitFor();
  },
  live: async (page) => {
    await page.getByRole("button", { name: "DeleteUser" }).first().waitFor();
  },
  "live-call": async (page) => {
    await page.getByRole("button", { name: "DeleteUser" }).first().click();
    await page.getByRole("complementary").waitFor();
  },
  "access-cell": async (page) => {
    await page.getByRole("searchbox", { name: "Find operations" }).fill("user");
    const row = page
      .getByRole("row")
      .filter({ has: page.getByRole("rowheader", { name: "DeleteUser", exact: true }) });
    await row.getByRole("button").nth(1).click();
    await page.getByRole("complementary").getByRole("region").first().waitFor();
  },
  "access-compare": async (page) => {
    await page.getByLabel("Compare with").selectOption("the candidate");
    await page.getByRole("region", { name: "Gained" }).waitFor();
    await page.getByLabel("Show").selectOption("changed");
  },
  try: async (page) => {
    await page.getByRole("combobox", { name: "Operation" }).pressSequentially("hire a person");
    await page.getByRole("option").first().waitFor();
  },
  "try-form": async (page) => {
    await page.getByRole("combobox", { name: "Caller" }).fill("groups onboarding");
    await page.getByRole("combobox", { name: "Operation" }).fill("CreateUser");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Fill in a form" }).click();
    for (const name of ["Password", "PhoneConfig", "Tags"]) {
      await page.getByLabel("Add a member", { exact: true }).selectOption(name);
      await page.getByRole("button", { name: `Add ${name}`, exact: true }).click();
    }
    await page.getByLabel("Password", { exact: true }).fill("not a real one");
    await page.getByRole("button", { name: "Add PhoneConfig.PhoneType" }).click();
    await page.getByRole("button", { name: "Add an entry to Tags" }).click();
    await page.getByRole("group", { name: "Input", exact: true }).scrollIntoViewIfNeeded();
    await page.getByLabel("Password", { exact: true }).focus();
  },
  "try-denied": async (page) => {
    await page.getByRole("combobox", { name: "Caller" }).fill("groups operators");
    await page.getByRole("combobox", { name: "Operation" }).fill("DeleteUser");
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByRole("heading", { name: "What would allow it" }).waitFor();
  },
  "try-sent": async (page) => {
    await page.getByRole("combobox", { name: "Caller" }).fill("groups admins");
    await page.getByRole("combobox", { name: "Operation" }).fill("SearchUsers");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: "Why" }).waitFor();
  },
  policies: async (page) => {
    await page.getByText("Nothing: callers may do").waitFor();
  },
  "policies-draft": async (page) => {
    await page.getByText("Nothing: callers may do").waitFor();
    await page.getByRole("textbox", { name: /^Text of/ }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(
      JSON.stringify({ Statement: [{ Effect: "Allow", Action: "connect:Update*", Resource: "*" }] }, null, 2),
    );
    await page.getByRole("region", { name: "Leads to more access" }).waitFor();
  },
  "policies-tests": async (page) => {
    const file = "policies/deny-delete-update-users.json";
    await page.goto(`${page.url()}?${new URLSearchParams({ file })}`);
    await page.getByText("Nothing: callers may do").waitFor();
    await page.getByRole("textbox", { name: `Text of ${file}` }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(changePolicy(readFileSync(join(root, "examples/aws", file), "utf8")));
    await page.getByText("DeleteQueue", { exact: true }).waitFor();
    await page.getByText(/^1 of \d+ tests fails/).scrollIntoViewIfNeeded();
  },
};

const gateway = await startGateway();
await makeCalls(gateway.url);
const candidate = makeCandidate();
const comparing = await startGateway(["--shadow-config", "dist/candidate"]);
const browser = await launchChromium();
try {
  for (const colorScheme of /** @type {const} */ (["light", "dark"]))
    for (const [width, height] of /** @type {const} */ ([
      [1280, 800],
      [390, 844],
    ]))
      for (const [name, prepare] of Object.entries(scenes)) {
        const picture = `${name}-${colorScheme}-${width}`;
        if (wanted.length > 0 && !wanted.includes(picture)) continue;
        const page = await browser.newPage({
          viewport: { width, height },
          colorScheme,
          reducedMotion: "reduce",
        });
        const { url } = name === "access-compare" ? comparing : gateway;
        await page.goto(`${url}/_console/#/${name.split("-")[0]}`);
        await prepare(page);
        await page.screenshot({ path: join(folder, `${picture}.png`) });
        await page.close();
      }
} finally {
  await browser.close();
  gateway.stop();
  comparing.stop();
  rmSync(candidate, { recursive: true });
}
