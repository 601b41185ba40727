/** Paths that API Gateway has decoded: taken when there is one way to read them, refused when there are several. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import { matchDecodedRoute } from "../../../shared/request/route/decoded-route.ts";
import { matchRoute } from "../../../shared/request/route/encoded-route.ts";
import type { RoutedCall } from "../../../shared/request/types.ts";

const arn = "arn:aws:connect:us-west-2:123456789012:instance/i-1/agent/u-1";

function told(routed: RoutedCall | undefined) {
  return routed && { name: routed.row.name, form: routed.form, labels: Object.fromEntries(routed.labels) };
}

describe("a decoded path", () => {
  it("begins with a literal in every operation, which the index goes by", () => {
    expect(operations().filter(({ uri }) => !/^\/[a-z-]+(\/|$)/.test(uri))).toEqual([]);
  });

  it.each(operations().map(({ name, method, uri }) => ({ name, method, uri })))(
    "with plain identifiers is $name's, as the raw path is",
    ({ name, method, uri }) => {
      const path = uri.replace(/\{[^}]+\}/g, "00dtcddd1-123e");
      expect(told(matchDecodedRoute(method, path))).toMatchObject({ name });
      expect(told(matchDecodedRoute(method, path))).toEqual(told(matchRoute(method, path)));
    },
  );

  it("with an ARN in any label is that operation's or refused, never another's", () => {
    let refused = 0;
    for (const { name, method, uri } of operations()) {
      for (const [label] of uri.matchAll(/\{[^}]+\}/g)) {
        const path = uri.replace(label, arn).replace(/\{[^}]+\}/g, "11dt");
        try {
          expect(told(matchDecodedRoute(method, path))).toMatchObject({ name });
        } catch (error) {
          expect(error).toMatchObject({ code: "invalidInput" });
          expect(String(error)).toContain("`POST /operations/{Operation}`");
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it("names the operations that it fits", () => {
    const path = `/contacts/i-1/${arn}/associate-user`;
    expect(() => matchDecodedRoute("POST", path)).toThrow(/`AssociateContactWithUser`.*`UpdateContact`/);
  });

  it("keeps an ARN whole where nothing else can be meant", () => {
    expect(told(matchDecodedRoute("GET", `/users/i-1/${arn}`))?.labels).toEqual({
      InstanceId: "i-1",
      UserId: arn,
    });
  });

  it("gives a text of the caller's choice its slashes, and an identifier none", () => {
    const name = told(matchDecodedRoute("GET", "/predefined-attributes/i-1/a/b"));
    expect(name?.labels).toEqual({ InstanceId: "i-1", Name: "a/b" });
    expect(matchDecodedRoute("GET", "/users/i-1/u-1/x")).toBeUndefined();
  });

  it("is not decoded again", () => {
    expect(told(matchDecodedRoute("GET", "/users/i-1/%61"))?.labels["UserId"]).toBe("%61");
  });

  it.each([
    ["nothing", ""],
    ["a slash", "/"],
    ["no leading slash", "users/i/u"],
    ["an empty label", "/users/i/"],
    ["an unknown word", "/nobody/i/u"],
    ["a word of another object's prototype", "/constructor"],
  ])("is nobody's: %s", (_name, path) => {
    expect(matchDecodedRoute("GET", path)).toBeUndefined();
  });

  it("is refused with more segments than any call has, and does not take long about it", () => {
    expect(() => matchDecodedRoute("GET", `/tags/${"arn:/".repeat(500)}x`)).toThrow(/more than one way/);
  });

  it("counts custom routes among the readings", () => {
    const input = { InstanceId: "i", Name: "{name}" };
    const one = { method: "GET", path: "/labels/{name}", operation: "DescribePredefinedAttribute", input };
    const other = { ...one, path: "/labels/{name}/{x}", operation: "DescribeQueue" };
    const found = matchDecodedRoute("GET", "/labels/a/b", [one]);
    expect(Object.fromEntries(found?.custom?.labels ?? [])).toEqual({ name: "a/b" });
    expect(() => matchDecodedRoute("GET", "/labels/a/b", [one, other])).toThrow(
      /`DescribePredefinedAttribute`, `DescribeQueue`/,
    );
  });

  it("of a custom route gives an identifier no slashes, wherever in the input it stands", () => {
    const of = (path: string, operation: string, input: object) => ({
      ...{ method: "GET", path, operation },
      input: { InstanceId: "i", ...input },
    });
    const routes = [
      of("/agents/{a}", "DescribeUser", { UserId: "{a}" }),
      of("/agents/{a}/proficiencies", "ListUserProficiencies", { UserId: "{a}" }),
      of("/load/{q}", "GetCurrentMetricData", { Filters: { Queues: ["{q}"] } }),
      of("/load/{q}/now", "GetCurrentUserData", { Filters: { Queues: ["{q}"] } }),
    ];
    const nameOf = (path: string) => matchDecodedRoute("GET", path, routes)?.row.name;
    expect(nameOf("/agents/u-1")).toBe("DescribeUser");
    expect(nameOf("/agents/u-1/proficiencies")).toBe("ListUserProficiencies");
    expect(nameOf("/load/q-1/now")).toBe("GetCurrentUserData");
    expect(nameOf("/agents/u-1/x")).toBeUndefined();
    expect(nameOf(`/agents/${arn}`)).toBe("DescribeUser");
  });

  it.each([
    ["in no way", "last", undefined],
    ["in very many ways", "{end}", /can be read in more than one way/],
  ])(
    "that a template of many labels fits %s is looked at in steps that its length bounds",
    (_, end, expected) => {
      const labels = Array.from({ length: 12 }, (_each, index) => `l${index}`);
      const template = `/many/${labels.map((label) => `{${label}}`).join("/")}/${end}`;
      const Attributes = Object.fromEntries([...labels, "end"].map((label) => [label, `{${label}}`]));
      const route = {
        method: "POST",
        path: template,
        operation: "UpdateContactAttributes",
        input: { Attributes },
      };
      const join = vi.spyOn(Array.prototype, "join");
      const read = () => matchDecodedRoute("POST", `/many${"/s".repeat(31)}`, [route]);
      if (expected) expect(read).toThrow(expected);
      else expect(read()).toBeUndefined();
      const steps = join.mock.calls.length;
      join.mockRestore();
      // Each label at each place, with as many segments as are left; there are 30 million ways.
      expect(steps).toBeLessThan(12 * 31 * 31);
    },
  );

  it("of an identifier without slashes reads as the raw path does, however it was encoded", () => {
    const rows = operations().filter(({ uri }) => uri.includes("{"));
    const identifier = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
    const call = fc.record({
      row: fc.constantFrom(...rows),
      ids: fc.array(identifier, { minLength: 8, maxLength: 8 }),
    });
    const property = fc.property(call, fc.boolean(), ({ row, ids }, isEncoded) => {
      let next = 0;
      const plain = row.uri.replace(/\{[^}]+\}/g, () => ids[next++] ?? "x");
      next = 0;
      const hex = (text: string) => `%${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
      const raw = row.uri.replace(/\{[^}]+\}/g, () =>
        isEncoded ? hex(ids[next++] ?? "x") : (ids[next++] ?? "x"),
      );
      expect(told(matchDecodedRoute(row.method, plain))).toEqual(told(matchRoute(row.method, raw)));
    });
    fc.assert(property, { seed: 20260101, numRuns: 400 });
  });
});
