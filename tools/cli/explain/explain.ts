/**
 * `explain`: why a request of a caller is allowed or denied, down to statement and line.
 */
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { formatIssue } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { type ExplainedAsk, type Explanation, explainCall, nameOf } from "./explain-call.ts";
import { ofConfiguredIssuer, readCaller, readRequest } from "./explain-input.ts";

export interface ExplainOptions {
  readonly principal: string;
  readonly request: string;
  readonly config: string;
  readonly json?: boolean;
}

/**
 * Explains one request: 0 whatever is decided, 2 when a file or the configuration is unusable.
 *
 * @throws UsageError for an unusable file
 */
export async function runExplain(options: ExplainOptions, io: CommandIo): Promise<ExitStatus> {
  const [caller, call] = [await readCaller(options.principal), await readRequest(options.request)];
  const loaded = await loadConfiguration(options.config);
  if (!loaded.ok) {
    io.stderr.write(loaded.issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
    return 2;
  }
  const bundle = openBundle(loaded.bundle, [], { place: "candidate" });
  const { policies = [], boundaries = [] } = caller.attachments ?? {};
  const unknown = [...policies, ...boundaries].find((name) => !bundle.hasPolicy(name));
  if (unknown !== undefined)
    throw new UsageError(
      `\`attached\` names the policy \`${unknown}\`, which the configuration does not have`,
    );
  const principal = ofConfiguredIssuer(caller.principal, bundle.config);
  const explanation = await explainCall({ bundle, ...caller, principal, call });
  io.stdout.write(
    options.json ? `${JSON.stringify(explanation, undefined, 2)}\n` : formatExplanation(explanation),
  );
  return 0;
}

const answers = {
  allow: "allows",
  deny: "denies",
  notYetKnown: "does not know yet",
  refused: "refuses",
} as const;

function formatExplanation({ operation, authorizer, proxy, countsAttachments, asks }: Explanation): string {
  const unknown = authorizer.unknown.length > 0 ? `: ${authorizer.unknown.join(", ")}` : "";
  const lines = [
    `operation   ${operation ?? "none"}`,
    `authorizer  ${answers[authorizer.answer]}${unknown}`,
    `proxy       ${answers[proxy.answer]} (${proxy.status})`,
    ...(proxy.message ? [`            ${proxy.message}`] : []),
    ...(countsAttachments ? ["attached    counts: the bundle alone would not allow it"] : []),
    ...asks.flatMap(formatAsk),
  ];
  return `${lines.join("\n")}\n`;
}

function formatAsk(ask: ExplainedAsk): string[] {
  const from = ask.source === "*" ? "" : ` (${ask.source})`;
  const layer = ask.layer ? ` by ${ask.layer}` : "";
  return [
    "",
    `${ask.action} on ${ask.resource ?? "a resource that is not known"}${from}, ${ask.sort}`,
    `  ${ask.decision}${layer}${ask.missingContextKeys.length > 0 ? `; not known: ${ask.missingContextKeys.join(", ")}` : ""}`,
    ...ask.statements.map((statement) => `  ${statement.effect} ${nameOf(statement)}`),
    ...(ask.unreadable ?? []).map(({ statement, because }) => `  unreadable: ${statement}: ${because}`),
    ...ask.passed.map(({ statement, because }) => `  passed over: ${statement}: ${because}`),
  ];
}
