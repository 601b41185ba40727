/** `usage-keys`: the API keys among which the authorizer spreads callers, as API Gateway imports them. */
import { usageKeyNumber, usageKeyValue } from "../../../functions/authorizer/usage-key.ts";
import { rows } from "../../../shared/settings.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";

export const command = defineCommand({
  name: "usage-keys",
  text: "print the API keys of a stack with CallerKeys, for `aws apigateway import-api-keys`, or the key of one caller",
  options: {
    "--api <id>": { text: "id of the REST API, the stack's output `ApiId`", isRequired: true },
    "--keys <n>": { text: "how many: the stack's parameter `CallerKeys`", isRequired: true },
    "--plan <id>": "id of the usage plan that takes them, the stack's output `CallerPlanId`",
    "--issuer <url>": { text: "print only one caller's key, with --subject", completes: "issuer" },
    "--subject <id>": "print only one caller's key, with --issuer",
  },
  example: "usage-keys --api a1b2c3d4e5 --plan c7y23b --keys 500",
  async run({ api, keys, plan, issuer, subject }, io) {
    const count = readCount(keys);
    assertId("--api", api);
    if ((issuer === undefined) !== (subject === undefined))
      throw new UsageError("--issuer and --subject go together: an id is unique within its issuer only");
    if (issuer !== undefined && subject !== undefined) {
      io.stdout.write(`${usageKeyValue(api, usageKeyNumber({ issuer, id: subject }, count))}\n`);
      return 0;
    }
    if (plan === undefined)
      throw new UsageError("name the usage plan with `--plan`: a key without a plan is refused");
    assertId("--plan", plan);
    const lines = Array.from({ length: count }, (_, number) => {
      const value = usageKeyValue(api, number);
      return `${value},${value},${plan}\n`;
    });
    io.stdout.write(`name,key,usageplanIds\n${lines.join("")}`);
    return 0;
  },
});

function readCount(text: string): number {
  const count = Number(text);
  const byRow = /^\d+$/.test(text) ? rows.AUTHORIZER_USAGE_KEYS.parse(text) : undefined;
  if (byRow === undefined || count < 1)
    throw new UsageError(`\`--keys ${text}\` must be a whole number from 1 to 10000`);
  return count;
}

/** API Gateway's ids; anything else, an ARN or a name, would make keys that no call ever has. */
function assertId(flag: string, id: string): void {
  if (!/^[a-z0-9]{4,20}$/.test(id))
    throw new UsageError(`\`${flag} ${id}\` must be an id of API Gateway, like \`a1b2c3d4e5\``);
}
