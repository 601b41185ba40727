/**
 * The claim that makes the authorizer worth having: what it says from method, path and token alone, the proxy says with
 * the whole request in hand.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { OpenedBundle } from "../shared/bundle/bundle.ts";
import { parseInstanceArn } from "../shared/bundle/rules/instance-arn.ts";
import { findOperation } from "../shared/catalog/catalog.ts";
import type { OperationRow } from "../shared/catalog/types.ts";
import {
  type CallDecision,
  type Caller,
  decideCall,
  decideRoute,
  type KnownFacts,
  type RouteView,
} from "../shared/decide/authorize.ts";
import { CodedError } from "../shared/errors.ts";
import type { PolicyLayers } from "../shared/policy/evaluate/layers.ts";
import { createCanonicalCall } from "../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../shared/request/decode/decode.ts";
import { findOperationSchema } from "../shared/request/decode/schemas.ts";
import { matchRoute } from "../shared/request/route/encoded-route.ts";
import { routeCall } from "../shared/request/route/route.ts";
import type { ConnectInstance, CustomRoute, HttpCall } from "../shared/request/types.ts";
import { readSdkOperations } from "../tools/catalog/sdk-operations.ts";
import { configuration } from "./bundle/bundle-fixture.ts";
import { instanceArn, withEveryFilter } from "./catalog/synthetic-input.ts";
import { makeWireInput, type WireInput } from "./catalog/wire-input.ts";
import { httpCallOf, rpcRequest } from "./functions/wire-request.ts";
import { principalOf } from "./identity/principals.ts";
import { Chooser } from "./policy/random-policies.ts";
import {
  momentOf,
  type RouteForm,
  randomLayers,
  requestFor,
  surroundingsOf,
  varyInput,
  vocabularyOf,
} from "./random-calls.ts";
import { casesOf } from "./random-cases.ts";

const instances: readonly ConnectInstance[] = [
  instanceArn,
  "arn:aws:connect:us-west-2:123456789012:instance/0a0b0c0d-1234-4000-8000-11111bfbfcc2",
  // The replica of the first.
  instanceArn.replace("us-east-1", "us-west-2"),
].map((arn) => {
  const instance = parseInstanceArn(arn);
  if (!instance) throw new Error(arn);
  return instance;
});

const clock = vi.spyOn(Date, "now");
afterAll(() => clock.mockRestore());

const who = principalOf({
  groups: ["g"],
  tags: { team: "1" },
  claims: { scope: ["read", "write"], iat: "1780000000" },
});

interface Setting {
  readonly layers: PolicyLayers;
  readonly routes: readonly CustomRoute[];
  readonly dependentActions: "required" | "ignored";
}

function callerOf({ layers, routes, dependentActions }: Setting, call: HttpCall): Caller {
  const config = { ...configuration, instances, routes, dependentActions };
  const consultedClaims = new Set(Object.keys(who.claims));
  const documentsFor = () => ({ attached: [], bounding: [] });
  const bundle: OpenedBundle = {
    version: "v",
    config,
    label: {},
    policyCount: 1,
    hasPolicy: () => false,
    layersFor: () => layers,
    documentsFor,
    consultedClaims,
  };
  return { bundle, principal: who, call };
}

/** What Connect would tell of any resource, by chance. */
class AnyFacts extends Map<string, ReadonlyMap<string, string>> {
  readonly #choose: Chooser;

  constructor(choose: Chooser) {
    super();
    this.#choose = choose;
  }

  override get(arn: string): ReadonlyMap<string, string> {
    const known = super.get(arn);
    if (known) return known;
    const value = this.#choose.of(["1", "2"]);
    const keys = [
      "aws:resourcetag/team",
      "connect:channel",
      "connect:userarn",
      "connect:contactassociationid",
      "connect:flowtype",
      "connect:hierarchygroupl1id",
      "connect:hierarchygroupl2id",
    ];
    const facts = new Map(keys.filter(() => this.#choose.chance(0.7)).map((key) => [key, value]));
    this.set(arn, facts);
    return facts;
  }
}

/** Decides, or gives the code of the refusal. */
function attempt(decide: () => CallDecision): string {
  try {
    return decide().decision;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

function decideWhole(caller: Caller, row: OperationRow, facts: KnownFacts): CallDecision {
  const routed = routeCall(caller.call, caller.bundle.config.routes);
  const schema = findOperationSchema(row.name);
  if (routed?.row !== row || !schema) throw new Error(`${caller.call.rawPath} is not ${row.name}`);
  return decideCall(
    caller,
    createCanonicalCall(routed, decodeInput(caller.call, routed, schema), instances),
    facts,
  );
}

/** What the proxy may answer when the authorizer has answered: the same, or that the request is malformed. */
const compatible: Readonly<Record<string, readonly string[]>> = {
  allowed: ["allowed", "invalidInput"],
  explicitDeny: ["explicitDeny", "invalidInput", "unknownInstance"],
  implicitDeny: ["implicitDeny", "explicitDeny", "invalidInput", "unknownInstance"],
  unknownInstance: ["unknownInstance", "invalidInput"],
};

const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  if (!row || row.refused !== undefined) return [];
  const whole: WireInput = withEveryFilter(row, makeWireInput(operation));
  return [{ row, whole }];
});

/** The questions of a whole call, with and without its optional members. */
function wordsFor(row: OperationRow, whole: WireInput) {
  const required = row.members.filter((member) => member.required).map(({ name }) => name);
  const inputs = [
    whole,
    Object.fromEntries(Object.entries(whole).filter(([name]) => required.includes(name))),
  ];
  const layers: PolicyLayers = randomLayers(new Chooser(1), row, vocabularyOf([]));
  const asks = inputs.flatMap((input) => {
    const routed = matchRoute("POST", `/operations/${row.name}`);
    const schema = findOperationSchema(row.name);
    if (!routed || !schema) throw new Error(row.name);
    const call = httpCallOf(rpcRequest(row, input));
    const caller = callerOf({ layers, routes: [], dependentActions: "required" }, call);
    try {
      const canonical = createCanonicalCall({ row }, decodeInput(call, routed, schema), instances);
      return decideCall(caller, canonical).asks.map(({ ask }) => ask);
    } catch (error) {
      if (error instanceof CodedError && error.code === "invalidInput") return [];
      throw error;
    }
  });
  return vocabularyOf(asks);
}

describe("the authorizer's allow or deny is what the proxy decides with the whole request in hand", () => {
  it.each<[RouteForm, RouteView, number]>([
    ["rest", "cacheKey", 20],
    ["rpc", "cacheKey", 8],
    ["custom", "cacheKey", 20],
    // Where API Gateway keeps no answers, query and address are the proxy's too; body, moment and facts are not.
    ["rest", "wholeUrl", 15],
  ])(
    "for every operation by its %s route, whatever body, query, address, moment and facts are (%s)",
    (form, view, numRuns) => {
      const seen = new Map<string, number>();
      const count = (name: string) => seen.set(name, (seen.get(name) ?? 0) + 1);
      for (const { row, whole } of served) {
        const words = wordsFor(row, whole);
        const property = fc.property(fc.integer(), (seed) => {
          const choose = new Chooser(seed);
          const input = varyInput(choose, row, whole);
          const { request: plain, routes } = requestFor(choose, form, { row, input });
          const region = choose.of(["", "", "", "/regions/us-west-2", "/regions/us-east-1"]);
          const request = { ...plain, path: `${region}${plain.path}` };
          const layers = randomLayers(choose, row, words);
          const setting: Setting = {
            layers,
            routes,
            dependentActions: choose.of(["required", "required", "ignored"]),
          };
          const wholeCall = surroundingsOf(choose, request, false);
          const { body: _unseen, ...seenCall } = wholeCall;
          const early = callerOf(
            setting,
            view === "wholeUrl" ? seenCall : surroundingsOf(choose, request, true),
          );
          const routed = routeCall(early.call, routes);
          if (routed?.row !== row) throw new Error(`${request.path} is not ${row.name}`);
          clock.mockReturnValue(momentOf(choose));
          const first = attempt(() => decideRoute(early, routed, view));
          clock.mockReturnValue(momentOf(choose));
          const late = callerOf(setting, wholeCall);
          const second = attempt(() => decideWhole(late, row, new AnyFacts(choose)));
          count(`early ${first}`);
          count(`late ${second}`);
          const allowed = compatible[first];
          if (allowed)
            expect({ operation: row.name, first, second }).toEqual({
              operation: row.name,
              first,
              second: expect.toBeOneOf([...allowed]),
            });
        });
        fc.assert(property, { seed: 11, numRuns: casesOf(numRuns) });
      }
      // Each outcome must have been reached often, or the property says little.
      for (const outcome of ["allowed", "explicitDeny", "implicitDeny", "unknown"])
        expect([outcome, (seen.get(`early ${outcome}`) ?? 0) > (form === "rpc" ? 0 : casesOf(400))]).toEqual([
          outcome,
          true,
        ]);
      for (const outcome of ["allowed", "explicitDeny", "implicitDeny"])
        expect([outcome, (seen.get(`late ${outcome}`) ?? 0) > casesOf(100)]).toEqual([outcome, true]);
    },
    120_000,
  );
});
