/**
 * What template.yaml lets the proxy's role do in Amazon Connect, in either case. The block in the file is for what `config/`
 * holds, so the tests have a policy of their own in its place.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { WrittenPolicy } from "../../tools/cli/role/role-documents.ts";
import { writeBlock } from "../../tools/cli/role/template-block.ts";
import { cloudFormationTags } from "./cloudformation-tags.ts";

/** The policy that the tests write into the block. */
export const packaged: WrittenPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Calls1",
      Effect: "Allow",
      Action: ["connect:DescribeUser", "connect:ListUsers"],
      Resource: ["arn:aws:connect:us-east-1:123456789012:instance/i-1/*"],
    },
  ],
};

/** template.yaml with that policy. */
export const templateText = writeBlock(
  readFileSync(resolve(import.meta.dirname, "../../template.yaml"), "utf8"),
  packaged,
).text;

interface NamedPolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: WrittenPolicy;
}

/** A template is long, and several tests look at the same one. */
const parsed = new Map<string, unknown[]>();

function policiesIn(template: string): unknown[] {
  const known =
    parsed.get(template) ??
    parse(template, { customTags: cloudFormationTags }).Resources.ProxyRole.Properties.Policies;
  parsed.set(template, known);
  return known;
}

/** Reads both policies of a template's text, and the condition that chooses the first. */
export function connectPoliciesOf(template: string): {
  readonly condition: string;
  readonly generated: NamedPolicy;
  readonly wide: NamedPolicy;
} {
  const found = policiesIn(template).filter(
    (policy) => Array.isArray(policy) && policy[2]?.PolicyName === "call-connect",
  ) as [condition: string, generated: NamedPolicy, wide: NamedPolicy][];
  const [only] = found;
  if (!only || found.length !== 1) throw new Error(`${found.length} policies for Amazon Connect`);
  const [condition, generated, wide] = only;
  return { condition, generated, wide };
}

export const connectPolicies = connectPoliciesOf(templateText);
