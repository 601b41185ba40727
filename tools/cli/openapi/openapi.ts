/** `openapi`: the API that a configuration serves, as a document of OpenAPI. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { didYouMean } from "../../authoring/nearest-name.ts";
import type { OpenApiDocument } from "../../openapi/openapi.ts";
import {
  type FunctionRole,
  functionParameters,
  type RestApiOptions,
  refusedPathsOf,
  resourcesOf,
  restApiOf,
} from "../../openapi/rest-api/rest-api.ts";
import { selectServed } from "../../openapi/selection.ts";
import {
  configurationArgument,
  configurationOption,
  defineCommand,
  type Given,
  type ParameterTable,
} from "../command.ts";
import { UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { counted, formatJson } from "../terminal/lay-out.ts";
import { isOwnOutput, writeOut } from "../write-out.ts";

const maxTtlSeconds = 3_600;

const restOptions = {
  "--authorizer-arn <arn>": `the authorizer's function, for \`rest-api\`; without it \`$\{${functionParameters.authorizer}}\`, which CloudFormation replaces`,
  "--proxy-arn <arn>": `the proxy's function; without it \`$\{${functionParameters.proxy}}\``,
  "--preflight-arn <arn>": `the function for browsers' preflights, if the configuration has \`cors\`; without it \`$\{${functionParameters.preflight}}\``,
  "--reauthorize-every <seconds>": `how long API Gateway keeps the authorizer's answers, 0 to ${maxTtlSeconds}; default: 60`,
  "--api-key <source>": {
    text: "methods require an API key, which is in the header `x-api-key` or comes from the authorizer",
    choices: ["header", "authorizer"],
  },
  "--max-resources <n>": "your quota of resources in a REST API; default: 300, as AWS's",
} as const satisfies ParameterTable;

export const command = defineCommand({
  name: "openapi",
  text: "write the API that the configuration serves as OpenAPI 3.1, or as what API Gateway imports",
  arguments: configurationArgument,
  options: {
    "--for <use>": {
      text: "`clients`: OpenAPI 3.1. `rest-api`: OpenAPI 3.0.1 for API Gateway, with a method for each operation",
      choices: ["clients", "rest-api"],
      default: "clients",
    },
    "--operation <name>": {
      text: "an operation, with wildcards as in a policy (`Describe*`); default: all",
      isRepeated: true,
      completes: "operation",
    },
    "--allowed": "only what some caller of the configuration may do",
    "--server <url>": {
      text: "address of the API, for `clients`; default: `http://127.0.0.1:3000`",
      isRepeated: true,
    },
    ...restOptions,
    "--out <file>": { text: "file to write", default: "-", completes: "file", dash: "output" },
    ...configurationOption,
  },
  example: "openapi config --out openapi.json",
  async run(
    { config: path, env, for: use, out, operation: patterns, allowed, server: servers, ...rest },
    io,
  ) {
    assertFits(use, { servers, ...rest });
    const opened = await openConfiguration(path, { environment: env, stdin: io.stdin });
    const { bundle } = opened;
    const { served, unmatched } = selectServed(bundle.config, opened.open(), {
      patterns,
      isAllowed: allowed ?? false,
    });
    const [unknown] = unmatched;
    if (unknown !== undefined) throw noOperation(unknown);
    if (served.length === 0)
      throw new UsageError("no caller of the configuration may call any of these operations");
    const addresses = servers.length > 0 ? servers.map(readServer) : ["http://127.0.0.1:3000"];
    // It loads the SDK, which the help does without.
    const { describeApi } = await import("../../openapi/openapi.ts");
    const document = describeApi({ config: bundle.config, served, servers: addresses });
    const written = use === "clients" ? document : toRestApi(document, bundle, rest);
    await writeOut(out, `${formatJson(written)}\n`, io);
    if (!isOwnOutput(out)) io.stdout.write(`${out}: ${counted(served.length, "operation")}\n`);
    return 0;
  },
});

type RestGiven = Given<typeof restOptions>;

/** @throws UsageError for an option of the other document */
function assertFits(
  use: "clients" | "rest-api",
  { servers, ...rest }: RestGiven & { readonly servers: readonly string[] },
): void {
  if (use === "rest-api" && servers.length > 0)
    throw new UsageError("`--server` is for `--for clients`: API Gateway gives an API its address");
  const flags = Object.keys(restOptions).map((written) => written.replace(/ .*/, ""));
  const used = Object.keys(rest).map(
    (member) => `--${member.replace(/[A-Z]/g, (letter) => `-${lowerAscii(letter)}`)}`,
  );
  const wrong = flags.find((flag) => used.includes(flag));
  if (use === "clients" && wrong !== undefined) throw new UsageError(`\`${wrong}\` needs \`--for rest-api\``);
}

function noOperation(pattern: string): UsageError {
  const names = operations().map(({ name }) => name);
  return new UsageError(
    `no operation that is served matches \`--operation ${pattern}\`${didYouMean(pattern, names)}`,
  );
}

function readServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new UsageError(`\`--server ${text}\` must be a URL, like \`https://api.example.com/prod\``);
  return text.replace(/\/+$/, "");
}

/** @throws UsageError for what API Gateway would refuse */
function toRestApi(document: OpenApiDocument, { config }: Bundle, given: RestGiven): object {
  const [refused] = refusedPathsOf(document);
  if (refused !== undefined)
    throw new UsageError(
      `the route \`${refused}\` has a character that API Gateway does not allow in a path: letters, digits and \`.-_\` are allowed`,
    );
  const most = readNumber(given.maxResources ?? "300", "--max-resources", { from: 1, to: 10_000 });
  const resources = resourcesOf(document);
  if (resources > most)
    throw new UsageError(
      `these operations need ${resources} resources, and a REST API can have ${most}: choose some with \`--operation\` or \`--allowed\`, or name your quota with \`--max-resources\``,
    );
  const options: RestApiOptions = {
    tokenHeader: config.tokenHeader === "authorization" ? "Authorization" : "X-Connect-Token",
    reauthorizeEverySeconds: readNumber(given.reauthorizeEvery ?? "60", "--reauthorize-every", {
      from: 0,
      to: maxTtlSeconds,
    }),
    arns: readArns(given),
    ...(given.apiKey ? { apiKey: given.apiKey } : {}),
    cors: config.cors,
  };
  return restApiOf(document, options);
}

function readArns(given: RestGiven): RestApiOptions["arns"] {
  const rows: readonly (readonly [FunctionRole, string | undefined])[] = [
    ["authorizer", given.authorizerArn],
    ["proxy", given.proxyArn],
    ["preflight", given.preflightArn],
  ];
  const named = rows.flatMap(([role, arn]) => (arn === undefined ? [] : [[role, arn] as const]));
  for (const [role, arn] of named)
    if (!/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn))
      throw new UsageError(
        `\`--${role}-arn ${arn}\` is not the ARN of a function; example: \`arn:aws:lambda:us-east-1:123456789012:function:${role}\``,
      );
  return Object.fromEntries(named);
}

function readNumber(
  text: string,
  flag: string,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new UsageError(`\`${flag} ${text}\` must be a whole number from ${from} to ${to}`);
}
