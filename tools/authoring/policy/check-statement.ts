/** Checks a statement that was read: what the engine refuses, and what is valid and rarely meant. */
import type { ReportProblem } from "../../../shared/policy/condition/condition.ts";
import { parseTime } from "../../../shared/policy/condition/date-time.ts";
import { parseOperator } from "../../../shared/policy/condition/operators.ts";
import { compileStatement } from "../../../shared/policy/evaluate/compile-statement.ts";
import type {
  PolicyCondition,
  PolicyStatement,
  PolicyVersion,
} from "../../../shared/policy/model/document.ts";
import { quote } from "../../../shared/policy/model/quote.ts";
import { compileResourcePattern, completeArn } from "../../../shared/policy/pattern/resource-pattern.ts";

interface StatementsBefore {
  readonly version: PolicyVersion;
  /** Of the statements before this one; its own is added. */
  readonly sids: Set<string>;
}

/** Reports every problem and warns of the rest, each at its place in the statement. */
export function checkStatement(
  statement: PolicyStatement,
  { version, sids }: StatementsBefore,
  { report, warn }: { readonly report: ReportProblem; readonly warn: Warn },
): void {
  compileStatement(statement, version, report);
  checkSid(statement, sids, warn);
  checkVersion(statement, version, warn);
  checkIncompleteArns(statement, warn);
  for (const condition of statement.conditions) checkCondition(condition, warn);
}

/** Warns about an element of a statement; `place` is its path within, for instance `.Sid`. */
export type Warn = (code: string, place: string, message: string) => void;

function checkSid(statement: PolicyStatement, sids: Set<string>, warn: Warn): void {
  if (statement.sid === undefined) return;
  if (statement.sid === "") {
    warn("emptySid", ".Sid", "`Sid` is empty; name the statement, or leave `Sid` out");
    return;
  }
  if (!/^[A-Za-z0-9]*$/.test(statement.sid))
    warn("badSid", `.Sid`, "IAM allows letters and digits only in a `Sid`");
  if (sids.has(statement.sid))
    warn("duplicateSid", `.Sid`, "another statement has this `Sid`; IAM requires unique ones");
  sids.add(statement.sid);
}

/** Warns of an ARN of fewer than six parts, which matches more than it seems to, unless it is refused anyway. */
function checkIncompleteArns({ resources }: PolicyStatement, warn: Warn): void {
  for (const [i, pattern] of resources.patterns.entries()) {
    const whole = completeArn(pattern);
    if (whole === pattern || typeof compileResourcePattern(pattern, true) === "string") continue;
    const message = `${quote(pattern)} has fewer than the six parts of an ARN and is completed to ${quote(whole)}; write that`;
    warn("incompleteArn", `.${resources.kind}[${i}]`, message);
  }
}

/** Warns of what is valid in a condition but rarely meant. */
function checkCondition({ operator: name, key, values }: PolicyCondition, warn: Warn): void {
  const operator = parseOperator(name);
  const place = `.Condition.${name}.${key}`;
  if (operator?.comparison === "null" && operator.qualifier !== "none") {
    const always = operator.qualifier === "forAllValues" ? "always" : "never";
    warn("nullWithQualifier", place, `\`${name}\` ${always} holds, for every request; write \`Null\``);
  }
  for (const [i, value] of values.entries()) {
    if (operator?.comparison === "date") {
      const moment = parseTime(value);
      if (moment === undefined || moment.earliest === moment.latest) continue;
      const message = `${quote(value)} has no time zone, so for half a day before and after it no Allow holds and every Deny does; add \`Z\``;
      warn("timeWithoutZone", `${place}[${i}]`, message);
    } else if (operator?.comparison === "arn" && !value.includes("${") && value.split(":", 6).length < 6) {
      const message = `${quote(value)} has fewer than the six parts of an ARN: if those match, no Allow holds and every Deny does; write all six`;
      warn("incompleteArn", `${place}[${i}]`, message);
    }
  }
}

/** Variables under the old version are literal text, which is rarely meant. */
function checkVersion(statement: PolicyStatement, version: PolicyVersion, warn: Warn): void {
  if (version === "2012-10-17") return;
  const texts = [...statement.resources.patterns, ...statement.conditions.flatMap(({ values }) => values)];
  if (texts.some((text) => text.includes("${"))) {
    const message = "variables are literal text without `Version` `2012-10-17`; add it";
    warn("variablesNeedVersion", "", message);
  }
}
