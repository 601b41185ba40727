/**
 * Reads the file of a seed, YAML or JSON, and finds everything that is wrong with it before anything is served: it is made
 * in an instance that nobody sees.
 */
import { DocumentError } from "../../../../shared/errors.ts";
import { displayPath, fileIssue, readSourceFile } from "../../../authoring/configuration/read/source-file.ts";
import type { DocumentNode } from "../../../authoring/document/document-node.ts";
import { IssueSink } from "../../../authoring/document/issue-sink.ts";
import { parseJson } from "../../../authoring/document/parse-json.ts";
import { parseYaml } from "../../../authoring/document/parse-yaml.ts";
import { InstanceState } from "../instance-state.ts";
import { addSettings } from "../seed.ts";
import { World } from "../world.ts";
import { plantSeed } from "./plant.ts";
import type { Seed, SeedProblem } from "./problem.ts";

/** A file with more problems than this is no seed; the rest would hide the first. */
const maxProblems = 100;
const maxDepth = 64;
/** The reader of YAML takes seconds for each further megabyte. */
const maxYamlBytes = 2 * 1024 * 1024;

/**
 * @param given its text, if the path only names where it is from
 * @throws DocumentError with each issue at its line and column
 */
export async function readSeed(path: string, given?: string): Promise<Seed> {
  const file = given === undefined ? await readSourceFile(path) : ({ ok: true, text: given } as const);
  if (!file.ok) throw new DocumentError([file.issue]);
  if (!isJson(path) && file.text.length > maxYamlBytes) {
    const message = `a seed of YAML has at most ${maxYamlBytes} bytes; write a larger one as JSON`;
    throw new DocumentError([fileIssue(path, "fileTooLarge", message)]);
  }
  const { sink, root } = parse(file.text, path);
  if (!root || sink.errorCount > 0) throw new DocumentError(sink.sorted());
  if (!root.isMapping) {
    root.wrongType("a mapping of groups like `Queues` to lists of their resources");
    throw new DocumentError(sink.sorted());
  }
  const seed = root.plain() as Seed;
  for (const problem of problemsOf(seed)) reportAt(root, problem);
  if (sink.errorCount > 0) throw new DocumentError(sink.sorted());
  return seed;
}

function isJson(path: string): boolean {
  return /\.json$/i.test(path);
}

function parse(
  text: string,
  path: string,
): { readonly sink: IssueSink; readonly root?: DocumentNode | undefined } {
  const file = displayPath(path);
  if (!isJson(path))
    return parseYaml(text, file, "the file is empty; write groups of resources, like `Queues`");
  const sink = new IssueSink(text, { file, maxIssues: maxProblems });
  return { sink, root: parseJson(text, maxDepth, sink) };
}

class TooMany extends Error {}

function problemsOf(seed: Seed): readonly SeedProblem[] {
  const problems: SeedProblem[] = [];
  const source = { now: () => new Date(), newId: () => crypto.randomUUID() };
  const instance = new InstanceState(nowhere, 1, source);
  addSettings(instance);
  const report = (problem: SeedProblem) => {
    problems.push(problem);
    if (problems.length >= maxProblems) throw new TooMany();
  };
  try {
    plantSeed(seed, { instance, world: new World([instance], source, undefined), report });
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
  }
  return problems;
}

/** The instance of the trial. */
const nowhere = {
  arn: "arn:aws:connect:us-east-1:000000000000:instance/00000000-0000-0000-0000-000000000000",
  partition: "aws",
  region: "us-east-1",
  accountId: "000000000000",
  id: "00000000-0000-0000-0000-000000000000",
};

function reportAt(root: DocumentNode, { path, code, message }: SeedProblem): void {
  const node = root.at(path);
  if (code === "unknownGroup" || code === "unknownMember") node.reportKey(code, message);
  else node.report(code, message);
}
