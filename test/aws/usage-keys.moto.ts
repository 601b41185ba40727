/**
 * Rates by caller, docs/how-to/rates.md: the keys of `usage-keys` are in a usage plan of moto's API Gateway, the key that the
 * authorizer names is one of them for every caller, and the page's last command deletes them. moto cannot import a file, so
 * its rows are made one by one.
 */
import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../cli/command-run.ts";
import { readPage } from "../cli/pages/shown.ts";
import { allowAll, given, instanceId } from "../functions/lambda-fixture.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";

let moto: MotoServer;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

/** Asks moto's API Gateway; its server tells services apart by the signature's scope. */
async function ask(method: string, path: string, body?: object): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(`${moto.url}${path}`, {
    method,
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/apigateway/aws4_request",
      "content-type": "application/json",
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return response.json();
}

const keys = 5;

async function importRows(csv: string): Promise<void> {
  for (const row of csv.trimEnd().split("\n").slice(1)) {
    const [name, value, plan] = row.split(",");
    const { id } = await ask("POST", "/apikeys", { name, value, enabled: true });
    await ask("POST", `/usageplans/${plan}/keys`, { keyId: id, keyType: "API_KEY" });
  }
}

it("every caller's key is in the plan, and the page's command deletes them all", async () => {
  const { id: plan } = await ask("POST", "/usageplans", {
    name: "callers",
    throttle: { rateLimit: 10, burstLimit: 20 },
  });
  // The API of the fixture's events is called `api`.
  const made = await run(["usage-keys", "--api", "api0", "--plan", plan, "--keys", String(keys)]);
  expect(made).toMatchObject({ status: 0, stderr: "" });
  await importRows(made.stdout.replaceAll("api0", "api"));
  const { item } = await ask("GET", `/usageplans/${plan}/keys`);
  const values = new Set<string>(item.map(({ value }: { value: string }) => value));
  expect(values.size).toBe(keys);

  const functions = given([allowAll], { environment: { AUTHORIZER_USAGE_KEYS: String(keys) } });
  const named = new Set<unknown>();
  for (let index = 0; index < 100; index++) {
    const claims = { sub: `caller-${index}` };
    const { usageIdentifierKey } = await functions.ask("GET", `/users/${instanceId}/u-1`, { claims });
    expect(values).toContain(usageIdentifierKey);
    named.add(usageIdentifierKey);
  }
  expect(named.size).toBe(keys);

  await ask("POST", "/apikeys", { name: "another", value: "another-key-of-the-account", enabled: true });
  // In a checkout the program has another name.
  const shown = readPage("how-to/rates.md").blocks("sh").at(-1) ?? "";
  const command = shown.replace("npx connect-authorizer", "npm run --silent cli --");
  const { status, stderr } = spawnSync("bash", ["-ec", command.replace("a1b2c3d4e5", "api")], {
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${dirname(process.env["MOTO_SERVER"] ?? "")}${delimiter}${process.env["PATH"]}`,
      ...{ AWS_ENDPOINT_URL: moto.url, AWS_DEFAULT_REGION: "us-east-1" },
      ...{ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" },
    },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const left = await ask("GET", "/apikeys");
  expect(left.item).toMatchObject([{ name: "another" }]);
});
