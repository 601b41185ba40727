/**
 * The cost of one call is bounded: by counts of what is done for it, never by a clock.
 */
import { describe, expect, it } from "vitest";
import { type Caller, decideCall } from "../shared/authorize.ts";
import { findOperation } from "../shared/catalog/catalog.ts";
import { createBundle, openBundle } from "../shared/config/bundle.ts";
import { parsePolicy } from "../shared/policy/parse.ts";
import { createCanonicalCall } from "../shared/request/canonical-call.ts";
import type { OperationInput } from "../shared/request/types.ts";
import { configuration, principal } from "./config/bundle-fixture.ts";
import { httpCallOf } from "./functions/wire-request.ts";

const instanceId = configuration.instances[0]?.id ?? "";

function callerWith(statements: readonly object[]): Caller {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return {
    bundle: openBundle(createBundle(configuration, [parsed.document])),
    principal: principal({ id: "id-1", name: "alice", groups: ["g"] }),
    call: httpCallOf({ method: "PUT", path: `/users/${instanceId}`, query: {}, headers: {}, body: "" }),
  };
}

/** A CreateUser with as many security profiles and tags as are accepted. */
function largestUser(tags: Readonly<Record<string, string>>): OperationInput {
  return {
    InstanceId: instanceId,
    Username: "u",
    PhoneConfig: { PhoneType: "SOFT_PHONE" },
    RoutingProfileId: "rp",
    SecurityProfileIds: Array.from({ length: 1_000 }, (_, index) => `sp-${index}`),
    Tags: tags,
  };
}

function decide(caller: Caller, operation: string, input: OperationInput) {
  const row = findOperation(operation);
  if (!row) throw new Error(operation);
  return decideCall(caller, createCanonicalCall(row, input, configuration.instances));
}

describe("the cost of one call is bounded", () => {
  it("reads the request's keys once a call, however many questions and statements ask for them", () => {
    let walks = 0;
    const tags = new Proxy(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`k${n}`, "v"])), {
      ownKeys: (target) => {
        walks++;
        return Reflect.ownKeys(target);
      },
    });
    const statements = Array.from({ length: 40 }, (_, n) => ({
      Effect: n === 0 ? "Allow" : "Deny",
      Action: "connect:*",
      Resource: "*",
      Condition:
        n === 0
          ? {}
          : {
              StringLike: { [`aws:RequestTag/k${n}`]: "other*" },
              "ForAnyValue:StringEquals": { "aws:TagKeys": [`no-${n}`] },
            },
    }));
    expect(decide(callerWith(statements), "CreateUser", largestUser(tags)).decision).toBe("allowed");
    // The tags by key, the keys of each of the two actions, whether there are any.
    expect(walks).toBeLessThan(8);
  });
});
