/**
 * Small bundles and policies for the tests of this room.
 */
import { createHash } from "node:crypto";
import { createBundle } from "../../shared/bundle/bundle.ts";
import { canonicalJson } from "../../shared/bundle/canonical-json.ts";
import type { Bundle, Configuration } from "../../shared/bundle/types.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";

const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

/** A configuration that binds the policy `p` to the group `g`. */
export const configuration: Configuration = {
  instances: [
    {
      arn,
      partition: "aws",
      region: "us-east-1",
      accountId: "123456789012",
      id: "00fbeee1-123e-111e-93e3-11111bfbfcc1",
    },
  ],
  issuers: [{ issuer: "https://issuer.example/", audience: ["app"], claims: { id: "sub" } }],
  bindings: [{ match: { groups: ["g"] }, policies: ["p"] }],
  guardrails: [],
  mode: "enforce",
  tokenHeader: "authorization",
  routes: [],
};

/** A policy that allows (or denies) actions on every resource. */
export function policy(name: string, actions: string | readonly string[], effect = "Allow"): PolicyDocument {
  const statement = { Sid: name, Effect: effect, Action: actions, Resource: "*" };
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.document;
}

/** A bundle whose policy `p` allows the given action. */
export function bundleAllowing(action: string): Bundle {
  return createBundle(configuration, [policy("p", action)]);
}

/** A bundle's JSON whose hash is right for a content that no author's tool would write. */
export function forge(bundle: Bundle, content: Readonly<Record<string, unknown>>) {
  const whole = {
    schemaVersion: 1,
    config: bundle.config,
    policies: bundle.policies,
    ...content,
  };
  const version = createHash("sha256").update(canonicalJson(whole)).digest("hex");
  return { ...whole, version };
}
