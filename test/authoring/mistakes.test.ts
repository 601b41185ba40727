/**
 * Mistakes of authors in policies and in authorizer.yaml, and every line that each of them is told, with its place. None is
 * silent. The messages are reviewed: a change of one shows here.
 */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatIssue } from "../../shared/errors.ts";
import { loadConfiguration } from "../../tools/authoring/configuration/load-configuration.ts";
import { createFolder } from "./configuration/configuration-folder.ts";

interface Mistake {
  readonly name: string;
  /** What is not as in a good folder: a text, its lines, a JSON document; `null`: the file is missing. */
  readonly files: Readonly<Record<string, unknown>>;
  /** Loaded as `npm start` does. */
  readonly isTrial?: true;
  readonly expected: readonly string[];
}

const cases = join(import.meta.dirname, "../cases/mistakes.json");
const { cases: mistakes } = JSON.parse(readFileSync(cases, "utf8")) as { readonly cases: readonly Mistake[] };

const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const statement = { Effect: "Allow", Action: "connect:ListUsers", Resource: arn };
const right: Readonly<Record<string, unknown>> = {
  "authorizer.yaml": `instances:
  - arn: ${arn}
issuers:
  - issuer: https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example
    audience: app
    claims: { id: sub, groups: "cognito:groups", tags: { team: "custom:team" } }
bindings:
  - match: { groups: [agents] }
    policies: [hr]
`,
  "policies/hr.json": { Version: "2012-10-17", Statement: [statement] },
};

function textOf(content: unknown): string {
  if (Array.isArray(content) && content.every((line) => typeof line === "string")) return content.join("\n");
  return typeof content === "string" ? content : JSON.stringify(content, undefined, 2);
}

async function linesFor(files: Mistake["files"], isTrial = false): Promise<readonly string[]> {
  const all = Object.entries({ ...right, ...files }).filter(([, content]) => content !== null);
  const folder = await createFolder(
    Object.fromEntries(all.map(([file, content]) => [file, textOf(content)])),
  );
  onTestFinished(() => folder.remove());
  await mkdir(join(folder.path, "policies"), { recursive: true });
  const loaded = await loadConfiguration(folder.path, { isTrial });
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  return issues.map((issue) => formatIssue(issue).slice(folder.name.length + 1));
}

describe("a mistake", () => {
  it("is none in a good folder", async () => {
    expect(await linesFor({})).toEqual([]);
  });

  it.each(mistakes.map((mistake) => [mistake.name, mistake] as const))("is told: %s", async (_, mistake) => {
    expect(mistake.expected).not.toEqual([]);
    expect(await linesFor(mistake.files, mistake.isTrial)).toEqual(mistake.expected);
  });

  it("is one of 120 at least, each with a name of its own", () => {
    expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
    expect(mistakes.length).toBeGreaterThanOrEqual(120);
  });
});
