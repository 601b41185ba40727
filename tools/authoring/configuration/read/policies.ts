/**
 * Reads `policies/*.json`: each file one IAM policy document, named by its file. Author side only.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Issue } from "../../../../shared/errors.ts";
import type { PolicyDocument, Position } from "../../../../shared/policy/model/document.ts";
import { parsePolicy } from "../../policy/parse.ts";
import { checkActions } from "../check-actions.ts";
import { displayPath, fileIssue, readSourceFile, unreadable } from "./source-file.ts";

/** IAM's own rule for policy names (API reference, CreatePolicy, PolicyName). */
const nameForm = /^[\w+=,.@-]{1,128}$/;

/** What a folder of policies holds. */
export interface PolicyFolder {
  readonly documents: readonly PolicyDocument[];
  /** Name → where each element of the document stands, as the parser tells it. */
  readonly positions: ReadonlyMap<string, ReadonlyMap<string, Position>>;
  /** Name → path of every policy file, of those too that can't be used. */
  readonly files: ReadonlyMap<string, string>;
  readonly issues: readonly Issue[];
  /** Whether the folder itself could be read. */
  readonly readable: boolean;
}

/** Reads every policy of a folder, in the order of their names. Never throws for what is wrong with them. */
export async function readPolicies(folder: string): Promise<PolicyFolder> {
  const issues: Issue[] = [];
  const documents: PolicyDocument[] = [];
  const positions = new Map<string, ReadonlyMap<string, Position>>();
  const files = new Map<string, string>();
  const entries = await readdir(folder).catch((error: unknown) => {
    issues.push(unreadable(folder, error));
    return undefined;
  });
  for (const entry of [...(entries ?? [])].sort()) {
    if (entry.startsWith(".")) continue;
    const path = join(folder, entry);
    const name = entry.endsWith(".json") ? entry.slice(0, -".json".length) : undefined;
    if (name === undefined) {
      const message = "this is not a policy and is ignored; a policy's file is named `NAME.json`";
      issues.push({ ...fileIssue(path, "ignoredFile", message), severity: "warning" });
      continue;
    }
    files.set(name, path);
    if (!nameForm.test(name)) {
      const message = "a policy's name has 1 to 128 letters, digits and `_+=,.@-`; rename the file";
      issues.push(fileIssue(path, "policyName", message));
      continue;
    }
    const parsed = await readPolicy(path, name);
    issues.push(...parsed.issues);
    if (!parsed.document) continue;
    documents.push(parsed.document);
    positions.set(name, parsed.positions);
  }
  return { documents, positions, files, issues, readable: entries !== undefined };
}

/** One policy file; without a document when it can't be used. */
interface ReadPolicy {
  readonly document?: PolicyDocument;
  readonly positions: ReadonlyMap<string, Position>;
  readonly issues: readonly Issue[];
}

const nowhere: ReadonlyMap<string, Position> = new Map();

async function readPolicy(path: string, name: string): Promise<ReadPolicy> {
  const read = await readSourceFile(path);
  if (!read.ok) return { positions: nowhere, issues: [read.issue] };
  // A document's file is told from the configuration's folder, so that a bundle is the same wherever it is made.
  const parsed = parsePolicy(read.text, { name, file: `policies/${name}.json` });
  const found = parsed.ok
    ? [...parsed.warnings, ...checkActions(parsed.document, parsed.positions)]
    : parsed.issues;
  const issues = found.map((issue) => ({ ...issue, file: displayPath(path) }));
  return parsed.ok
    ? { document: parsed.document, positions: parsed.positions, issues }
    : { positions: nowhere, issues };
}
