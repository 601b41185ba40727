/**
 * The bundle that is deployed, as `npm run build` makes it: it sends commands that it makes of their schemas, where
 * unbundled code sends the SDK's classes. What Connect receives is the same.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as connect from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findStaticOperation, makeCommand } from "../../shared/catalog/commands.ts";
import { carryPrincipal } from "../../shared/identity/principal/carry-principal.ts";
import { mintPrincipal } from "../../shared/identity/principal/principal.ts";
import { encodePrincipal } from "../../shared/identity/principal/principal-context.ts";
import { encodeOutput } from "../../shared/request/answer/encode.ts";
import { proxyEvent } from "../functions/lambda-fixture.ts";
import { connectClient } from "../scenario/running-gateway.ts";
import { inputOf, makeValue, schemaOf, served, withSeconds } from "./synthetic-value.ts";
import { openStandIn, type StandIn } from "./wire-fixture.ts";

let standIn: StandIn;
let direct: connect.ConnectClient;
let folder: string;
beforeAll(async () => {
  standIn = await openStandIn();
  direct = connectClient(standIn.endpoint);
  folder = mkdtempSync(join(tmpdir(), "deployed-"));
  // Chunks that are imported on demand stand beside it.
  cpSync(fileURLToPath(new URL("../../dist/proxy", import.meta.url)), folder, { recursive: true });
});
afterAll(async () => {
  direct.destroy();
  await standIn.close();
  rmSync(folder, { recursive: true });
});

const full = { extent: "full" } as const;

describe("a command made of its schema", () => {
  it.each(served.map(({ name }) => name))("sends %s as the SDK's own does", async (name) => {
    standIn.reply = encodeOutput(schemaOf(name), makeValue(schemaOf(name).output, full), "r-1");
    standIn.received.length = 0;
    const schema = findStaticOperation(name);
    if (!schema) throw new Error(name);
    const Own = Reflect.get(connect, `${name}Command`) as ReturnType<typeof makeCommand>;
    const Made = makeCommand(schema, connect.DescribeUserCommand);
    const { $metadata: _, ...own } = await direct.send(new Own(inputOf(name, full)));
    const { $metadata: __, ...made } = await direct.send(new Made(inputOf(name, full)));
    expect(made).toEqual(own);
    expect(standIn.received).toHaveLength(2);
    expect(standIn.received[1]).toEqual(standIn.received[0]);
  });
});

/** JSON on one line for every reader: newer versions of Node.js end a line at U+2028 and U+2029 as well. */
const lineOf = (value: unknown) =>
  JSON.stringify(value).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);

/** Runs the bundle in a process that has nothing but what Lambda would give it; one event a line in, one answer a line out. */
function startBundle() {
  const code = `
    const lineOf = ${lineOf};
    import { createInterface } from "node:readline";
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, "index.mjs")).href)});
    for await (const line of createInterface({ input: process.stdin }))
      console.log("answer " + lineOf(await handler(JSON.parse(line), { getRemainingTimeInMillis: () => 29_000 })));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    cwd: folder,
    env: {
      AWS_LAMBDA_FUNCTION_NAME: "proxy",
      AWS_REGION: "us-west-2",
      AWS_ACCESS_KEY_ID: "ASIAROLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "session",
      CONNECT_ENDPOINT: standIn.endpoint,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async invoke(event: object): Promise<{ statusCode: number; body: string }> {
      child.stdin.write(`${lineOf(event)}\n`);
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error("the bundle has ended");
        if (value.startsWith("answer ")) return JSON.parse(value.slice("answer ".length));
      }
    },
    stop: () => child.kill(),
  };
}

/** The configuration that was packaged; its issuers are the ones that the proxy trusts. */
const bundleFile = new URL("../../dist/bundle.json", import.meta.url);

function issuerOf(file: URL): string {
  const { config }: { config: { issuers: { issuer: string }[] } } = JSON.parse(readFileSync(file, "utf8"));
  return String(config.issuers[0]?.issuer);
}

describe("the deployed bundle", () => {
  it("passes every operation on as the SDK sends it", async () => {
    const principal = mintPrincipal(
      { sub: "s", iss: issuerOf(bundleFile), exp: 4_102_444_800, groups: ["admins"] },
      { id: "sub", groups: "groups" },
    );
    const context = { principal: encodePrincipal(carryPrincipal(principal, new Set())) };
    const bundle = startBundle();
    try {
      for (const { name } of served) {
        standIn.reply = encodeOutput(schemaOf(name), makeValue(schemaOf(name).output, full), "r-1");
        standIn.received.length = 0;
        const input = inputOf(name, full);
        const Own = Reflect.get(connect, `${name}Command`) as ReturnType<typeof makeCommand>;
        await direct.send(new Own(input));
        const body = JSON.stringify(withSeconds(input));
        const answer = await bundle.invoke(proxyEvent("POST", `/operations/${name}`, context, { body }));
        expect({ name, status: answer.statusCode, body: JSON.parse(answer.body) }).toEqual({
          name,
          status: 200,
          body: JSON.parse(standIn.reply.body),
        });
        expect(standIn.received).toHaveLength(2);
        expect(standIn.received[1]).toEqual(standIn.received[0]);
      }
    } finally {
      bundle.stop();
    }
  }, 60_000);
});
