/** `explain`: why a request of a caller is allowed or denied, down to statement and line. */
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import type { ExplainedAsk, Explanation } from "./explain-call.ts";
import { ofConfiguredIssuer, readCaller, readRequest } from "./explain-input.ts";
import { formatStatement } from "./statement-text.ts";

export const command = defineCommand({
  name: "explain",
  text: "decide an HTTP request and say why: each resource, each statement behind it, file and line",
  arguments: configurationArgument,
  options: {
    "--principal <file>": {
      text: "the caller: JSON {id, name?, groups?, tags?, claims?, issuer?, attached?}",
      isRequired: true,
    },
    "--request <file>": {
      text: "JSON {method, path, query?, headers?, body?, sourceIp?, vpcId?, vpceId?}",
      isRequired: true,
    },
    ...configurationOption,
    "--json": "print the explanation as one JSON object",
  },
  example: "explain --principal alice.json --request delete-user.json",
  async run({ principal: file, request, config, env, json }, io) {
    const [caller, call] = [await readCaller(file), await readRequest(request)];
    const { written, open } = await openConfiguration(config, { environment: env });
    const bundle = open();
    const { policies = [], boundaries = [] } = caller.attachments ?? {};
    const unknown = [...policies, ...boundaries].find((name) => !bundle.hasPolicy(name));
    if (unknown !== undefined)
      throw new UsageError(
        `\`attached\` names the policy \`${unknown}\`, which the configuration does not have`,
      );
    const principal = ofConfiguredIssuer(caller.principal, bundle.config);
    // The SDK's schemas take a while to load.
    const { explainCall } = await import("./explain-call.ts");
    const explanation = await explainCall({ bundle, ...caller, principal, call }, written);
    io.stdout.write(json ? `${JSON.stringify(explanation, undefined, 2)}\n` : format(explanation));
    return 0;
  },
});

const answers = {
  allow: "allows",
  deny: "denies",
  notYetKnown: "does not know yet",
  refused: "refuses",
} as const;

function format({ operation, authorizer, proxy, countsAttachments, asks }: Explanation): string {
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
    ...ask.statements.map((statement) => `  ${formatStatement(statement)}`),
    ...(ask.unreadable ?? []).map(({ statement, because }) => `  unreadable: ${statement}: ${because}`),
    ...ask.passed.map(({ statement, because }) => `  passed over: ${statement}: ${because}`),
    ...(ask.names ?? []).map(({ at, written, resolved }) => `  written: ${at} ${written} is ${resolved}`),
  ];
}
