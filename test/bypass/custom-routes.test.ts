/**
 * The same attempts by custom routes: an identifier that a route takes from its label, its query or its body.
 */
import { afterAll, describe, expect, it } from "vitest";
import type { CustomRoute } from "../../shared/request/types.ts";
import type { WireInput } from "../catalog/wire-input.ts";
import { given } from "../functions/lambda-fixture.ts";
import { recordConnect } from "../functions/recording-connect.ts";
import { proxyEventOf, restRequest, type WireRequest } from "../functions/wire-request.ts";
import {
  type Attempt,
  allowAll,
  attempt,
  bundleOf,
  caller,
  type IdentifierPlace,
  identifierPlaces,
  served,
  textOf,
  verdictOf,
} from "./attempts.ts";
import { rawSegments, spellings } from "./spellings.ts";

const connect = recordConnect();
afterAll(() => connect.restore());

function routesFor({ row, member, text }: IdentifierPlace): readonly CustomRoute[] {
  const whole: WireInput = JSON.parse(text);
  const routeOf = (path: string, template: string): CustomRoute => ({
    method: "POST",
    path,
    operation: row.name,
    input: { ...whole, [member]: template },
  });
  return [
    routeOf("/by-label/{own}", "{own}"),
    routeOf("/by-query", "{query.own}"),
    routeOf("/by-body", "{body.own}"),
  ];
}

function requestTo(path: string, facts: Partial<WireRequest> = {}): WireRequest {
  return { method: "POST", path, query: {}, headers: {}, body: "", ...facts };
}

function attemptsBy(place: IdentifierPlace): Attempt[] {
  const { id } = place;
  const forms: readonly (readonly [string, (text: string) => WireRequest])[] = [
    ["label", (text) => requestTo(`/by-label/${encodeURIComponent(text)}`)],
    ["query", (text) => requestTo("/by-query", { query: { own: [text] } })],
    ["body", (text) => requestTo("/by-body", { body: JSON.stringify({ own: text }) })],
  ];
  const valued = forms.flatMap(([form, requestFor]) =>
    spellings.map(({ name, verdict, spell }) =>
      attempt(place, { name: `${form}: ${name}`, verdict, to: spell(id) }, requestFor(spell(id))),
    ),
  );
  const raw = rawSegments.map(({ name, verdict, spell }) =>
    attempt(place, { name: `raw: ${name}`, verdict, to: spell(id) }, requestTo(`/by-label/${spell(id)}`)),
  );
  return [...valued, ...raw];
}

/** Every eighth operation that has a bare identifier of its own, with the first of those. */
const sample = served
  .flatMap(({ name, row, operation }) => {
    const place = identifierPlaces(operation, row).find(
      ({ text, member, id }) => JSON.parse(text)[member] === id,
    );
    return place ? [{ name, place }] : [];
  })
  .filter((_, index) => index % 8 === 0);

describe("by a custom route, an identifier reaches Connect in its canonical form only, and not when it is denied", () => {
  it.each(sample)(
    "in $name",
    async ({ place }) => {
      const deny = { Effect: "Deny", Action: "*", Resource: place.resources };
      const [allowing, denying] = [[allowAll], [allowAll, deny]].map((statements) => {
        const { proxy } = given(bundleOf(statements, routesFor(place)));
        return async (request: WireRequest) => {
          connect.received.length = 0;
          const { statusCode } = await proxy(proxyEventOf(request, caller));
          return { status: statusCode, received: [...connect.received] };
        };
      });
      if (!allowing || !denying) throw new Error("no proxy");
      const [first] = (await allowing(restRequest(place.row, JSON.parse(place.text)))).received;
      if (!first) throw new Error(`${place.row.name} does not get through`);
      const baseline = textOf(first);
      for (const each of attemptsBy(place)) {
        const allowed = verdictOf(each, place, { ...(await allowing(each.request)), baseline });
        expect([each.name, allowed]).toEqual([each.name, each.verdict]);
        const denied = verdictOf(each, place, { ...(await denying(each.request)), baseline });
        expect([each.name, denied]).toEqual([each.name, allowed === "other" ? "other" : "refused"]);
      }
    },
    30_000,
  );
});
