/**
 * `principals: authoritative` against the naive reference: IAM's whole rule over the policies of the bundle and of the
 * caller's item together, whatever the table answers.
 */
import { expect, it } from "vitest";
import type { AttachmentLook } from "../../shared/bundle/attachments.ts";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import type { Binding } from "../../shared/bundle/types.ts";
import type { CallDecision, Caller } from "../../shared/decide/authorize.ts";
import { decideWithAttachments } from "../../shared/decide/with-table.ts";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import { attachmentsAt } from "../../shared/principals/item.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { principalOf } from "../identity/principals.ts";
import { engineRequest, parseGood } from "../policy/engine.ts";
import { Chooser, randomPolicy, randomRequest } from "../policy/random-policies.ts";
import { casesOf } from "../random-cases.ts";
import type { Policy, Request } from "../reference/policy-json.ts";
import { decideByReference } from "../reference/reference.ts";

const end = 2_000_000_000;
const principal = principalOf({ groups: ["g"] });
const names = ["b1", "b2", "bound", "i1", "i2", "limit", "guard"] as const;
type Policies = Readonly<Record<(typeof names)[number], Policy>>;

/** What is named where. */
interface Setup {
  readonly policies: Policies;
  readonly bindings: readonly Binding[];
  readonly guardrails: readonly string[];
  readonly item: { readonly policies: readonly string[]; readonly boundaries: readonly string[] };
  readonly ends: ReadonlyMap<string, number>;
}

function randomSetup(choose: Chooser): Setup {
  const policies = Object.fromEntries(names.map((name) => [name, randomPolicy(choose)])) as Policies;
  const boundary = choose.chance(0.15) ? { boundary: "bound" } : {};
  const single = { match: { groups: ["g"] }, policies: choose.of([["b1"], ["b1", "b2"]]), ...boundary };
  const item = {
    policies: choose.of([[], ["i1"], ["i1", "i2"], ["b2", "i1"]]),
    boundaries: choose.chance(0.25) ? ["limit"] : [],
  };
  return {
    policies,
    bindings: choose.chance(0.9) ? [single] : [],
    guardrails: choose.chance(0.15) ? ["guard"] : [],
    item,
    ends: new Map(item.policies.filter(() => choose.chance(0.4)).map((name) => [name, end])),
  };
}

/** The reference's answer: an item adds its Allows until their end, and its Denies and boundaries for ever. */
function expectedOf(setup: Setup, request: Request, nowMs: number, hasItem: boolean) {
  const { policies, bindings, guardrails, ends } = setup;
  // A caller without any policy is refused before guardrails are read.
  if (bindings.length === 0 && !hasItem) return "implicitDeny";
  const { item } = hasItem ? setup : { item: { policies: [], boundaries: [] } };
  const named = (list: readonly string[]) => list.map((name) => policies[name as keyof Policies]);
  const counts = (name: string) => nowMs < (ends.get(name) ?? Number.POSITIVE_INFINITY) * 1000;
  const denies = (policy: Policy): Policy[] => {
    const all = [policy.Statement].flat() as Extract<Policy["Statement"], readonly unknown[]>;
    const Statement = all.filter(({ Effect }) => Effect === "Deny");
    return Statement.length === 0 ? [] : [{ ...policy, Statement }];
  };
  return decideByReference(
    {
      policies: named([...bindings.flatMap((each) => each.policies), ...item.policies.filter(counts)]),
      boundaries: named([...bindings.flatMap((each) => each.boundary ?? []), ...item.boundaries]),
      guardrails: [
        ...named(guardrails),
        ...named(item.policies.filter((name) => !counts(name))).flatMap(denies),
      ],
    },
    request,
  );
}

const looks = ["attached", "none", "refused", "unreadable"] as const;

it("decides as the reference does over all policies, and allows nothing where the item cannot be used", async () => {
  const choose = new Chooser(20_261_201);
  const seen = new Map<string, number>();
  for (let round = 0; round < casesOf(800); round += 1) {
    const setup = randomSetup(choose);
    const { policies, bindings, guardrails, ends, item } = setup;
    const documents = names.map((name) => parseGood(policies[name], name));
    const config = { ...configuration, bindings, guardrails, principals: "authoritative" } as const;
    const bundle = openBundle(createBundle(config, documents));
    for (let ask = 0; ask < 20; ask += 1) {
      const request = randomRequest(choose);
      const nowMs = end * 1000 - choose.count(0, 1);
      const kind = choose.of(looks);
      const decide = ({ attachments }: Caller) => {
        const layers = bundle.layersFor(principal, attachments);
        const decision = layers ? evaluateLayers(layers, engineRequest(request)).decision : "implicitDeny";
        return { decision: { decision } as CallDecision };
      };
      const attachments = attachmentsAt({ ...item, ends, version: 1 }, nowMs);
      const all = {
        attached: { kind: "attached", attachments },
        none: { kind: "none" },
        refused: { kind: "refused", reason: "for a test" },
        unreadable: { kind: "unreadable" },
      } as const satisfies Record<(typeof looks)[number], AttachmentLook>;
      const source = { find: async () => all[kind] };
      const caller = { bundle, principal, call: {} as Caller["call"], nowMs };
      const { decided } = await decideWithAttachments(caller, source, decide);
      const early = await decideWithAttachments(caller, source, decide, true);
      const { decision } = decided.decision;
      const expected = expectedOf(setup, request, nowMs, kind === "attached");
      const own = expectedOf(setup, request, nowMs, false);
      const unusable = own === "explicitDeny" ? own : "unknown";
      const wanted = kind === "attached" || kind === "none" ? expected : unusable;
      // What the authorizer says for certain, the proxy says too.
      const soon = early.decided.decision.decision;
      const agrees = soon === "unknown" || (soon === "allowed") === (decision === "allowed");
      if (decision !== wanted || !agrees)
        expect.fail(JSON.stringify({ kind, decision, wanted, soon, nowMs, request, setup }, undefined, 1));
      seen.set(`${kind} ${decision}`, (seen.get(`${kind} ${decision}`) ?? 0) + 1);
    }
  }
  for (const kind of ["attached allowed", "attached explicitDeny", "attached implicitDeny", "none allowed"])
    expect(seen.get(kind)).toBeGreaterThan(casesOf(100));
}, 60_000);
