/** `principal list`: what a table attaches to one principal, or to all. */
import { attachmentsAt } from "../../../shared/principals/item.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { configurationArgument, defineCommand, optionalConfiguration } from "../command.ts";
import { attemptAt, type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { describeItem, keyOf, tableOption } from "./principal.ts";
import { type FoundItem, openItems, parsePrincipalKey } from "./principal-items.ts";

export const command = defineCommand({
  name: "principal list",
  text: "list what is attached; exit status 1 if an item gives nothing because it is malformed",
  arguments: configurationArgument,
  options: {
    ...tableOption,
    "--issuer <url>": { text: "only one principal's, with --subject", completes: "issuer" },
    "--subject <id>": "only one principal's, with --issuer",
    ...optionalConfiguration("with which items that name other policies are reported"),
    "--json": "print them as one JSON array",
  },
  example: "principal list --table principals",
  finding: "an item gives nothing, or the configuration has errors",
  whenRefused: 1,
  async run({ table, issuer, subject, config, env, json = false }, io) {
    if ((issuer === undefined) !== (subject === undefined))
      throw new UsageError("--issuer and --subject go together: an id is unique within its issuer only");
    const known = await readNames(config, env, io);
    let status: ExitStatus = 0;
    const listed: object[] = [];
    await attemptAt(`the table \`${table}\``, async () => {
      const items = await openItems(table);
      const one = issuer === undefined || subject === undefined ? undefined : keyOf({ issuer, subject });
      const found = one === undefined ? items.list() : [await items.read(one)];
      for await (const item of found) {
        const problem = problemOf(item, known);
        if (problem !== undefined) {
          io.stderr.write(`${withoutControls(`\`${item.key}\` gives nothing: ${problem}`)}\n`);
          status = 1;
        }
        if (item.look.kind !== "attached") continue;
        if (json)
          listed.push({ ...parsePrincipalKey(item.key), ...attachmentsAt(item.look.item, Date.now()) });
        else io.stdout.write(`${describeItem(item)}\n`);
      }
    });
    if (json) io.stdout.write(`${formatJson(listed)}\n`);
    return status;
  },
});

function problemOf({ look }: FoundItem, known: ReadonlySet<string> | undefined): string | undefined {
  if (look.kind === "refused") return look.reason;
  if (look.kind !== "attached" || !known) return undefined;
  const { policies, boundaries } = look.item;
  const unknown = [...policies, ...boundaries].find((name) => !known.has(name));
  return unknown === undefined
    ? undefined
    : `it names the policy \`${unknown}\`, which the configuration does not have`;
}

/** The names of the configuration's policies, if one is named. */
async function readNames(path: string | undefined, environment: string | undefined, { stdin }: CommandIo) {
  if (path === undefined && environment !== undefined)
    throw new UsageError("`--env` chooses an environment of a folder: name the folder with `--config`");
  if (path === undefined) return undefined;
  const { bundle } = await openConfiguration(path, { environment, stdin });
  return new Set(bundle.policies.map(({ name }) => name));
}
