/**
 * Cedar's official WebAssembly build, by its stateful interface: policies are parsed once and kept inside.
 */
import { createCedarRequest, formatCedarPolicy } from "./cedar-text.ts";
import type { Engine } from "./engine.ts";
import type { CedarAnswer, CedarModule } from "./packages.ts";

/** Makes the engine. */
export function createCedarEngine(cedar: CedarModule): Engine {
  return {
    name: "Cedar (cedar-wasm, stateful)",
    prepare(statements, requests) {
      const policies = statements.map((statement) => [statement.Sid, formatCedarPolicy(statement)]);
      const parsed = cedar.preparsePolicySet("bench", { staticPolicies: Object.fromEntries(policies) });
      if (parsed.type !== "success") throw new Error(`cedar refuses the policies: ${describe(parsed)}`);
      const calls = requests.map((request) => ({
        ...createCedarRequest(request),
        preparsedPolicySetId: "bench",
      }));
      return {
        rules: statements.length,
        allows: (index) => isAllow(cedar.statefulIsAuthorized(calls[index])),
        run(passes) {
          let allowed = 0;
          for (let pass = 0; pass < passes; pass++) {
            for (const call of calls) if (isAllow(cedar.statefulIsAuthorized(call))) allowed++;
          }
          return allowed;
        },
      };
    },
  };
}

/** A policy that fails to evaluate would be skipped by Cedar: here it is a mistake of the translation. */
function isAllow(answer: CedarAnswer): boolean {
  if (answer.type !== "success" || answer.response.diagnostics.errors.length > 0) {
    throw new Error(`cedar could not decide: ${describe(answer)}`);
  }
  return answer.response.decision === "allow";
}

function describe(answer: unknown): string {
  return JSON.stringify(answer).slice(0, 500);
}
