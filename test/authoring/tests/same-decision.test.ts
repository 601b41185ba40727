/**
 * The claim of policy tests: what a test says of a call is what the two functions decide for it, with a token, a request
 * and an Amazon Connect that say the same.
 */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { readTests } from "../../../tools/authoring/tests/read-tests.ts";
import { runTest } from "../../../tools/authoring/tests/run-test.ts";
import { bundleOf, given } from "../../functions/lambda-fixture.ts";
import { mockConnect } from "../../functions/mocked-connect.ts";
import { Chooser } from "../../policy/random-policies.ts";
import { type ConfigurationFolder, createFolder } from "../configuration/configuration-folder.ts";
import { answerBy, asked, randomKnown, randomStatement } from "./random-tests.ts";

const connect = mockConnect();

let folder: ConfigurationFolder | undefined;
afterEach(async () => {
  await folder?.remove();
  folder = undefined;
});

const outcomes = { allow: "allowed", refused: "unknown" } as const;

describe("a policy test", () => {
  it("*says what the functions decide*, for every call that they get with the same facts", async () => {
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const choose = new Chooser(seed);
        const rows = choose.some(6, 6, () => choose.of(asked));
        const statements = choose.some(1, 6, () =>
          randomStatement(
            choose,
            rows.map(({ action }) => action),
          ),
        );
        const known = randomKnown(choose);
        const dept = choose.of(["sales", "support"]);
        const tests = rows.map(({ name }) => ({
          ...{ as: "someone", call: name, expect: "allow", known },
          input: choose.chance(0.3) ? { Tags: choose.of([{}, { team: "blue" }]) } : {},
          ...{ at: new Date().toISOString(), from: "192.0.2.1" },
        }));
        const taken = tests.map((test, index) =>
          rows[index]?.members.some(({ name }) => name === "Tags") ? test : { ...test, input: {} },
        );
        const callers = { someone: { id: "someone", groups: ["callers"], claims: { dept } } };
        await folder?.remove();
        folder = await createFolder({ "a.yaml": JSON.stringify({ callers, tests: taken }) });
        const bundle = bundleOf(statements);
        const read = await readTests(folder.path, { bundle, opened: openBundle(bundle), names: new Map() });
        expect(read?.issues).toEqual([]);
        const lambdas = given(bundle, { sending: { maxAttempts: 1 } as object });
        answerBy(connect, known);
        for (const test of read?.tests ?? []) {
          const { came, untold } = await runTest(test, openBundle(bundle));
          const said = came === "allow" || came === "refused" ? outcomes[came] : came;
          const { rawPath, body = "" } = test.call.http;
          await lambdas.call("POST", rawPath, { body, claims: { sub: "someone", dept } });
          const record = lambdas.records.at(-1);
          expect(record).toMatchObject({ stage: "proxy", operation: test.call.operation });
          expect(record?.outcome).toBe(said === "allowed" ? "allow" : "deny");
          if (untold.length === 0) expect(record?.decision).toBe(said);
          counts.set(said, (counts.get(said) ?? 0) + 1);
        }
      }),
      { numRuns: 40, seed: 98 },
    );
    for (const said of ["allowed", "explicitDeny", "implicitDeny", "unknown"])
      expect(counts.get(said), said).toBeGreaterThan(5);
  });
});
