/**
 * `local-connect`: the embedded Amazon Connect alone, for the tests of any program that calls Connect.
 *
 * Statuses: 0 stopped by a signal, 1 could not start, 2 unusable flags.
 */
import { instanceArnForm, parseInstanceArn } from "../../../shared/bundle/rules/instance-arn.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import type { LocalConnect, LocalConnectOptions } from "../../local/connect/server.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { embeddedOptions, readEmbedded } from "./embedded.ts";
import { describeFailure, readPort, serve } from "./serve.ts";

const defaultInstance =
  "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

export const command = defineCommand({
  name: "local-connect",
  text: "serve only the embedded Amazon Connect on 127.0.0.1, for any AWS SDK; no authorizer in front",
  options: {
    "--port <n>": {
      text: "port on 127.0.0.1, 0 picks a free one; default: `PORT`, else 3001",
      environment: { variable: "PORT", orElse: "3001" },
    },
    "--instance <arn>": {
      text: `an instance that exists, by its ARN; without it: ${defaultInstance}`,
      isRepeated: true,
    },
    ...embeddedOptions,
  },
  example: "local-connect --port 0",
  note: "it checks neither signatures nor permissions, and keeps everything in memory unless `--state` names a file",
  finding: "the server could not start",
  async run({ port, instance, ...given }, io) {
    const named = instance.length > 0 ? instance : [defaultInstance];
    const instances = named.map(readInstance);
    const options = { ...(await readEmbedded(given, io)), port: readPort(port), instances };
    try {
      const { startLocalConnect } = await import("../../local/connect/server.ts");
      const server = await startLocalConnect(options);
      io.stderr.write(`${describeServer(server, options)}\n`);
      return await serve(server, io);
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      io.stderr.write(`${describeFailure(cause)}\n`);
      return 1;
    }
  },
});

function readInstance(arn: string): ConnectInstance {
  const instance = parseInstanceArn(arn);
  if (instance) return instance;
  throw new UsageError(`\`--instance\` must be an instance's ARN, ${instanceArnForm}, not \`${arn}\``);
}

function describeServer({ url, notes }: LocalConnect, { instances, stateFile }: LocalConnectOptions): string {
  const [first] = instances;
  return [
    `Amazon Connect on this machine, ${stateFile === undefined ? "in memory" : `kept in ${stateFile}`}, without signatures and permissions:`,
    ...instances.map(({ arn }) => `  ${arn}`),
    ...notes,
    "Try, in another terminal, with any AWS SDK or the AWS CLI:",
    `  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws connect list-users --instance-id ${first?.id} --region ${first?.region} --endpoint-url ${url}`,
  ].join("\n");
}
