/** Writes docs/reference/policies-by-example.md from docs/examples/policies; test/policies-by-example.test.ts decides its calls. */
import { stringify } from "yaml";
import type { Chapter, EveryCall, Example, ExampleCall } from "./examples.ts";

const intro = `# Policies by example

For authors of policies: Amazon's own examples for Amazon Connect, then more for the callers of an
API. Each has the policy and calls with their answers.

Written by \`npm run generate\` from [examples that a test decides](../examples/policies); do not edit it.

A policy is a file in \`config/policies/\`. Attach it in [\`authorizer.yaml\`](configuration.md): in
\`policies\` or \`boundary\` of a binding, or in \`guardrails\` for every caller. **Beside \`everything\`**
means: attach it with the policy \`everything\`, which allows \`connect:*\` on \`*\`. Alone, such a policy
allows nothing.

How to read the tables:

- **call**: the operation and its input. If the input names no instance, it has the \`InstanceId\` of
  the us-west-2 instance of the default configuration. Telephone numbers and traffic distribution
  groups have no instance.
- **every operation**: one complete call of every operation, for the us-east-1 instance. *On an
  instance* are those that name an instance, *every other operation* the rest.
- **circumstances**: of the caller \`id\` (default: \`caller-1\`), \`tags\`, \`claims\`; of the request
  \`sourceIp\`, \`vpcId\`, \`vpceId\`, \`now\`, and the \`region\` before the route. \`known\` is what Amazon
  Connect answers about a resource, by its part of the ARN.
- **answer**: *implicit deny*, no statement allows it; *explicit deny*, a statement denies it; *not
  known*, the decision depends on a value that [is not known here](condition-keys.md), so the call
  is denied. Each is a 403.
- **Lint warns** lists the [warnings of \`validate\`](lint.md), if there are any. Entries of \`accept\`
  are shown if the policy needs them.

Amazon's placeholders are replaced by the default configuration's account and instances. Any other
change is named above the policy. [Which of Amazon's examples are here](../evidence/aws-examples.md)
is a table.`;

export function formatExamplesPage(chapters: readonly Chapter[]): string {
  const parts = chapters.flatMap(({ title, text, examples }) => [
    `## ${title}`,
    ...(text === undefined ? [] : [text]),
    ...examples.flatMap(formatExample),
  ]);
  return `${[intro, ...parts].map((part) => part.replace(/\n+$/, "")).join("\n\n")}\n`;
}

function formatExample({ title, text, beside, note, ...example }: Example): readonly string[] {
  const { policy, boundary, guardrail, accept, warnings, calls } = example;
  return [
    `### ${title}`,
    beside === undefined ? text : `${text} Beside \`${beside}\`.`,
    ...(policy ? [formatBlock("json", formatJson(policy))] : []),
    ...(boundary ? ["The permissions boundary:", formatBlock("json boundary", formatJson(boundary))] : []),
    ...(guardrail ? ["The guardrail:", formatBlock("json guardrail", formatJson(guardrail))] : []),
    ...(accept
      ? ["In `authorizer.yaml`:", formatBlock("yaml", stringify({ accept }, { lineWidth: 0 }).trimEnd())]
      : []),
    ...(warnings.length > 0 ? [`Lint warns: ${warnings.map((code) => `\`${code}\``).join(", ")}.`] : []),
    ["| call | circumstances | answer |", "|---|---|---|", ...calls.map(formatRow)].join("\n"),
    ...(note === undefined ? [] : [note]),
  ];
}

const formatBlock = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\``;

function formatRow(call: ExampleCall | EveryCall): string {
  const what = "every" in call ? `every ${call.every}` : `\`${call.operation}\` ${formatInCell(call.input)}`;
  const circumstances = Object.keys(call.when).length > 0 ? formatInCell(call.when) : "";
  return `| ${what} | ${circumstances} | ${call.answer} |`;
}

const formatInCell = (value: unknown) => `\`${formatOnOneLine(value).replaceAll("|", "\\|")}\``;

/** As `biome` writes JSON, but for what an author broke into lines that fit into one. */
function formatJson(value: unknown, indentation = ""): string {
  const line = formatOnOneLine(value);
  if (typeof value !== "object" || value === null || (indentation !== "" && line.length <= 100)) return line;
  const inner = `${indentation}  `;
  const members = Array.isArray(value)
    ? value.map((item) => formatJson(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${formatJson(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${members.map((member) => inner + member).join(",\n")}\n${indentation}${close}`;
}

function formatOnOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatOnOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${formatOnOneLine(item)}`,
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
