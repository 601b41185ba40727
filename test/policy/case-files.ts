/**
 * Reads the case files and runs a case through the engine, text and all.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { Issue } from "../../shared/errors.ts";
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import type { EvaluationRequest } from "../../shared/policy/evaluate/evaluate.ts";
import { evaluateLayers, type PolicyLayers } from "../../shared/policy/evaluate/layers.ts";
import { findMissingKeys } from "../../shared/policy/evaluate/missing-keys.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";

interface Unknown {
  readonly unknown: true;
}

export interface PolicyCase {
  readonly name: string;
  readonly why: string;
  readonly source: string;
  readonly policies: readonly unknown[];
  readonly boundary?: unknown;
  readonly guardrails?: readonly unknown[];
  readonly request: {
    readonly action: string;
    readonly resource: string | Unknown;
    readonly context?: Readonly<Record<string, string | readonly string[] | Unknown>>;
  };
  readonly expected: Outcome;
}

export interface Outcome {
  readonly decision?: string;
  readonly layer?: string | undefined;
  readonly matched?: readonly string[];
  readonly missingContextKeys?: readonly string[];
  readonly issues?: readonly string[];
  readonly paths?: readonly string[];
  readonly messages?: readonly string[];
}

const folder = join(import.meta.dirname, "../cases/policy");

/** All case files, each checked against the schema. */
export function readCaseFiles(): readonly { readonly file: string; readonly cases: readonly PolicyCase[] }[] {
  const schema: object = JSON.parse(readFileSync(join(folder, "case.schema.json"), "utf8"));
  const validate = new Ajv({ allErrors: true }).compile<{ cases: PolicyCase[] }>(schema);
  const files = readdirSync(folder).filter((file) => file !== "case.schema.json");
  return files.sort().map((file) => {
    const content: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
    if (!validate(content)) throw new Error(`${file}: ${JSON.stringify(validate.errors, undefined, 1)}`);
    return { file, cases: content.cases };
  });
}

/** What a request holds for the engine. */
export function toRequest({ action, resource, context = {} }: PolicyCase["request"]): EvaluationRequest {
  const entries = Object.entries(context).map(
    ([key, value]) => [key, isUnknown(value) ? UNKNOWN : value] as const,
  );
  return {
    action,
    resource: isUnknown(resource) ? UNKNOWN : resource,
    context: createContext(Object.fromEntries(entries)),
  };
}

export function isUnknown(value: string | readonly string[] | Unknown): value is Unknown {
  return typeof value === "object" && "unknown" in value;
}

/** A case's policies, compiled; the errors if one is refused. */
export function compileCase(policyCase: PolicyCase): PolicyLayers | readonly Issue[] {
  const issues: Issue[] = [];
  const compile = (policy: unknown, name: string): PolicyDocument[] => {
    const parsed = parsePolicy(JSON.stringify(policy), { name, file: `${name}.json` });
    if (parsed.ok) return [parsed.document];
    issues.push(...parsed.issues.filter(({ severity }) => severity === "error"));
    return [];
  };
  const attached = policyCase.policies.flatMap((policy, i) => compile(policy, String(i)));
  const boundary = policyCase.boundary === undefined ? [] : compile(policyCase.boundary, "boundary");
  const guardrails = (policyCase.guardrails ?? []).flatMap((policy, i) => compile(policy, `guardrail${i}`));
  if (issues.length > 0) return issues;
  return {
    attached: compilePolicies(attached),
    boundaries: boundary.map((document) => compilePolicies([document])),
    guardrails: guardrails.map((document) => compilePolicies([document])),
  };
}

/** What the engine makes of a case: everything that a case can expect. */
export function runCase(policyCase: PolicyCase): Outcome {
  const layers = compileCase(policyCase);
  if (!("attached" in layers)) {
    return {
      issues: layers.map(({ code }) => code),
      paths: layers.map(({ path }) => path),
      messages: layers.map(({ message }) => message),
    };
  }
  const request = toRequest(policyCase.request);
  const { decision, layer, matched } = evaluateLayers(layers, request);
  return {
    decision,
    layer,
    matched: matched.map(({ policy, index }) => `${policy}/${index}`),
    missingContextKeys: findMissingKeys(
      [layers.attached, ...layers.boundaries, ...layers.guardrails],
      request,
      "unknownOrAbsent",
    ),
  };
}
