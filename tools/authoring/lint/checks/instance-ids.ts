/**
 * Values of `connect:InstanceId` that no configured instance has.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { nearestName } from "../../../../shared/bundle/nearest-name.ts";
import { parseOperator } from "../../../../shared/policy/condition/operators.ts";
import { compileGlob, matchGlob } from "../../../../shared/policy/pattern/glob.ts";
import { parseWildcards } from "../../../../shared/policy/pattern/template.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { valuesOf } from "../facts/not-configured.ts";
import type { LintedStatement, Report } from "../linted-statement.ts";

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
      const hint = nearest ? `did you mean \`${nearest}\`` : hintFor(value);
      const message = `no configured instance has the id \`${value}\`; ${hint}`;
      report("notConfigured", `${path}.Condition.${operator}.${key}[${index}]`, message);
    }
  }
}

function hintFor(value: string): string {
  return value.startsWith("arn:")
    ? "the key holds the id alone, not the ARN"
    : "list it under `instances` in `authorizer.yaml`, or correct it";
}

/** Whether an id compares equal, by an operator that compares texts; of other operators nothing is said here. */
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
