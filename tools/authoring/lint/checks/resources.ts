/** Resources that no listed action supports, and resources of instances that are not configured. */

import { operations } from "../../../../shared/catalog/catalog.ts";
import { quote } from "../../../../shared/policy/model/quote.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { nearestName } from "../../nearest-name.ts";
import { describeShapes, shapesOf } from "../facts/action-facts.ts";
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
 * for one that can match none of them in any account, `notConfigured` for one that can in no configured instance, and
 * `strayCharacter` for one that has characters of no ARN; and each of another service (`foreignResource`).
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
    const stray = facts.isJudged ? findStray(pattern) : undefined;
    if (stray !== undefined) {
      report("strayCharacter", at, stray);
    } else if (!facts.isJudged && kind === "Resource" && isOfNoAction(linted, pattern)) {
      report("foreignResource", at, describeForeign(pattern));
    } else if ((facts.shapes & actions.shapes) === 0n) {
      report("deadResource", at, describeDead(linted, pattern, rules.judge));
    } else if (rules.instances && (facts.configured & actions.shapes) === 0n) {
      report("notConfigured", at, describeElsewhere(pattern, rules.instances));
    }
  }
}

/** Whether it is an ARN of another service, and the statement has no action that such an ARN could be meant for. */
function isOfNoAction({ actions }: LintedStatement, pattern: string): boolean {
  const service = pattern.split(":", 3)[2];
  if (!pattern.startsWith("arn:") || service === undefined) return false;
  if (isMistyped(service) && /^(?:[^:]*:){5}instance\//.test(pattern)) return true;
  if (actions.isForeign) return false;
  if (actions.actions.some(({ name }) => takesAnyArn(name))) return false;
  return !shapesOf(actions.shapes).some(({ format }) => format.split(":", 3)[2] === service);
}

/** Whether a call of the action names the ARN of whatever resource it is about. */
function takesAnyArn(action: string): boolean {
  takers ??= new Set(
    operations()
      .filter(({ targets }) => targets.some(({ type, orAnyArn }) => type === "arn" || orAnyArn))
      .map((row) => row.action),
  );
  return takers.has(action);
}
let takers: ReadonlySet<string> | undefined;

function isMistyped(service: string): boolean {
  return /^(?:amazon|aws)-?connect$/.test(service) || nearestName(service, ["connect"]) !== undefined;
}

function describeForeign(pattern: string): string {
  const service = pattern.split(":", 3)[2] ?? "";
  const fault = `\`${pattern}\` is a resource of \`${service}\`, on which no action of this statement is authorized`;
  return isMistyped(service)
    ? `${fault}; did you mean \`${pattern.replace(`:${service}:`, ":connect:")}\``
    : `${fault}; remove it`;
}

/** Characters that no ARN of Amazon Connect has, and what was meant by them. */
function findStray(pattern: string): string | undefined {
  // What looks like a variable has a finding of its own.
  const text = pattern.replaceAll(/\$?(?<![({])[({]+\s*[A-Za-z]+:[^})]*[)}]+|\$\{[^}]*\}/g, (variable) =>
    "x".repeat(variable.length),
  );
  const [placeholder] = /<[^<>]*>/.exec(text) ?? [];
  if (placeholder !== undefined) return `${quote(placeholder)} is a placeholder; write your own in its place`;
  if (/[,;]\s*arn:/.test(text)) return "this holds several ARNs; write each as a text of its own, in a list";
  const [blank] = /[\s\p{Cf}]/u.exec(text) ?? [];
  if (blank !== undefined) {
    const code = blank.codePointAt(0)?.toString(16).padStart(4, "0");
    return `character ${text.indexOf(blank) + 1} of this is U+${code}, a blank or invisible, and no resource has one; remove it`;
  }
  if (text.includes("\\")) return `${quote(pattern)} has a \`\\\`, and no resource has one; write \`/\``;
  if (text.includes("//")) return `${quote(pattern)} has two slashes together; write one`;
  if (/\/\.\*|[()|[\]^+]|\{[^{},]*,[^{}]*\}/.test(text))
    return "a resource is no regular expression: only `*` and `?` are wildcards, and a list has several resources";
  return undefined;
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
