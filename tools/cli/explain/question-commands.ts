/**
 * The commands that answer questions about a whole configuration: names, flags and help, as in `main.ts`.
 *
 * Their work loads the whole catalogue, so it is imported when it is asked for.
 */
import { type Command, Option } from "commander";
import type { AuditOptions } from "../audit/audit.ts";
import { type Done, example } from "../command-help.ts";
import type { CommandIo } from "../command-io.ts";
import type { WhatCanOptions } from "../reach/what-can.ts";
import type { WhoCanOptions } from "../reach/who-can.ts";
import type { LeastPrivilegeOptions } from "../role/least-privilege.ts";
import type { RolePolicyOptions } from "../role/role-policy.ts";
import { collectText } from "../token.ts";

const yesOrNo =
  "answers: yes; some (only some of the resources); depends (on a tag or another condition key); no";
const alwaysOrNever =
  "answers: always; some (only on some resources); depends (on a tag or another condition key); never";

/** Adds them. */
export function addQuestionCommands(cli: Command, io: CommandIo, done: Done): void {
  cli
    .command("role-policy")
    .description(
      "print the IAM policy of the proxy's role: the Connect actions and instances that the configuration can use",
    )
    .argument("[dir]", "folder with authorizer.yaml and policies/", "config")
    .option("--sam", "print it as the `Policies` of a role in a SAM template, in YAML")
    .addOption(
      new Option(
        "--write <template>",
        "write it into the proxy's role of this SAM template, between its comments",
      ).conflicts(["sam", "check"]),
    )
    .addOption(
      new Option("--check <template>", "exit with 1 unless --write would change nothing").conflicts("sam"),
    )
    .addHelpText("after", example("role-policy config --write template.yaml"))
    .action(async (dir: string, options: RolePolicyOptions) => {
      const { runRolePolicy } = await import("../role/role-policy.ts");
      done(await runRolePolicy(dir, options, io));
    });

  cli
    .command("who-can")
    .description("say which bindings allow an action on a resource, by themselves, and by which statements")
    .argument("<action>", "like connect:DeleteUser, or the name of an operation")
    .argument("<resource>", "an ARN, `*`, or a pattern that stands for all the resources it matches")
    .option("--config <dir>", "folder with authorizer.yaml and policies/", "config")
    .option("--json", "print the answers as one JSON object")
    .option("--principals-table", "also answer for whoever a table of principals attaches a policy to")
    .addHelpText(
      "after",
      example("who-can DeleteUser 'arn:aws:connect:us-east-1:123456789012:instance/ID/agent/*'", yesOrNo),
    )
    .action(async (action: string, resource: string, options: WhoCanOptions) => {
      const { runWhoCan } = await import("../reach/who-can.ts");
      done(await runWhoCan({ action, resource }, options, io));
    });

  cli
    .command("what-can")
    .description("say for every operation whether a caller may do it")
    .argument(
      "[principal]",
      "who calls: file as for explain, JSON {id, name?, groups?, tags?, claims?, issuer?}",
    )
    .option("--sub <id>", "instead of the file: the caller's id")
    .option("--group <name>", "instead of the file: a group of the caller; may be repeated", collectText, [])
    .option("--issuer <url>", "instead of the file: the caller's issuer; needed if several are configured")
    .option("--config <dir>", "folder with authorizer.yaml and policies/", "config")
    .option("--all", "list the operations too that nothing allows or denies")
    .option("--json", "print the answers as one JSON object")
    .addHelpText("after", example("what-can --group operators", alwaysOrNever))
    .action(async (principal: string | undefined, options: WhatCanOptions) => {
      const { runWhatCan } = await import("../reach/what-can.ts");
      done(await runWhatCan(principal, options, io));
    });

  cli
    .command("least-privilege")
    .description("propose the smallest policy that would have allowed the calls recorded in logs")
    .requiredOption(
      "--from <file>",
      "logs of the functions, `-` for standard input; may be repeated",
      collectText,
    )
    .option("--principal <id>", "only calls of this caller; may be repeated", collectText, [])
    .option("--group <name>", "only calls of callers in this group; may be repeated", collectText, [])
    .option("--issuer <url>", "only calls of this issuer's callers; may be repeated", collectText, [])
    .option("--by <sort>", "one policy for `all`, or one each by `principal` or `group`", "all")
    .option("--outcome <outcome>", "learn from calls that were `allow`ed, `deny`ed, or `all`", "allow")
    .option(
      "--generalize <step>",
      "allow more than was asked: all `ids` of a type, all `types` in an instance, all `instances`",
    )
    .addHelpText("after", example("least-privilege --from logs.jsonl --group operators"))
    .action(async (options: LeastPrivilegeOptions) => {
      const { runLeastPrivilege } = await import("../role/least-privilege.ts");
      done(await runLeastPrivilege(options, io));
    });

  cli
    .command("audit")
    .description("print the records in logs as events of OCSF's API Activity, one a line")
    .requiredOption(
      "--from <file>",
      "logs of the functions, `-` for standard input; may be repeated",
      collectText,
    )
    .requiredOption("--to <form>", "`ocsf`")
    .addHelpText("after", example("audit --to ocsf --from logs.jsonl"))
    .action(async (options: AuditOptions) => {
      const { runAudit } = await import("../audit/audit.ts");
      done(await runAudit(options, io));
    });
}
