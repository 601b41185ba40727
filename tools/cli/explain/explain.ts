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
import type { GivenCaller } from "./given/given-caller.ts";

const callerFlags = ["sub", "group", "name", "tag", "claim", "issuer"] as const;

const options = {
  "--input <json>": {
    text: "the operation's input: JSON, or a file; required members that are left out are filled in",
    completes: "file",
    dash: "input",
  },
  "--sub <id>": "the caller's id",
  ...callerOptions,
  "--issuer <url>": { text: "the caller's issuer; needed if several are configured", completes: "issuer" },
  "--token <jwt>": {
    text: "the caller by a token; its signature is checked as by whoami",
    dash: "input",
    excludes: callerFlags,
  },
  "--principal <file>": {
    text: "the caller by JSON, or a file of it: {id, name?, groups?, tags?, claims?, issuer?, attached?}",
    dash: "input",
    excludes: [...callerFlags, "token"],
  },
  "--known <facts>": {
    text: "what Amazon Connect would tell: YAML or JSON like `agent/u-1: { tags: { team: a } }`, or a file",
    completes: "file",
    dash: "input",
  },
  "--from <address>": "the address that the call comes from; not known if left out",
  "--via <door>": {
    text: "`mcp`: as an AI agent calls, so that authorizer:ViaMcp is true",
    choices: ["mcp"],
  },
  "--at <time>": "when the call is made, like 2026-12-24T18:00:00Z; now if left out",
  "--request <file>": {
    text: "instead of an operation, a whole request: JSON {method, path, query?, headers?, body?, sourceIp?, vpcId?, vpceId?, via?}",
    dash: "input",
    excludes: ["input", "from", "via"],
  },
  "--record <line>": {
    text: "instead of a caller and a call: a line of the log, or a file of logs",
    completes: "file",
    dash: "input",
    excludes: [...callerFlags, "token", "principal", "input", "known", "from", "via", "at", "request"],
  },
  "--request-id <id>": "which record of the file: an id of the request, or its beginning",
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
    "[operation]": {
      text: "the operation, like CreateUser; without one, the same as --config",
      completes: "operation",
    },
    ...configurationArgument,
  },
  options,
  example: "explain CreateUser --group onboarding --input user.json",
  note: "What the command line does not say of the caller is absent, as in a token of `token` with the same flags. What only Amazon Connect could tell is not known, and nothing is sent anywhere.",
  finding: "the call is decided differently than --expect says",
  async run({ operation, config, env, record, requestId, expect, json = false, ...given }, io) {
    const { input, from, via, request, known, at, ...caller } = given;
    const isOperation = request === undefined && record === undefined;
    if (isOperation && operation === undefined) throw new UsageError(nothingAsked);
    if (record === undefined) assertCaller(caller);
    if (record === undefined && requestId !== undefined)
      throw new UsageError("`--request-id` chooses among records: add `--record FILE`");
    // A request and a record name their operation: the argument is then the configuration.
    const path = isOperation || operation === undefined ? config : oneOf(operation, config);
    const configuration = { path, ...(await openConfiguration(path, { environment: env, stdin: io.stdin })) };
    // What needs zod or the SDK is loaded when it is needed.
    const { answerQuestion } = await import("./answer-question.ts");
    const { answerRecord } = await import("./record/answer-record.ts");
    const call: GivenCall =
      request === undefined ? { operation: operation ?? "", input, from, via } : { request };
    const outcome =
      record === undefined
        ? await answerQuestion({ configuration, caller, call, known, at, isJson: json }, io)
        : await answerRecord({ configuration, record, requestId, isJson: json }, io);
    return expect === undefined || outcome === expect ? 0 : 1;
  },
});

const nothingAsked =
  "name an operation, like `explain CreateUser --group GROUP`; or a request by `--request`, or a record by `--record`";

/** @throws UsageError if nothing is said of the caller */
function assertCaller({ sub, group, name, tag, claim, issuer, token, principal }: GivenCaller): void {
  const said = [sub, name, issuer, token, principal, ...group, ...tag, ...claim];
  if (said.every((each) => each === undefined))
    throw new UsageError("say who calls: by `--group` and `--sub`, by `--token` or by `--principal`");
}

function oneOf(argument: string, option: string): string {
  if (option === argument || option === (process.env["AUTHORIZER_CONFIG"] || "config")) return argument;
  throw new UsageError(`use either \`${argument}\` or \`--config ${option}\``);
}
