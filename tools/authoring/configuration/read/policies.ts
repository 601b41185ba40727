/** Reads `policies/*.json`: each file one IAM policy document, named by its file. Author side only. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Issue } from "../../../../shared/errors.ts";
import type { PolicyDocument, Position } from "../../../../shared/policy/model/document.ts";
import { parsePolicy } from "../../policy/parse.ts";
import { checkActions } from "../check-actions.ts";
import { displayPath, fileIssue, readSourceFile, unreadable } from "./source-file.ts";

/** IAM's own rule for policy names (API reference, CreatePolicy, PolicyName). */
const nameForm = /^[\w+=,.@-]{1,128}$/;

export interface PolicyFolder {
  readonly documents: readonly PolicyDocument[];
  /** Name → where each element of the document stands, as the parser reports it. */
  readonly positions: ReadonlyMap<string, ReadonlyMap<string, Position>>;
  /** Name → path of every policy file, also of those that can't be used. */
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
  const entries = await readdir(folder).catch(
    (error: unknown) => void issues.push(unreadable(folder, error)),
  );
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
    const parsed = await readPolicy(path, name);
    issues.push(...parsed.issues.map((issue) => ({ ...issue, file: displayPath(path) })));
    if (!parsed.document) continue;
    documents.push(parsed.document);
    positions.set(name, parsed.positions);
  }
  return { documents, positions, files, issues, readable: entries !== undefined };
}

async function readPolicy(path: string, name: string) {
  if (!nameForm.test(name)) {
    const message = "a policy's name has 1 to 128 letters, digits and `_+=,.@-`; rename the file";
    return { issues: [fileIssue(path, "policyName", message)] };
  }
  const read = await readSourceFile(path);
  if (!read.ok) return { issues: [read.issue] };
  // A document names its file relative to the configuration's folder, so that a bundle is the same wherever it is made.
  const parsed = parsePolicy(read.text, { name, file: `policies/${name}.json` });
  if (!parsed.ok) return { issues: parsed.issues };
  const { document, positions, warnings } = parsed;
  return { document, positions, issues: [...warnings, ...checkActions(document, positions)] };
}
