/** What template.yaml lets the proxy's role do in Amazon Connect, in either case. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { WrittenPolicy } from "../../tools/cli/role/role-documents.ts";
import { cloudFormationTags } from "./cloudformation-tags.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../template.yaml"), "utf8");

interface NamedPolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: WrittenPolicy;
}

/** Reads both policies of a template's text, and the condition that chooses the first. */
export function connectPoliciesOf(template: string): {
  readonly condition: string;
  readonly generated: NamedPolicy;
  readonly wide: NamedPolicy;
} {
  const { Policies } = parse(template, { customTags: cloudFormationTags }).Resources.ProxyRole.Properties;
  const found = Policies.filter(
    (policy: unknown) => Array.isArray(policy) && policy[2]?.PolicyName === "call-connect",
  );
  if (found.length !== 1) throw new Error(`${found.length} policies for Amazon Connect`);
  const [[condition, generated, wide]] = found;
  return { condition, generated, wide };
}

export const connectPolicies = connectPoliciesOf(text);
