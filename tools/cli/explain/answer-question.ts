/** Answers the question of `explain`: decides the call, and finds what its reader needs around the decision. */

import type { Attachments } from "../../../shared/bundle/attachments.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import { attachmentsAt, isoOf, type PrincipalItem } from "../../../shared/principals/item.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { type Explanation, explainCall } from "../../authoring/explain/explain-call.ts";
import { type Report, reportOf } from "../../authoring/explain/report.ts";
import { describeUnknownGroups } from "../../authoring/explain/unknown-groups.ts";
import { withoutDenies } from "../../authoring/explain/without-denies.ts";
import { tableNotes } from "../../authoring/table-notes.ts";
import { readMoment } from "../../authoring/tests/read-moment.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { isFolder, type OpenedConfiguration } from "../open-configuration.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { findMatchedBindings } from "../token/matched-bindings.ts";
import { type GivenCall, readGivenCall, readKnown } from "./given/given-call.ts";
import { type GivenCaller, readGivenCaller } from "./given/given-caller.ts";
import { formatReport } from "./report/report-text.ts";
import { formatRequest } from "./report/request-text.ts";

/** A folder or a bundle, by its path. */
export interface NamedConfiguration extends OpenedConfiguration {
  readonly path: string;
}

export interface Question {
  readonly caller: GivenCaller;
  readonly call: GivenCall;
  readonly known: string | undefined;
  readonly at: string | undefined;
  readonly configuration: NamedConfiguration;
  readonly isJson: boolean;
}

/** Prints the answer, and returns the outcome. */
export async function answerQuestion(question: Question, io: CommandIo): Promise<Explanation["outcome"]> {
  const { configuration, call, isJson } = question;
  const { path, bundle, written, open } = configuration;
  const opened = open();
  const given = await readGivenCaller(question.caller, opened, io);
  if (given instanceof TokenError) {
    const summary = `Refused (401): ${given.description}`;
    const refusal = { outcome: "deny", summary, refusal: { status: 401, reason: given.refusal } };
    io.stdout.write(isJson ? toJson(refusal) : `${summary}\n`);
    return "deny";
  }
  const { http, filled } = await readGivenCall(call, opened.config, io);
  const { signature, item, ...caller } = given;
  const moment = momentOf(question.at);
  const attachments = item && attachmentsAt(item, moment.nowMs ?? Date.now());
  const asked = { ...caller, ...(attachments ? { attachments } : {}), bundle: opened, call: http, ...moment };
  const facts = { written, known: await readKnown(question.known, io) };
  const explanation = await explainCall(asked, facts);
  const without = withoutDenies(explanation, bundle, opened);
  const report = reportOf(explanation, {
    ...{ caller: given, filledIn: filled },
    folder: (await isFolder(path)) ? displayPath(path) : "",
    bindings: await findMatchedBindings(caller.principal, bundle.config, path),
    guardrails: bundle.config.guardrails,
    notes: [
      ...describeUnknownGroups(caller.principal.groups, bundle.config),
      ...(item ? describeEnds(item, attachments) : tableNotes(bundle.config)),
    ],
    ...(without ? { withoutDeny: (await explainCall({ ...asked, bundle: without }, facts)).outcome } : {}),
  });
  io.stdout.write(isJson ? toJson(jsonOf(report, call)) : textOf(report, call, io));
  return explanation.outcome;
}

/** Until when the caller's item gives what it gives. */
function describeEnds({ ends }: PrincipalItem, { ended = [] }: Partial<Attachments> = {}): readonly string[] {
  return [...ends].map(([name, end]) =>
    ended.includes(name)
      ? `\`${name}\` was attached until ${isoOf(end)}: only its Denies count`
      : `\`${name}\` is attached until ${isoOf(end)}`,
  );
}

function momentOf(at: string | undefined): { readonly nowMs?: number } {
  if (at === undefined) return {};
  const moment = readMoment(at);
  if (typeof moment === "number") return { nowMs: moment };
  throw new UsageError(`--at: ${moment}`);
}

/** The authorizer's answer is about a URL, which an operation alone does not say. */
function jsonOf({ authorizer, ...report }: Report, call: GivenCall): object {
  return "request" in call ? { ...report, authorizer } : report;
}

function textOf(report: Report, call: GivenCall, io: CommandIo): string {
  return "request" in call ? formatRequest(report) : formatReport(report, terminalOf(io));
}

function toJson(value: object): string {
  return `${formatJson(value)}\n`;
}
