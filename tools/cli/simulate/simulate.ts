/** `simulate`: decides policies that it is given, in lines of our own or in the shape of IAM's policy simulator. */

import { tableNotes } from "../../authoring/table-notes.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { readPort } from "../start/serve.ts";
import { printNotes } from "../terminal/lay-out.ts";
import { answerCases } from "./answer-cases.ts";
import { expectations } from "./expectation.ts";

export const command = defineCommand({
  name: "simulate",
  text: "decide actions by policies that you give: cases in lines of JSON, or requests of IAM's policy simulator",
  arguments: configurationArgument,
  options: {
    "--cases <file>": {
      text: "file of JSON lines: one case per line in, one result per line out",
      dash: "input",
      excludes: ["aws", "serve", "port"],
    },
    "--aws <file>": {
      text: "request of IAM's SimulateCustomPolicy, or of SimulatePrincipalPolicy if it has a PolicySourceArn, as JSON",
      dash: "input",
      excludes: ["serve", "port", "strict"],
      completes: "file",
    },
    "--serve": "answer these requests on 127.0.0.1 as IAM does, for `aws iam --endpoint-url` and AWS's SDKs",
    "--port <n>": "with --serve: the port; a free one if left out",
    ...configurationOption,
    "--expect <outcome>": {
      text: "`allow`, `deny`, `explicitDeny` or `implicitDeny`: exit status 1 if a result differs",
      choices: expectations,
      excludes: ["serve"],
    },
    "--strict": {
      text: "with --cases: exit status 2 if a line is no case; each line is answered all the same",
      excludes: ["serve"],
    },
  },
  example: "simulate --cases cases.jsonl",
  note: "PolicySourceArn names a caller of the configuration: arn:aws:iam::ACCOUNT:user/ID, …:group/GROUP, or …:user/GROUP/ID for somebody in a group",
  finding: "a result differs from --expect",
  async run({ cases, aws, serve = false, port, config, env, expect, strict = false }, io) {
    const load = async () => {
      const { bundle } = await openConfiguration(config, { environment: env, stdin: io.stdin });
      printNotes(tableNotes(bundle.config), io);
      return bundle;
    };
    if (cases !== undefined) return answerCases(cases, { expect, isStrict: strict }, io);
    if (strict) throw new UsageError("`--strict` is for `--cases FILE`");
    if (port !== undefined && !serve) throw new UsageError("`--port` is for `--serve`");
    // IAM's requests need the catalogue, and serving them the local gateway's server.
    if (aws !== undefined) {
      const { answerFile } = await import("./answer-file.ts");
      return answerFile(aws, { load, expect }, io);
    }
    if (!serve) throw new UsageError("say what to decide: `--cases FILE`, `--aws FILE` or `--serve`");
    const { serveSimulator } = await import("./serve-simulator.ts");
    return serveSimulator({ path: config, load, port: port === undefined ? 0 : readPort(port) }, io);
  },
});
