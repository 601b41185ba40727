/** Reads one case of policy simulation out of parsed JSON. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { Issue } from "../../../shared/errors.ts";
import { compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import type { EvaluationRequest } from "../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { type ContextValue, createContext } from "../../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { isPlainObject } from "../../../shared/shape.ts";
import { parsePolicy } from "./parse.ts";

/** The file of issues with a case itself. */
export const CASE_FILE = "case";

/** Makes an issue with a case itself; `path` names the member. */
export function caseIssue(path: string, message: string): Issue {
  return { severity: "error", code: "badCase", file: CASE_FILE, path, line: 1, column: 1, message };
}

/** Reads a case; `undefined`, with an issue, if it or one of its documents is wrong. */
export function readCase(
  line: unknown,
  issues: Issue[],
): { readonly layers: PolicyLayers; readonly request: EvaluationRequest } | undefined {
  if (!isPlainObject(line)) {
    issues.push(caseIssue("", "case is not a JSON object"));
    return undefined;
  }
  const attached = readAttached(line, issues);
  const boundary = line["boundary"] === undefined ? [] : readPolicy(line["boundary"], "boundary", issues);
  const guardrails = readList(line["guardrails"] ?? [], "guardrails", issues).flatMap((document, i) =>
    readPolicy(document, `guardrails[${i}]`, issues),
  );
  const { action } = line;
  if (typeof action !== "string")
    issues.push(caseIssue("action", "expected a string such as `connect:DescribeUser`"));
  const resource = readValue(line["resource"]);
  if (typeof resource !== "string" && resource !== UNKNOWN)
    issues.push(caseIssue("resource", "expected an ARN or `*`"));
  const context = readContext(line["context"] ?? {}, issues);
  if (
    issues.length > 0 ||
    typeof action !== "string" ||
    (typeof resource !== "string" && resource !== UNKNOWN)
  ) {
    return undefined;
  }
  const layers = {
    attached: compilePolicies(attached),
    boundaries: boundary.map((document) => compilePolicies([document])),
    guardrails: guardrails.map((document) => compilePolicies([document])),
  };
  return { layers, request: { action, resource, context: createContext(context) } };
}

function readAttached(line: Readonly<Record<string, unknown>>, issues: Issue[]): readonly PolicyDocument[] {
  const { policy, policies } = line;
  if ((policy === undefined) === (policies === undefined)) {
    issues.push(caseIssue("policy", "expected either `policy` or `policies`"));
    return [];
  }
  if (policies === undefined) return readPolicy(policy, "policy", issues);
  return readList(policies, "policies", issues).flatMap((item, i) => {
    if (isPlainObject(item) && typeof item["name"] === "string")
      return readPolicy(item["document"], item["name"], issues);
    issues.push(caseIssue(`policies[${i}]`, "expected `{name, document}`"));
    return [];
  });
}

/** Parses a policy from its JSON text, with the checks and positions of a file. Returns nothing if it is wrong. */
function readPolicy(document: unknown, name: string, issues: Issue[]): readonly PolicyDocument[] {
  let isExact = true;
  const write = (_member: string, value: unknown): unknown => {
    if (typeof value === "number" && readValue(value) === undefined) isExact = false;
    return value;
  };
  const text = JSON.stringify(document, write, 2) ?? "";
  if (!isExact) {
    issues.push(caseIssue(name, "holds a very large or small number; write it as a string"));
    return [];
  }
  const parsed = parsePolicy(text, { name, file: name });
  if (parsed.ok) return [parsed.document];
  issues.push(...parsed.issues);
  return [];
}

function readContext(value: unknown, issues: Issue[]): Record<string, Exclude<ContextValue, undefined>> {
  const context: Record<string, Exclude<ContextValue, undefined>> = Object.create(null);
  if (!isPlainObject(value)) {
    issues.push(caseIssue("context", "expected an object"));
    return context;
  }
  const seen = new Set<string>();
  for (const [key, item] of Object.entries(value)) {
    const read = readValue(item);
    const lower = lowerAscii(key);
    if (read === undefined)
      issues.push(
        caseIssue(
          `context.${key}`,
          'expected a string, strings or `{"unknown": true}`; write a very large or small number as a string',
        ),
      );
    else if (seen.has(lower))
      issues.push(caseIssue(`context.${key}`, "key is given twice; condition keys ignore case"));
    else context[key] = read;
    seen.add(lower);
  }
  return context;
}

/**
 * Reads a context value; numbers and booleans become their text. A number that JavaScript may have rounded, or writes
 * with an exponent, has no value: it would differ from the case's number.
 */
function readValue(value: unknown): Exclude<ContextValue, undefined> | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
    return isExact && !String(value).includes("e") ? String(value) : undefined;
  }
  if (Array.isArray(value)) {
    const texts = value.map(readValue);
    return texts.every((text) => typeof text === "string") ? texts : undefined;
  }
  return isPlainObject(value) && value["unknown"] === true && Object.keys(value).length === 1
    ? UNKNOWN
    : undefined;
}

function readList(value: unknown, path: string, issues: Issue[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  issues.push(caseIssue(path, "expected a list"));
  return [];
}
