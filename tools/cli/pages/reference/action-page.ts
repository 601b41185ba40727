/** Writes docs/reference/action.md: what the action takes and gives, from action.yml. */
import { parse } from "yaml";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

const intro = `# Inputs and outputs of the action

For teams that [review access in pull requests](../how-to/pull-requests.md) on GitHub.

Written by \`npm run generate\` from \`action.yml\`; do not edit it.
`;

/** @param text action.yml */
export function formatActionPage(text: string): string {
  const { inputs, outputs }: Action = parse(text);
  return [
    intro,
    "| input | default | |",
    "|---|---|---|",
    ...Object.entries(inputs).map(
      ([name, { description, default: usual }]) =>
        `| \`${name}\` | ${usual === "" ? "" : `\`${usual}\``} | ${description} |`,
    ),
    "",
    "| output | |",
    "|---|---|",
    ...Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${description} |`),
    "",
  ].join("\n");
}
