/**
 * `environments/NAME.yaml`: what differs in one environment. All else is the same in all of them, so that what was tried in
 * one is what another gets. Author side only.
 */
import { join } from "node:path";
import * as z from "zod";
import type { Issue } from "../../../../shared/errors.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { parseYaml } from "../../document/parse-yaml.ts";
import type { Ignore } from "../../lint/ignores/apply-ignores.ts";
import { readIgnoreComments } from "../../lint/ignores/ignore-comments.ts";
import { checkShape, type Sound } from "../check-shape.ts";
import { cors } from "./cors.ts";
import { replacements } from "./instances.ts";
import { issuers } from "./issuers.ts";
import { displayPath, readSourceFile } from "./source-file.ts";

export const writtenEnvironment = z
  .object({ instances: replacements, issuers, cors })
  .partial()
  .describe("What differs in one environment: its members replace those of authorizer.yaml.")
  .meta({ additionalProperties: false });

/** The environment that was asked for, as far as it can be read. */
export interface WrittenEnvironment {
  readonly written: Sound<z.infer<typeof writtenEnvironment>>;
  readonly root: DocumentNode;
}

export interface ReadEnvironment {
  /** Also those that are found later. */
  readonly issues: readonly Issue[];
  readonly ignores?: readonly Ignore[];
  readonly environment?: WrittenEnvironment;
}

/** Reads an environment's file. Never throws for what is wrong with it. */
export async function readEnvironment(folder: string, name: string): Promise<ReadEnvironment> {
  const path = join(folder, "environments", `${name}.yaml`);
  const file = await readSourceFile(path);
  return file.ok ? parseEnvironment(file.text, displayPath(path)) : { issues: [file.issue] };
}

/** @param file name for issues */
export function parseEnvironment(text: string, file: string): ReadEnvironment {
  const { sink, root } = parseYaml(text, file, ifEmpty);
  if (!root) return sink;
  for (const [key, member] of root.entries()) {
    if (typeof key === "number" || Object.hasOwn(writtenEnvironment.shape, key)) continue;
    const message = `an environment may set only \`instances\`, \`issuers\` and \`cors\`; \`${key}\` is the same in all of them, in \`authorizer.yaml\``;
    member.reportKey("unknownKey", message);
  }
  const written = checkShape(writtenEnvironment, root) ?? {};
  const { ignores, issues } = readIgnoreComments(sink.comments, text, file);
  sink.issues.push(...issues);
  return { issues: sink.issues, ignores, environment: { written, root } };
}

const ifEmpty = "the file is empty; name what differs in this environment: `instances`, `issuers` or `cors`";
