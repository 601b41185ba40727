/** `simulate --aws`: one request of IAM's policy simulator in a file, its answer on standard output. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { readJson } from "../../../shared/json-members.ts";
import { isPlainObject } from "../../../shared/shape.ts";
import { answerIam, type SimulationAnswer } from "../../authoring/simulation/answer-iam.ts";
import { IamError } from "../../authoring/simulation/iam-error.ts";
import type { IamOperation } from "../../authoring/simulation/iam-model.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { inputName, isStandardInput, parseInputJson, readInputText } from "../read-input.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { type Expectation, isExpected } from "./expectation.ts";

interface FileOptions {
  /** Loads the configuration, for a request that names one of its callers. */
  readonly load: () => Promise<Bundle>;
  readonly expect: Expectation | undefined;
}

/** @throws UsageError for what IAM would answer with an error */
export async function answerFile(
  file: string,
  { load, expect }: FileOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const request = parseRequest(await readInputText(file, io), file);
  const isOfPrincipal = (request["PolicySourceArn"] ?? null) !== null;
  const operation = isOfPrincipal ? "SimulatePrincipalPolicy" : "SimulateCustomPolicy";
  const bundle = isOfPrincipal ? await load() : undefined;
  const answerAt = (marker?: string) =>
    ask(operation, () =>
      answerIam(operation, marker === undefined ? request : { ...request, Marker: marker }, bundle),
    );
  const answer = answerAt();
  io.stdout.write(`${formatJson(answer)}\n`);
  if (expect === undefined) return 0;
  // A page may be short; the expectation is of all results.
  for (let page = answer; ; page = answerAt(page.Marker)) {
    if (!page.EvaluationResults.every(({ EvalDecision }) => isExpected(EvalDecision, expect))) return 1;
    if (page.Marker === undefined) return 0;
  }
}

/** Says an error as the AWS CLI does. */
function ask(operation: IamOperation, answer: () => unknown): SimulationAnswer {
  try {
    return answer() as SimulationAnswer;
  } catch (error) {
    if (!(error instanceof IamError)) throw error;
    const said = `An error occurred (${error.code}) when calling the ${operation} operation: ${error.message}`;
    throw new UsageError(said, { cause: error });
  }
}

const maxDepth = 32;

function parseRequest(text: string, file: string): Readonly<Record<string, unknown>> {
  const name = isStandardInput(file) ? inputName(file) : `\`${file}\``;
  const read = readJson(text, maxDepth);
  if (read.kind === "twins") throw new UsageError(`${name} has a member of an object twice`);
  if (read.kind !== "value") {
    parseInputJson(text, inputName(file));
    throw new UsageError(`${name} is nested deeper than ${maxDepth} levels`);
  }
  if (isPlainObject(read.value)) return read.value;
  throw new UsageError(
    `${name} must hold a JSON object: a request like {"PolicyInputList": [...], "ActionNames": [...]}`,
  );
}
