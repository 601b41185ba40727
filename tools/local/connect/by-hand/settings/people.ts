/** People: searches whose answers have another unit than `DescribeUser`, and the order of agent statuses. */

import { update } from "../../engine/change.ts";
import { findRule, serveByRule } from "../../engine/serve.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import type { OutputOf } from "../../operation-types.ts";

export const peopleHandlers = {
  /** With `ResetOrderNumber`, the status has no place in the order any more. */
  UpdateAgentStatus({ ResetOrderNumber, ...input }, world) {
    const family = familyNamed("AgentStatus");
    update({ operation: "UpdateAgentStatus", family, input, world });
    const table = world.instance(input.InstanceId).table(family.name);
    const row = table.get(input.AgentStatusId);
    if (ResetOrderNumber) table.revise(row, { shape: { ...row.shape, DisplayOrder: undefined } });
    return {};
  },
  /** `AfterContactWorkTimeLimit` is answered in milliseconds, as the API Reference has it. */
  SearchUsers(input, world) {
    const rule = findRule("SearchUsers");
    if (!rule) throw new TypeError("no rule serves `SearchUsers`");
    // The rule fills the output by the operation's own schema.
    const found = serveByRule("SearchUsers", rule, { input, world }) as OutputOf<"SearchUsers">;
    const users = found.Users?.map((user) => {
      const limit = user.PhoneConfig?.AfterContactWorkTimeLimit;
      return limit === undefined
        ? user
        : { ...user, PhoneConfig: { ...user.PhoneConfig, AfterContactWorkTimeLimit: limit * 1000 } };
    });
    return { ...found, Users: users };
  },
} satisfies Handlers;
