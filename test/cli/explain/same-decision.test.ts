/** The claim of `explain`: what it says of a call is what the two functions decide, and what would change it does. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerBy, asked, randomKnown, randomStatement } from "../../authoring/tests/random-tests.ts";
import { bundleOf, given, type Statement } from "../../functions/lambda-fixture.ts";
import { mockConnect } from "../../functions/mocked-connect.ts";
import { Chooser } from "../../policy/random-policies.ts";
import { run } from "../command-run.ts";

const connect = mockConnect();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "explained-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function explain(bundle: object, ...flags: readonly string[]) {
  const file = join(folder, "bundle.json");
  await writeFile(file, JSON.stringify(bundle));
  const { status, stdout, stderr } = await run(["explain", ...flags, "--config", file, "--json"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

const someone = ["--sub", "someone", "--group", "callers"];
const withoutSome = (statements: readonly Statement[], removed: readonly { readonly index: number }[]) =>
  statements.filter((_, index) => !removed.some((each) => each.index === index));

describe("explain", () => {
  it("*says what the functions decide*, by which statements, and what would change it", async () => {
    const counts = new Map<string, number>();
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const choose = new Chooser(seed);
        const row = choose.of(asked);
        const bundle = (statements: readonly Statement[]) => bundleOf(statements);
        const statements = choose.some(1, 6, () => randomStatement(choose, [row.action]));
        const known = randomKnown(choose);
        const dept = choose.of(["sales", "support"]);
        const said = [...someone, "--claim", `dept=${dept}`, "--from", "192.0.2.1"];
        const isTold = choose.chance(0.5);
        const flags = [row.name, ...said, ...(isTold ? ["--known", JSON.stringify(known)] : [])];
        const answer = await explain(bundle(statements), ...flags);
        const lambdas = given(bundle(statements), { sending: { maxAttempts: 1 } as object });
        answerBy(connect, known);
        const filled = answer.filledIn.map((text: string) => {
          const [, name = "", value = ""] = /^(\w+): (.*)$/s.exec(text) ?? [];
          return [name, JSON.parse(value)];
        });
        const body = Object.fromEntries(filled);
        await lambdas.call("POST", `/operations/${row.name}`, { body, claims: { sub: "someone", dept } });
        const record = lambdas.records.at(-1);
        expect(record).toMatchObject({ stage: "proxy", operation: row.name });
        count(answer.outcome);
        if (answer.outcome === "notKnown") {
          // Amazon Connect does not know more either.
          if (isTold) expect(record?.outcome).toBe("deny");
          return;
        }
        expect(record?.outcome).toBe(answer.outcome);
        const decisive = answer.asks.at(-1);
        if (record?.decision === "explicitDeny") {
          expect(decisive.statements).toMatchObject(record.statements as object[]);
          const rest = withoutSome(statements, decisive.statements);
          const other = rest.length === 0 ? "deny" : (await explain(bundle(rest), ...flags)).outcome;
          expect(answer.withoutDeny).toBe(other);
        }
        if (record?.decision === "implicitDeny") {
          expect(answer.lacking.statements.length).toBeGreaterThan(0);
          const more = answer.lacking.statements.flatMap(
            ({ policy }: { policy: { Statement: Statement[] } }) => policy.Statement,
          );
          const { outcome } = await explain(bundle([...statements, ...more]), ...flags);
          if (answer.lacking.isEnough) expect(outcome).toBe("allow");
          count(answer.lacking.isEnough ? "lacking" : "perhaps lacking more");
        }
      }),
      { numRuns: 100, seed: 103 },
    );
    const expected = ["allow", "deny", "notKnown", "lacking"];
    for (const what of expected) expect(counts.get(what), what).toBeGreaterThan(2);
  });
});
