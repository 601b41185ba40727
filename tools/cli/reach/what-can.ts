/** `what-can`: what a caller may do: always, on some resources, depending on something, or never. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import { broadAreaOf } from "../../../shared/catalog/area.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { isAbout, reachOfOperation } from "../../../shared/reach/operation-reach.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { flatMapCounting } from "../../authoring/progress.ts";
import { readOperations } from "../../authoring/reach/named-question.ts";
import { type OperationAnswer, summarizeOperation } from "../../authoring/reach/operation-answer.ts";
import { tableNotes } from "../../authoring/table-notes.ts";
import {
  configurationArgument,
  configurationOption,
  defineCommand,
  type ParameterTable,
} from "../command.ts";
import type { CommandIo } from "../command-io.ts";
import { chosenForm, formOptions } from "../formats/form.ts";
import { openConfiguration } from "../open-configuration.ts";
import { formatJson, printNotes } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { ArnLegend } from "./arn-legend.ts";
import { type AskedCaller, isGiven, readCaller } from "./asked-caller.ts";
import { compareAnswers, formatComparison, type Side } from "./compare-callers.ts";
import { type AskedResource, readOn, usable } from "./named.ts";
import { type Answered, formatAnswers, type Shown } from "./what-can-text.ts";

const options = {
  "--sub <id>": "instead of the file: the caller's id",
  "--group <name>": {
    text: "instead of the file: a group of the caller; may be repeated",
    completes: "group",
    isRepeated: true,
  },
  "--issuer <url>": {
    text: "instead of the file: the caller's issuer; needed if several are configured",
    completes: "issuer",
  },
  "--operation <name>": {
    text: "only this operation, or those that a pattern like `Describe*` matches",
    completes: "operation",
  },
  "--on <resource>": "only calls about this resource: an ARN, a pattern, or a short name like `user/u-1`",
  "--compare-group <name>": {
    completes: "group",
    text: "print what differs from a caller in this group; may be repeated",
    isRepeated: true,
  },
  "--compare-sub <id>": "print what differs from the caller with this id",
  "--compare-principal <file>": {
    text: "print what differs from the caller that this file describes",
    completes: "file",
    dash: "input",
    excludes: ["compareGroup", "compareSub"],
  },
  ...configurationOption,
  "--all": {
    text: "list every operation by itself, also those that no statement allows or denies",
    excludes: ["compareGroup", "compareSub", "comparePrincipal"],
  },
  ...formOptions("text", "json", "markdown"),
} as const satisfies ParameterTable;

export const command = defineCommand({
  name: "what-can",
  text: "print what a caller may do, by area, or what differs between two callers",
  arguments: {
    "[principal]": {
      text: "the caller: a file as for explain, JSON {id, name?, groups?, tags?, claims?, issuer?}",
      completes: "file",
      dash: "input",
    },
    ...configurationArgument,
  },
  options,
  example: "what-can --group operators",
  note: "answers: always; some (only on some resources); depends (on a tag or another condition key); never. `List* (6)` is all six operations of the area that begin so.",
  async run({ principal: file, sub, group, issuer, operation, on, ...given }, io) {
    const configuration = await openConfiguration(given.config, { environment: given.env, stdin: io.stdin });
    const opened = configuration.open();
    printNotes(tableNotes(opened.config), io);
    const { compareGroup, compareSub, comparePrincipal } = given;
    const callers = [
      { file, sub, groups: group, issuer },
      {
        ...{ file: comparePrincipal, sub: compareSub, groups: compareGroup },
        issuer: comparePrincipal === undefined ? issuer : undefined,
      },
    ].filter((each, index) => index === 0 || isGiven(each));
    const { instances } = opened.config;
    const scope = {
      operation,
      on: on === undefined ? undefined : readOn(on, instances, configuration.names),
    };
    const rows = operation === undefined ? operations() : usable(readOperations(operation));
    const asked = rows.filter((row) => isInScope(row, opened, scope.on));
    const sides: Side[] = [];
    for (const each of callers) {
      const caller = await readCaller(each, opened, io);
      warnOf(caller, callers.length > 1, io);
      sides.push({ caller, answered: answersOf(caller, asked, { opened, on: scope.on }) });
    }
    const legend = new ArnLegend(instances, configuration.names);
    const shown = { scope, legend, all: given.all ?? false, ...terminalOf(io) };
    io.stdout.write(format(sides, chosenForm(given.format, given.json), shown));
    return 0;
  },
});

function warnOf({ name, layers, warnings }: AskedCaller, isOneOfTwo: boolean, io: CommandIo): void {
  for (const text of warnings) io.stderr.write(`warning: ${withoutControls(text)}\n`);
  if (layers) return;
  const whom = isOneOfTwo ? `\`${withoutControls(name)}\`` : "the caller";
  io.stderr.write(`no binding matches: ${whom} has no access\n`);
}

function format(
  [side, against]: readonly Side[],
  form: "text" | "json" | "markdown",
  shown: Omit<Shown, "form">,
): string {
  if (!side) return "";
  const { caller, answered } = side;
  const comparison = against && compareAnswers(side, against);
  if (form === "json") return `${formatJson(comparison ?? jsonOf(answered))}\n`;
  if (comparison) return formatComparison(comparison, { form, ...shown });
  return formatAnswers(caller, answered, { form, ...shown });
}

function isInScope(row: OperationRow, bundle: OpenedBundle, on: AskedResource | undefined): boolean {
  if (row.refused !== undefined) return false;
  if (!on) return true;
  return bundle.config.instances.some((instance) => isAbout(row, on.codes, { bundle, instance }));
}

interface Question {
  readonly opened: OpenedBundle;
  readonly on: AskedResource | undefined;
}

function answersOf(
  { principal, isUnknown, layers }: AskedCaller,
  rows: readonly OperationRow[],
  { opened, on }: Question,
): readonly Answered[] {
  return flatMapCounting(rows, { doing: "asking", things: "operations" }, (row) => {
    const reaches = opened.config.instances
      .filter((instance) => !on || isAbout(row, on.codes, { bundle: opened, instance }))
      .map((instance) => ({
        instance,
        reach: reachOfOperation(row, {
          ...{ bundle: opened, caller: { principal, isUnknown }, layers, instance },
          on: on?.codes,
        }),
      }));
    return [{ answer: summarizeOperation(row, reaches), area: broadAreaOf(row), reaches }];
  });
}

function jsonOf(answered: readonly Answered[]): { readonly operations: readonly OperationAnswer[] } {
  return { operations: answered.map(({ answer, area }) => ({ ...answer, area })) };
}
