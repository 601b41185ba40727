/**
 * A function that trusts a key uses, from every store, the text that was signed and no other.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundleSource } from "../../../shared/bundle/source/source.ts";
import { chunkNames, parseManifest } from "../../../shared/bundle/stores/ssm.ts";
import { readSettings } from "../../../shared/settings.ts";
import { packBundle } from "../../../tools/cli/bundle/stores/parameters.ts";
import { bundle, forgery, signed } from "../forged-texts.ts";
import { derOf, ed25519 } from "../signing-keys.ts";
import { type FakeAws, startAws } from "./aws-server.ts";

let aws: FakeAws;
let folder: string;
beforeAll(async () => {
  aws = await startAws();
  folder = await mkdtemp(join(tmpdir(), "signed-texts-"));
});
afterAll(async () => {
  aws.close();
  await rm(folder, { recursive: true });
});

const stores: readonly { name: string; location: () => string; put: (text: string) => unknown }[] = [
  {
    name: "a file",
    location: () => `file:${folder}/b.json`,
    put: (text) => writeFile(`${folder}/b.json`, text),
  },
  { name: "s3", location: () => "s3://bucket/key", put: (text) => aws.objects.set("/bucket/key", text) },
  { name: "ssm, whole", location: () => "ssm:/whole", put: (text) => aws.parameters.set("/whole", text) },
  { name: "ssm, in chunks", location: () => "ssm:/chunks", put: (text) => putChunks(text) },
  { name: "appconfig", location: () => "appconfig:a/e/p", put: (text) => aws.deployed.set("a/e/p", text) },
];

function putChunks(text: string): void {
  const { value, chunks } = packBundle("/chunks", text, 400);
  for (const chunk of chunks) aws.parameters.set(chunk.name, chunk.value);
  aws.parameters.set("/chunks", value);
}

function source(location: string) {
  const environment = {
    ...aws.environment,
    AUTHORIZER_BUNDLE: location,
    AUTHORIZER_BUNDLE_AUDIENCE: "prod",
    AUTHORIZER_BUNDLE_PUBLIC_KEY: derOf(ed25519.publicKey),
  };
  return createBundleSource(readSettings(environment), undefined, { onProblem: () => undefined });
}

describe.each(stores)("$name", ({ location, put }) => {
  it("gives the signed text", async () => {
    await put(signed);
    expect((await source(location()).current()).version).toBe(bundle.version);
  });

  it("gives no other text that anybody uses", async () => {
    for (const text of fc.sample(forgery, { seed: 13, numRuns: 150 })) {
      await put(text);
      await expect(source(location()).current()).rejects.toMatchObject({ code: "bundleUnavailable" });
    }
  });
});

describe("a manifest of chunks", () => {
  const { value, chunks } = packBundle("/chunks", signed, 400);
  it("is read with each member once, or not at all", () => {
    expect(parseManifest(value)).toEqual(JSON.parse(value));
    const again = value.slice(1);
    for (const twins of [`{"chunks":1,${again}`, `{"chunks":${chunks.length},"\\u0063hunks":1,${again}`])
      expect(() => parseManifest(twins)).toThrow("it gives a member of an object twice");
    expect(chunkNames("/chunks", { chunks: 1, sha256: "a".repeat(64) })).toEqual([
      `/chunks/${"a".repeat(32)}/0`,
    ]);
  });
});
