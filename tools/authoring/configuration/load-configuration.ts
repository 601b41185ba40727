/** A configuration folder → a bundle, or everything that is wrong with it at once. Author side only. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createBundle, type OpenedBundle, openRead } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { CodedError, DocumentError, type Issue } from "../../../shared/errors.ts";
import { parseYaml } from "../document/parse-yaml.ts";
import { checkGrants } from "../lint/checks/incomplete-grants.ts";
import { createLinter, type LintExtent } from "../lint/create-linter.ts";
import { applyIgnores, type Ignore, type IgnoredIssue } from "../lint/ignores/apply-ignores.ts";
import { readIgnoreComments } from "../lint/ignores/ignore-comments.ts";
import { nearestName } from "../nearest-name.ts";
import type { InstanceNames } from "../policy/instance-names.ts";
import { flatMapCounting } from "../progress.ts";
import type { AcceptedKey, ReadConfiguration, ReadOptions } from "./read/configuration.ts";
import type { ReadEnvironment } from "./read/environment.ts";
import { environmentIssue, findEnvironments } from "./read/environments.ts";
import { type PolicyFolder, readPolicies, type WrittenPolicies } from "./read/policies.ts";
import { policyNameProblem } from "./read/policy-folders.ts";
import { displayPath, fileIssue, readSourceFile, unreadable } from "./read/source-file.ts";

/** A configuration that can be used, or the issues (errors and warnings) of one that can't. */
export type LoadedConfiguration =
  | {
      readonly ok: true;
      readonly bundle: Bundle;
      /** The same, ready to decide. */
      readonly opened: OpenedBundle;
      readonly warnings: readonly Issue[];
      readonly ignored: readonly IgnoredIssue[];
      /** Warnings of what ignores nothing in this environment. If there are no others, they are among `warnings`. */
      readonly unusedIgnores: readonly Issue[];
      /** Texts that name instances, as they are written. The bundle has their ARNs. */
      readonly written: WrittenPolicies;
      readonly names: InstanceNames;
    }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly ignored?: readonly IgnoredIssue[] };

/**
 * Loads `authorizer.yaml` and the policies in `policies/` from a folder.
 *
 * Issues are sorted by file, line and column; their `file` is relative to the current directory. Of a folder that
 * does not exist the only issue has the code `noSuchFolder`, of an environment `noSuchEnvironment`. Never throws for what is wrong with the files.
 */
export async function loadConfiguration(
  folder: string,
  options: ReadOptions = {},
): Promise<LoadedConfiguration> {
  const missing = await folderIssue(folder);
  if (missing) return { ok: false, issues: [missing] };
  const { environment } = options;
  const environments = await findEnvironments(folder);
  if (environment !== undefined && !environments.names.includes(environment))
    return { ok: false, issues: [environmentIssue(folder, environment, environments)] };
  const main = await readMainFile(folder, options);
  const { names = "unread", config } = main.read ?? {};
  const policies = await readPolicies(join(folder, "policies"), names, config?.instances);
  if (main.read && policies.readable) checkReferences(main.read, policies.files);
  const ignores = [...main.ignores, ...policies.ignores, ...ignoresOf(main.read, policies, folder)];
  const before = [...main.issues.flat(), ...environments.issues, ...policies.issues];
  const linted = lintAsFar(options.warnings, policies, { ...main, before });
  const ofPolicies = [...unusedPolicies(main.read, policies), ...policies.issues, ...linted];
  if (main.read && policies.readable) checkAccess(main.read, policies);
  const found = [...main.issues.flat(), ...environments.issues, ...ofPolicies];
  const { issues, ...applied } = applyIgnores(found, ignores);
  // What ignores a warning is not known to be unused if no warning was looked for.
  const unused = options.warnings === "ifRefused" ? [] : applied.unused;
  const ignored = sorted(applied.ignored);
  if (!main.read || issues.some(({ severity }) => severity === "error"))
    return { ok: false, issues: sorted(issues), ignored };
  const bundle = createBundle(main.read.config, policies.documents);
  const opened = openCreated(bundle, folder);
  if (Array.isArray(opened)) return { ok: false, issues: sorted([...issues, ...opened]) };
  const warnings = sorted(environments.names.length === 0 ? [...issues, ...unused] : issues);
  const told = { warnings, ignored, unusedIgnores: unused };
  return { ok: true, bundle, opened, ...told, written: policies.written, names: main.read.names };
}

async function folderIssue(folder: string): Promise<Issue | undefined> {
  try {
    if ((await stat(folder)).isDirectory()) return undefined;
    return fileIssue(
      folder,
      "noSuchFolder",
      "this is not a folder; name the one that holds `authorizer.yaml`",
    );
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const message = isMissing
      ? "there is no such folder; name the one that holds `authorizer.yaml`, or let `connect-authorizer init` write one"
      : unreadable(folder, error).message;
    return fileIssue(folder, "noSuchFolder", message);
  }
}

interface MainFile {
  /** Of each file, also those that are found later. */
  readonly issues: readonly (readonly Issue[])[];
  /** By comments. */
  readonly ignores: readonly Ignore[];
  readonly read?: ReadConfiguration;
}

async function readMainFile(folder: string, options: ReadOptions): Promise<MainFile> {
  const path = join(folder, "authorizer.yaml");
  const file = await readSourceFile(path);
  if (!file.ok) return { issues: [[await withOtherName(file.issue, folder)]], ignores: [] };
  const { sink, root } = parseYaml(file.text, displayPath(path));
  if (!root) return { issues: [sink.issues], ignores: [] };
  const comments = readIgnoreComments(sink.comments, file.text, displayPath(path));
  // What needs zod or the SDK is loaded when it is needed: a command's help needs neither.
  const { readConfiguration } = await import("./read/configuration.ts");
  const { readEnvironment } = await import("./read/environment.ts");
  const { environment: name } = options;
  const own = name === undefined ? noEnvironment : await readEnvironment(folder, name);
  const read = readConfiguration(root, options, own.environment);
  if (read.config.routes.length > 0) {
    const { checkRouteValues } = await import("./check-route-values.ts");
    checkRouteValues(root.at(["routes"]));
  }
  // What an environment is to have is not known if its file cannot be read.
  const isKnown = name === undefined || own.environment !== undefined;
  const ignores = [...comments.ignores, ...(own.ignores ?? [])];
  return { issues: [sink.issues, comments.issues, own.issues], ignores, ...(isKnown ? { read } : {}) };
}

const noEnvironment: ReadEnvironment = { issues: [] };

/** Says which file has almost the name, if there is one. */
async function withOtherName(issue: Issue, folder: string): Promise<Issue> {
  if (issue.code !== "missingFile") return issue;
  const names = await readdir(folder).catch(() => []);
  const other = names.find((name) => /^authorizers?\.(?:ya?ml|json)$/i.test(name));
  if (other === undefined) return issue;
  const isJson = other.endsWith(".json");
  const advice = isJson ? "YAML can hold its text as it is: rename it" : "rename it";
  return {
    ...issue,
    message: `there is \`${other}\` and no \`authorizer.yaml\`; ${advice} to \`authorizer.yaml\``,
  };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function checkReferences(read: ReadConfiguration, files: PolicyFolder["files"]): void {
  const known = [...files.keys()];
  for (const { name, node } of [
    ...read.policies,
    ...[...read.accepted, ...read.ignored].flatMap(({ policies }) => policies ?? []),
  ]) {
    if (files.has(name)) continue;
    node.report("unknownPolicy", `there is no policy \`${name}\`; ${hintFor(name, known)}`);
  }
}

function hintFor(name: string, names: readonly string[]): string {
  const bare = name.replace(/^(?:\.\/)?policies\//, "").replace(/\.json$/, "");
  const meant = names.includes(bare)
    ? bare
    : (nearestName(bare, names) ?? names.find((each) => each.endsWith(`/${bare}`)));
  if (bare !== name) {
    const without = name.endsWith(".json") ? "without `.json`" : "without its folder";
    if (meant !== undefined && meant !== bare) return `did you mean \`${meant}\`, ${without}`;
    const create = meant === bare ? "" : `, and create \`policies/${bare}.json\``;
    return policyNameProblem(bare) ?? `write \`${bare}\`, ${without}${create}`;
  }
  if (meant !== undefined) return `did you mean \`${meant}\``;
  return policyNameProblem(name) ?? `create \`policies/${name}.json\``;
}

function unusedPolicies(read: ReadConfiguration | undefined, { files }: PolicyFolder): readonly Issue[] {
  const used = new Set(read?.policies.map(({ name }) => name));
  if (used.size === 0) return [];
  return [...files]
    .filter(([name]) => !used.has(name))
    .map(([name, file]) => {
      const message = `no binding, boundary or guardrail names the policy \`${name}\`; it has no effect`;
      return { ...fileIssue(file, "unusedPolicy", message), severity: "warning" };
    });
}

/** Policies may also be attached to single callers, so all of them count. */
function checkAccess(
  { policies: [first] }: ReadConfiguration,
  { documents, files, issues }: PolicyFolder,
): void {
  if (first === undefined || documents.length === 0 || documents.length < files.size) return;
  if (issues.some(({ severity }) => severity === "error")) return;
  const allows = documents.some(({ statements }) =>
    statements.some(({ effect, actions }) => effect === "Allow" && actions.patterns.length > 0),
  );
  if (allows) return;
  const message =
    "no policy allows anything, so nobody has access: what no Allow allows is denied anyway; write what callers may do";
  first.node.report("noAccess", message, "warning");
}

/** Lints for warnings only if they are shown: always, or beside the errors of a configuration that is refused. */
function lintAsFar(
  warnings: ReadOptions["warnings"],
  policies: PolicyFolder,
  { read, before }: MainFile & { readonly before: readonly Issue[] },
): readonly Issue[] {
  if (warnings === "ifRefused") {
    const errors = lintPolicies(policies, read, "errors");
    if (![...before, ...errors].some(({ severity }) => severity === "error")) return [];
  }
  return lintPolicies(policies, read, "all");
}

/** Lints also a configuration with errors: its author sees all issues at once. */
function lintPolicies(
  policies: PolicyFolder,
  read: ReadConfiguration | undefined,
  extent: LintExtent,
): readonly Issue[] {
  const accepted = read?.accepted ?? [];
  const within = new Map(accepted.map((each) => [each, each.policies && new Set(each.policies.map(nameOf))]));
  const used = new Set<AcceptedKey>();
  const isAccepted = (key: string, policy: string) => {
    const found = accepted.filter((each) => each.key === key && (within.get(each)?.has(policy) ?? true));
    for (const each of found) used.add(each);
    return found.length > 0;
  };
  const lint = createLinter(read?.config, isAccepted, extent);
  const files = new Map(
    policies.documents.map(({ name, file }) => [file, displayPath(policies.files.get(name) ?? file)]),
  );
  const issues = [
    ...flatMapCounting(policies.documents, { doing: "checking", things: "policies" }, (document) =>
      lint(document, policies.positions.get(document.name) ?? new Map()),
    ),
    ...(read && extent === "all" ? checkGrants(read.config, policies) : []),
  ].map((issue) => ({ ...issue, file: files.get(issue.file) ?? issue.file }));
  const unused = policies.readable && extent === "all" ? accepted.filter((each) => !used.has(each)) : [];
  for (const { node } of unused)
    node.report("unusedAcceptance", "no policy needs this to be accepted; remove it", "warning");
  return issues;
}

/** What `lint` of authorizer.yaml ignores. */
function ignoresOf(
  read: ReadConfiguration | undefined,
  { files, documents }: PolicyFolder,
  folder: string,
): readonly Ignore[] {
  const sids = new Map(documents.map(({ name, statements }) => [name, statements.map(({ sid }) => sid)]));
  const names = new Map([...files].map(([name, path]) => [displayPath(path), name]));
  return (read?.ignored ?? []).map(({ code, because, policies, sid, node }) => {
    const { line, column } = node.start;
    const place = { file: displayPath(join(folder, "authorizer.yaml")), path: node.path, line, column };
    const isIn = policies && new Set(policies.map(({ name }) => name));
    const only = policies?.flatMap(({ name }) => files.get(name) ?? []).map(displayPath);
    const covers = ({ file, path }: Issue) => {
      const name = names.get(file);
      if (isIn && (name === undefined || !isIn.has(name))) return false;
      if (sid === undefined) return true;
      const [, index] = /^Statement\[(\d+)\]/.exec(path) ?? [];
      return name !== undefined && index !== undefined && sids.get(name)?.[Number(index)] === sid;
    };
    return { code, because, kind: "configuration", place, covers, ...(only ? { files: only } : {}) };
  });
}

/** Opens the bundle as a Lambda will, so that no bundle is published that cannot be opened. */
function openCreated(bundle: Bundle, folder: string): OpenedBundle | Issue[] {
  try {
    return openRead(bundle, { place: "candidate" });
  } catch (error) {
    const cause = error instanceof CodedError ? error.cause : undefined;
    if (!(cause instanceof DocumentError)) throw error;
    return cause.issues.map((issue) => ({ ...issue, file: displayPath(join(folder, issue.file)) }));
  }
}

function sorted<Sorted extends Issue>(issues: readonly Sorted[]): readonly Sorted[] {
  const order = (a: Issue, b: Issue) =>
    compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.code, b.code);
  return [...issues].sort(order);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
