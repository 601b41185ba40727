/**
 * A REST API's answers to preflights: those of the proxy, from a function that can call nothing.
 */
import { describe, expect, it } from "vitest";
import { createPreflightHandler } from "../../functions/preflight/handler.ts";
import type { CorsConfiguration } from "../../shared/request/answer/cors.ts";
import { given, instanceId, proxyEvent, tokenOf } from "./lambda-fixture.ts";

const origin = "https://console.example.com";
const cors: CorsConfiguration = {
  allowOrigins: [origin],
  allowMethods: ["GET", "PUT"],
  allowHeaders: ["authorization"],
  exposeHeaders: ["x-amzn-requestid"],
  maxAgeSeconds: 300,
  allowCredentials: false,
};
const asked = { origin, "access-control-request-method": "PUT" };

/** An OPTIONS request as a REST API hands it over where no authorizer was asked. */
function optionsEvent(headers: Readonly<Record<string, string>>) {
  const event = proxyEvent("OPTIONS", `/users/${instanceId}`, {});
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  );
  const requestContext = { ...event.requestContext, authorizer: null };
  return { ...event, headers: { ...headers }, multiValueHeaders, requestContext };
}

const events: [string, Readonly<Record<string, string>>][] = [
  ["a preflight", asked],
  ["a preflight of another origin", { ...asked, origin: "https://evil.example" }],
  ["a preflight without origin", { "access-control-request-method": "PUT" }],
  ["no preflight", { origin }],
  ["no preflight, with a token", { origin, authorization: `Bearer ${tokenOf()}` }],
];

describe.each<[string, Partial<{ cors: CorsConfiguration }>]>([
  ["cors", { cors }],
  ["no cors", {}],
])("with %s", (_name, config) => {
  const { bundle, proxy } = given([], { config });
  const preflight = createPreflightHandler({}, { packagedBundle: bundle });

  it.each(events)("answers %s as the proxy does", async (_title, headers) => {
    const event = optionsEvent(headers);
    expect(await preflight(event)).toEqual(await proxy(event));
  });
});

it("tells an allowed origin what its pages may do", async () => {
  const preflight = createPreflightHandler({}, { packagedBundle: given([], { config: { cors } }).bundle });
  expect(await preflight(optionsEvent(asked))).toEqual({
    statusCode: 204,
    body: "",
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "authorization",
      "access-control-max-age": "300",
      vary: "Origin",
    },
  });
});

it.each([
  ["without a bundle", undefined],
  ["with a bundle that is none", { schemaVersion: 1 }],
])("allows no page anything %s", async (_name, packagedBundle) => {
  const preflight = createPreflightHandler({}, { packagedBundle });
  const { statusCode, headers } = await preflight(optionsEvent(asked));
  expect(statusCode).toBe(401);
  expect(Object.keys(headers ?? {}).filter((name) => name.startsWith("access-control-"))).toEqual([]);
});
