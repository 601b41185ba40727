/** The calls that `node tools/events/run.mjs project` makes, against the local gateway alone: no SAM CLI is needed. */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuthorizerHandler } from "../../functions/authorizer/handler.ts";
import { createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { openConfiguration } from "../../tools/cli/open-configuration.ts";
import { makeCalls } from "../../tools/events/project/project-calls.ts";
import { trustTestIssuer } from "../../tools/events/project/test-issuer.ts";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "project-"));
  await cp(resolve(import.meta.dirname, "../../examples/aws"), work, { recursive: true });
});
afterEach(() => rm(work, { recursive: true }));

describe("a project's configuration with the key of a test", () => {
  it("verifies the tokens of callers in each group as the deployed functions do", async () => {
    const { tokenFor } = await trustTestIssuer(work);
    const bundle = (await openConfiguration(work)).open();
    const verify = createCallerVerifier();
    const headers = new Map([["authorization", [`Bearer ${tokenFor("recorders")}`]]]);
    expect(await verify(headers, bundle)).toMatchObject({ id: "one-of-recorders", groups: ["recorders"] });
  });

  it("is called by each group that a binding names, by a stranger, and without a token", async () => {
    const issuer = await trustTestIssuer(work);
    const groups = issuer.config.bindings.flatMap(({ match }) => match.groups ?? []);
    const { all } = makeCalls(issuer);
    const titles = all.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const group of groups) expect(titles).toContain(`DescribeUser by ${group}`);
    expect(all.filter(({ headers }) => Object.keys(headers).length === 0)).toHaveLength(1);
  });

  it.each(["rest", "http"] as const)("has an event of a %s API whose answer is known", async (api) => {
    const { invocation } = makeCalls(await trustTestIssuer(work));
    const { file, check } = await invocation(api, work);
    const { bundle } = await openConfiguration(work);
    const answers = { AUTHORIZER_SIMPLE_RESPONSES: "true", AUTHORIZER_LEAVES_DENIALS: "true" };
    const handler = createAuthorizerHandler(api === "http" ? answers : {}, {
      packagedBundle: bundle,
      onRecord: () => undefined,
    });
    const result = await handler(JSON.parse(await readFile(file, "utf8")));
    expect(check(result)).toBeUndefined();
    expect(check({})).toBe("it answers {}");
  });
});
