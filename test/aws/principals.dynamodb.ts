/**
 * The table of principals against two servers that speak DynamoDB's real API, each by others: what the command writes is
 * what functions read.
 */

import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { createAttachmentSource } from "../../shared/principals/table.ts";
import { readSettings } from "../../shared/settings.ts";
import { nothing } from "../../tools/cli/principal/principal.ts";
import { openItems } from "../../tools/cli/principal/principal-items.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../authoring/configuration/configuration-folder.ts";
import { configuration, policy } from "../bundle/bundle-fixture.ts";
import { run } from "../cli/command-run.ts";
import { readPage, runShown } from "../cli/pages/shown.ts";
import { principalOf } from "../identity/principals.ts";
import { type FilledServer, startFilledDynalite, startFilledMoto } from "./python-sdk.ts";

const table = "principals";
const bundle = openBundle(
  createBundle(
    configuration,
    ["p", "read", "more"].map((name) => policy(name, "*")),
  ),
);
const who = principalOf({ id: 'alice "é", x' });
const one = ["--table", table, "--issuer", who.issuer, "--subject", who.id];
describe.each([
  ["moto", startFilledMoto],
  ["dynalite", startFilledDynalite],
])("at %s", (_name, start) => {
  let server: FilledServer;
  let folder: ConfigurationFolder;

  beforeAll(async () => {
    server = await start();
    await server.call("dynamodb", "create_table", {
      TableName: table,
      AttributeDefinitions: [{ AttributeName: "principal", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "principal", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    folder = await createFolder({
      ...goodFiles,
      "policies/more.json": goodFiles["policies/read.json"] ?? "",
    });
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await folder?.remove();
    await server?.close();
  });

  function find(name = table) {
    const environment = {
      ...server.environment,
      AUTHORIZER_PRINCIPALS_TABLE: name,
      AUTHORIZER_REFRESH_SECONDS: "0",
    };
    return createAttachmentSource(readSettings(environment), { onProblem: () => {} })?.find(who, bundle);
  }

  const command = (verb: string, ...flags: string[]) =>
    run(["principal", verb, ...one, ...(verb === "attach" ? ["--config", folder.path] : []), ...flags]);

  it("what is attached is read, then changed, then gone", async () => {
    expect(await find()).toEqual({ kind: "none" });
    expect(await command("attach", "--policy", "read", "--boundary", "more")).toMatchObject({ status: 0 });
    expect(await find()).toMatchObject({ attachments: { policies: ["read"], boundaries: ["more"] } });
    expect(await command("attach", "--policy", "more")).toMatchObject({ status: 0 });
    expect(await command("detach", "--boundary", "more")).toMatchObject({ status: 0 });
    expect(await find()).toMatchObject({ attachments: { policies: ["more", "read"], boundaries: [] } });
    expect(await command("detach", "--all")).toMatchObject({ status: 0 });
    expect(await find()).toEqual({ kind: "none" });
  });

  it("an item that AWS's SDK wrote is read too, and one of an unknown member refused", async () => {
    const item = {
      principal: { S: JSON.stringify([who.issuer, who.id]) },
      version: { N: "1" },
      policies: { L: [{ S: "read" }] },
    };
    await server.call("dynamodb", "put_item", { TableName: table, Item: item });
    expect(await find()).toMatchObject({ kind: "attached", attachments: { policies: ["read"] } });
    await server.call("dynamodb", "put_item", { TableName: table, Item: { ...item, note: { S: "x" } } });
    expect(await find()).toMatchObject({ kind: "refused" });
    await command("detach", "--all");
  });

  it("a policy with an end is given until then, by an attribute that DynamoDB deletes by", async () => {
    const key = { principal: { S: JSON.stringify([who.issuer, who.id]) } };
    expect(await command("attach", "--policy", "read", "--for", "4h")).toMatchObject({ status: 0 });
    const { Item: item } = (await server.call("dynamodb", "get_item", { TableName: table, Key: key })) as {
      Item: { until: { M: { read: { N: string } } }; ttl: object };
    };
    const end = item.until.M.read.N;
    // DynamoDB ignores a time to live that is not a number of seconds (Developer Guide, "Time to Live").
    expect(item.ttl).toEqual({ N: end });
    const hours = (Number(end) - Date.now() / 1000) / 3_600;
    expect(hours).toBeGreaterThan(3.9);
    expect(hours).toBeLessThanOrEqual(4);
    expect(await find()).toMatchObject({
      attachments: { policies: ["read"], until: { read: expect.anything() } },
    });
    expect(await command("detach", "--all")).toMatchObject({ status: 0 });
  });

  it("docs/how-to/principals.md attaches, lists and detaches", async () => {
    const names = ["manage-users", "one-instance"];
    const own = await createFolder({
      ...goodFiles,
      ...Object.fromEntries(
        names.map((name) => [`policies/${name}.json`, goodFiles["policies/read.json"] ?? ""]),
      ),
    });
    onTestFinished(() => own.remove());
    const lines = readPage("how-to/principals.md")
      .blocks("sh")
      .flatMap((code) => code.split("\n"))
      .filter((line) => line.includes(" principal "))
      .map((line) => (line.includes(" attach ") ? `${line} --config config` : line))
      .map((line) => line.replace("--config config", `--config '${own.path}'`));
    const verbs = lines.map((line) => / principal (\w+)/.exec(line)?.[1]);
    expect(verbs).toEqual(["attach", "detach", "list", "attach"]);
    const [attach = "", detach = "", list = "", forSomeTime = ""] = lines;
    expect((await runShown(attach)).status).toBe(0);
    expect(await runShown(list)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("one-instance"),
    });
    expect((await runShown(detach)).status).toBe(0);
    expect(await runShown(list)).toMatchObject({
      status: 0,
      stdout: expect.not.stringContaining("manage-users"),
    });
    expect((await runShown(forSomeTime)).status).toBe(0);
    expect((await runShown(list)).stdout).toMatch(/ policies manage-users \(until .*, 3 h 59 min left\) /);
  });

  it("a table that is not there cannot be read", async () => {
    expect(await find("another-table")).toEqual({ kind: "unreadable" });
  });

  it("of two who write over the same item only the first does, also after it was deleted and made anew", async () => {
    const items = await openItems(table);
    const key = JSON.stringify([who.issuer, "raced"]);
    const none = await items.read(key);
    const wanted = (name: string) => ({ ...nothing, policies: [name] });
    expect(await items.replace(none, wanted("a"))).toBe(true);
    expect(await items.replace(none, wanted("b"))).toBe(false);
    const first = await items.read(key);
    expect(await items.replace(first, wanted("c"))).toBe(true);
    expect(await items.replace(first, nothing)).toBe(false);
    const second = await items.read(key);
    expect(await items.replace(second, nothing)).toBe(true);
    expect(await items.replace(await items.read(key), wanted("d"))).toBe(true);
    expect(await items.replace(second, wanted("e"))).toBe(false);
    expect((await items.read(key)).look).toMatchObject({ item: { policies: ["d"] } });
  });

  it("lists more items than one page of a scan holds", async () => {
    const items = await openItems(table);
    const names = Array.from({ length: 20 }, (_, index) => `${index}`.padStart(2, "0").repeat(64));
    for (let at = 0; at < 300; at += 1) {
      const found = await items.read(JSON.stringify([who.issuer, `many-${at}`]));
      expect(await items.replace(found, { ...nothing, policies: names, boundaries: names })).toBe(true);
    }
    const { stdout } = await run(["principal", "list", "--table", table, "--json"]);
    const listed: { readonly id: string }[] = JSON.parse(stdout);
    expect(listed.filter(({ id }) => id.startsWith("many-"))).toHaveLength(300);
  });
});
