/** `explain`: why a call of a caller is allowed or denied, down to statement and line. */
import {
  configurationArgument,
  configurationOption,
  defineCommand,
  type ParameterTable,
} from "../command.ts";
import { UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { callerOptions } from "../token/caller-options.ts";
import type { GivenCall } from "./given/given-call.ts";

const callerFlags = ["sub", "group", "name", "tag", "claim", "issuer"] as const;

const options = {
  "--input <json>": {
    text: "the operation's input: JSON, or a file, `-` for standard input; required members that are left out are filled in",
    completes: "file",
  },
  "--sub <id>": "the caller's id",
  ...callerOptions,
  "--issuer <url>": "the caller's issuer; needed if several are configured",
  "--token <jwt>": {
    text: "the caller by a token, `-` for standard input; its signature is checked as by whoami",
    excludes: callerFlags,
  },
  "--principal <file>": {
    text: "the caller by a file: JSON {id, name?, groups?, tags?, claims?, issuer?, attached?}",
    excludes: [...callerFlags, "token"],
  },
  "--known <facts>": {
    text: "what Amazon Connect would tell: YAML or JSON like `agent/u-1: { tags: { team: a } }`, or a file",
    completes: "file",
  },
  "--from <address>": "the address that the call comes from; not known if left out",
  "--at <time>": "when the call is made, like 2026-12-24T18:00:00Z; now if left out",
  "--request <file>": {
    text: "instead of an operation, a whole request: JSON {method, path, query?, headers?, body?, sourceIp?, vpcId?, vpceId?}",
    excludes: ["input", "from"],
  },
  ...configurationOption,
  "--expect <outcome>": {
    text: "`allow` or `deny`: exit status 1 if the call is decided differently",
    choices: ["allow", "deny"],
  },
  "--json": "print everything as one JSON object",
} as const satisfies ParameterTable;

export const command = defineCommand({
  name: "explain",
  text: "say whether a call is allowed, by what, and where that is written",
  arguments: {
    "[operation]": "the operation, like CreateUser; without one, the same as --config",
    ...configurationArgument,
  },
  options,
  example: "explain CreateUser --group onboarding --input user.json",
  note: "What the command line does not say of the caller is absent, as in a token of `token` with the same flags. What only Amazon Connect could tell is not known, and nothing is sent anywhere.",
  finding: "the call is decided differently than --expect says",
  async run({ operation, config, env, input, from, request, known, at, expect, json, ...caller }, io) {
    const { sub, group, name, tag, claim, issuer, token, principal } = caller;
    const said = [sub, name, issuer, token, principal, ...group, ...tag, ...claim];
    if (said.every((each) => each === undefined))
      throw new UsageError("say who calls: by `--group` and `--sub`, by `--token` or by `--principal`");
    const call: GivenCall =
      request === undefined ? { operation: named(operation), input, from } : { request };
    // A request needs no operation: the first argument is then the configuration.
    const path = request === undefined || operation === undefined ? config : oneOf(operation, config);
    const configuration = { path, ...(await openConfiguration(path, { environment: env })) };
    // The SDK's schemas take a while to load.
    const { answerQuestion } = await import("./answer-question.ts");
    const question = { configuration, caller, call, known, at, isJson: json === true };
    const outcome = await answerQuestion(question, io);
    return expect === undefined || outcome === expect ? 0 : 1;
  },
});

function oneOf(argument: string, option: string): string {
  if (option === argument || option === (process.env["AUTHORIZER_CONFIG"] || "config")) return argument;
  throw new UsageError(`use either \`${argument}\` or \`--config ${option}\``);
}

function named(operation: string | undefined): string {
  if (operation !== undefined) return operation;
  throw new UsageError("name an operation, like `explain CreateUser --group GROUP`, or a `--request`");
}
