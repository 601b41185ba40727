/**
 * Policies that could not be confirmed for too long: every call is denied, with a reason of its own.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { formatBundle } from "../../shared/bundle/bundle.ts";
import { authorizerEvent, given, instanceArn, instanceId, proxyEvent, tokenOf } from "./lambda-fixture.ts";

let folder = "";

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  folder = await mkdtemp(join(tmpdir(), "stale-"));
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

it("the authorizer and the proxy deny a call that the last good bundle would allow", async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const file = join(folder, "bundle.json");
  const { bundle, authorize, proxy, records } = given(
    [{ Effect: "Allow", Action: "connect:DescribeUser", Resource: `${instanceArn}/*` }],
    { environment: { AUTHORIZER_BUNDLE: `file:${file}`, AUTHORIZER_MAX_STALE_SECONDS: "300" } },
  );
  await writeFile(file, formatBundle(bundle));
  const path = `/users/${instanceId}/00dtcddd1-123e-111e-93e3-11111bfbfcc17`;
  const event = () => authorizerEvent("GET", path, { token: tokenOf() });
  const allowed = await authorize(event());
  const first = await proxy(proxyEvent("GET", path, allowed.context ?? {}));
  // Nothing listens where Connect should be: the call was allowed and sent.
  expect(first.statusCode).toBe(502);
  await rm(file);
  vi.setSystemTime(Date.now() + 300_000);
  expect((await authorize(event())).policyDocument.Statement).toMatchObject([{ Effect: "Allow" }]);

  vi.setSystemTime(Date.now() + 1);
  const message = "the policies could not be confirmed for too long: every call is denied";
  expect(await authorize(event())).toMatchObject({
    policyDocument: { Statement: [{ Effect: "Deny" }] },
    context: { message },
  });
  const answer = await proxy(proxyEvent("GET", path, allowed.context ?? {}));
  expect(answer.statusCode).toBe(403);
  expect(JSON.parse(answer.body)).toMatchObject({ __type: "AccessDeniedException", message });
  expect(records.slice(-2)).toMatchObject([
    { stage: "authorizer", outcome: "error", reason: "bundleStale" },
    { stage: "proxy", outcome: "error", reason: "bundleStale" },
  ]);
});
