/** What the authorizer answers: in both forms, for one route or for the caller, with and without a cache, always. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeAuthorizerEvent } from "../../tools/local/gateway/events/make-events.ts";
import type { ReceivedRequest } from "../../tools/local/gateway/events/received-request.ts";
import {
  allowAll,
  given,
  instanceArn,
  instanceId,
  noise,
  type Statement,
  tokenOf,
} from "./lambda-fixture.ts";

const user = `/users/${instanceId}/u-1`;
const bearer = `Bearer ${tokenOf()}`;
const simply = { AUTHORIZER_SIMPLE_RESPONSES: "true" };
const uncached = { AUTHORIZER_CACHE_SECONDS: "0" };

function request(method: string, path: string, facts: Partial<ReceivedRequest> = {}): ReceivedRequest {
  const [rawPath = "", rawQuery = ""] = path.split("?");
  const headers = [["Authorization", bearer] as const];
  return {
    requestId: "r",
    method,
    rawPath,
    rawQuery,
    headers,
    body: Buffer.from(""),
    sourceIp: "192.0.2.1",
    ...facts,
  };
}

/** The answer to payload 2.0 with the given identity sources, or all of them. */
function ask2(
  environment: object,
  method: string,
  path: string,
  sources = [bearer, method, path.split("?")[0] ?? ""],
) {
  const { authorize } = given([allowAll, { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" }], {
    environment: { ...environment },
  });
  return authorize(makeAuthorizerEvent("http2", request(method, path), sources));
}

describe("a simple response", () => {
  it("is a boolean with flat texts, and carries IAM's message when it denies", async () => {
    const allowed = await ask2(simply, "GET", user);
    expect(allowed).toEqual({
      isAuthorized: true,
      context: expect.objectContaining({ principal: expect.any(String) }),
    });
    const denied = await ask2(simply, "DELETE", user);
    expect(denied).toMatchObject({
      isAuthorized: false,
      context: { message: expect.stringMatching(/connect:DeleteUser on resource: .* with an explicit deny/) },
    });
    for (const { context } of [allowed, denied])
      expect(Object.values(context ?? {}).every((value) => typeof value === "string")).toBe(true);
  });

  it("is given only where it is configured, and to payload 2.0 alone", async () => {
    expect(await ask2({}, "GET", user)).toHaveProperty("policyDocument");
    const { authorize } = given([allowAll], { environment: simply });
    for (const shape of ["rest", "http1", "token"] as const)
      expect(await authorize(makeAuthorizerEvent(shape, request("GET", user), [bearer]))).toHaveProperty(
        "policyDocument",
      );
  });

  it("says nothing of the route when API Gateway would give it for every route", async () => {
    for (const sources of [[bearer], [bearer, "DELETE"], [bearer, user]]) {
      expect(await ask2(simply, "DELETE", user, sources)).toMatchObject({ isAuthorized: true });
    }
    expect(await ask2({ ...simply, ...uncached }, "DELETE", user, [bearer])).toMatchObject({
      isAuthorized: false,
    });
  });
});

describe("a document", () => {
  const resourceOf = async (shape: "rest" | "token" | "http1", path: string, environment = {}) => {
    const { authorize } = given([allowAll], { environment });
    const sources = [bearer, "GET", decodeURIComponent(path)];
    const event = makeAuthorizerEvent(shape, request("GET", path), sources);
    const result = await authorize(event);
    if (!("policyDocument" in result)) throw new Error("no document");
    expect(result.policyDocument.Statement).toHaveLength(1);
    const [statement] = result.policyDocument.Statement;
    return statement && "Resource" in statement ? String(statement.Resource) : "";
  };
  const api = "arn:aws:execute-api:us-east-1:123456789012:local/local/";

  it("is for the very method that was asked", async () => {
    expect(await resourceOf("rest", user)).toBe(`${api}GET${user}`);
    expect(await resourceOf("token", user, uncached)).toBe(`${api}GET${user}`);
  });

  it("is for all that the token's bearer asks, when it is kept by the token alone", async () => {
    expect(await resourceOf("token", user)).toBe(`${api}*`);
  });

  it("is widened by no wildcard in a path", async () => {
    expect(await resourceOf("rest", "/users/*")).toBe(`${api}GET/users/?`);
    expect(await resourceOf("http1", "/users/%2A")).toMatch(/\/GET\/users\/\?$/);
  });

  it("has a resource of 512 characters at most", async () => {
    const resource = await resourceOf("rest", `/users/${"a".repeat(900)}`);
    expect(resource).toHaveLength(512);
    expect(resource).toMatch(/aaa\*$/);
  });

  it("gives the room to the message when it denies and both do not fit", async () => {
    const { authorize } = given([{ Effect: "Deny", Action: "connect:*", Resource: "*" }]);
    const headers = [["Authorization", `Bearer ${tokenOf({ groups: ["callers", noise(5_600)] })}`] as const];
    const event = makeAuthorizerEvent("rest", request("GET", `${user}${"b".repeat(400)}`, { headers }), []);
    const result = await authorize(event);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(7_500);
    expect(result.context).toMatchObject({ message: expect.stringContaining("with an explicit deny") });
    expect(result.context).not.toHaveProperty("principal");
  });
});

describe("what an answer may hang on", () => {
  const fromHome: Statement = { ...allowAll, Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } };
  const byPhone: Statement = { ...allowAll, Condition: { StringLike: { "aws:UserAgent": "phone*" } } };
  const calls: Statement = {
    ...allowAll,
    Condition: { StringEquals: { "connect:StorageResourceType": "CALL_RECORDINGS" } },
  };
  const in2020: Statement = {
    ...allowAll,
    Condition: { DateLessThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
  };
  const storage = (type: string) => `/instance/${instanceId}/storage-config/a-1?resourceType=${type}`;

  async function outcome(
    statement: Statement,
    environment: object,
    path: string,
    facts: Partial<ReceivedRequest> = {},
  ) {
    const { authorize, records } = given([statement], { environment: { ...environment } });
    await authorize(makeAuthorizerEvent("rest", request("GET", path, facts), []));
    return records[0]?.outcome;
  }

  it.each([
    ["the source address", fromHome, user, {}, "allow"],
    ["another source address", fromHome, user, { sourceIp: "198.51.100.1" }, "deny"],
    [
      "the user agent",
      byPhone,
      user,
      {
        headers: [
          ["Authorization", bearer],
          ["User-Agent", "phone/1"],
        ],
      },
      "allow",
    ],
    ["the query", calls, storage("CALL_RECORDINGS"), {}, "allow"],
    ["another query", calls, storage("CHAT_TRANSCRIPTS"), {}, "deny"],
    ["a query that is not there", calls, storage("").split("?")[0] ?? "", {}, "notYetKnown"],
    ["a query that says it twice", calls, `${storage("CALL_RECORDINGS")}&resourceType=X`, {}, "notYetKnown"],
  ] as const)("is %s only where nothing is kept", async (_name, statement, path, facts, expected) => {
    expect(await outcome(statement, {}, path, facts as Partial<ReceivedRequest>)).toBe("notYetKnown");
    expect(
      await outcome(statement, { AUTHORIZER_CACHE_SECONDS: "60" }, path, facts as Partial<ReceivedRequest>),
    ).toBe("notYetKnown");
    expect(await outcome(statement, uncached, path, facts as Partial<ReceivedRequest>)).toBe(expected);
  });

  it("is never the time, which the proxy will see another of", async () => {
    expect(await outcome(in2020, uncached, user)).toBe("notYetKnown");
  });

  it("is an identifier in the query, put in canonical form", async () => {
    const statement: Statement = { ...allowAll, Resource: `${instanceArn}/contact/c-1` };
    const path = `/contact/associated/${instanceId}?contactId=`;
    expect(await outcome(statement, {}, `${path}c-1`)).toBe("notYetKnown");
    expect(await outcome(statement, uncached, `${path}c-1`)).toBe("allow");
    const arn = encodeURIComponent(`${instanceArn}/contact/c-1`);
    expect(await outcome(statement, uncached, `${path}${arn}`)).toBe("allow");
    expect(await outcome(statement, uncached, `${path}c-2`)).toBe("deny");
    expect(await outcome(statement, uncached, `${path}c%201`)).toBe("notYetKnown");
  });
});

describe("settings that cannot be read", () => {
  it.each([
    [{ AUTHORIZER_CACHE_SECONDS: "never" }, "`AUTHORIZER_CACHE_SECONDS` must be"],
    [{ AUTHORIZER_CACHE_SECONDS: "-1" }, "`AUTHORIZER_CACHE_SECONDS` must be"],
    [{ AUTHORIZER_SIMPLE_RESPONSES: "yes" }, "`AUTHORIZER_SIMPLE_RESPONSES` must be"],
    [{ API_BASE_PATH: "connect" }, "`API_BASE_PATH` must be"],
  ])("deny every call: %j", async (environment, message) => {
    const { authorize, records } = given([allowAll], { environment });
    const result = await authorize(makeAuthorizerEvent("http2", request("GET", user), [bearer, "GET", user]));
    expect(JSON.stringify(result)).toContain('"Deny"');
    expect(records).toMatchObject([{ outcome: "error", message: expect.stringContaining(message) }]);
  });
});

describe("an event that is none", () => {
  it("is refused, and recorded", async () => {
    const both = [{}, simply].map((environment) => given([allowAll], { environment }));
    const keys = [
      "version",
      "type",
      "methodArn",
      "routeArn",
      "headers",
      "requestContext",
      "rawPath",
      "authorizationToken",
    ];
    const value = fc.oneof(fc.anything({ maxDepth: 1 }), fc.constantFrom("1.0", "2.0", "TOKEN", "REQUEST"));
    const event = fc.oneof(fc.anything({ maxDepth: 2 }), fc.dictionary(fc.constantFrom(...keys), value));
    const property = fc.asyncProperty(
      event,
      fc.constantFrom(...both),
      async (given, { authorize, records }) => {
        records.length = 0;
        const result = await authorize(given as never).catch((error: Error) => error.message);
        expect(JSON.stringify(result)).toMatch(/"Unauthorized"|"Deny"|"isAuthorized":false/);
        expect(records).toMatchObject([{ stage: "authorizer", outcome: "error" }]);
      },
    );
    await fc.assert(property, { seed: 20260101, numRuns: 300 });
  });
});
