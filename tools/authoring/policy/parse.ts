/**
 * Parses a policy's text into a `PolicyDocument`, or lists everything that is wrong with it, with line and column.
 *
 * It accepts what `compilePolicies` accepts: both run the same checks.
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
import type { DocumentNode } from "../document/document-node.ts";
import { type Comment, IssueSink, type Positions } from "../document/issue-sink.ts";
import { parseJson } from "../document/parse-json.ts";
import { type Advise, withAdvice } from "./advice.ts";
import { type InstanceNames, resolveNames } from "./instance-names.ts";
import { type ResolveText, readElements, readStatement } from "./statement-reader.ts";

export type ParsedPolicy =
  | {
      readonly ok: true;
      readonly document: PolicyDocument;
      readonly warnings: readonly Issue[];
      /** Where each element is: `Statement[0].Action[1]`, `Statement[0].Condition.StringEquals.aws:username`. */
      readonly positions: Positions;
      /** Those to lint. */
      readonly comments: readonly Comment[];
      /** The texts that name instances, as their author wrote them, by the paths of their elements. */
      readonly written: ReadonlyMap<string, WrittenText>;
    }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** A text that names an instance. */
export interface WrittenText extends Position {
  readonly written: string;
  /** What the document holds. */
  readonly resolved: string;
}

export interface PolicySource {
  readonly name: string;
  readonly file: string;
  /** Without them a text is IAM's own, and `${main}` a variable that no request has. */
  readonly names?: InstanceNames;
  /** Without it messages do not know Amazon Connect. */
  readonly advise?: Advise;
  readonly limits?: Partial<PolicyLimits>;
}

/** Parses an IAM identity policy (IAM User Guide, "Grammar of the IAM JSON policy language"). Never throws. */
export function parsePolicy(text: string, source: PolicySource): ParsedPolicy {
  const limits = { ...DEFAULT_POLICY_LIMITS, ...source.limits };
  const isTooLong = text.length > limits.maxLength;
  const sink = new IssueSink(isTooLong ? "" : text, { file: source.file, maxIssues: limits.maxIssues });
  if (isTooLong) {
    const message = `document has ${text.length} characters, more than ${limits.maxLength}; split it`;
    sink.add(0, { code: "tooLong", path: "", message });
    return { ok: false, issues: sink.issues };
  }
  const root = parseJson(text, limits.maxDepth, sink);
  const written = new Map<string, WrittenText>();
  const resolve = resolverOf(source.names, written);
  const reading = { sink, resolve, advise: source.advise, maxStatements: limits.maxStatements };
  const document = root && readDocument(root, source, reading);
  if (document === undefined || sink.errorCount > 0) return { ok: false, issues: sink.sorted() };
  const { comments } = sink;
  return { ok: true, document, warnings: sink.sorted(), positions: sink.positions(), comments, written };
}

interface Reading {
  readonly sink: IssueSink;
  readonly resolve: ResolveText;
  readonly advise: Advise | undefined;
  readonly maxStatements: number;
}

/** Keeps in `written` what it resolves, and reports what is wrong with it. */
function resolverOf(names: InstanceNames | undefined, written: Map<string, WrittenText>): ResolveText {
  return (item, text, place) => {
    if (names === undefined || text === undefined) return text;
    const { text: resolved, problem } = resolveNames(text, names, place);
    if (problem) item.report(problem.code, problem.message);
    if (resolved !== text) written.set(item.path, { ...item.start, written: text, resolved });
    return resolved;
  };
}

function readDocument(
  root: DocumentNode,
  source: PolicySource,
  { maxStatements, ...reading }: Reading,
): PolicyDocument | undefined {
  if (root.entries().has("Effect") && !root.entries().has("Statement")) {
    root.report("missingElement", `policy has no \`Statement\`; ${aroundStatement("this statement")}`);
    return undefined;
  }
  const elements = readElements(root, ["Version", "Id", "Statement"], `; ${adviseRoot(root)}`);
  if (elements === undefined) return undefined;
  const version = readVersion(elements.get("Version"));
  const id = elements.get("Id")?.string();
  const node = elements.get("Statement");
  if (node === undefined) {
    root.report("missingElement", "policy has no `Statement`");
    return undefined;
  }
  const nodes = node.items();
  reading.sink.places.set("Statement", node.start.offset);
  if (nodes.length === 0)
    node.report("emptyStatement", "policy has no statement and grants nothing", "warning");
  if (nodes.length > maxStatements) {
    node.report("tooManyStatements", `policy has ${nodes.length} statements, more than ${maxStatements}`);
    return undefined;
  }
  const statements = readStatements(nodes, version, reading);
  const isSaid = reading.sink.issues.some(({ code }) => code === "variablesNeedVersion");
  if (!elements.has("Version") && statements.length > 0 && reading.sink.errorCount === 0 && !isSaid)
    root.report("missingVersion", describeMissingVersion, "warning");
  return { name: source.name, file: source.file, version, ...(id === undefined ? {} : { id }), statements };
}

function adviseRoot(root: DocumentNode): string {
  if (typeof root.scalar() === "string")
    return "the policy is inside a text; write it without the quotes around it";
  return aroundStatement("the statements");
}

function aroundStatement(what: string): string {
  return `put ${what} into \`{"Version": "2012-10-17", "Statement": [ ]}\``;
}

const describeMissingVersion =
  'policy has no `Version`, so it is one of `2008-10-17`, which has no variables; add `"Version": "2012-10-17"`';

function readVersion(node: DocumentNode | undefined): PolicyVersion {
  const version = node?.string();
  if (node === undefined || version === undefined) return "2008-10-17";
  if (version === "2012-10-17" || version === "2008-10-17") return version;
  node.report("badVersion", "`Version` is the version of the policy language: write `2012-10-17`");
  return "2012-10-17";
}

function readStatements(
  nodes: readonly DocumentNode[],
  version: PolicyVersion,
  { sink, resolve, advise }: Omit<Reading, "maxStatements">,
): readonly PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  const sids = new Set<string>();
  for (const node of nodes) {
    const statement = readStatement(node, resolve);
    if (statement === undefined) continue;
    statements.push(statement);
    compileStatement(statement, version, (place, code, message) => {
      const advised = withAdvice(statement, { place, code, message }, advise);
      sink.report({ code, path: `${node.path}.${place}`, message: advised });
    });
    const warn: Warn = (code, place, message) =>
      sink.report({ severity: "warning", code, path: node.path + place, message });
    checkSid(statement, sids, warn);
    checkVersion(statement, version, warn);
    checkIncompleteArns(statement, warn);
    for (const condition of statement.conditions) checkCondition(condition, warn);
  }
  return statements;
}

/** Warns about an element of a statement; `place` is its path within, for instance `.Sid`. */
type Warn = (code: string, place: string, message: string) => void;

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
