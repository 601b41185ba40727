/** What a request is simulated against, compiled: whose policies, where their statements are, which keys they use. */

import type { MatchedStatement } from "../../../shared/policy/evaluate/compile.ts";
import { type CompiledPolicySet, compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import type { PolicyDocument, Position } from "../../../shared/policy/model/document.ts";
import type { Variable } from "../../../shared/policy/pattern/template.ts";

export interface SimulatedPolicies {
  readonly attached: readonly PolicyDocument[];
  readonly denying: readonly PolicyDocument[];
  /** Each must allow. */
  readonly boundaries: readonly PolicyDocument[];
  /** Service control policies by level: one policy of each level must allow. */
  readonly levels: readonly (readonly PolicyDocument[])[];
  /** One with an Allow must allow. */
  readonly guardrails: readonly PolicyDocument[];
  /** Statements of the resource's policy that apply to the caller. */
  readonly resource?: PolicyDocument;
}

interface AnswerPosition {
  readonly Line: number;
  readonly Column: number;
}

/** A statement as IAM's answer names it. */
export interface AnswerStatement {
  readonly SourcePolicyId: string;
  readonly SourcePolicyType: "IAM Policy" | "Permissions Boundary Policy" | "Resource Policy";
  readonly StartPosition: AnswerPosition;
  readonly EndPosition: AnswerPosition;
}

export interface CompiledPolicies {
  readonly layers: PolicyLayers;
  readonly boundaries: readonly CompiledPolicySet[];
  readonly levels: readonly CompiledPolicySet[];
  readonly resource: CompiledPolicySet | undefined;
  /** Those that an answer may name: AWS shows nothing of an organization's policies. */
  readonly statements: ReadonlyMap<MatchedStatement, AnswerStatement>;
  /** The keys of the same policies, by lower case, as they are written. */
  readonly keys: ReadonlyMap<string, string>;
}

export function compileSimulated(policies: SimulatedPolicies): CompiledPolicies {
  const attached = compilePolicies(policies.attached);
  const denying = policies.denying.length > 0 ? compilePolicies(policies.denying) : undefined;
  const boundaries = policies.boundaries.map((document) => compilePolicies([document]));
  const levels = policies.levels.map((documents) => compilePolicies(documents));
  const guardrails = policies.guardrails.map((document) => compilePolicies([document]));
  const resource = policies.resource && compilePolicies([policies.resource]);
  const identity = denying ? [attached, denying] : [attached];
  const statements = new Map([
    ...named(identity, "IAM Policy"),
    ...named(boundaries, "Permissions Boundary Policy"),
    ...named(resource ? [resource] : [], "Resource Policy"),
  ]);
  return {
    layers: {
      attached,
      ...(denying ? { denying } : {}),
      boundaries: [...boundaries, ...levels],
      guardrails,
    },
    boundaries,
    levels,
    resource,
    statements,
    keys: keysOf([...identity, ...boundaries, ...(resource ? [resource] : [])]),
  };
}

function named(
  sets: readonly CompiledPolicySet[],
  type: AnswerStatement["SourcePolicyType"],
): readonly (readonly [MatchedStatement, AnswerStatement])[] {
  return sets.flatMap(({ statements }) =>
    statements.map(({ name, source }) => [
      name,
      {
        SourcePolicyId: name.policy,
        SourcePolicyType: type,
        StartPosition: positionOf(source.start),
        EndPosition: positionOf(source.end),
      },
    ]),
  );
}

function positionOf({ line, column }: Position): AnswerPosition {
  return { Line: line, Column: column };
}

/** The keys that conditions and variables use, by lower case, in the order and spelling of the policies. */
export function keysOf(sets: readonly CompiledPolicySet[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (lowerKey: string, key: string) => {
    if (!found.has(lowerKey)) found.set(lowerKey, key);
  };
  const addVariables = (variables: readonly Variable[] = []) => {
    for (const { lowerKey, key } of variables) add(lowerKey, key);
  };
  for (const { resources, conditions } of sets.flatMap(({ statements }) => statements)) {
    for (const { template } of resources.patterns) addVariables(template?.variables);
    for (const { lowerKey, source, values } of conditions) {
      add(lowerKey, source.key);
      for (const { template } of values) addVariables(template?.variables);
    }
  }
  return found;
}
