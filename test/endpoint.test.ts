/**
 * Which hosts are this machine, and what may be used without TLS because of it.
 */
import { expect, it } from "vitest";
import { normalizeOrigin } from "../shared/bundle/rules/cors.ts";
import { isIssuerUrl, isKeySetUrl } from "../shared/bundle/rules/issuers.ts";
import { isConfidential, isLoopback } from "../shared/endpoint.ts";

it.each([
  ["localhost", true],
  ["LOCALHOST", true],
  ["127.0.0.1", true],
  ["127.8.9.10", true],
  ["[::1]", true],
  ["::1", true],
  ["localhost.example.com", false],
  ["127.0.0.1.example.com", false],
  ["127.0.0", false],
  ["128.0.0.1", false],
  ["0.0.0.0", false],
  ["[::]", false],
  ["", false],
])("the host %j is this machine: %j", (host, isHere) => {
  expect(isLoopback(host)).toBe(isHere);
});

it.each([
  ["https://example.com", true],
  ["http://localhost:3000", true],
  ["http://127.8.9.10", true],
  ["http://example.com", false],
  ["http://localhost.example.com", false],
  ["ftp://localhost", false],
  ["ws://127.0.0.1", false],
])(
  "one rule says whether %s is taken as an endpoint, an issuer, a key set, an origin: %j",
  (url, isTaken) => {
    expect(isConfidential(new URL(url))).toBe(isTaken);
    expect([isIssuerUrl(url), isKeySetUrl(url), normalizeOrigin(url) !== undefined]).toEqual(
      Array(3).fill(isTaken),
    );
  },
);
