/**
 * A sample of the attempts over real HTTP: through the gateway, its raw paths and queries, and both functions.
 */
import { request as httpRequest } from "node:http";
import { afterAll, describe, expect, it } from "vitest";
import { type Gateway, startGateway } from "../../tools/local/gateway/gateway.ts";
import { given, type Statement, tokenOf } from "../functions/lambda-fixture.ts";
import { recordConnect } from "../functions/recording-connect.ts";
import { restRequest, type WireRequest } from "../functions/wire-request.ts";
import {
  allowAll,
  attemptsOf,
  type IdentifierPlace,
  identifierPlaces,
  instanceAttempts,
  instancePlace,
  instances,
  served,
  textOf,
  verdictOf,
} from "./attempts.ts";

const connect = recordConnect();
const gateways: Gateway[] = [];
afterAll(async () => {
  connect.restore();
  await Promise.all(gateways.map((gateway) => gateway.close()));
});

async function gatewayWith(statements: readonly Statement[]): Promise<Gateway> {
  const { authorize, proxy } = given(statements, { config: { instances } });
  const gateway = await startGateway({ port: 0, authorizer: authorize, proxy, tokenHeader: "authorization" });
  gateways.push(gateway);
  return gateway;
}

/** Sends a request whose path nobody normalizes. */
async function send(url: string, { method, path, query, headers, body }: WireRequest) {
  connect.received.length = 0;
  const { hostname, port } = new URL(url);
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const target = pairs.length > 0 ? `${path}?${pairs.join("&")}` : path;
  const all = {
    authorization: `Bearer ${tokenOf()}`,
    "content-type": "application/json",
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
  };
  const status = await new Promise<number>((done, fail) => {
    const outgoing = httpRequest({ hostname, port, method, path: target, headers: all }, (response) => {
      response.resume().on("end", () => done(response.statusCode ?? 0));
    });
    outgoing.on("error", fail).end(body);
  });
  return { status, received: [...connect.received] };
}

/** One operation for each place that an identifier travels in, ARNs among them. */
const sample = ["DescribeUser", "ListContactEvaluations", "StopContact", "TagResource", "DeleteViewVersion"];

function placeOf(name: string): readonly IdentifierPlace[] {
  const found = served.find((each) => each.name === name);
  if (!found) throw new Error(name);
  const instance = instancePlace(found.operation, found.row);
  return [...identifierPlaces(found.operation, found.row), ...(instance ? [instance] : [])];
}

describe("over HTTP, an identifier reaches Connect in its canonical form only, and not when it is denied", () => {
  it.each(sample)(
    "in %s",
    async (name) => {
      const allowing = await gatewayWith([allowAll]);
      for (const place of placeOf(name)) {
        const denying = await gatewayWith([
          allowAll,
          { Effect: "Deny", Action: "*", Resource: place.resources },
        ]);
        const { received } = await send(allowing.url, restRequest(place.row, JSON.parse(place.text)));
        const [first] = received;
        if (!first) throw new Error(`${name} does not get through`);
        const baseline = textOf(first);
        const attempts = place.member === "InstanceId" ? instanceAttempts(place) : attemptsOf(place);
        for (const attempt of attempts) {
          const wanted = attempt.verdict === "elsewhere" ? ["other", "refused"] : [attempt.verdict];
          const allowed = verdictOf(attempt, place, {
            ...(await send(allowing.url, attempt.request)),
            baseline,
          });
          expect([attempt.name, wanted]).toEqual([attempt.name, expect.arrayContaining([allowed])]);
          const denied = verdictOf(attempt, place, {
            ...(await send(denying.url, attempt.request)),
            baseline,
          });
          expect([attempt.name, denied]).toEqual([attempt.name, allowed === "other" ? "other" : "refused"]);
        }
      }
    },
    60_000,
  );
});
