/**
 * Says which part of an ARN pattern keeps it from matching anything of a configured instance.
 */

import { nearestName } from "../../../../shared/bundle/nearest-name.ts";
import { completeArn } from "../../../../shared/policy/pattern/resource-pattern.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";

const wildcards = /[*?$]/;
const hint = "list it under `instances` in `authorizer.yaml`, or correct it";

/** Describes a pattern that can match a resource, but none of a configured instance. */
export function describeElsewhere(pattern: string, instances: readonly ConnectInstance[]): string {
  const [, partition = "", , region = "", account = "", ...rest] = completeArn(pattern).split(":");
  const [word, id = ""] = rest.join(":").split("/");
  const isMissing = (text: string, known: readonly string[]) =>
    !wildcards.test(text) && !known.includes(text);
  if (account !== "aws" && isMissing(account, valuesOf(instances, "accountId"))) {
    return `account \`${account}\` has no configured instance; ${hint}`;
  }
  if (isMissing(partition, valuesOf(instances, "partition"))) {
    return `partition \`${partition}\` has no configured instance; ${hint}`;
  }
  if (word === "instance" && isMissing(id, valuesOf(instances, "id"))) {
    const nearest = nearestName(id, valuesOf(instances, "id"));
    return `instance \`${id}\` is not configured; ${nearest ? `did you mean \`${nearest}\`` : hint}`;
  }
  if (isMissing(region, valuesOf(instances, "region"))) {
    return `region \`${region}\` has no configured instance; ${hint}`;
  }
  const own = instances.filter((instance) => instance.id === id).map(({ arn }) => `\`${arn}\``);
  if (own.length > 0)
    return `instance \`${id}\` is configured as ${own.join(" and ")}, which \`${pattern}\` does not match`;
  return `\`${pattern}\` matches nothing of a configured instance; ${hint}`;
}

/** The values of one part of the configured instances' ARNs. */
export function valuesOf(
  instances: readonly ConnectInstance[],
  part: "partition" | "region" | "accountId" | "id",
): readonly string[] {
  return instances.map((instance) => instance[part]);
}
