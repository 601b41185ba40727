/**
 * A configuration folder → a bundle, or everything that is wrong with it at once.
 *
 * Author side only: the CLI, the build and the local gateway use it; a Lambda opens bundles.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle, Configuration } from "../../../shared/bundle/types.ts";
import { CodedError, DocumentError, formatIssue, type Issue } from "../../../shared/errors.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { parseYaml } from "../document/parse-yaml.ts";
import { createLinter } from "../lint/create-linter.ts";
import { nearestName } from "../nearest-name.ts";
import type { AcceptedKey } from "./read/accepted-keys.ts";
import type { NamedPolicy, ReadOptions } from "./read/bindings.ts";
import { readConfiguration } from "./read/configuration.ts";
import { type PolicyFolder, readPolicies } from "./read/policies.ts";
import { displayPath, fileIssue, readSourceFile, unreadable } from "./read/source-file.ts";

/** A configuration that can be used, or the issues (errors and warnings) of one that can't. */
export type LoadedConfiguration =
  | { readonly ok: true; readonly bundle: Bundle; readonly warnings: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Loads `authorizer.yaml` and `policies/*.json` from a folder.
 *
 * Issues are sorted by file, line and column; their `file` is relative to the current directory. Of a folder that
 * does not exist the only issue has the code `noSuchFolder`. Never throws for what is wrong with the files.
 */
export async function loadConfiguration(
  folder: string,
  options: ReadOptions = {},
): Promise<LoadedConfiguration> {
  const missing = await folderIssue(folder);
  if (missing) return { ok: false, issues: [missing] };
  const policies = await readPolicies(join(folder, "policies"));
  const { config, accepted, issuesOf } = await readMainFile(
    join(folder, "authorizer.yaml"),
    policies,
    options,
  );
  const { issues: linted, unused } = lintPolicies(policies, config, accepted);
  if (policies.readable) for (const { node } of unused) reportUnused(node);
  const issues = [...issuesOf(), ...policies.issues, ...linted];
  if (!config || issues.some(({ severity }) => severity === "error"))
    return { ok: false, issues: sorted(issues) };
  const bundle = createBundle(config, policies.documents);
  const refused = proveUsable(bundle, folder);
  if (refused.length > 0) return { ok: false, issues: sorted([...issues, ...refused]) };
  return { ok: true, bundle, warnings: sorted(issues) };
}

/** Refuses a configuration in shadow mode, for whoever would decide by it: a candidate never enforces. */
export function asLive(loaded: LoadedConfiguration): LoadedConfiguration {
  if (!loaded.ok || loaded.bundle.config.mode === "enforce") return loaded;
  const message =
    "a configuration in shadow mode can only be compared with one that decides; write `mode: enforce`, or give it as the candidate";
  const issues = loaded.warnings.map(
    (issue): Issue => (issue.code === "shadowMode" ? { ...issue, severity: "error", message } : issue),
  );
  return { ok: false, issues };
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
    const { message } = unreadable(folder, error);
    return fileIssue(folder, "noSuchFolder", message);
  }
}

interface MainFile {
  readonly config?: Configuration;
  readonly accepted: readonly AcceptedKey[];
  /** All issues that were found until it is called. */
  issuesOf(): readonly Issue[];
}

async function readMainFile(path: string, policies: PolicyFolder, options: ReadOptions): Promise<MainFile> {
  const read = await readSourceFile(path);
  if (!read.ok) return { accepted: [], issuesOf: () => [read.issue] };
  const { sink, root } = parseYaml(read.text, displayPath(path));
  if (!root) return { accepted: [], issuesOf: () => sink.issues };
  const { config, policies: named, accepted } = readConfiguration(root, options);
  if (config.routes.length > 0) {
    const { checkRouteValues } = await import("./check-route-values.ts");
    checkRouteValues(root.entries()?.get("routes"));
  }
  const inAccepted = accepted.flatMap((each) => each.policies ?? []);
  const places = [...named, ...inAccepted.map(({ text, node }) => ({ name: text, node }))];
  if (policies.readable) checkReferences(places, policies);
  const unused = named.length === 0 ? [] : unusedPolicies(named, policies);
  return { config, accepted, issuesOf: () => [...eachOnce(sink.issues), ...unused] };
}

/** A node that two readers look at complains to both. */
function eachOnce(issues: readonly Issue[]): readonly Issue[] {
  return [...new Map(issues.map((issue) => [formatIssue(issue), issue])).values()];
}

function checkReferences(named: readonly NamedPolicy[], policies: PolicyFolder): void {
  for (const { name, node } of named) {
    if (policies.files.has(name)) continue;
    const nearest = nearestName(name, policies.files.keys());
    const hint = nearest ? `did you mean \`${nearest}\`` : `create \`policies/${name}.json\``;
    node.report("unknownPolicy", `there is no policy \`${name}\`; ${hint}`);
  }
}

function unusedPolicies(named: readonly NamedPolicy[], { files }: PolicyFolder): readonly Issue[] {
  const used = new Set(named.map(({ name }) => name));
  return [...files]
    .filter(([name]) => !used.has(name))
    .map(([name, file]) => {
      const message = `no binding, boundary or guardrail names the policy \`${name}\`; it has no effect`;
      return { ...fileIssue(file, "unusedPolicy", message), severity: "warning" };
    });
}

/** The findings of lint, and the accepted keys that it did not find. */
interface Linted {
  readonly issues: readonly Issue[];
  readonly unused: readonly AcceptedKey[];
}

/** Warns of what is hardly ever meant, also when errors stand beside it: an author sees all there is at once. */
function lintPolicies(
  policies: PolicyFolder,
  config: Configuration | undefined,
  accepted: readonly AcceptedKey[],
): Linted {
  const used = new Set<AcceptedKey>();
  const lint = createLinter(config, (key, policy) => {
    const found = accepted.filter(
      (each) => each.key === key && (each.policies?.some(({ text }) => text === policy) ?? true),
    );
    for (const each of found) used.add(each);
    return found.length > 0;
  });
  const issues = policies.documents.flatMap((document) => {
    const file = displayPath(policies.files.get(document.name) ?? document.file);
    return lint(document, policies.positions.get(document.name) ?? new Map()).map((issue) => ({
      ...issue,
      file,
    }));
  });
  return { issues, unused: accepted.filter((each) => !used.has(each)) };
}

function reportUnused(node: DocumentNode): void {
  node.report("unusedAcceptance", "no policy needs this to be accepted; remove it", "warning");
}

/** Opens the bundle as a Lambda will, so that none is ever published that cannot be opened. */
function proveUsable(bundle: Bundle, folder: string): readonly Issue[] {
  try {
    openBundle(bundle, [], { place: "candidate" });
    return [];
  } catch (error) {
    const cause = error instanceof CodedError ? error.cause : undefined;
    if (!(cause instanceof DocumentError)) throw error;
    return cause.issues.map((issue) => ({ ...issue, file: displayPath(join(folder, issue.file)) }));
  }
}

function sorted(issues: readonly Issue[]): readonly Issue[] {
  const order = (a: Issue, b: Issue) =>
    compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.code, b.code);
  return [...issues].sort(order);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
