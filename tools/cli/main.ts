/**
 * The command line of policy authors: `npm run --silent cli -- COMMAND`.
 *
 * Here are only the commands' names, flags and help; each command's work is in a file of its own.
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { type BundleOptions, runBundle } from "./bundle/bundle.ts";
import { type DiffOptions, runDiff } from "./bundle/diff.ts";
import { type PublishOptions, runPublish } from "./bundle/publish.ts";
import { runValidate, type ValidateOptions } from "./bundle/validate.ts";
import { type CatalogOptions, runCatalog } from "./catalog/catalog.ts";
import { type Done, example } from "./command-help.ts";
import { type CommandIo, type ExitStatus, UsageError } from "./command-io.ts";
import type { ExplainOptions } from "./explain/explain.ts";
import { addQuestionCommands } from "./explain/question-commands.ts";
import { runSimulate } from "./explain/simulate.ts";
import { runSchema, type SchemaOptions } from "./pages/schema.ts";
import { addPrincipalCommands } from "./principal/principal-commands.ts";
import { runTrustPolicy, type TrustPolicyOptions } from "./role/trust-policy.ts";
import { collectText, runToken, type TokenOptions } from "./token.ts";

const program = "connect-authorizer";
const principalsTable = "also show whoever a table of principals attaches a policy to";

/**
 * Runs one command.
 *
 * @param argv the arguments after the program's name
 * @returns the exit status: 0 done, 1 a check found something, 2 unusable input or a wrong command line
 */
export async function runCli(argv: readonly string[], io: CommandIo = process): Promise<number> {
  let status: ExitStatus = 0;
  const done: Done = (result) => {
    status = result;
  };
  try {
    await createProgram(io, done).parseAsync([...argv], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`${program}: ${error.message}\n`);
    return 2;
  }
}

function createProgram(io: CommandIo, done: Done): Command {
  const cli = new Command(program)
    .description("IAM policies in front of Amazon Connect: tools for those who write the policies.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showHelpAfterError("(add --help for the flags and an example)")
    .addHelpText(
      "after",
      example("validate config", "exit status: 0 done, 1 a check found something, 2 unusable input"),
    );
  addConfigurationCommands(cli, io, done);
  addPrincipalCommands(cli, io, done);
  addIamCommands(cli, io, done);
  addQuestionCommands(cli, io, done);
  addCallCommands(cli, io, done);
  addCatalogCommand(cli, io, done);
  return cli;
}

/** Commands that work on a configuration folder. */
function addConfigurationCommands(cli: Command, io: CommandIo, done: Done): void {
  cli
    .command("validate")
    .description("check the configuration and its policies; prints file:line:column severity code message")
    .argument("[dir]", "folder with authorizer.yaml and policies/", "config")
    .option("--json", "print the issues as one JSON object")
    .option("--strict", "warnings fail: exit status 1")
    .option("--max-warnings <n>", "fail with exit status 1 if there are more warnings than this")
    .addHelpText("after", example("validate config --strict"))
    .action(async (dir: string, options: ValidateOptions) => done(await runValidate(dir, options, io)));

  cli
    .command("bundle")
    .description(
      "check the configuration and write the one file that the Lambda functions load; prints its version",
    )
    .argument("[dir]", "folder with authorizer.yaml and policies/", "config")
    .requiredOption("--out <file>", "file to write; its folder is created; `-` is standard output")
    .option("--enforcing", "refuse a configuration in shadow mode, which cannot decide")
    .option("--sign <file>", "sign it with this private key (PEM: Ed25519, ECDSA P-256 or RSA)")
    .option("--signature <file>", "a signature of this version made elsewhere, base64; needs --public-key")
    .option("--public-key <file>", "the key that the signature must be of: PEM, or base64 of its DER")
    .option(
      "--audience <name>",
      "what it is signed for: where functions load it from, or a name that they are given",
    )
    .option(
      "--sequence <number>",
      "must be greater than the previous bundle's; default: the seconds since 1970",
    )
    .addHelpText("after", example("bundle config --out dist/bundle.json"))
    .action(async (dir: string, options: BundleOptions) => done(await runBundle(dir, options, io)));

  cli
    .command("diff")
    .description(
      "say who gains or loses which actions on which resources; exit status 1 when somebody may gain access",
    )
    .argument("<older>", "folder, bundle's file, or store: s3://…, ssm:/…, appconfig:…")
    .argument("<newer>", "the same")
    .option("--json", "print the differences as one JSON object")
    .option("--principals-table", principalsTable)
    .addHelpText("after", example("diff dist/bundle.json config"))
    .action(async (older: string, newer: string, options: DiffOptions) =>
      done(await runDiff({ older, newer }, options, io)),
    );

  cli
    .command("publish")
    .description("check the configuration, show what changes in access, and put its bundle into a store")
    .argument("[dir]", "folder with authorizer.yaml and policies/", "config")
    .requiredOption("--to <store>", "s3://bucket/key, ssm:/name or file:/path")
    .option("--yes", "do not ask")
    .option("--principals-table", principalsTable)
    .option("--sign <file>", "sign it with this private key (PEM: Ed25519, ECDSA P-256 or RSA)")
    .option("--signature <file>", "a signature of this version made elsewhere, base64; needs --public-key")
    .option("--public-key <file>", "the key that the signature must be of: PEM, or base64 of its DER")
    .option("--audience <name>", "what it is signed for; default: the store")
    .option(
      "--sequence <number>",
      "must be greater than the previous bundle's; default: the seconds since 1970",
    )
    .addHelpText("after", example("publish config --to s3://my-bucket/policies.json"))
    .action(async (dir: string, options: PublishOptions) => done(await runPublish(dir, options, io)));

  cli
    .command("schema")
    .description("print the JSON Schema of authorizer.yaml, by which editors complete and check it")
    .option("--page", "print it as a page for people, with every environment variable")
    .option("--audit", "print that of the audit records in the functions' logs")
    .option("--keys", "print the page of the condition keys that policies can use")
    .option("--out <file>", "write it to a file instead; `-` is standard output")
    .addHelpText("after", example("schema --out config/authorizer.schema.json"))
    .action(async (options: SchemaOptions) => done(await runSchema(options, io)));
}

/** What IAM needs to know of a configuration. */
function addIamCommands(cli: Command, io: CommandIo, done: Done): void {
  cli
    .command("trust-policy")
    .description(
      "print the IAM policies that let the proxy assume the roles of the configuration's instances",
    )
    .requiredOption("--proxy-role <arn>", "the role that the proxy function runs as")
    .option("--config <dir>", "folder with authorizer.yaml and policies/", "config")
    .option("--json", "print them as one JSON object")
    .addHelpText("after", example("trust-policy --proxy-role arn:aws:iam::111122223333:role/connect-proxy"))
    .action(async (options: TrustPolicyOptions) => done(await runTrustPolicy(options, io)));
}

/** Commands that work on calls: who makes one, and what would be decided. */
function addCallCommands(cli: Command, io: CommandIo, done: Done): void {
  cli
    .command("token")
    .description("print a bearer token that the running local gateway accepts")
    .requiredOption("--sub <id>", "who the token is for")
    .option("--group <name>", "a group of the caller; may be repeated", collectText, [])
    .option("--claim <key=value>", "a further claim; may be repeated", collectText, [])
    .option("--issuer <url>", "the configured issuer of the token; needed if several are configured")
    .option("--ttl <seconds>", "lifetime in seconds; the gateway's default if left out")
    .option("--url <url>", "where the local gateway listens", "http://127.0.0.1:3000")
    .addHelpText("after", example("token --sub alice --group operators"))
    .action(async (options: TokenOptions) => done(await runToken(options, io)));

  cli
    .command("explain")
    .description(
      "decide a whole HTTP request and say why: each resource, each statement behind it, file and line",
    )
    .requiredOption(
      "--principal <file>",
      "who calls: JSON {id, name?, groups?, tags?, claims?, issuer?, attached?}",
    )
    .requiredOption(
      "--request <file>",
      "JSON {method, path, query?, headers?, body?, sourceIp?, vpcId?, vpceId?}",
    )
    .option("--config <dir>", "folder with authorizer.yaml and policies/", "config")
    .option("--json", "print the explanation as one JSON object")
    .addHelpText("after", example("explain --principal alice.json --request delete-user.json"))
    .action(async (options: ExplainOptions) => {
      // The SDK's schemas take a while to load: no other command waits for them.
      const { runExplain } = await import("./explain/explain.ts");
      done(await runExplain(options, io));
    });

  cli
    .command("simulate")
    .description(
      "decide cases against the policies they carry: one JSON case a line in, one result a line out",
    )
    .requiredOption("--cases <file>", "file of JSON lines, `-` for standard input")
    .addHelpText("after", example("simulate --cases cases.jsonl"))
    .action(async (options: { cases: string }) => done(await runSimulate(options, io)));
}

/** What is known of Amazon Connect, for those who are about to write a policy. */
function addCatalogCommand(cli: Command, io: CommandIo, done: Done): void {
  cli
    .command("catalog")
    .description(
      "list every operation, or tell what one needs: actions, resources, condition keys, a policy that grants it",
    )
    .argument("[operation]", "its name, in any case, with or without `connect:`")
    .option("--config <dir>", "folder whose instance stands in the ARNs (`config` if there is one)")
    .option("--instance <id>", "id or ARN of the configured instance to use in the ARNs; default: the first")
    .option("--json", "print JSON")
    .addHelpText("after", example("catalog CreateUser"))
    .action(async (operation: string | undefined, options: CatalogOptions) =>
      done(await runCatalog(operation, options, io)),
    );
}

/** Whether Node.js was started with this file, directly or through the link that npm makes for a binary. */
function isProgram(): boolean {
  const [, started] = process.argv;
  if (started === undefined) return false;
  const own = import.meta.url;
  if (started === new URL(own).pathname) return true;
  try {
    return realpathSync(started) === realpathSync(fileURLToPath(own));
  } catch {
    return false;
  }
}

if (isProgram()) {
  // A reader that has seen enough (`| head`) closes the pipe; what it does not want need not be written.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  process.exitCode = await runCli(process.argv.slice(2));
}
