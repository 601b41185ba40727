/** Reads the files in `policies/`: each one IAM policy document, named by its file and folders. Author side only. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Issue } from "../../../../shared/errors.ts";
import type { PolicyDocument } from "../../../../shared/policy/model/document.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import type { Positions } from "../../document/issue-sink.ts";
import type { Ignore } from "../../lint/ignores/apply-ignores.ts";
import { readIgnoreComments } from "../../lint/ignores/ignore-comments.ts";
import type { Advise } from "../../policy/advice.ts";
import type { InstanceNames } from "../../policy/instance-names.ts";
import { type ParsedPolicy, type PolicySource, parsePolicy, type WrittenText } from "../../policy/parse.ts";
import { startWork } from "../../progress.ts";
import { adviseAction, checkActions } from "../check-actions.ts";
import { findPolicyFolders, folderProblem, isPolicyFolder, policyNameProblem } from "./policy-folders.ts";
import { displayPath, fileIssue, readSourceFile, unreadable } from "./source-file.ts";

export interface PolicyFolder {
  readonly documents: readonly PolicyDocument[];
  /** Name → where each element of the document is, as the parser reports it. */
  readonly positions: ReadonlyMap<string, Positions>;
  /** Name → the document's texts that name instances. */
  readonly written: WrittenPolicies;
  /** Name → path of every policy file, also of those that can't be used. */
  readonly files: ReadonlyMap<string, string>;
  readonly issues: readonly Issue[];
  /** By their comments. */
  readonly ignores: readonly Ignore[];
  /** Whether all its folders could be read. */
  readonly readable: boolean;
}

/** By the policies' names and the elements' paths. */
export type WrittenPolicies = ReadonlyMap<string, ReadonlyMap<string, WrittenText>>;

/** So many are open together: one after the other would wait for the disk, all at once would be too many for the system. */
const filesAtOnce = 32;

interface PolicyFile {
  readonly path: string;
  readonly name: string;
}

/** Reads every policy of a folder, in the order of their names. Never throws for what is wrong with them. */
export async function readPolicies(
  folder: string,
  names: InstanceNames,
  instances: readonly ConnectInstance[] = [],
): Promise<PolicyFolder> {
  const advise = createAdvice(instances);
  const found = await findPolicyFiles(folder);
  const issues = [...found.issues];
  const ignores: Ignore[] = [];
  const documents: PolicyDocument[] = [];
  const positions = new Map<string, Positions>();
  const written = new Map<string, ReadonlyMap<string, WrittenText>>();
  const work = startWork({ doing: "reading", things: "policies", total: found.files.length });
  for (let at = 0; at < found.files.length; at += filesAtOnce) {
    work?.step(at);
    const some = found.files.slice(at, at + filesAtOnce);
    const read = await Promise.all(some.map((file) => readPolicy(file, { names, advise })));
    for (const { name, path, parsed, issues: own } of read) {
      issues.push(...own.map((issue) => ({ ...issue, file: displayPath(path) })));
      if (!parsed) continue;
      documents.push(parsed.document);
      ignores.push(...parsed.ignores);
      positions.set(name, parsed.positions);
      written.set(name, parsed.written);
    }
  }
  work?.end();
  const files = new Map(found.files.map(({ name, path }) => [name, path]));
  return { documents, positions, written, files, issues, ignores, readable: found.isReadable };
}

async function findPolicyFiles(folder: string) {
  const issues: Issue[] = [];
  const files: PolicyFile[] = [];
  const folders = await findPolicyFolders(folder);
  for (const { path: parent, prefix, entries, error } of folders) {
    if (error !== undefined) issues.push(unreadable(parent, error));
    for (const entry of entries) {
      const path = join(parent, entry.name);
      const name = prefix + entry.name;
      if (isPolicyFolder(entry)) {
        const problem = folderProblem(name);
        if (problem !== undefined) issues.push(fileIssue(path, "policyName", problem));
      } else if (name.endsWith(".json")) files.push({ path, name: name.slice(0, -".json".length) });
      else issues.push(await ignored(path));
    }
  }
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, issues, isReadable: folders.every(({ error }) => error === undefined) };
}

async function ignored(path: string): Promise<Issue> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const message = isFolder
    ? "this link to a folder is ignored; put the folder with its policies here"
    : "this is not a policy and is ignored; a policy's file is named `NAME.json`";
  return { ...fileIssue(path, "ignoredFile", message), severity: "warning" };
}

/** Advises with the ARN of the instance that the text names, else of the first. */
function createAdvice(instances: readonly ConnectInstance[]): Advise {
  return (element, written) => {
    if (element === "action") return adviseAction(written);
    const trimmed = written.trim();
    if (/^arn:/i.test(trimmed)) {
      const meant = trimmed.replace(/^arn/i, "arn");
      return meant === written ? undefined : `write \`${meant}\``;
    }
    if (/[<>]|^\d+$|^[A-Z_]+$/.test(trimmed))
      return `write an ARN: \`${(instances[0] ?? anyConfigured).arn}/agent/*\``;
    if (/[$:]/.test(written)) return undefined;
    const { arn } = instances.find(({ id }) => written.includes(id)) ?? instances[0] ?? anyConfigured;
    const [, , within = "agent/*"] = /^\/?(instance\/[^/]*\/|[0-9a-f-]{36}\/)?(.+)$/.exec(written) ?? [];
    return `write \`${arn}/${within}\``;
  };
}

const anyConfigured = { arn: "arn:aws:connect:REGION:ACCOUNT:instance/ID" };

interface ReadPolicy extends PolicyFile {
  readonly issues: readonly Issue[];
  /** Absent if it cannot be used. */
  readonly parsed?: Extract<ParsedPolicy, { readonly ok: true }> & { readonly ignores: readonly Ignore[] };
}

const byteOrderMark = "the file begins with a byte order mark, which is not JSON; save it without";

async function readPolicy(
  policy: PolicyFile,
  given: Pick<PolicySource, "names" | "advise">,
): Promise<ReadPolicy> {
  const { path, name } = policy;
  const problem = policyNameProblem(name);
  if (problem !== undefined) return { ...policy, issues: [fileIssue(path, "policyName", problem)] };
  const read = await readSourceFile(path);
  if (!read.ok) return { ...policy, issues: [read.issue] };
  // A document names its file relative to the configuration's folder, so that a bundle is the same wherever it is made.
  const parsed = parsePolicy(read.text, { name, file: `policies/${name}.json`, ...given });
  if (!parsed.ok) return { ...policy, issues: parsed.issues };
  const { document, positions, warnings, comments } = parsed;
  const { ignores, issues } = readIgnoreComments(comments, read.text, displayPath(path));
  const found = [...warnings, ...issues, ...checkActions(document, positions)];
  if (read.hasMark) found.push({ ...fileIssue(path, "byteOrderMark", byteOrderMark), severity: "warning" });
  return { ...policy, parsed: { ...parsed, ignores }, issues: found };
}
