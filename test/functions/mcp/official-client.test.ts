/**
 * The official SDK's client, in the newest version and in the one before, as three callers of AWS's examples: each lists what
 * `what-can` says of it, and may that.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Client,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { loadPath } from "../../../tools/cli/open-configuration.ts";
import { type LocalGateway, startLocal } from "../../../tools/local/start-local.ts";
import { run } from "../../cli/command-run.ts";
import { versions } from "./mcp-fixture.ts";

let folder: string;
let gateway: LocalGateway;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agents of AWS "));
  await cp("examples/aws", folder, { recursive: true });
  const main = join(folder, "authorizer.yaml");
  await writeFile(main, `${await readFile(main, "utf8")}\ndoors: { mcp: true }\n`);
  gateway = await startLocal({
    ...{ port: 0, api: "rest", configFolder: folder, connect: { kind: "embedded" }, environment: {} },
    ...{ load: loadPath, program: "npx connect-authorizer", print: () => undefined },
  });
});

afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

async function tokenFor(group: string): Promise<string> {
  const headers = { "content-type": "application/json", "x-local-token": "1" };
  const body = JSON.stringify({ sub: `some-${group}`, groups: [group] });
  const answer = await fetch(`${gateway.url}/local/token`, { method: "POST", headers, body });
  const { token }: { token: string } = JSON.parse(await answer.text());
  return token;
}

async function connect(group: string, version: string): Promise<Client> {
  const mode = version === versions.newest ? { pin: version } : "legacy";
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const requestInit = { headers: { authorization: `Bearer ${await tokenFor(group)}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${gateway.url}/mcp`), { requestInit }));
  onTestFinished(() => client.close());
  return client;
}

/** What `what-can` does not call `never`. */
async function usableOf(group: string): Promise<readonly string[]> {
  const { stdout } = await run(["what-can", "--group", group, "--config", folder, "--json"]);
  const { operations }: { operations: { operation: string; answer: string }[] } = JSON.parse(stdout);
  return operations.filter(({ answer }) => answer !== "never").map(({ operation }) => operation);
}

const InstanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
const contact = { InstanceId: west, ContactId: "c-1", InitialContactId: "c-1" };
const callers = {
  onboarding: {
    may: [
      "CreateUser",
      { InstanceId, Username: "eve", SecurityProfileIds: ["x"], RoutingProfileId: "r", PhoneConfig: {} },
    ],
    mayNot: ["DeleteUser", { InstanceId, UserId: "u-1" }],
  },
  recorders: {
    may: ["StopContactRecording", contact],
    mayNot: ["StopContactRecording", { ...contact, InstanceId }],
  },
  "contact-handlers": {
    may: ["GetContactAttributes", { InstanceId: west, InitialContactId: "c-1" }],
    mayNot: [
      "GetContactAttributes",
      { InstanceId: "00000000-0000-4000-8000-000000000000", InitialContactId: "c" },
    ],
  },
} as const;

describe.each(Object.values(versions))("the official client of the version %s", (version) => {
  it.each(Object.entries(callers))(
    "lists and may what `what-can` says: %s",
    async (group, { may, mayNot }) => {
      const client = await connect(group, version);
      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      expect(names.toSorted()).toEqual((await usableOf(group)).toSorted());
      expect(names.length).toBeLessThan(60);
      const [allowed, refused] = await Promise.all(
        [may, mayNot].map(([name, input]) => client.callTool({ name, arguments: { ...input } })),
      );
      // What is allowed reaches Connect, which may not know the contact.
      expect(JSON.stringify(allowed?.content)).not.toMatch(/AccessDenied|InvalidParameter|UnknownOperation/);
      expect(refused).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/^AccessDenied/) }],
      });
      const [malformed] = tools.filter(({ inputSchema: { required = [] } }) => required.length > 0);
      const wrong = await client.callTool({ name: malformed?.name ?? "", arguments: { constructor: 1 } });
      expect(wrong).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/^InvalidParam/) }],
      });
      await expect(client.callTool({ name: "__proto__", arguments: {} })).rejects.toThrow(/Unknown tool/);
    },
  );
});

describe("the official client without a token", () => {
  it("is led to the issuers", async () => {
    const refused = await fetch(`${gateway.url}/mcp`, { method: "POST", body: "{}" });
    expect(refused.status).toBe(401);
    const place = `${gateway.url}/.well-known/oauth-protected-resource/mcp`;
    expect(extractWWWAuthenticateParams(refused).resourceMetadataUrl?.href).toBe(place);
    // API Gateway renames the header of a function's answer: there clients look at the well-known address.
    const { headers } = refused;
    expect(headers.get("x-amzn-remapped-www-authenticate")).toBe(headers.get("www-authenticate"));
    const found = await discoverOAuthProtectedResourceMetadata(`${gateway.url}/mcp`);
    expect(found).toMatchObject({
      resource: `${gateway.url}/mcp`,
      authorization_servers: ["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example"],
    });
  });

  it("is led nowhere else by a header", async () => {
    const place = "/.well-known/oauth-protected-resource/mcp";
    const found = await fetch(`${gateway.url}${place}`, { headers: { "x-forwarded-host": "evil.example" } });
    expect(await found.text()).not.toContain("evil.example");
  });
});
