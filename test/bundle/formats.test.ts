/** A bundle that any version ever made is read by this one, and decides as it did. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatBundle, openContent, readBundle } from "../../shared/bundle/bundle.ts";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import { principalOf } from "../identity/principals.ts";
import { bundleAllowing } from "./bundle-fixture.ts";

/** Bundles of AWS's examples. They are kept as the version that made them wrote them: never make them again. */
const folder = join(import.meta.dirname, "formats");
const files = readdirSync(folder);
const formatOf = (text: string): unknown => JSON.parse(text).schemaVersion;
const agent =
  "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1/agent/00dtcddd1-123e-111e-93e3-11111bfbfcc1";

describe("the formats of bundles", () => {
  it("each have a bundle here, up to the format that is written now", () => {
    const now = Number(formatOf(formatBundle(bundleAllowing("connect:DescribeUser"))));
    const all = Array.from({ length: now }, (_, index) => `format-${index + 1}.json`);
    expect(files).toEqual(all);
  });

  it.each(files)("are read, and decide as they did: %s", (file) => {
    const bytes = readFileSync(join(folder, file));
    expect(file).toBe(`format-${formatOf(bytes.toString())}.json`);
    const opened = openContent({ kind: "text", bytes });
    expect(opened.version).toBe(readBundle({ kind: "text", bytes }).version);
    expect(opened.policyCount).toBe(6);
    const { issuer = "" } = opened.config.issuers[0] ?? {};
    const layers = opened.layersFor(principalOf({ issuer, groups: ["operators"] }));
    const decide = (action: string) =>
      layers && evaluateLayers(layers, { action, resource: agent, context: createContext({}) }).decision;
    expect(["connect:DescribeUser", "connect:DeleteUser"].map(decide)).toEqual(["allowed", "explicitDeny"]);
  });
});
