/**
 * The order of `instances` says where calls go: a difference of it that moves any call is told.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import { parseInstanceArn } from "../../../shared/bundle/rules/instance-arn.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import { CodedError } from "../../../shared/errors.ts";
import { createCanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import type { ConnectInstance, OperationInput } from "../../../shared/request/types.ts";
import { compareSettings } from "../../../tools/authoring/diff/compare-configuration.ts";
import { configuration, policy } from "../../bundle/bundle-fixture.ts";

const candidates: readonly ConnectInstance[] = [
  "us-east-1:111122223333:instance/a",
  "us-west-2:111122223333:instance/a",
  "us-east-1:111122223333:instance/b",
  "us-west-2:111122223333:instance/c",
  "us-east-1:444455556666:instance/d",
].map((rest) => {
  const instance = parseInstanceArn(`arn:aws:connect:${rest}`);
  if (!instance) throw new Error(rest);
  return instance;
});

const bundle = createBundle(configuration, [policy("p", "connect:DescribeUser")]);

function settingsOf(older: readonly ConnectInstance[], newer: readonly ConnectInstance[]) {
  const bundleWith = (instances: readonly ConnectInstance[]) => ({
    ...bundle,
    config: { ...configuration, instances },
  });
  return compareSettings(bundleWith(older), bundleWith(newer));
}

const numbers = ["us-east-1", "us-west-2", "eu-west-1"].flatMap((region) =>
  ["111122223333", "444455556666"].map((account) => `arn:aws:connect:${region}:${account}:phone-number/n`),
);
/** Calls of every kind: by nothing, by an id, by an ARN, by what two Regions share. */
const calls: readonly (readonly [operation: string, input: OperationInput])[] = [
  ["ListInstances", {}],
  ...["a", "b", "c", "d", candidates[1]?.arn ?? ""].map(
    (InstanceId) => ["ListUsers", { InstanceId }] as const,
  ),
  ...["n", ...numbers].map((PhoneNumberId) => ["DescribePhoneNumber", { PhoneNumberId }] as const),
  ...numbers.map((resourceArn) => ["ListTagsForResource", { resourceArn }] as const),
];

/** Where each call goes; nothing of one that is refused. */
function destinations(instances: readonly ConnectInstance[]): readonly (string | undefined)[] {
  return [undefined, "us-east-1", "us-west-2"].flatMap((region) =>
    calls.map(([operation, input]) => {
      const row = findOperation(operation);
      if (!row) throw new Error(operation);
      try {
        const routed = region === undefined ? { row } : { row, region };
        return createCanonicalCall(routed, input, instances).instance.arn;
      } catch (error) {
        if (error instanceof CodedError) return undefined;
        throw error;
      }
    }),
  );
}

describe("the order of the instances", () => {
  it("is a difference exactly where it moves a call", () => {
    const lists = fc.shuffledSubarray([...candidates], { minLength: 1 });
    let moved = 0;
    fc.assert(
      fc.property(lists, lists, (older, newer) => {
        const [before, after] = [destinations(older), destinations(newer)];
        const moves = before.some((was, at) => was !== after[at] && was && after[at]);
        if (moves) moved++;
        const told = settingsOf(older, newer).filter(({ message }) => message.startsWith("calls "));
        expect(told.length > 0).toBe(moves);
      }),
      { seed: 72, numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(100);
  });

  it("says where calls go when an instance and its replica change places", () => {
    const [home, replica] = candidates;
    if (!home || !replica) throw new Error("no candidates");
    expect(settingsOf([home, replica], [replica, home])).toEqual(
      expect.arrayContaining([
        {
          change: "changes",
          message: `calls that name no instance go to \`${replica.arn}\` instead of \`${home.arn}\``,
        },
        {
          change: "changes",
          message: `calls that name the instance \`a\` by its id alone go to \`${replica.arn}\` instead of \`${home.arn}\``,
        },
      ]),
    );
    expect(settingsOf([home, replica], [home, replica])).toEqual([]);
  });
});
