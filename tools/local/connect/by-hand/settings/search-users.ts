/** `SearchUsers`, whose answer has another unit than `DescribeUser`. */

import { findRule, serveByRule } from "../../engine/serve.ts";
import type { Handlers } from "../../handler.ts";
import type { OutputOf } from "../../operation-types.ts";

export const searchUserHandlers = {
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
