/** Resources that no listed action supports, and resources of instances that are not configured. */
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { describeShapes } from "../facts/action-facts.ts";
import type { ResourceJudge } from "../facts/resource-facts.ts";
import type { LintedStatement, Report } from "../linted-statement.ts";
import { suggestResource, suggestSpelling } from "../suggest-resource.ts";
import { describeElsewhere } from "./not-configured.ts";

interface ResourceRules {
  readonly judge: ResourceJudge;
  /** `undefined` when no configuration is known. */
  readonly instances: readonly ConnectInstance[] | undefined;
}

/**
 * Checks each ARN pattern for `connect` against the resources that the statement's actions support: `deadResource`
 * for one that can match none of them in any account, `notConfigured` for one that can in no configured instance.
 */
export function checkResources(linted: LintedStatement, rules: ResourceRules, report: Report): void {
  const { statement, actions, resources, path } = linted;
  if (actions.shapes === 0n) return;
  const { kind, patterns } = statement.resources;
  for (const [index, facts] of resources.entries()) {
    const pattern = patterns[index] ?? "";
    const at = `${path}.${kind}[${index}]`;
    // The parser warns that the variable is literal text.
    if (!linted.variables && pattern.includes("${")) continue;
    if ((facts.shapes & actions.shapes) === 0n) {
      report("deadResource", at, describeDead(linted, pattern, rules.judge));
    } else if (rules.instances && (facts.configured & actions.shapes) === 0n) {
      report("notConfigured", at, describeElsewhere(pattern, rules.instances));
    }
  }
}

function describeDead(linted: LintedStatement, pattern: string, judge: ResourceJudge): string {
  const { statement, actions, variables } = linted;
  const [only] = actions.actions;
  const subject =
    only && actions.actions.length === 1 && !actions.isForeign
      ? `\`${only.name}\` does not support the resource`
      : "no action of this statement supports the resource";
  const fault = `${subject} \`${pattern}\``;
  const shapesMatched = (candidate: string) => judge(candidate, variables).shapes;
  if (statement.resources.kind === "NotResource") {
    // Any other resource that is supported would turn the statement's effect on it round.
    const spelled = suggestSpelling(pattern, actions.shapes, shapesMatched);
    const advice = spelled === undefined ? "remove it" : `if \`${spelled}\` is to be left out, write that`;
    return `${fault}, so this leaves nothing out; ${advice}`;
  }
  const suggestion = suggestResource(pattern, actions.required, shapesMatched);
  if (suggestion === undefined) {
    const forms = describeShapes(actions.required);
    return forms === undefined
      ? `${fault}; \`connect-authorizer catalog OPERATION\` lists what it supports`
      : `${fault}, only ${forms}`;
  }
  if (statement.resources.patterns.includes(suggestion))
    return `${fault}; \`${suggestion}\` is here already, so remove this one`;
  return `${fault}; did you mean \`${suggestion}\``;
}
