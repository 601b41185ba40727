/** `principal detach`: takes away what a table attaches to a principal; the last policy removes the item. */
import { defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { printLine } from "../terminal/lay-out.ts";
import {
  changeItem,
  describeItem,
  nothing,
  principalExample,
  principalOptions,
  wantedOf,
} from "./principal.ts";

export const command = defineCommand({
  name: "principal detach",
  text: "detach policies and boundaries from a principal; prints what is left",
  options: { ...principalOptions, "--all": "remove the principal's item" },
  example: `principal detach ${principalExample} --policy manage-users`,
  finding: "some of it was not attached; nothing is changed",
  async run({ all = false, ...given }, io) {
    const { policy, boundary } = given;
    if (all !== (policy.length + boundary.length === 0))
      throw new UsageError("name what to detach: --policy, --boundary, or --all for everything");
    let missing: readonly string[] = [];
    const changed = await changeItem(given, (found) => {
      if (all) {
        missing = found.look.kind === "none" ? ["anything"] : [];
        return nothing;
      }
      const before = wantedOf(found);
      const { policies, boundaries, ends } = before;
      missing = [...without(policy, policies), ...without(boundary, boundaries)];
      // All of it or nothing: a mistyped name may be the one that had to go.
      if (missing.length > 0) return before;
      return {
        ...before,
        policies: without(policies, policy),
        boundaries: without(boundaries, boundary),
        ends: new Map([...ends].filter(([name]) => !policy.includes(name))),
      };
    });
    if (missing.length > 0) {
      const what = all ? "nothing is attached" : `not attached: \`${missing.join("`, `")}\``;
      printLine(`${what}; nothing was changed`, io);
      return 1;
    }
    io.stdout.write(`${describeItem(changed)}\n`);
    return 0;
  },
});

function without(names: readonly string[], gone: readonly string[]): readonly string[] {
  return names.filter((name) => !gone.includes(name));
}
