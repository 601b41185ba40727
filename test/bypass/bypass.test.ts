/**
 * Another spelling of a denied resource gets nowhere: for each identifier of each operation, in path, query, header and
 * body, a Deny on the resource that it names holds against every form that some parser on the way might take for the
 * same one. What counts is what Connect received.
 */
import { afterAll, describe, expect, it } from "vitest";
import { given } from "../functions/lambda-fixture.ts";
import { type ReceivedRequest, recordConnect } from "../functions/recording-connect.ts";
import { proxyEventOf, restRequest, type WireRequest } from "../functions/wire-request.ts";
import {
  type Attempt,
  allowAll,
  attemptsOf,
  bundleOf,
  caller,
  countIdentifiers,
  type IdentifierPlace,
  identifierPlaces,
  instanceAttempts,
  instancePlace,
  served,
  textOf,
  verdictOf,
} from "./attempts.ts";

const connect = recordConnect();
afterAll(() => connect.restore());

type Send = (request: WireRequest) => Promise<{ status: number; received: readonly ReceivedRequest[] }>;

/** Sends requests through the proxy and tells what Connect received of each. */
function proxyWith(statements: readonly object[]): Send {
  const { proxy } = given(bundleOf(statements));
  return async (request) => {
    connect.received.length = 0;
    const { statusCode } = await proxy(proxyEventOf(request, caller));
    return { status: statusCode, received: [...connect.received] };
  };
}

const sendAllowed = proxyWith([allowAll]);

/**
 * Sends each attempt with everything allowed and, if it gets through, with its resource denied. What is refused although
 * everything is allowed needs no Deny: one can only take away.
 */
async function hold(place: IdentifierPlace, attempts: readonly Attempt[]): Promise<void> {
  const { received } = await sendAllowed(restRequest(place.row, JSON.parse(place.text)));
  const [first] = received;
  if (!first) throw new Error(`${place.row.name} does not get through`);
  const baseline = textOf(first);
  const sendDenied = proxyWith([allowAll, { Effect: "Deny", Action: "*", Resource: place.resources }]);
  for (const attempt of attempts) {
    const { name, verdict } = attempt;
    const allowed = verdictOf(attempt, place, { ...(await sendAllowed(attempt.request)), baseline });
    const expected = verdict === "elsewhere" && allowed === "refused" ? "refused" : notElsewhere(verdict);
    expect([place.member, name, allowed]).toEqual([place.member, name, expected]);
    if (allowed === "refused") continue;
    const denied = verdictOf(attempt, place, { ...(await sendDenied(attempt.request)), baseline });
    expect([place.member, name, denied]).toEqual([
      place.member,
      name,
      allowed === "other" ? "other" : "refused",
    ]);
  }
}

function notElsewhere(verdict: Attempt["verdict"]): string {
  return verdict === "elsewhere" ? "other" : verdict;
}

let count = 0;

describe("an identifier reaches Connect in its canonical form only, and not at all when its resource is denied", () => {
  it.each(served)(
    "in $name",
    async ({ row, operation }) => {
      const places = identifierPlaces(operation, row);
      expect(places).toHaveLength(countIdentifiers(operation, row));
      for (const place of places) {
        expect(place.resources).not.toEqual([]);
        const attempts = attemptsOf(place);
        await hold(place, attempts);
        count += attempts.length;
      }
      const instance = instancePlace(operation, row);
      if (!instance) return;
      const attempts = instanceAttempts(instance);
      await hold(instance, attempts);
      count += attempts.length;
    },
    60_000,
  );

  it("in tens of thousands of attempts", () => {
    expect(count).toBeGreaterThan(60_000);
  });
});
