/**
 * From a policy's text to a `PolicyDocument`, or to everything that is wrong with it, with line and column.
 *
 * What passes is what `compilePolicies` accepts: both run the same checks.
 */
import type { Issue } from "../../../shared/errors.ts";
import { parseTime } from "../../../shared/policy/condition/date-time.ts";
import { parseOperator } from "../../../shared/policy/condition/operators.ts";
import { compileStatement } from "../../../shared/policy/evaluate/compile-statement.ts";
import {
  DEFAULT_POLICY_LIMITS,
  type PolicyCondition,
  type PolicyDocument,
  type PolicyLimits,
  type PolicyStatement,
  type PolicyVersion,
  type Position,
} from "../../../shared/policy/model/document.ts";
import { quote } from "../../../shared/policy/model/quote.ts";
import { compileResourcePattern, completeArn } from "../../../shared/policy/pattern/resource-pattern.ts";
import { DocumentReader } from "./document-reader.ts";
import { IssueList } from "./issue-list.ts";
import { type JsonNode, scanJson } from "./json-scanner.ts";
import { SourceText } from "./source-text.ts";
import { readStatement } from "./statement-reader.ts";

/** A policy that was read, or why it was not. */
export type ParsedPolicy =
  | {
      readonly ok: true;
      readonly document: PolicyDocument;
      readonly warnings: readonly Issue[];
      /** Where each element stands: `Statement[0].Action[1]`, `Statement[0].Condition.StringEquals.aws:username`. */
      readonly positions: ReadonlyMap<string, Position>;
    }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** What the text is called, and what it may be. */
export interface PolicySource {
  readonly name: string;
  readonly file: string;
  readonly limits?: Partial<PolicyLimits>;
}

/** Parses an IAM identity policy (IAM User Guide, "Grammar of the IAM JSON policy language"). Never throws. */
export function parsePolicy(text: string, source: PolicySource): ParsedPolicy {
  const limits = { ...DEFAULT_POLICY_LIMITS, ...source.limits };
  const isTooLong = text.length > limits.maxLength;
  const sourceText = new SourceText(isTooLong ? "" : text);
  const issues = new IssueList(sourceText, source.file, limits.maxIssues);
  if (isTooLong) {
    const message = `document has ${text.length} characters, more than ${limits.maxLength}; split it`;
    issues.add({ code: "tooLong", path: "", offset: 0, message });
    return { ok: false, issues: issues.issues };
  }
  const root = scanJson(text, limits.maxDepth, issues);
  if (root === undefined) return { ok: false, issues: inOrder(issues.issues) };
  const reader = new DocumentReader(sourceText, issues);
  const document = readDocument(root, source, limits.maxStatements, reader);
  if (document === undefined || issues.errorCount > 0) return { ok: false, issues: inOrder(issues.issues) };
  return { ok: true, document, warnings: inOrder(issues.issues), positions: reader.positions };
}

function inOrder(issues: readonly Issue[]): readonly Issue[] {
  return issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function readDocument(
  root: JsonNode,
  source: PolicySource,
  maxStatements: number,
  reader: DocumentReader,
): PolicyDocument | undefined {
  const members = reader.members(root, "", ["Version", "Id", "Statement"]);
  if (members === undefined) return undefined;
  const version = readVersion(members.get("Version"), reader);
  const id = reader.string(members.get("Id"), "Id");
  const node = members.get("Statement");
  if (node === undefined) {
    reader.error("missingElement", root, "", "policy has no `Statement`");
    return undefined;
  }
  const nodes = node.kind === "array" ? node.items : [node];
  reader.locate("Statement", node);
  if (nodes.length === 0)
    reader.warn("emptyStatement", node, "Statement", "policy has no statement and grants nothing");
  if (nodes.length > maxStatements) {
    reader.error(
      "tooManyStatements",
      node,
      "Statement",
      `policy has ${nodes.length} statements, more than ${maxStatements}`,
    );
    return undefined;
  }
  const statements = readStatements(nodes, version, reader);
  return { name: source.name, file: source.file, version, ...(id === undefined ? {} : { id }), statements };
}

function readVersion(node: JsonNode | undefined, reader: DocumentReader): PolicyVersion {
  const version = reader.string(node, "Version");
  if (node === undefined || version === undefined) return "2008-10-17";
  if (version === "2012-10-17" || version === "2008-10-17") return version;
  reader.error("badVersion", node, "Version", "`Version` is the language's: write `2012-10-17`");
  return "2012-10-17";
}

function readStatements(
  nodes: readonly JsonNode[],
  version: PolicyVersion,
  reader: DocumentReader,
): readonly PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  const sids = new Set<string>();
  for (const [i, node] of nodes.entries()) {
    const path = `Statement[${i}]`;
    const statement = readStatement(node, path, reader);
    if (statement === undefined) continue;
    statements.push(statement);
    compileStatement(statement, version, (place, code, message) => {
      reader.errorAt(code, `${path}.${place}`, message);
    });
    checkSid(statement, sids, path, reader);
    checkVersion(statement, version, path, reader);
    checkIncompleteArns(statement, path, reader);
    for (const condition of statement.conditions) checkCondition(condition, path, reader);
  }
  return statements;
}

function checkSid(statement: PolicyStatement, sids: Set<string>, path: string, reader: DocumentReader): void {
  if (statement.sid === undefined) return;
  if (!/^[A-Za-z0-9]*$/.test(statement.sid)) {
    reader.warnAt("badSid", `${path}.Sid`, "IAM allows letters and digits only in a `Sid`");
  }
  if (sids.has(statement.sid)) {
    reader.warnAt("duplicateSid", `${path}.Sid`, "another statement has this `Sid`; IAM wants them unique");
  }
  sids.add(statement.sid);
}

/** An ARN of fewer than six parts stands for more than it seems to; of one that is refused this would be no help. */
function checkIncompleteArns({ resources }: PolicyStatement, path: string, reader: DocumentReader): void {
  for (const [i, pattern] of resources.patterns.entries()) {
    const whole = completeArn(pattern);
    if (whole === pattern || typeof compileResourcePattern(pattern, true) === "string") continue;
    const message = `${quote(pattern)} has fewer than an ARN's six parts and stands for ${quote(whole)}; write that`;
    reader.warnAt("incompleteArn", `${path}.${resources.kind}[${i}]`, message);
  }
}

/** What a condition takes and hardly ever means. */
function checkCondition(
  { operator: name, key, values }: PolicyCondition,
  path: string,
  reader: DocumentReader,
): void {
  const operator = parseOperator(name);
  const place = `${path}.Condition.${name}.${key}`;
  if (operator?.comparison === "null" && operator.qualifier !== "none") {
    const always = operator.qualifier === "forAllValues" ? "always" : "never";
    reader.warnAt(
      "nullWithQualifier",
      place,
      `\`${name}\` ${always} holds, whatever the request has; write \`Null\``,
    );
  }
  for (const [i, value] of values.entries()) {
    if (operator?.comparison === "date") {
      const moment = parseTime(value);
      if (moment === undefined || moment.earliest === moment.latest) continue;
      const message = `${quote(value)} has no time zone, so for half a day before and after it no Allow holds and every Deny does; add \`Z\``;
      reader.warnAt("timeWithoutZone", `${place}[${i}]`, message);
    } else if (operator?.comparison === "arn" && !value.includes("${") && value.split(":", 6).length < 6) {
      const message = `${quote(value)} has fewer than an ARN's six parts: where these match, no Allow holds and every Deny does; write all six`;
      reader.warnAt("incompleteArn", `${place}[${i}]`, message);
    }
  }
}

/** Variables under the old version are literal text, which is hardly ever what was meant. */
function checkVersion(
  statement: PolicyStatement,
  version: PolicyVersion,
  path: string,
  reader: DocumentReader,
): void {
  if (version === "2012-10-17") return;
  const texts = [...statement.resources.patterns, ...statement.conditions.flatMap(({ values }) => values)];
  if (texts.some((text) => text.includes("${"))) {
    const message = "variables are literal text without `Version` `2012-10-17`; add it";
    reader.warnAt("variablesNeedVersion", path, message);
  }
}
