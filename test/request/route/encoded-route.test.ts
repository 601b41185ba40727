import { describe, expect, it } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import { InputError } from "../../../shared/errors.ts";
import { matchRoute } from "../../../shared/request/route/encoded-route.ts";

const label = "arn:aws:connect:us-east-1:123456789012:instance/i/agent/ü?#%";

describe("matchRoute", () => {
  it("finds every operation of the catalogue by its own route, with its labels decoded once", () => {
    for (const { name, method, uri } of operations()) {
      const routed = matchRoute(method, uri.replace(/\{\w+\}/g, encodeURIComponent(label)));
      expect(routed?.row.name).toBe(name);
      expect([...(routed?.labels.values() ?? [])]).toEqual([...uri.matchAll(/\{/g)].map(() => label));
    }
  });

  it.each([
    ["GET", "/"],
    ["GET", ""],
    ["GET", "users/i/u"],
    ["GET", "/users/i/u/"],
    ["GET", "/users/i/"],
    ["GET", "/USERS/i/u"],
    ["GET", "/%75sers/i/u"],
    ["PATCH", "/users/i/u"],
    ["get", "/users/i/u"],
    ["HEAD", "/users/i/u"],
    ["GET", "/users/i/u/x/y/z"],
    ["GET", "///users/i/u"],
    ["GET", "/operations/DescribeUser"],
    ["POST", "/operations/describeUser"],
    ["POST", "/operations/DescribeUser/"],
    ["POST", "/operations/constructor"],
    ["POST", "/operations/"],
  ])("finds nothing for %s %s", (method, path) => {
    expect(matchRoute(method, path)).toBeUndefined();
  });

  it("reads a doubled slash in front as one, as SDKs send it for an endpoint that ends in a slash", () => {
    expect(matchRoute("GET", "//users/i/u")?.row.name).toBe("DescribeUser");
  });

  it("refuses labels that are not percent-encoded UTF-8", () => {
    for (const path of ["/users/i/%", "/users/i/%zz", "/users/i/%ff"])
      expect(() => matchRoute("GET", path)).toThrow(InputError);
  });
});
