/** `what-can`: every operation, and whether a caller may do it: always, on some resources, depending, or never. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { type OpenCaller, principalNamed } from "../../authoring/reach/open-context.ts";
import {
  formatOperation,
  type OperationAnswer,
  summarizeOperation,
} from "../../authoring/reach/operation-answer.ts";
import { reachOfOperation } from "../../authoring/reach/operation-reach.ts";
import {
  configurationArgument,
  configurationOption,
  defineCommand,
  type Given,
  type ParameterTable,
} from "../command.ts";
import { UsageError } from "../command-io.ts";
import { ofConfiguredIssuer, readPrincipal } from "../explain/explain-input.ts";
import { openConfiguration } from "../open-configuration.ts";
import { describeUnknownGroups } from "./unknown-groups.ts";

const options = {
  "--sub <id>": "instead of the file: the caller's id",
  "--group <name>": { text: "instead of the file: a group of the caller; may be repeated", isRepeated: true },
  "--issuer <url>": "instead of the file: the caller's issuer; needed if several are configured",
  ...configurationOption,
  "--all": "also list the operations that no statement allows or denies",
  "--json": "print the answers as one JSON object",
} as const satisfies ParameterTable;

type WhatCanOptions = Given<typeof options>;

export const command = defineCommand({
  name: "what-can",
  text: "print for every operation whether a caller may use it",
  arguments: {
    "[principal]": {
      text: "the caller: a file as for explain, JSON {id, name?, groups?, tags?, claims?, issuer?}",
      completes: "file",
    },
    ...configurationArgument,
  },
  options,
  example: "what-can --group operators",
  note: "answers: always; some (only on some resources); depends (on a tag or another condition key); never",
  async run({ principal: file, ...given }, io) {
    const named = await readCaller(file, given);
    const configuration = await openConfiguration(given.config, { environment: given.env });
    const [{ bundle }, opened] = [configuration, configuration.open()];
    const caller = { ...named, principal: ofConfiguredIssuer(named.principal, bundle.config) };
    if (file === undefined) io.stderr.write(describeUncounted(bundle, given));
    for (const text of describeUnknownGroups(caller.principal.groups, bundle.config))
      io.stderr.write(`warning: ${withoutControls(text)}\n`);
    const layers = opened.layersFor(caller.principal);
    if (!layers) io.stderr.write("no binding matches: the caller has no access\n");
    const { instances } = bundle.config;
    const answers = operations()
      .filter(({ refused }) => refused === undefined)
      .map((row) => {
        const reachIn = (instance: ConnectInstance) =>
          reachOfOperation(row, { bundle: opened, caller, layers, instance });
        return summarizeOperation(
          row,
          instances.map((instance) => ({ instance, reach: reachIn(instance) })),
        );
      });
    const { all = false, json } = given;
    io.stdout.write(
      json ? `${JSON.stringify({ operations: answers }, undefined, 2)}\n` : format(answers, all),
    );
    return 0;
  },
});

async function readCaller(
  file: string | undefined,
  { sub, group, issuer = "" }: WhatCanOptions,
): Promise<OpenCaller> {
  const isNamed = sub !== undefined || group.length > 0;
  if ((file === undefined) !== isNamed)
    throw new UsageError("give the caller as a file, or by `--sub` and `--group`");
  if (file !== undefined && issuer !== "")
    throw new UsageError("with a file, write the issuer into the file: `issuer`");
  if (file !== undefined) return { principal: await readPrincipal(file), isUnknown: () => false };
  return {
    principal: principalNamed({ id: sub ?? "", groups: group, issuer }),
    isUnknown: (key) => key !== "aws:userid" || sub === undefined,
  };
}

/** Warns about bindings that match by something unknown: they are not counted. */
function describeUncounted({ config }: Bundle, { sub }: WhatCanOptions): string {
  const isUncounted = config.bindings.some(
    ({ match }) => match.claims !== undefined || (match.principals !== undefined && sub === undefined),
  );
  if (!isUncounted) return "";
  return "warning: bindings that match by claims or by a principal that is not given are not counted; describe the caller in a file\n";
}

function format(answers: readonly OperationAnswer[], all: boolean): string {
  const isSilent = ({ answer, deniedBy, misses }: OperationAnswer) =>
    answer === "never" && deniedBy.length === 0 && misses.length === 0;
  const shown = all ? answers : answers.filter((each) => !isSilent(each));
  const rest = answers.length - shown.length;
  const lines = shown.map(formatOperation);
  if (rest > 0)
    lines.push(`never    ${rest} ${lines.length > 0 ? "other " : ""}operations that no statement allows`);
  return lines.map((line) => `${withoutControls(line)}\n`).join("");
}
