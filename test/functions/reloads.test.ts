/**
 * A container that lives long: a thousand new bundles leave nothing behind.
 */
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundle, formatBundle } from "../../shared/bundle/bundle.ts";
import type { Bundle } from "../../shared/bundle/types.ts";
import { authorizerEvent, given, instanceArn, instanceId, tokenOf } from "./lambda-fixture.ts";

const reloads = 1_000;
const warmUp = 200;
/** Of what 800 bundles would leave behind, a few hundredths. */
const maxGrowthBytes = 4 * 1024 * 1024;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reloads-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** One more bundle, unlike all others, of some 100 kB once it is opened. */
function variantOf({ config, policies }: Bundle, index: number): Bundle {
  const [policy] = policies;
  if (!policy) throw new Error("no policy to vary");
  const more = Array.from({ length: 100 }, (_, at) => ({
    ...policy,
    name: `more-${at}`,
    file: `policies/more-${at}-${index}.json`,
  }));
  return createBundle(config, [policy, ...more]);
}

describe("a container", () => {
  it(`keeps its memory flat over ${reloads} reloads, each of which takes effect`, async () => {
    const path = join(folder, "bundle.json");
    const variables = { AUTHORIZER_BUNDLE: `file:${path}`, AUTHORIZER_REFRESH_SECONDS: "0" };
    const statement = {
      Effect: "Allow",
      Action: "connect:DescribeUser",
      Resource: `${instanceArn}/*`,
    } as const;
    const { authorize, records, bundle } = given([statement], { environment: variables });
    const event = authorizerEvent("GET", `/users/${instanceId}/00dtcddd1-123e-111e-93e3-11111bfbfcc17`, {
      token: tokenOf(),
    });
    let afterWarmUp = 0;
    for (let index = 0; index < reloads; index += 1) {
      const next = variantOf(bundle, index);
      await writeFile(`${path}.next`, formatBundle(next));
      await rename(`${path}.next`, path);
      await authorize(event);
      expect(records).toMatchObject([{ outcome: "allow", policyVersion: next.version }]);
      records.length = 0;
      if (index === warmUp) afterWarmUp = heapBytes();
    }
    expect(heapBytes() - afterWarmUp).toBeLessThan(maxGrowthBytes);
  }, 120_000);
});
