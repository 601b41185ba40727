/**
 * The claim that every word of `what-can` rests on: what is said of a condition key before there is a call is so in
 * each call.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBundle } from "../../shared/bundle/bundle.ts";
import { decideCall } from "../../shared/decide/authorize.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { type OpenCaller, openContexts, unknownCaller } from "../../shared/reach/open-context.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { lintFacts } from "../../tools/authoring/lint/facts/action-facts.ts";
import { principalOf } from "../identity/principals.ts";
import { casesOf } from "../random-cases.ts";
import {
  Chooser,
  callers,
  documentOf,
  httpCall,
  instances,
  makeBundle,
  randomCall,
  served,
} from "./random-calls.ts";

/** IAM's global keys (IAM User Guide, "AWS global condition context keys"), our own, and one that nobody knows. */
const globalKeys = [
  ...["FederatedProvider", "MultiFactorAuthAge", "MultiFactorAuthPresent", "ChatbotSourceArn", "SourceOwner"],
  ...[
    "Ec2InstanceSourceVpc",
    "Ec2InstanceSourcePrivateIPv4",
    "SourceIdentity",
    "TokenIssueTime",
    "PrincipalArn",
  ],
  ...["PrincipalAccount", "PrincipalOrgPaths", "PrincipalOrgID", "PrincipalIsAWSService", "PrincipalType"],
  ...[
    "PrincipalServiceName",
    "PrincipalServiceNamesList",
    "PrincipalTag/team",
    "PrincipalTag/none",
    "userid",
  ],
  ...[
    "username",
    "SourceIp",
    "SourceVpc",
    "SourceVpcArn",
    "SourceVpce",
    "VpceAccount",
    "VpceOrgID",
    "VpcSourceIp",
  ],
  ...[
    "VpceOrgPaths",
    "ResourceAccount",
    "ResourceOrgID",
    "ResourceOrgPaths",
    "ResourceTag/team",
    "ResourceTag/none",
  ],
  ...[
    "CalledVia",
    "CalledViaFirst",
    "CalledViaLast",
    "CurrentTime",
    "EpochTime",
    "referer",
    "RequestedRegion",
  ],
  ...["RequestTag/key", "RequestTag/team", "SecureTransport", "SourceAccount", "SourceArn", "SourceOrgID"],
  ...[
    "SourceOrgPaths",
    "TagKeys",
    "UserAgent",
    "ViaAWSService",
    "SignInSessionArn",
    "AssumedRoot",
    "nothing",
  ],
].map((name) => `aws:${name}`);
const keys = [
  ...globalKeys,
  ...["jwt:dept", "jwt:roles", "jwt:level", "jwt:none", "jwt:sub", "jwt:iat"],
  ...lintFacts().keys.map((key) => key.replace(/\$\{[^}]+\}/, "key")),
].map((key) => key.toLowerCase());

const bundle = openBundle(
  makeBundle(
    [documentOf("p", [{ Effect: "Allow", Action: "*", Resource: "*" }])],
    ["g0", "g1", "g2"].map((group) => ({ match: { groups: [group] }, policies: ["p"] })),
  ),
);

function callsOf(chooser: Chooser): HttpCall {
  const { sourceIp = "", ...bare } = httpCall;
  return {
    ...bare,
    ...(chooser.chance(0.7) ? { sourceIp } : {}),
    headers: new Map(chooser.chance(0.5) ? [["user-agent", ["Mozilla"]]] : []),
  };
}

describe("the context of a call that is not made yet", () => {
  it("knows of no key anything that is otherwise in some call", { timeout: 60_000 }, () => {
    const met = { known: 0, open: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...served), (seed, operation) => {
        const chooser = new Chooser(seed);
        const call = randomCall(chooser, operation);
        if (!call) return;
        const principal = chooser.of(callers);
        const { asks } = decideCall({ bundle, principal, call: callsOf(chooser) }, call);
        const instance = instances.find(({ arn }) => arn === call.instance.arn) ?? call.instance;
        const byName = principalOf({ ...principal, name: principal.id, tags: {}, claims: {} });
        const opens: readonly OpenCaller[] = [
          unknownCaller,
          { principal, isUnknown: () => false },
          { principal: byName, isUnknown: (key) => key !== "aws:userid" },
        ];
        const wrong: unknown[] = [];
        for (const { ask, context } of asks) {
          const form = { type: ask.type, isNamed: !ask.resource?.endsWith("*"), regions: [] };
          for (const [index, open] of opens.entries()) {
            const made = openContexts(open, { row: operation.row, instance })(ask.action, form);
            for (const key of keys) {
              const said = made.get(key);
              met[said === UNKNOWN ? "open" : "known"] += 1;
              if (said === UNKNOWN) continue;
              const is = context.get(key);
              if (JSON.stringify(said) !== JSON.stringify(is) || is === UNKNOWN)
                wrong.push({ index, key, said, is: is === UNKNOWN ? "not known" : is, action: ask.action });
            }
          }
        }
        expect(wrong).toEqual([]);
      }),
      { seed: 20260101, numRuns: casesOf(200) },
    );
    expect(Math.min(...Object.values(met))).toBeGreaterThan(casesOf(1_000));
  });
});
