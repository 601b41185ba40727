/** Which statements decided a test, and which of their conditions tests met and did not meet. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle, Configuration } from "../../../shared/bundle/types.ts";
import type { AskDecision } from "../../../shared/decide/authorize.ts";
import { evaluateCondition } from "../../../shared/policy/condition/condition.ts";
import type { CompiledStatement } from "../../../shared/policy/evaluate/compile.ts";
import type {
  PolicyCondition,
  PolicyDocument,
  PolicyStatement,
} from "../../../shared/policy/model/document.ts";
import { FALSE, TRUE, UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { matchActions } from "../../../shared/policy/pattern/action-pattern.ts";
import { matchResources } from "../../../shared/policy/pattern/resource-pattern.ts";
import type { PolicyTest } from "./read-tests.ts";
import type { TestResult } from "./run-test.ts";

export interface CoveredCondition {
  readonly condition: PolicyCondition;
  /** The tests that the statement could have decided but for its conditions, and that met this one. */
  readonly met: Set<PolicyTest>;
  readonly unmet: Set<PolicyTest>;
}

export interface CoveredStatement {
  readonly document: PolicyDocument;
  readonly statement: PolicyStatement;
  readonly index: number;
  /** The tests whose calls it allowed or denied. */
  readonly decides: Set<PolicyTest>;
  readonly conditions: readonly CoveredCondition[];
}

/** Counts for the policies that the configuration attaches to somebody. */
export class Coverage {
  readonly #statements: ReadonlyMap<string, CoveredStatement>;

  constructor({ config, policies }: Bundle) {
    const used = namesOf(config);
    const statements = policies
      .filter(({ name }) => used.has(name))
      .flatMap((document) =>
        document.statements.map((statement, index) => {
          const conditions = statement.conditions.map((condition) => ({
            condition,
            met: new Set<PolicyTest>(),
            unmet: new Set<PolicyTest>(),
          }));
          const covered = { document, statement, index, decides: new Set<PolicyTest>(), conditions };
          return [keyOf(document.name, index), covered] as const;
        }),
      );
    this.#statements = new Map(statements);
  }

  /** In the order of policies and statements. */
  get statements(): readonly CoveredStatement[] {
    return [...this.#statements.values()];
  }

  add({ test, decision, came }: TestResult, bundle: OpenedBundle): void {
    const layers = bundle.layersFor(test.principal);
    if (!layers || !decision) return;
    const sets = [layers.attached, ...layers.boundaries, ...layers.guardrails];
    for (const asked of decision.asks) {
      const isDecided =
        came === "allow"
          ? asked.ask.sort === "required"
          : came === "explicitDeny" && asked === decision.decisive;
      const effect = isDecided ? (came === "allow" ? "Allow" : "Deny") : undefined;
      for (const statement of sets.flatMap((set) => set.statements))
        this.#count(statement, asked, { test, effect });
    }
  }

  /** @param effect of the statements that decide this question */
  #count(
    statement: CompiledStatement,
    { ask, context }: AskDecision,
    { test, effect }: { readonly test: PolicyTest; readonly effect: "Allow" | "Deny" | undefined },
  ): void {
    const covered = this.#statements.get(keyOf(statement.name.policy, statement.name.index));
    if (!covered || !matchActions(statement.actions, lowerAscii(ask.action))) return;
    if (matchResources(statement.resources, ask.resource ?? UNKNOWN, context) !== TRUE) return;
    let isMet = true;
    for (const condition of statement.conditions) {
      const truth = evaluateCondition(condition, context);
      isMet &&= truth === TRUE;
      const counted = covered.conditions.find((each) => each.condition === condition.source);
      if (truth === TRUE) counted?.met.add(test);
      if (truth === FALSE) counted?.unmet.add(test);
    }
    if (isMet && statement.name.effect === effect) covered.decides.add(test);
  }
}

function keyOf(policy: string, index: number): string {
  return `${policy}#${index}`;
}

function namesOf({ bindings, guardrails }: Configuration): ReadonlySet<string> {
  return new Set([
    ...guardrails,
    ...bindings.flatMap(({ policies, boundary = [] }) => [...policies, ...[boundary].flat()]),
  ]);
}
