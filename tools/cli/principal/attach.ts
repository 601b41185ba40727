/** `principal attach`: what a table attaches to a single principal, beyond the bundle's bindings. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { didYouMean } from "../../authoring/nearest-name.ts";
import { configurationArgument, configurationOption, defineCommand, type Given } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { printLine } from "../terminal/lay-out.ts";
import { changeItem, describeItem, principalExample, principalOptions, wantedOf } from "./principal.ts";

const options = {
  ...principalOptions,
  ...configurationOption,
} as const;

type AttachOptions = Given<typeof options>;

export const command = defineCommand({
  name: "principal attach",
  text: "attach policies and boundaries to a principal; prints what is attached",
  arguments: configurationArgument,
  options,
  example: `principal attach ${principalExample} --policy manage-users`,
  note: "A boundary, or a Deny, limits only what is attached here. What a binding gives is limited in the bundle.",
  finding: "the configuration has errors",
  whenRefused: 1,
  async run(given, io) {
    const { policy, boundary } = given;
    if (policy.length + boundary.length === 0)
      throw new UsageError("name what to attach: --policy, --boundary");
    const { bundle } = await openConfiguration(given.config, { environment: given.env, stdin: io.stdin });
    checkAgainst(bundle, given);
    const changed = await changeItem(given, (found) => {
      const { policies, boundaries } = wantedOf(found);
      return { policies: union(policies, policy), boundaries: union(boundaries, boundary) };
    });
    for (const note of boundNotes(bundle, given)) printLine(note, io);
    io.stdout.write(`${describeItem(changed)}\n`);
    return 0;
  },
});

function checkAgainst({ config, policies }: Bundle, { issuer, policy, boundary }: AttachOptions): void {
  if (!config.issuers.some((each) => each.issuer === issuer)) {
    const issuers = config.issuers.map((each) => `\`${each.issuer}\``).join(", ");
    throw new UsageError(`the configuration trusts no issuer \`${issuer}\`; it has ${issuers}`);
  }
  const known = new Set(policies.map(({ name }) => name));
  const unknown = [...policy, ...boundary].filter((name) => !known.has(name));
  const [first = ""] = unknown;
  if (unknown.length > 0)
    throw new UsageError(
      `the configuration has no policy \`${unknown.join("`, `")}\`; nothing was attached${didYouMean(first, known)}`,
    );
}

/** In IAM, a Deny and a boundary limit the principal. Here they limit the item alone. */
function boundNotes({ policies }: Bundle, { policy, boundary }: AttachOptions): readonly string[] {
  const denying = policies.filter(
    ({ name, statements }) => policy.includes(name) && statements.some(({ effect }) => effect === "Deny"),
  );
  const what = "what is attached here, not what a binding gives";
  return [
    ...denying.map(({ name }) => `note: the Denies of \`${name}\` limit ${what}`),
    ...boundary.map((name) => `note: the boundary \`${name}\` limits ${what}`),
  ];
}

function union(before: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...before, ...more])].sort();
}
