/**
 * Bundles that change under load: every call is answered, and none by a policy that was replaced longer ago than the
 * refresh interval.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatBundle } from "../../shared/bundle/bundle.ts";
import type { Bundle } from "../../shared/bundle/types.ts";
import { given, instanceArn, instanceId, proxyEvent, type Statement } from "../functions/lambda-fixture.ts";
import { type FilledServer, startFilledMoto } from "./python-sdk.ts";

const refreshMs = 1_000;
const publications = 6;
const callers = 8;
const path = `/users/${instanceId}/00dtcddd1-123e-111e-93e3-11111bfbfcc17`;
const allow: Statement = { Effect: "Allow", Action: "connect:DescribeUser", Resource: `${instanceArn}/*` };
let moto: FilledServer;
let connect: Server;
let connectUrl = "";

beforeAll(async () => {
  moto = await startFilledMoto();
  await moto.call("s3", "create_bucket", { Bucket: "load-bucket" });
  connect = createServer((_request, response) => response.end("{}"));
  await new Promise<void>((resolve) => connect.listen(0, "127.0.0.1", resolve));
  connectUrl = `http://127.0.0.1:${(connect.address() as AddressInfo).port}`;
});
afterAll(async () => {
  connect?.close();
  connect?.closeAllConnections();
  await moto?.close();
});

const publish = (bundle: unknown) =>
  moto.call("s3", "put_object", { Bucket: "load-bucket", Key: "b", Body: formatBundle(bundle as Bundle) });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Call {
  readonly startedAtMs: number;
  readonly version: string;
  readonly outcome: string;
}

describe("under load", () => {
  it("a change reaches every decision within the refresh interval, and no call fails", async () => {
    const variables = {
      ...moto.environment,
      AUTHORIZER_BUNDLE: "s3://load-bucket/b",
      AUTHORIZER_REFRESH_SECONDS: String(refreshMs / 1000),
      CONNECT_ENDPOINT: connectUrl,
    };
    const functions = given([allow], { environment: variables });
    const { bundle: allowing, proxy, records } = functions;
    const { bundle: denying } = given([allow, { ...allow, Effect: "Deny" }]);
    const versionOf = ({ version }: Bundle) => version;
    await publish(allowing);
    const { context } = await functions.ask("GET", path);
    records.length = 0;

    const calls: Call[] = [];
    let isRunning = true;
    const caller = async () => {
      while (isRunning) {
        const startedAtMs = performance.now();
        const event = proxyEvent("GET", path, context ?? {});
        const requestId = randomUUID();
        const requestContext = { ...event.requestContext, requestId };
        const { statusCode } = await proxy({ ...event, requestContext });
        const own = records.findIndex((record) => record.requestId === requestId);
        const [{ policyVersion: version = "", outcome = "" } = {}] = records.splice(own, 1);
        calls.push({ startedAtMs, version, outcome: `${outcome} ${statusCode}` });
      }
    };
    const load = Promise.all(Array.from({ length: callers }, caller));
    const published: { readonly atMs: number; readonly version: string }[] = [];
    for (let index = 0; index < publications; index += 1) {
      const next = index % 2 ? allowing : denying;
      await publish(next);
      published.push({ atMs: performance.now(), version: versionOf(next) });
      await pause(refreshMs * (1.4 + 0.2 * index));
    }
    isRunning = false;
    await load;

    const expected = new Map([
      [versionOf(allowing), "allow 200"],
      [versionOf(denying), "deny 403"],
    ]);
    expect(calls.filter(({ version, outcome }) => expected.get(version) !== outcome)).toEqual([]);
    const late = calls.filter(({ startedAtMs, version }) => {
      const known = published.findLast(({ atMs }) => atMs <= startedAtMs - refreshMs);
      const later = published.some(
        ({ atMs }) => atMs > startedAtMs - refreshMs && known && atMs > known.atMs,
      );
      return known !== undefined && !later && known.version !== version;
    });
    expect(late).toEqual([]);
    expect(new Set(calls.map(({ version }) => version)).size).toBe(2);
    expect(calls.length).toBeGreaterThan(100);
  });
});
