/** The API key that the authorizer names for a caller, and the keys that `usage-keys` makes for API Gateway. */
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usageKeyNumber, usageKeyValue } from "../../functions/authorizer/usage-key.ts";
import { run } from "../cli/command-run.ts";
import { readPage, runShown } from "../cli/pages/shown.ts";
import { allowAll, authorizerEvent, given, instanceId, type Statement, tokenOf } from "./lambda-fixture.ts";

const path = `/users/${instanceId}/u-1`;
const issuer = "https://issuer.test";
const keyed = { environment: { AUTHORIZER_USAGE_KEYS: "500" } };

const ask = (sub: string, statements: readonly Statement[] = [allowAll], around = keyed, way = path) =>
  given(statements, around).ask("GET", way, { claims: { sub } });
const keyOf = ({ usageIdentifierKey }: APIGatewayAuthorizerResult) => usageIdentifierKey;

describe("the authorizer", () => {
  it("names no key, not even an empty one, without usage plans", async () => {
    for (const environment of [{}, { AUTHORIZER_USAGE_KEYS: "0" }])
      expect(Object.keys(await given([allowAll], { environment }).ask("GET", path))).toEqual([
        "principalId",
        "policyDocument",
        "context",
      ]);
  });

  it("changes nothing else of its answer for a key", async () => {
    const { usageIdentifierKey, ...rest } = await ask("alice");
    const { context, ...plain } = await given([allowAll]).ask("GET", path, { claims: { sub: "alice" } });
    expect(usageIdentifierKey).toMatch(/^connectauthorizerapi\d{5}$/);
    const { policyConfirmedAt: _, ...stable } = context ?? {};
    expect(rest).toMatchObject({ ...plain, context: { ...stable, principal: expect.any(String) } });
  });

  it("names a caller's own key whatever is asked and decided, as the answer may be kept", async () => {
    const denyAll: Statement = { Effect: "Deny", Action: "*", Resource: "*" };
    const ways = [
      await ask("alice"),
      await ask("alice", [denyAll]),
      await ask("alice", []),
      await ask("alice", [allowAll], keyed, "/no/such/route"),
    ];
    expect(ways.map(({ policyDocument }) => policyDocument.Statement[0]?.Effect)).toEqual(
      expect.arrayContaining(["Allow", "Deny"]),
    );
    expect(new Set(ways.map(keyOf))).toEqual(
      new Set([usageKeyValue("api", usageKeyNumber({ issuer, id: "alice" }, 500))]),
    );
  });

  it("takes no key from a client's header", async () => {
    const other = usageKeyValue("api", 7);
    const event = authorizerEvent("GET", path, { token: tokenOf({ sub: "alice" }) });
    const answer = await given([allowAll], keyed).authorize({
      ...event,
      headers: { ...event.headers, "x-api-key": other },
      multiValueHeaders: { ...event.multiValueHeaders, "x-api-key": [other] },
    });
    expect(keyOf(answer)).toBe(keyOf(await ask("alice")));
    expect(keyOf(answer)).not.toBe(other);
  });

  it("denies every call with a number that it cannot read", async () => {
    const answer = await ask("alice", [allowAll], { environment: { AUTHORIZER_USAGE_KEYS: "many" } });
    expect(answer.policyDocument.Statement[0]?.Effect).toBe("Deny");
  });
});

describe("the keys of callers", () => {
  it("are always among those that are made", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 10_000 }), (url, id, keys) => {
        const number = usageKeyNumber({ issuer: url, id }, keys);
        expect(Number.isInteger(number) && number >= 0 && number < keys).toBe(true);
      }),
    );
  });

  it("are spread evenly, and apart for equal ids of two issuers", () => {
    const counts = new Map<number, number>();
    for (let id = 0; id < 10_000; id++) {
      const number = usageKeyNumber({ issuer, id: `user-${id}` }, 100);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    expect(counts.size).toBe(100);
    expect(Math.min(...counts.values())).toBeGreaterThan(60);
    expect(Math.max(...counts.values())).toBeLessThan(145);
    const both = [issuer, `${issuer}/2`].map((each) => usageKeyNumber({ issuer: each, id: "alice" }, 10_000));
    expect(both[0]).not.toBe(both[1]);
  });
});

describe("usage-keys", () => {
  const given500 = ["usage-keys", "--api", "a1b2c3d4e5", "--keys", "500"];

  it("prints a file that API Gateway imports: each key once, in the plan", async () => {
    const { status, stdout, stderr } = await run([...given500, "--plan", "c7y23b"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [header, ...lines] = stdout.trimEnd().split("\n");
    // "API Gateway API key file format" in the API Gateway Developer Guide.
    expect(header).toBe("name,key,usageplanIds");
    const values = lines.map((line) => /^(\w{20,128}),\1,c7y23b$/.exec(line)?.[1]);
    expect(values).not.toContain(undefined);
    expect(new Set(values).size).toBe(500);
    for (const subject of ["alice", "bob", "a,b\n"])
      expect(values).toContain(
        (await run([...given500, "--issuer", issuer, "--subject", subject])).stdout.trim(),
      );
  });

  it("has the first keys of a larger number again, so that more can be imported", async () => {
    const [few, many] = await Promise.all(
      ["20", "30"].map((keys) =>
        run(["usage-keys", "--api", "a1b2c3d4e5", "--plan", "c7y23b", "--keys", keys]),
      ),
    );
    expect(many?.stdout.startsWith(few?.stdout ?? "-")).toBe(true);
  });

  it.each([
    [[...given500], "`--plan`"],
    [[...given500, "--plan", "Gold plan"], "`--plan Gold plan` must be an id of API Gateway"],
    [
      ["usage-keys", "--api", "arn:aws:a", "--keys", "5", "--plan", "c7y23b"],
      "`--api arn:aws:a` must be an id",
    ],
    [["usage-keys", "--api", "a1b2c3d4e5", "--keys", "0", "--plan", "c7y23b"], "from 1 to 10000"],
    [["usage-keys", "--api", "a1b2c3d4e5", "--keys", "10001", "--plan", "c7y23b"], "from 1 to 10000"],
    [["usage-keys", "--api", "a1b2c3d4e5", "--keys", "1e3", "--plan", "c7y23b"], "from 1 to 10000"],
    [[...given500, "--subject", "alice"], "--issuer and --subject go together"],
  ])("refuses %j", async (argv, message) => {
    const { status, stdout, stderr } = await run(argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("docs/how-to/rates.md", () => {
  const { blocks } = readPage("how-to/rates.md");
  const ours = blocks("sh").flatMap((block) =>
    block.split("\n").filter((line) => line.startsWith("npx connect-authorizer")),
  );

  it("makes the keys that the authorizer names, and tells a caller's", async () => {
    const [make = "", tell = ""] = ours;
    const made = await runShown(make.replace(" > keys.csv", ""));
    const told = await runShown(tell);
    expect(made.stdout.split("\n")).toHaveLength(502);
    expect(blocks("text")).toEqual([told.stdout]);
    expect(made.stdout).toContain(`\n${told.stdout.trim()},`);
    expect(ours).toHaveLength(2);
  });
});
