/** Answers for a record of the log: why that call was answered so, and whether it still would be. */
import type { DecisionRecord, RecordedStatement } from "../../../../shared/audit/record.ts";
import type { Bundle } from "../../../../shared/bundle/types.ts";
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import type { MatchedStatement } from "../../../../shared/policy/evaluate/evaluate.ts";
import { displayPath } from "../../../authoring/configuration/read/source-file.ts";
import { type ExplainedAsk, explainAsk } from "../../../authoring/explain/explain-ask.ts";
import type { Explanation } from "../../../authoring/explain/explain-call.ts";
import { findLacking } from "../../../authoring/explain/lacking.ts";
import { type RecordedFacts, type Report, reportOf } from "../../../authoring/explain/report.ts";
import { describeUnknownGroups } from "../../../authoring/explain/unknown-groups.ts";
import type { CommandIo } from "../../command-io.ts";
import { isFolder, type OpenedConfiguration } from "../../open-configuration.ts";
import { formatJson } from "../../terminal/lay-out.ts";
import { terminalOf } from "../../terminal/terminal.ts";
import { findMatchedBindings } from "../../token/matched-bindings.ts";
import { formatReport } from "../report/report-text.ts";
import { type DecidedAgain, decideAgain, principalOf } from "./decide-again.ts";
import { findRecord } from "./find-record.ts";

export interface RecordQuestion {
  readonly configuration: OpenedConfiguration & { readonly path: string };
  /** A line of the log, a file of logs, or `-`. */
  readonly record: string;
  readonly requestId: string | undefined;
  readonly isJson: boolean;
}

/** Prints the answer, and returns the recorded outcome. */
export async function answerRecord(question: RecordQuestion, io: CommandIo): Promise<Explanation["outcome"]> {
  const record = await findRecord(question.record, question.requestId, io);
  const report = await reportRecord(record, question.configuration);
  const json = `${formatJson(report)}\n`;
  io.stdout.write(question.isJson ? json : formatReport(report, terminalOf(io)));
  return report.outcome;
}

async function reportRecord(
  record: DecisionRecord,
  { path, bundle, open }: RecordQuestion["configuration"],
): Promise<Report> {
  const opened = open();
  const principal = record.principal && principalOf(record.principal);
  const row = findOperation(record.operation ?? "");
  // The authorizer's open questions are decided by the proxy, whose record has them whole.
  const isAsked = record.outcome !== "notYetKnown" && (record.asks ?? []).length > 0;
  const again =
    principal && row && isAsked ? await decideAgain({ record, principal, row, bundle: opened }) : undefined;
  const explanation = explanationOf(record, { bundle, again });
  const isSame = record.policyVersion === bundle.version;
  return reportOf(explanation, {
    ...(principal ? { caller: { principal } } : {}),
    filledIn: [],
    folder: (await isFolder(path)) ? displayPath(path) : "",
    bindings: principal ? await findMatchedBindings(principal, bundle.config, path) : [],
    guardrails: bundle.config.guardrails,
    recorded: recordedFacts(record, bundle, again),
    notes: [
      ...describeUnknownGroups(principal?.groups ?? [], bundle.config),
      ...(isSame ? [] : goneStatements(record, bundle)),
    ],
  });
}

interface Compared {
  readonly bundle: Bundle;
  readonly again: DecidedAgain | undefined;
}

/** The recorded answer in the form of every explanation. */
function explanationOf(record: DecisionRecord, { bundle, again }: Compared): Explanation {
  const { operation, outcome, asks = [], message, status = 0 } = record;
  const isAllowed = outcome === "allow";
  const answer = isAllowed ? "allow" : record.decision === undefined ? "refused" : "deny";
  const lacking = again && !isAllowed ? findLacking(again, again.caller) : undefined;
  return {
    operation: operation ?? null,
    outcome: isAllowed ? "allow" : outcome === "notYetKnown" ? "notKnown" : "deny",
    proxy: {
      answer,
      status,
      ...(message === undefined ? {} : { message: message.replace(/^\w*Error: /, "") }),
    },
    asks: asks.map((_, index) => askOf(record, index, { bundle, again })),
    ...(again?.caller.attachments ? { countsAttachments: true } : {}),
    ...(lacking ? { lacking } : {}),
  };
}

/** With the recorded decision. A record has the statements of its deciding question only; those of others are today's. */
function askOf(record: DecisionRecord, index: number, { bundle, again }: Compared): ExplainedAsk {
  const { action = "", resource, sort = "required", decision = "unknown" } = record.asks?.[index] ?? {};
  const isDecisive = action === record.action && resource === record.resource && decision === record.decision;
  const decided = again?.asks[index];
  const layers = again?.caller.bundle.layersFor(again.caller.principal, again.caller.attachments);
  const today = decided && explainAsk(decided, layers);
  const isSame = today?.decision === decision;
  return {
    ...{ action, resource: resource ?? null, sort, source: "*", decision },
    ...(isDecisive && record.layer ? { layer: record.layer } : {}),
    statements: isDecisive
      ? (record.statements ?? []).map((each) => placeToday(each, bundle))
      : isSame
        ? today.statements
        : [],
    missingContextKeys: isSame ? today.missingContextKeys : [],
    passed: isSame ? today.passed : [],
    ...(decision === "unknown" ? { isOpen: true } : {}),
  };
}

/** Where the statement is in this configuration: that with the same Sid, else that with its number. */
function placeToday(recorded: RecordedStatement, bundle: Bundle): MatchedStatement {
  const found = findToday(recorded, bundle);
  if (!found) return { ...recorded, column: 1 };
  return { ...recorded, index: found.index, file: found.file, line: found.line, column: found.column };
}

function findToday({ policy, sid, index, effect }: RecordedStatement, { policies }: Bundle) {
  const document = policies.find(({ name }) => name === policy);
  const at =
    document?.statements.findIndex((each, number) =>
      sid === undefined ? each.sid === undefined && number === index : each.sid === sid,
    ) ?? -1;
  const statement = document?.statements[at];
  if (!document || statement?.effect !== effect) return undefined;
  const { line, column } = statement.start;
  return { index: at, file: document.file, line, column };
}

function goneStatements({ statements = [] }: DecisionRecord, bundle: Bundle): readonly string[] {
  return statements
    .filter((each) => !findToday(each, bundle))
    .map(
      ({ policy, sid, index, effect }) =>
        `this configuration has no ${effect} \`${policy}#${sid ?? index}\`; its place is that of the record`,
    );
}

const outcomes = {
  allowed: "allow",
  explicitDeny: "deny",
  implicitDeny: "deny",
  unknown: "notKnown",
} as const satisfies Record<DecidedAgain["decision"], Explanation["outcome"]>;

function recordedFacts(
  record: DecisionRecord,
  { version }: Bundle,
  again: DecidedAgain | undefined,
): RecordedFacts {
  const { requestId, time, stage, policyVersion, reason } = record;
  return {
    ...{ requestId, time, stage },
    ...(policyVersion === undefined ? {} : { policyVersion }),
    configuredVersion: version,
    ...(reason === undefined ? {} : { reason }),
    ...(again && policyVersion !== version ? { today: outcomes[again.decision] } : {}),
    isIncomplete: record.asksLeftOut !== undefined || record.cut !== undefined,
  };
}
