/**
 * `start`: the local gateway. One line on stdout when it is ready, then it serves until a signal stops it.
 *
 * Statuses: 0 stopped by a signal, 1 could not start, 2 unusable flags or configuration.
 */
import { confidentialForm, isConfidential } from "../../../shared/endpoint.ts";
import { DocumentError } from "../../../shared/errors.ts";
import type { ConnectChoice } from "../../local/open-connect.ts";
import type { LoadConfiguration } from "../../local/reload.ts";
import type { LocalSettings } from "../../local/start-local.ts";
import { withRevision } from "../bundle/revision.ts";
import { calledAs } from "../called-as.ts";
import { configurationOption, defineCommand } from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { loadPath } from "../open-configuration.ts";
import { type EmbeddedGiven, embeddedOptions, readEmbedded } from "./embedded.ts";
import { describeFailure, readPort, serve } from "./serve.ts";

/** It is read again after each change: standard input cannot be. */
const { dash: _once, ...watched } = configurationOption["--config <path>"];

export const command = defineCommand({
  name: "start",
  text: "serve the local gateway on 127.0.0.1 with an Amazon Connect of its own, until you stop it with Ctrl-C",
  arguments: { "[config]": { text: "the same as --config", completes: "file" } },
  options: {
    "--port <n>": {
      text: "port on 127.0.0.1, 0 picks a free one; default: `PORT`, else 3000",
      environment: { variable: "PORT", orElse: "3000" },
    },
    ...configurationOption,
    "--config <path>": watched,
    "--shadow-config <dir>": {
      text: "a candidate: prints where it would decide differently; default: `AUTHORIZER_SHADOW_CONFIG`",
      environment: { variable: "AUTHORIZER_SHADOW_CONFIG" },
    },
    "--connect <url>": {
      text: "where allowed calls go: a URL, or `aws` for the real service; default: `CONNECT_ENDPOINT`, else embedded",
      environment: { variable: "CONNECT_ENDPOINT" },
    },
    ...embeddedOptions,
    "--live-calls <n>":
      "calls a minute that callers of the configuration make with `--live`, 0 for none; default: 20",
    "--api <flavour>": {
      text: "which API Gateway to imitate: rest or http",
      choices: ["rest", "http"],
      default: "rest",
    },
    "--records <file>": {
      text: "append each decision's record to a file, for `least-privilege`",
      dash: "output",
    },
  },
  example: "start --port 0",
  note: "in a checkout, `npm start -- --port 0` is the same; a changed configuration is used at once",
  finding: "the gateway could not start",
  async run({ port, config, env, shadowConfig, connect, api, records, liveCalls, ...embedded }, io) {
    const settings = {
      port: readPort(port),
      configFolder: config,
      ...(env === undefined ? {} : { configEnvironment: env }),
      ...(shadowConfig === undefined ? {} : { shadowFolder: shadowConfig }),
      connect: await readConnect(connect, embedded, io),
      api,
      ...(records === undefined ? {} : { recordsFile: records }),
      ...readLiveCalls(liveCalls, embedded),
    };
    const print = (text: string) => io.stderr.write(`${text}\n`);
    if (settings.connect.kind !== "aws") {
      // A local Connect needs no profile or role of the developer.
      process.env["AWS_ACCESS_KEY_ID"] ||= "local";
      process.env["AWS_SECRET_ACCESS_KEY"] ||= "local";
    }
    try {
      const { startLocal } = await import("../../local/start-local.ts");
      const surroundings = { environment: process.env, program: calledAs(), print, load: loadIn(env) };
      const withFolderOf: LocalSettings["withFolderOf"] = (name, work) =>
        withRevision({ name, folder: config }, work);
      const gateway = await startLocal({ ...settings, ...surroundings, withFolderOf });
      return await serve(gateway, records === "-" ? { ...io, stdout: io.stderr } : io);
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      print(describeFailure(cause));
      return cause instanceof DocumentError ? 2 : 1;
    }
  },
});

/** Loads a folder as its environment has it, or a bundle. */
function loadIn(environment: string | undefined): LoadConfiguration {
  return (path, options) => loadPath(path, { ...options, environment: options.environment ?? environment });
}

function readLiveCalls(
  text: string | undefined,
  { live }: EmbeddedGiven,
): Pick<LocalSettings, "liveCallsPerMinute"> {
  if (text === undefined) return {};
  if (!live) throw new UsageError("`--live-calls` is of `--live`: add it");
  const calls = text.trim() === "" ? Number.NaN : Number(text);
  if (calls >= 0 && calls <= 600) return { liveCallsPerMinute: calls };
  throw new UsageError(`\`--live-calls\` must be a number from 0 to 600, not \`${text}\``);
}

async function readConnect(
  text: string | undefined,
  given: EmbeddedGiven,
  io: CommandIo,
): Promise<ConnectChoice> {
  const embedded = await readEmbedded(given, io);
  if (text === undefined) return { kind: "embedded", ...embedded };
  const isGiven = given.fault.length > 0 || given.live || (given.seed ?? given.state) !== undefined;
  if (isGiven || given.unimplemented !== "error")
    throw new UsageError(
      "`--fault`, `--live`, `--seed`, `--state` and `--unimplemented` are of the embedded Connect: leave out `--connect`",
    );
  if (text === "aws") return { kind: "aws" };
  if (URL.canParse(text)) {
    const { protocol, hostname, username, password, search, hash } = new URL(text);
    const isPlain = username + password + search + hash === "";
    if ((protocol === "http:" || protocol === "https:") && isPlain) {
      if (isConfidential({ protocol, hostname })) return { kind: "url", url: text };
      throw new UsageError(`\`--connect\` must be ${confidentialForm}, not \`${text}\``);
    }
  }
  throw new UsageError(`\`--connect\` must be an http or https URL or \`aws\`, not \`${text}\``);
}
