/** A whole request, as both functions decide it, for people. */
import { withoutControls } from "../../../../shared/without-controls.ts";
import type { ExplainedAsk } from "../../../authoring/explain/explain-ask.ts";
import type { Explanation } from "../../../authoring/explain/explain-call.ts";
import { formatStatement } from "../../../authoring/explain/statement-text.ts";

const answers = {
  allow: "allows",
  deny: "denies",
  notYetKnown: "does not know yet",
  refused: "refuses",
} as const;

/** Formats what both functions answer to a request, and every question with its statements. */
export function formatRequest({
  operation,
  authorizer,
  proxy,
  countsAttachments,
  asks,
}: Explanation): string {
  const { answer = "notYetKnown", unknown: open = [] } = authorizer ?? {};
  const unknown = open.length > 0 ? `: ${open.join(", ")}` : "";
  const lines = [
    `operation   ${operation ?? "none"}`,
    `authorizer  ${answers[answer]}${unknown}`,
    `proxy       ${answers[proxy.answer]} (${proxy.status})`,
    ...(proxy.message ? [`            ${proxy.message}`] : []),
    ...(countsAttachments ? ["attached    counts for this call"] : []),
    ...asks.flatMap(formatAsk),
  ];
  return `${lines.map(withoutControls).join("\n")}\n`;
}

function formatAsk(ask: ExplainedAsk): string[] {
  const from = ask.source === "*" ? "" : ` (${ask.source})`;
  const layer = ask.layer ? ` by ${ask.layer}` : "";
  return [
    "",
    `${ask.action} on ${ask.resource ?? "a resource that is not known"}${from}, ${ask.sort}`,
    `  ${ask.decision}${layer}${ask.missingContextKeys.length > 0 ? `; not known: ${ask.missingContextKeys.join(", ")}` : ""}`,
    ...ask.statements.map((statement) => `  ${formatStatement(statement)}`),
    ...(ask.unreadable ?? []).map(({ statement, because }) => `  unreadable: ${statement}: ${because}`),
    ...ask.passed.map(({ statement, because }) => `  passed over: ${statement}: ${because}`),
    ...(ask.names ?? []).map(({ at, written, resolved }) => `  written: ${at} ${written} is ${resolved}`),
  ];
}
