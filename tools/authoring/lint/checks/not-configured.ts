/** Resources and values of `connect:InstanceId` that no configured instance has. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { parseOperator } from "../../../../shared/policy/condition/operators.ts";
import { compileGlob, matchGlob } from "../../../../shared/policy/pattern/glob.ts";
import { completeArn } from "../../../../shared/policy/pattern/resource-pattern.ts";
import { parseWildcards } from "../../../../shared/policy/pattern/template.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { nearestName } from "../../nearest-name.ts";
import type { LintedStatement, Report } from "../linted-statement.ts";

const wildcards = /[*?$]/;
const hint = "list it under `instances` in `authorizer.yaml`, or correct it";

/** Describes a pattern that can match resources, but no resource of a configured instance. */
export function describeElsewhere(pattern: string, instances: readonly ConnectInstance[]): string {
  const [, partition = "", , region = "", account = "", ...rest] = completeArn(pattern).split(":");
  const [word, id = ""] = rest.join(":").split("/");
  const isMissing = (text: string, known: readonly string[]) =>
    !wildcards.test(text) && !known.includes(text);
  const accounts = valuesOf(instances, "accountId");
  if (/^\d{12}$/.test(region) && /^[a-z]+-/.test(account))
    return `Region and account have changed places; write \`:${account}:${region}:\``;
  if (account !== "aws" && isMissing(account, accounts))
    return `account \`${account}\` has no configured instance; ${hintFor(account, accounts)}`;
  if (isMissing(partition, valuesOf(instances, "partition")))
    return `partition \`${partition}\` has no configured instance; ${hintFor(partition, valuesOf(instances, "partition"))}`;
  if (word === "instance" && isMissing(id, valuesOf(instances, "id"))) {
    return `instance \`${id}\` is not configured; ${hintFor(id, valuesOf(instances, "id"))}`;
  }
  if (isMissing(region, valuesOf(instances, "region")))
    return `region \`${region}\` has no configured instance; ${hintFor(region, valuesOf(instances, "region"))}`;
  const own = instances.filter((instance) => instance.id === id).map(({ arn }) => `\`${arn}\``);
  if (own.length > 0)
    return `instance \`${id}\` is configured as ${own.join(" and ")}, which \`${pattern}\` does not match`;
  return `\`${pattern}\` matches nothing in a configured instance; ${hint}`;
}

/** What is meant by a part that is written otherwise, or that its author did not fill in. */
function hintFor(text: string, known: readonly string[]): string {
  if (/^(?:your[-_].*|[A-Z][A-Z_-]*)$/.test(text)) return `it is a placeholder: write \`${known[0]}\``;
  const plain = text.replaceAll("-", "");
  const same = known.find((each) => each.replaceAll("-", "") === plain);
  const zone = known.find((each) => text.startsWith(each) && /^[a-z]$/.test(text.slice(each.length)));
  const nearest = same ?? zone ?? (/^\d+$/.test(text) ? undefined : nearestName(text, known));
  return nearest === undefined ? hint : `did you mean \`${nearest}\``;
}

/** Checks the texts that a statement compares `connect:InstanceId` with (`notConfigured`), variables apart. */
export function checkInstanceIds(
  { statement, actions, path }: LintedStatement,
  instances: readonly ConnectInstance[],
  report: Report,
): void {
  if (actions.actions.length === 0) return;
  const ids = valuesOf(instances, "id");
  for (const { operator, key, values } of statement.conditions) {
    if (lowerAscii(key) !== "connect:instanceid") continue;
    for (const [index, value] of values.entries()) {
      if (value.includes("${") || isAnyOf(value, operator, ids)) continue;
      const nearest = nearestName(value, ids);
      const advice = nearest ? `did you mean \`${nearest}\`` : adviceFor(value);
      const message = `no configured instance has the id \`${value}\`; ${advice}`;
      report("notConfigured", `${path}.Condition.${operator}.${key}[${index}]`, message);
    }
  }
}

function adviceFor(value: string): string {
  return value.startsWith("arn:") ? "the key holds the id alone, not the ARN" : hint;
}

/** Whether an operator that compares texts finds an id equal. Other operators are not judged here. */
function isAnyOf(value: string, name: string, ids: readonly string[]): boolean {
  switch (parseOperator(name)?.comparison) {
    case "stringEquals":
      return ids.includes(value);
    case "stringEqualsIgnoreCase":
      return ids.includes(lowerAscii(value));
    case "stringLike": {
      const glob = compileGlob(parseWildcards(value));
      return ids.some((id) => matchGlob(glob, id));
    }
    default:
      return true;
  }
}

/** The values of one part of the configured instances' ARNs. */
function valuesOf(
  instances: readonly ConnectInstance[],
  part: "partition" | "region" | "accountId" | "id",
): readonly string[] {
  return instances.map((instance) => instance[part]);
}
