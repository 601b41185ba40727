/**
 * One case of policy simulation, from parsed JSON to the answer that `cli simulate` prints.
 *
 * A case in: `{id, policy | policies, boundary?, guardrails?, action, resource, context?}`; an answer out:
 * `{id, decision, matchedStatements, missingContextKeys}`, or `{id, error: {code, issues}}`. Other members are for
 * the author (a reason, an expectation) and are not read.
 */
import { CodedError, type ErrorCode, type Issue } from "../errors.ts";
import { compilePolicies, type MatchedStatement } from "./compile.ts";
import { type ContextValue, createContext } from "./context.ts";
import type { PolicyDocument } from "./document.ts";
import type { Decision, EvaluationRequest } from "./evaluate.ts";
import { evaluateLayers, type PolicyLayers } from "./layers.ts";
import { findMissingKeys } from "./missing-keys.ts";
import { parsePolicy } from "./parse.ts";
import { UNKNOWN } from "./unknown.ts";

/** A statement as an answer names it. */
export type SimulatedMatch = Pick<MatchedStatement, "policy" | "sid" | "index" | "effect">;

/** The answer to one case. */
export type SimulationAnswer =
  | {
      readonly id: string | number | null;
      readonly decision: Decision;
      readonly matchedStatements: readonly SimulatedMatch[];
      readonly missingContextKeys: readonly string[];
    }
  | {
      readonly id: string | number | null;
      readonly error: { readonly code: ErrorCode; readonly issues: readonly Issue[] };
    };

/** Simulates one case. Never throws: what cannot be decided is answered with an error. */
export function simulateCase(line: unknown): SimulationAnswer {
  const issues: Issue[] = [];
  const id =
    isRecord(line) && (typeof line["id"] === "string" || typeof line["id"] === "number") ? line["id"] : null;
  try {
    const simulation = readCase(line, issues);
    if (simulation === undefined || issues.length > 0) {
      const isDocument = issues.some(({ file }) => file !== CASE_FILE);
      return { id, error: { code: isDocument ? "invalidDocument" : "invalidInput", issues } };
    }
    const { layers, request } = simulation;
    const { decision, matched } = evaluateLayers(layers, request);
    const sets = [layers.attached, ...layers.boundaries, ...layers.guardrails];
    return {
      id,
      decision,
      matchedStatements: matched.map(({ policy, sid, index, effect }) =>
        sid === undefined ? { policy, index, effect } : { policy, sid, index, effect },
      ),
      missingContextKeys: findMissingKeys(sets, request, "unknownOrAbsent"),
    };
  } catch (error) {
    const code = error instanceof CodedError ? error.code : "internal";
    return { id, error: { code, issues: [...issues, caseIssue("", "could not be decided")] } };
  }
}

const CASE_FILE = "case";

function caseIssue(path: string, message: string): Issue {
  return { severity: "error", code: "badCase", file: CASE_FILE, path, line: 1, column: 1, message };
}

function readCase(
  line: unknown,
  issues: Issue[],
): { readonly layers: PolicyLayers; readonly request: EvaluationRequest } | undefined {
  if (!isRecord(line)) {
    issues.push(caseIssue("", "case is not a JSON object"));
    return undefined;
  }
  const attached = readAttached(line, issues);
  const boundary = line["boundary"] === undefined ? [] : [readPolicy(line["boundary"], "boundary", issues)];
  const guardrails = readList(line["guardrails"] ?? [], "guardrails", issues).map((document, i) =>
    readPolicy(document, `guardrails[${i}]`, issues),
  );
  const { action } = line;
  if (typeof action !== "string")
    issues.push(caseIssue("action", "expected a string such as `connect:DescribeUser`"));
  const resource = readValue(line["resource"]);
  if (typeof resource !== "string" && resource !== UNKNOWN) {
    issues.push(caseIssue("resource", "expected an ARN or `*`"));
  }
  const context = readContext(line["context"] ?? {}, issues);
  if (
    issues.length > 0 ||
    typeof action !== "string" ||
    (typeof resource !== "string" && resource !== UNKNOWN)
  ) {
    return undefined;
  }
  const layers = {
    attached: compilePolicies(attached.filter(isDefined)),
    boundaries: boundary.filter(isDefined).map((document) => compilePolicies([document])),
    guardrails: guardrails.filter(isDefined).map((document) => compilePolicies([document])),
  };
  return { layers, request: { action, resource, context: createContext(context) } };
}

function readAttached(
  line: Readonly<Record<string, unknown>>,
  issues: Issue[],
): readonly (PolicyDocument | undefined)[] {
  const { policy, policies } = line;
  if ((policy === undefined) === (policies === undefined)) {
    issues.push(caseIssue("policy", "expected either `policy` or `policies`"));
    return [];
  }
  if (policies === undefined) return [readPolicy(policy, "policy", issues)];
  return readList(policies, "policies", issues).map((item, i) => {
    if (isRecord(item) && typeof item["name"] === "string") {
      return readPolicy(item["document"], item["name"], issues);
    }
    issues.push(caseIssue(`policies[${i}]`, "expected `{name, document}`"));
    return undefined;
  });
}

/** Reads a policy out of its JSON text again, so that it is checked as a file is; positions are of that text. */
function readPolicy(document: unknown, name: string, issues: Issue[]): PolicyDocument | undefined {
  const text = JSON.stringify(document, undefined, 2) ?? "";
  const parsed = parsePolicy(text, { name, file: name });
  if (parsed.ok) return parsed.document;
  issues.push(...parsed.issues);
  return undefined;
}

function readContext(value: unknown, issues: Issue[]): Record<string, Exclude<ContextValue, undefined>> {
  const context: Record<string, Exclude<ContextValue, undefined>> = Object.create(null);
  if (!isRecord(value)) {
    issues.push(caseIssue("context", "expected an object"));
    return context;
  }
  const seen = new Set<string>();
  for (const [key, item] of Object.entries(value)) {
    const read = readValue(item);
    const lower = key.toLowerCase();
    if (read === undefined)
      issues.push(caseIssue(`context.${key}`, 'expected a string, strings or `{"unknown": true}`'));
    else if (seen.has(lower))
      issues.push(caseIssue(`context.${key}`, "key is given twice; condition keys have no case"));
    else context[key] = read;
    seen.add(lower);
  }
  return context;
}

/** Reads a context value; numbers and booleans stand for their text. */
function readValue(value: unknown): Exclude<ContextValue, undefined> | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    const texts = value.map(readValue);
    return texts.every((text) => typeof text === "string") ? texts : undefined;
  }
  return isRecord(value) && value["unknown"] === true && Object.keys(value).length === 1
    ? UNKNOWN
    : undefined;
}

function readList(value: unknown, path: string, issues: Issue[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  issues.push(caseIssue(path, "expected a list"));
  return [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
