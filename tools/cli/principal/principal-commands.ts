/**
 * Names, flags and help of the commands on a table of principals.
 */
import type { Command } from "commander";
import { type Done, example } from "../command-help.ts";
import type { CommandIo } from "../command-io.ts";
import { collectText } from "../token.ts";
import {
  type AttachOptions,
  type DetachOptions,
  type ListOptions,
  runAttach,
  runDetach,
  runList,
} from "./principal.ts";

const folder = "folder with authorizer.yaml and policies/";

/** Adds `principal attach`, `detach` and `list`. */
export function addPrincipalCommands(cli: Command, io: CommandIo, done: Done): void {
  const principal = cli
    .command("principal")
    .description("attach policies to single principals, in the table that AUTHORIZER_PRINCIPALS_TABLE names");

  ofOne(principal.command("attach"))
    .description("attach policies and boundaries to a principal; prints what is attached then")
    .option("--config <dir>", `${folder}, which must have them`, "config")
    .addHelpText("after", example(`principal attach ${who} --policy manage-users`, notOnBindings))
    .action(async (options: AttachOptions) => done(await runAttach(options, io)));

  ofOne(principal.command("detach"))
    .description("detach policies and boundaries from a principal; prints what is left")
    .option("--all", "remove the principal's item")
    .addHelpText("after", example(`principal detach ${who} --policy manage-users`))
    .action(async (options: DetachOptions) => done(await runDetach(options, io)));

  principal
    .command("list")
    .description("list what is attached; exit status 1 when an item gives nothing because it is malformed")
    .requiredOption("--table <name>", "name of the DynamoDB table")
    .option("--issuer <url>", "only one principal's, with --subject")
    .option("--subject <id>", "only one principal's, with --issuer")
    .option("--config <dir>", `${folder}: items that name other policies are told, too`)
    .option("--json", "print them as one JSON list")
    .addHelpText("after", example("principal list --table principals"))
    .action(async (options: ListOptions) => done(await runList(options, io)));
}

const who = "--table principals --issuer https://issuer.example --subject alice";
const notOnBindings =
  "A boundary, and a Deny, bound what is attached here; what a binding gives is bounded in the bundle.";

function ofOne(command: Command): Command {
  return command
    .requiredOption("--table <name>", "name of the DynamoDB table")
    .requiredOption("--issuer <url>", "the principal's issuer, as in authorizer.yaml")
    .requiredOption("--subject <id>", "the principal's id")
    .option("--policy <name>", "a policy; may be repeated", collectText, [])
    .option("--boundary <name>", "a policy that bounds them; may be repeated", collectText, []);
}
