/**
 * `what-can`: every operation, and whether a caller may do it: always, on some resources, depending on more, or never.
 */

import type { Bundle } from "../../../shared/bundle/types.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { ofConfiguredIssuer, readPrincipal } from "../explain/explain-input.ts";
import { openConfiguration } from "../open-configuration.ts";
import { type OpenCaller, principalNamed } from "./open-context.ts";
import { formatOperation, type OperationAnswer, summarizeOperation } from "./operation-answer.ts";
import { reachOfOperation } from "./operation-reach.ts";

export interface WhatCanOptions {
  readonly sub?: string;
  readonly group: readonly string[];
  readonly issuer?: string;
  readonly config: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * Prints a line for each operation that the policies say anything of: 0 whatever they say, 2 for unusable input.
 *
 * @param file the caller as for `explain`; without one, `--sub` and `--group` say all that is known
 * @throws UsageError for an unusable file, and when neither is given
 */
export async function runWhatCan(
  file: string | undefined,
  options: WhatCanOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const named = await readCaller(file, options);
  const configuration = await openConfiguration(options.config, io);
  if (!configuration) return 2;
  const { bundle, opened } = configuration;
  const caller = { ...named, principal: ofConfiguredIssuer(named.principal, bundle.config) };
  if (file === undefined) io.stderr.write(describeUncounted(bundle, options));
  const layers = opened.layersFor(caller.principal);
  if (!layers) io.stderr.write("no binding matches: the caller has no access\n");
  const answers = operations()
    .filter(({ refused }) => refused === undefined)
    .map((row) =>
      summarizeOperation(
        row,
        bundle.config.instances.map((instance) => ({
          instance,
          reach: reachOfOperation(row, { bundle: opened, caller, layers, instance }),
        })),
      ),
    );
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ operations: answers }, undefined, 2)}\n`
      : format(answers, options.all === true),
  );
  return 0;
}

async function readCaller(
  file: string | undefined,
  { sub, group, issuer = "" }: WhatCanOptions,
): Promise<OpenCaller> {
  const isNamed = sub !== undefined || group.length > 0;
  if ((file === undefined) !== isNamed) {
    throw new UsageError("name the caller by a file, or by `--sub` and `--group`");
  }
  if (file !== undefined && issuer !== "")
    throw new UsageError("with a file, the file's `issuer` says whose caller it is");
  if (file !== undefined) return { principal: await readPrincipal(file), isUnknown: () => false };
  return {
    principal: principalNamed({ id: sub ?? "", groups: group, issuer }),
    isUnknown: (key) => key !== "aws:userid" || sub === undefined,
  };
}

/** Bindings may match by what is not given: they are not counted, and that is said. */
function describeUncounted({ config }: Bundle, { sub }: WhatCanOptions): string {
  const isUncounted = config.bindings.some(
    ({ match }) => match.claims !== undefined || (match.principals !== undefined && sub === undefined),
  );
  if (!isUncounted) return "";
  return "warning: bindings that match by claims or by a principal that is not given are not counted; name the caller by a file\n";
}

function format(answers: readonly OperationAnswer[], all: boolean): string {
  const isSilent = ({ answer, deniedBy }: OperationAnswer) => answer === "never" && deniedBy.length === 0;
  const shown = all ? answers : answers.filter((each) => !isSilent(each));
  const rest = answers.length - shown.length;
  const lines = shown.map(formatOperation);
  if (rest > 0)
    lines.push(`never    ${rest} ${lines.length > 0 ? "other " : ""}operations, which nothing allows`);
  return lines.map((line) => `${line}\n`).join("");
}
