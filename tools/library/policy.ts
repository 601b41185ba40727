/**
 * IAM's policy language alone, without Amazon Connect.
 *
 * It parses identity policies (IAM User Guide, "Grammar of the IAM JSON policy language"), evaluates them as IAM does
 * ("Policy evaluation logic"), and explains each answer. What is not known is a value of its own, and never counts as
 * missing.
 *
 * @module connect-authorizer/policy
 */
import { DocumentError, InputError } from "../../shared/errors.ts";
import {
  type CompiledPolicySet,
  compilePolicies as compileDocuments,
} from "../../shared/policy/evaluate/compile.ts";
import type { EvaluationRequest } from "../../shared/policy/evaluate/evaluate.ts";
import {
  evaluateLayers,
  type PolicyLayer,
  type PolicyLayers as Sets,
} from "../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import { quote } from "../../shared/policy/model/quote.ts";
import { UNKNOWN as UNKNOWN_VALUE } from "../../shared/policy/model/unknown.ts";
import { explainPolicies } from "../authoring/policy/explain.ts";
import { parsePolicy as parseText } from "../authoring/policy/parse.ts";
import type {
  CompiledPolicies,
  Evaluation,
  Explanation,
  ParsedPolicy,
  Policy,
  PolicyIssue,
  PolicyLayers,
  PolicyName,
  PolicyRequest,
  StatementExplanation,
  Unknown,
} from "./policy-types.ts";

export type * from "./policy-types.ts";

/** The value of a condition key, or a resource, that exists or not, and is not known. It never counts as missing. */
export const UNKNOWN: Unknown = UNKNOWN_VALUE as unknown as Unknown;

/** Policies that cannot be compiled, with every reason. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly issues: readonly PolicyIssue[];

  constructor(message: string, issues: readonly PolicyIssue[]) {
    super(message);
    this.issues = issues;
  }
}

/**
 * Parses an IAM identity policy, and checks all of it. Never throws.
 *
 * @param policy its JSON text, with the lines and columns of issues and explanations; or the parsed JSON, whose lines
 *   are those of `JSON.stringify(policy, null, 2)`
 */
export function parsePolicy(policy: string | object, { name, file }: PolicyName = {}): ParsedPolicy {
  const source = { name: name ?? "policy", file: file ?? "policy.json" };
  const parsed = parseText(typeof policy === "string" ? policy : textOf(policy), source);
  if (!parsed.ok) return { ok: false, issues: parsed.issues };
  return { ok: true, policy: parsed.document, warnings: parsed.warnings };
}

/** What has no JSON text is no policy. */
function textOf(policy: object): string {
  try {
    return JSON.stringify(policy, null, 2) ?? "";
  } catch {
    return "";
  }
}

const sets = new WeakMap<object, CompiledPolicySet>();

/**
 * Compiles policies into one set: a Deny of any policy denies, an Allow of any policy allows.
 *
 * @throws PolicyError if a policy is not one that {@link parsePolicy} made: nothing is left out of a set
 */
export function compilePolicies(policies: readonly Policy[]): CompiledPolicies {
  try {
    const set = compileDocuments(policies);
    const compiled = Object.freeze({ statementCount: set.statements.length }) as CompiledPolicies;
    sets.set(compiled, set);
    return compiled;
  } catch (error) {
    if (error instanceof DocumentError) throw new PolicyError(error.message, error.issues);
    throw error;
  }
}

/**
 * Decides a request. An explicit deny beats an allow, an allow beats the default, which is deny.
 *
 * @throws TypeError if the policies are not compiled, or the request is malformed: two keys may not differ only in case
 */
export function evaluate(policies: CompiledPolicies | PolicyLayers, request: PolicyRequest): Evaluation {
  const { decision, layer, matched, missingContextKeys } = evaluateLayers(setsOf(policies), read(request));
  return { decision, ...(layer === undefined ? {} : { layer }), matched, missingContextKeys };
}

/** Decides a request, and says of each statement why it matches or does not. Throws as {@link evaluate} does. */
export function explain(policies: CompiledPolicies | PolicyLayers, request: PolicyRequest): Explanation {
  const { attached, boundaries, guardrails } = setsOf(policies);
  const asked = read(request);
  const statementsOf = (layer: PolicyLayer, set: CompiledPolicySet): readonly StatementExplanation[] =>
    explainPolicies(set, asked).statements.map((statement) => ({ layer, ...statement }));
  return {
    ...evaluate(policies, request),
    statements: [
      ...statementsOf("attached", attached),
      ...boundaries.flatMap((set) => statementsOf("boundary", set)),
      ...guardrails.flatMap((set) => statementsOf("guardrail", set)),
    ],
  };
}

function setsOf(policies: CompiledPolicies | PolicyLayers): Sets {
  if (!("attached" in policies)) return { attached: setOf(policies), boundaries: [], guardrails: [] };
  const { attached, boundaries = [], guardrails = [] } = policies;
  return {
    attached: setOf(attached),
    boundaries: boundaries.map(setOf),
    guardrails: guardrails.map(setOf),
  };
}

function setOf(policies: CompiledPolicies): CompiledPolicySet {
  const set = sets.get(policies);
  if (set) return set;
  throw new TypeError("the policies are not compiled: pass what `compilePolicies` returned");
}

function read({ action, resource, context = {} }: PolicyRequest): EvaluationRequest {
  if (typeof action !== "string") throw new TypeError("the action must be a text like `connect:CreateUser`");
  if (typeof resource !== "string" && resource !== UNKNOWN)
    throw new TypeError("the resource must be an ARN, `*` or `UNKNOWN`");
  const values = Object.entries(context).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, readValue(key, value)] as const],
  );
  try {
    return {
      action,
      resource: typeof resource === "string" ? resource : UNKNOWN_VALUE,
      context: createContext(Object.fromEntries(values)),
    };
  } catch (error) {
    if (error instanceof InputError) throw new TypeError(error.message);
    throw error;
  }
}

/** Anything else would count as missing, or as a text that nobody meant. */
function readValue(key: string, value: unknown): string | readonly string[] | typeof UNKNOWN_VALUE {
  if (value === UNKNOWN) return UNKNOWN_VALUE;
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || Number.isFinite(value)) return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return [...value];
  throw new TypeError(
    `the value of ${quote(key)} must be a text, a list of texts, a number, a boolean or \`UNKNOWN\``,
  );
}
