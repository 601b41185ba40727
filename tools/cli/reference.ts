/** `reference`: every command on one page, `docs/reference/cli.md`. */
import { checkoutProgram, programName } from "./called-as.ts";
import { type Command, defineCommand, type NamedParameter, parametersOf } from "./command.ts";
import { exitStatuses } from "./command-io.ts";
import { writeOut } from "./write-out.ts";

export const command = defineCommand({
  name: "reference",
  text: "print the reference of all commands as a Markdown page",
  options: { "--out <file>": { text: "write it to a file instead", dash: "output" } },
  example: "reference --out cli.md",
  async run({ out = "-" }, io, loadAll) {
    await writeOut(out, formatReference(await loadAll()), io);
    return 0;
  },
});

const intro = `# Command line

Written by \`npm run generate\` from the table of commands; do not edit it. In a checkout, run a command with
\`${checkoutProgram} COMMAND\`; where the package is installed, with \`npx ${programName} COMMAND\`. Every command has
\`--help\`; \`connect-authorizer --version\` prints the version. Errors go to standard error. A star marks an option that is required.

| exit status | |
|---|---|
${Object.entries(exitStatuses)
  .map(([status, text]) => `| ${status} | ${text} |`)
  .join("\n")}

A file is unusable input if it is missing, a link that leads nowhere or in a circle, a folder (or a file where a folder is needed), larger than 256 MB, or if
you may not read it, it is not UTF-8 text, it is empty, or it does not hold what the command needs. A pipe (\`--input <(program)\`) and \`-\` are read as files are.
Lines of logs and of \`simulate --cases\` are judged one by one: a bad one is left out or answered with an error. A configuration with errors is unusable
input, except where a command's text below says 1.
`;

function formatReference(commands: readonly Command[]): string {
  const links = commands.map(
    ({ name, text }) => `| [\`${name}\`](#${name.replaceAll(" ", "-")}) | ${inCell(text)} |`,
  );
  return [`${intro}\n| command | |\n|---|---|\n${links.join("\n")}\n`, ...commands.map(formatCommand)].join(
    "\n",
  );
}

function formatCommand({ name, text, example, note, finding, ...command }: Command): string {
  const taken = parametersOf(command.arguments);
  const options = parametersOf(command.options);
  const usage = [name, ...(options.length > 0 ? ["[options]"] : []), ...taken.map(({ written }) => written)];
  const rows = [...taken, ...options].map(formatRow);
  return [
    `## \`${name}\`\n\n${sentence(text)}\n`,
    "```text",
    `connect-authorizer ${usage.join(" ")}`,
    "```",
    ...(rows.length > 0 ? [`\n| argument or option | |\n|---|---|\n${rows.join("\n")}`] : []),
    ...(finding === undefined ? [] : [`\nExit status 1: ${finding}.`]),
    ...(note === undefined ? [] : [`\n${sentence(note)}`]),
    `\nExample: \`${checkoutProgram} ${example}\`\n`,
  ].join("\n");
}

function formatRow({ written, text, isRequired, default: value }: NamedParameter): string {
  const star = isRequired ? " \\*" : "";
  const byDefault = value === undefined ? "" : ` (default: \`${value}\`)`;
  return `| \`${written}\`${star} | ${inCell(text)}${byDefault} |`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
