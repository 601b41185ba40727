/**
 * Checks that the actions a policy names exist: a mistyped Deny forbids nothing, and no error would show it.
 *
 * Author side only. `shared/policy` knows nothing of Amazon Connect, so it cannot check this.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { Issue } from "../../../shared/errors.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { compileActionPattern } from "../../../shared/policy/pattern/action-pattern.ts";
import { compileGlob, matchGlob } from "../../../shared/policy/pattern/glob.ts";
import { parseWildcards } from "../../../shared/policy/pattern/template.ts";
import type { Positions } from "../document/issue-sink.ts";
import { nearestName } from "../nearest-name.ts";
import { knownActions } from "./known-actions.ts";

const service = "connect";

type Finding = Pick<Issue, "severity" | "code" | "message">;

/**
 * Checks every `Action` and `NotAction` of a parsed policy against the actions of Amazon Connect, without case.
 *
 * An action that does not exist, or a pattern that matches none, is an error (`unknownAction`): a Deny of it denies
 * nothing, and a mistyped exception excepts nothing. In the `Action` of an Allow it is a warning, since IAM accepts it and it
 * grants nothing. An action of another service is a warning (`foreignAction`), since no call here needs it; so is a wildcard
 * in the name of the service (`serviceWildcard`).
 *
 * @param positions where each element is, as the parser reports it
 */
export function checkActions(document: PolicyDocument, positions: Positions): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [statement, { actions, effect, start }] of document.statements.entries()) {
    const isHarmless = effect === "Allow" && actions.kind === "Action";
    for (const [index, pattern] of actions.patterns.entries()) {
      const finding = checkAction(pattern);
      if (!finding) continue;
      const path = `Statement[${statement}].${actions.kind}[${index}]`;
      const { line, column } = positions.get(path) ?? start;
      const severity = isHarmless ? "warning" : finding.severity;
      const grants = isHarmless && finding.code === "unknownAction" ? "it grants nothing: " : "";
      const message = `${grants}${finding.message}`;
      issues.push({ ...finding, severity, message, file: document.file, path, line, column });
    }
  }
  return issues;
}

/** Findings of the patterns seen so far: large sets repeat a few of them many times. */
const met = new Map<string, Finding | undefined>();
const maxMet = 10_000;

/** Says what is wrong with one action pattern; `undefined` when it matches an action of Amazon Connect. */
export function checkAction(pattern: string): Finding | undefined {
  if (met.has(pattern)) return met.get(pattern);
  const finding = findFault(pattern);
  if (met.size >= maxMet) met.clear();
  met.set(pattern, finding);
  return finding;
}

function findFault(pattern: string): Finding | undefined {
  const actions = knownActions();
  const lower = lowerAscii(pattern);
  if (actions.has(lower)) return undefined;
  const compiled = compileActionPattern(pattern);
  // The parser refuses these with a message of its own.
  if (typeof compiled === "string") return undefined;
  const [prefix = ""] = lower.split(":", 1);
  for (const action of actions.keys())
    if (matchGlob(compiled.glob, action)) return checkService(pattern, prefix);
  // Its service may have wildcards, and be Connect's all the same.
  if (!matchGlob(compileGlob(parseWildcards(prefix)), service)) {
    const meant = findOfConnect(lower, prefix);
    if (meant !== undefined) {
      const message = `there is no service \`${prefix}\`; did you mean \`${meant}\``;
      return { severity: "warning", code: "unknownAction", message };
    }
    const message = `\`${pattern}\` is an action of another service; calls here need only \`${service}:\` actions`;
    return { severity: "warning", code: "foreignAction", message };
  }
  const wildcards = /[*?]/.test(pattern);
  const hint = hintFor(pattern);
  const fault = wildcards
    ? `\`${pattern}\` matches no action of Amazon Connect`
    : `there is no action \`${pattern}\``;
  return { severity: "error", code: "unknownAction", message: `${fault}; ${hint}` };
}

/** What Amazon Connect calls what other APIs call otherwise. */
const verbs: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:Get|Read|View|Show|Fetch|Retrieve)(?=[A-Z*])/, ["Describe", "List", "Get"]],
  [/^(?:Edit|Modify|Change|Set|Put|Patch)(?=[A-Z*])/, ["Update", "Put"]],
  [/^(?:Remove|Destroy|Drop)(?=[A-Z*])/, ["Delete", "Disassociate"]],
  [/^(?:Add|Make|Insert|Attach)(?=[A-Z*])/, ["Create", "Associate"]],
  [/^(?:Detach|Unassign)(?=[A-Z*])/, ["Disassociate"]],
  [/^(?:Find|Query|Lookup)(?=[A-Z*])/, ["Search"]],
];

/** More would not be read. */
const maxNames = 3;

/** Says what was probably meant by an action that does not exist, or by a pattern that matches none. */
function hintFor(pattern: string): string {
  const name = pattern.slice(service.length + 1).replace(/(?:Command|Request)$/, "");
  const known = [...knownActions().values()];
  const lower = lowerAscii(`${service}:${name}`);
  const exact = knownActions().get(lower);
  if (exact !== undefined) return `did you mean \`${exact}\``;
  const synonyms = (verbs.find(([form]) => form.test(name)) ?? [/^$/, []])[1].map((verb) =>
    name.replace(/^[A-Z][a-z]+/, verb),
  );
  const meant = synonyms.flatMap((each) =>
    each.endsWith("*")
      ? known.some((action) => action.startsWith(`${service}:${each.slice(0, -1)}`))
        ? [`${service}:${each}`]
        : []
      : (knownActions().get(lowerAscii(`${service}:${each}`)) ?? []),
  );
  const longer = known.filter((action) => name.length > 5 && lowerAscii(action).startsWith(lower));
  const nearest = nearestName(/[*?]/.test(pattern) ? pattern.replace(/\*+$/, "") : pattern, known);
  const names = meant.length > 0 ? meant : longer.length > 1 ? longer : nearest ? [nearest] : longer;
  if (names.length === 0) return "`connect-authorizer catalog` lists the operations";
  const shown = names.slice(0, maxNames).map((each) => `\`${each}\``);
  const more = names.length > maxNames ? `, or another of \`${service}:${name}*\`` : "";
  return `did you mean ${shown.join(more ? ", " : " or ")}${more}`;
}

/** A `*` alone is everything; in a service's name it hides which service is meant. */
function checkService(pattern: string, prefix: string): Finding | undefined {
  if (pattern === "*" || !/[*?]/.test(prefix)) return undefined;
  const name = pattern.slice(prefix.length + 1);
  const message = `\`${pattern}\` has a wildcard in the name of its service; write \`${service}:${name}\``;
  return { severity: "warning", code: "serviceWildcard", message };
}

const otherNames: ReadonlySet<string> = new Set([
  "amazonconnect",
  "amazon-connect",
  "awsconnect",
  "aws-connect",
]);

/** Finds the action of Connect whose prefix is mistyped: `conect:DescribeUser`. */
function findOfConnect(lower: string, prefix: string): string | undefined {
  if (!otherNames.has(prefix) && nearestName(prefix, [service]) === undefined) return undefined;
  return knownActions().get(`${service}${lower.slice(prefix.length)}`);
}

/** Says what to write in the place of something that is no action at all, such as a name without its prefix. */
export function adviseAction(written: string): string | undefined {
  const several = written.split(/[\s,;]+/).filter((each) => each !== "");
  if (several.length > 1 && several.every((each) => /^[\w-]+:[\w*?]+$/.test(each)))
    return `write each action in a text of its own: \`[${several.map((each) => JSON.stringify(each)).join(", ")}]\``;
  if (written.startsWith("!"))
    return "to except an action, write `NotAction`, or deny it in another statement";
  if (/[()|[\]^+]/.test(written))
    return "an action is no regular expression: only `*` and `?` are wildcards, and a list has several actions";
  const name = written
    .replace(/[\s\u200b-\u200f\u2060\ufeff]+/g, written.startsWith("aws ") ? " " : "")
    .replace(/^(?:arn:aws:)?connect[.:/]+|^aws connect /i, "")
    .replaceAll(/-(?=[a-z])/g, "");
  if (!/^[A-Za-z*?]+$/.test(name) || name === "*") return undefined;
  if (/[*?]/.test(name)) return `write \`${service}:${name}\``;
  const whole = `${service}:${name}`;
  const exact = knownActions().get(lowerAscii(whole));
  if (exact !== undefined) return `write \`${exact}\``;
  const nearest = nearestName(whole, knownActions().values());
  return nearest === undefined ? undefined : `did you mean \`${nearest}\``;
}
