/**
 * Reads the cases of lint and runs one: the policy's text in, its findings out.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parseInstanceArn } from "../../../shared/bundle/rules/instance-arn.ts";
import type { Configuration } from "../../../shared/bundle/types.ts";
import type { DependentActions } from "../../../shared/catalog/types.ts";
import type { Issue } from "../../../shared/errors.ts";
import { checkActions } from "../../../tools/authoring/configuration/check-actions.ts";
import { checkGrants } from "../../../tools/authoring/lint/checks/incomplete-grants.ts";
import { createLinter } from "../../../tools/authoring/lint/create-linter.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";

/** One case; the text that is linted is `JSON.stringify(policy, undefined, 2)`. */
export interface LintCase {
  readonly name: string;
  readonly why: string;
  readonly source: string;
  /** How the policy is used: attached if left out; `false` when the configuration could not be read. */
  readonly configuration?:
    | false
    | {
        readonly boundary?: boolean;
        readonly attached?: boolean;
        readonly dependentActions?: DependentActions;
        /** Condition keys that the configuration accepts. */
        readonly accept?: readonly string[];
      };
  readonly policy: unknown;
  /** `line:column code message`, with `error` before the code of an error; in the order of the text. */
  readonly expected: readonly string[];
}

const folder = join(import.meta.dirname, "../../cases/lint");
const policyName = "linted";

/** The two instances of AWS's documentation examples. */
export const instances = [
  "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1",
  "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17",
]
  .map(parseInstanceArn)
  .filter((instance) => instance !== undefined);

/** All case files, each checked against the schema. */
export function readLintCases(): readonly { readonly file: string; readonly cases: readonly LintCase[] }[] {
  const schema: object = JSON.parse(readFileSync(join(folder, "case.schema.json"), "utf8"));
  const validate = new Ajv({ allErrors: true }).compile<{ cases: LintCase[] }>(schema);
  const files = readdirSync(folder).filter((file) => file !== "case.schema.json");
  return files.sort().map((file) => {
    const content: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
    if (!validate(content)) throw new Error(`${file}: ${JSON.stringify(validate.errors, undefined, 1)}`);
    return { file, cases: content.cases };
  });
}

/** Makes a configuration with the two instances and one policy. */
export function createConfiguration(use: Exclude<LintCase["configuration"], false> = {}): Configuration {
  const { boundary = false, attached = !boundary, dependentActions = "required" } = use;
  return {
    instances,
    issuers: [],
    bindings: [
      {
        match: { groups: ["agents"] },
        policies: attached ? [policyName] : ["another"],
        ...(boundary ? { boundary: policyName } : {}),
      },
    ],
    guardrails: [],
    mode: "enforce",
    tokenHeader: "authorization",
    routes: [],
    dependentActions,
  };
}

/** Lints a policy's text. */
export function lintText(text: string, configuration: LintCase["configuration"] = {}): readonly Issue[] {
  const parsed = parsePolicy(text, { name: policyName, file: `policies/${policyName}.json` });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { accept = [] } = configuration === false ? {} : configuration;
  const accepted = new Set(accept.map((key) => key.toLowerCase()));
  const config = configuration === false ? undefined : createConfiguration(configuration);
  const lint = createLinter(config, (key) => accepted.has(key));
  const { document, positions } = parsed;
  const policies = { documents: [document], positions: new Map([[document.name, positions]]) };
  return [...lint(document, positions), ...(config ? checkGrants(config, policies) : [])];
}

/** Finds the codes that `validate` prints for a policy, its parser's and its actions' among them; each once. */
export function findCodes(text: string): readonly string[] {
  const parsed = parsePolicy(text, { name: policyName, file: `policies/${policyName}.json` });
  const issues = parsed.ok
    ? [...parsed.warnings, ...checkActions(parsed.document, parsed.positions), ...lintText(text)]
    : parsed.issues;
  return [...new Set(issues.map(({ code }) => code))].sort();
}

/** Runs a case. */
export function runLintCase({ policy, configuration }: LintCase): readonly string[] {
  return [...lintText(JSON.stringify(policy, undefined, 2), configuration)]
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ line, column, severity, code, message }) =>
      [`${line}:${column}`, ...(severity === "error" ? [severity] : []), code, message].join(" "),
    );
}
