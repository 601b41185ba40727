/**
 * Parses a policy's text into a `PolicyDocument`, or lists everything that is wrong with it, with line and column.
 *
 * It accepts what `compilePolicies` accepts: both run the same checks.
 */
import type { Issue } from "../../../shared/errors.ts";
import type { ReportProblem } from "../../../shared/policy/condition/condition.ts";
import {
  DEFAULT_POLICY_LIMITS,
  type PolicyDocument,
  type PolicyLimits,
  type PolicyStatement,
  type PolicyVersion,
  type Position,
} from "../../../shared/policy/model/document.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { type Comment, IssueSink, type Positions } from "../document/issue-sink.ts";
import { parseJson } from "../document/parse-json.ts";
import { type Advise, withAdvice } from "./advice.ts";
import { checkStatement, type Warn } from "./check-statement.ts";
import { type InstanceNames, resolveNames } from "./instance-names.ts";
import { type ResolvePlain, readPlainPolicy } from "./plain-policy.ts";
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
  if (text.length > limits.maxLength) {
    const sink = new IssueSink("", { file: source.file, maxIssues: limits.maxIssues });
    const message = `document has ${text.length} characters, more than ${limits.maxLength}; split it`;
    sink.add(0, { code: "tooLong", path: "", message });
    return { ok: false, issues: sink.issues };
  }
  const plain = readPlainly(text, source, limits);
  if (plain) return plain;
  const { sink, written, document } = readNodes(text, source, limits);
  if (document === undefined || sink.errorCount > 0) return { ok: false, issues: sink.sorted() };
  const { comments } = sink;
  return { ok: true, document, warnings: sink.sorted(), positions: sink.positions(), comments, written };
}

/** Reads a policy that nothing can be said about. Where its elements are is found when somebody asks. */
function readPlainly(text: string, source: PolicySource, limits: PolicyLimits): ParsedPolicy | undefined {
  const written = new Map<string, WrittenText>();
  const { name, file, names } = source;
  const resolve = names === undefined ? asWritten : plainResolverOf(names, written);
  const document = readPlainPolicy(text, { name, file, limits, resolve });
  if (document === undefined || !isFaultless(document)) return undefined;
  let places: Positions | undefined;
  const get = (path: string) => {
    places ??= readNodes(text, source, limits).sink.positions();
    return places.get(path);
  };
  return { ok: true, document, warnings: [], positions: { get }, comments: [], written };
}

const asWritten: ResolvePlain = (text) => text;

function plainResolverOf(names: InstanceNames, written: Map<string, WrittenText>): ResolvePlain {
  return (text, place, at) => {
    const { text: resolved, problem } = resolveNames(text, names, place);
    if (problem) return undefined;
    if (resolved !== text) {
      const { path, ...position } = at();
      written.set(path, { ...position, written: text, resolved });
    }
    return resolved;
  };
}

function isFaultless({ statements, version }: PolicyDocument): boolean {
  let isSound = true;
  const refuse = () => {
    isSound = false;
  };
  const sids = new Set<string>();
  return statements.every((statement) => {
    checkStatement(statement, { version, sids }, { report: refuse, warn: refuse });
    return isSound;
  });
}

/** Reads a policy by nodes, which know where they are, and lists what is to be said about it. */
function readNodes(text: string, source: PolicySource, limits: PolicyLimits) {
  const sink = new IssueSink(text, { file: source.file, maxIssues: limits.maxIssues, hasPlaces: true });
  const root = parseJson(text, limits.maxDepth, sink);
  const written = new Map<string, WrittenText>();
  const resolve = resolverOf(source.names, written);
  const reading = { sink, resolve, advise: source.advise, maxStatements: limits.maxStatements };
  return { sink, written, document: root && readDocument(root, source, reading) };
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
  reading.sink.addPlace("Statement", node.start.offset);
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
  return { file: source.file, ...(id === undefined ? {} : { id }), name: source.name, statements, version };
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
    const report: ReportProblem = (place, code, message) => {
      const advised = withAdvice(statement, { place, code, message }, advise);
      sink.report({ code, path: `${node.path}.${place}`, message: advised });
    };
    const warn: Warn = (code, place, message) =>
      sink.report({ severity: "warning", code, path: node.path + place, message });
    checkStatement(statement, { version, sids }, { report, warn });
  }
  return statements;
}
