/** `schema`: the JSON Schemas of `authorizer.yaml`, environments, policies, policy tests, seeds and audit records, and the pages made from them. */
import { defineCommand, type Given, type ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { writeOut } from "../write-out.ts";
import { formatConditionKeysPage } from "./condition-keys-page.ts";
import { formatLintPage } from "./lint-page.ts";

const options = {
  "--page": "print it as a Markdown page, with every environment variable",
  "--environment": "print the JSON Schema of the files in environments/",
  "--policy": "print the JSON Schema of the policies, with every action, resource and condition key",
  "--tests": "print the JSON Schema of the files of policy tests",
  "--seed": "print the JSON Schema of seeds, with which the embedded Connect starts",
  "--audit": "print the JSON Schema of the audit records in the functions' logs",
  "--keys": "print the page of the condition keys that policies can use",
  "--lint": "print the page of what validate finds",
  "--out <file>": { text: "write it to a file instead", dash: "output" },
} as const satisfies ParameterTable;

export const command = defineCommand({
  name: "schema",
  text: "print the JSON Schema of authorizer.yaml, with which editors complete and check it",
  options,
  example: "schema --out config/authorizer.schema.json",
  async run({ out = "-", ...given }, io) {
    if (Object.values(given).filter(Boolean).length > 1)
      throw new UsageError(
        "`--page`, `--environment`, `--policy`, `--tests`, `--seed`, `--audit`, `--keys` and `--lint` exclude each other",
      );
    await writeOut(out, await textOf(given), io);
    return 0;
  },
});

/** What needs zod is loaded when it is needed. */
async function textOf({
  page,
  environment,
  policy,
  tests,
  seed,
  audit,
  keys,
  lint,
}: Given<typeof options>): Promise<string> {
  if (keys) return formatConditionKeysPage();
  if (lint) return formatLintPage();
  if (policy) return (await import("../../authoring/configuration/policy-schema.ts")).formatPolicySchema();
  if (tests) return (await import("../../authoring/tests/test-file.ts")).formatTestSchema();
  if (seed) return (await import("../../local/connect/seeds/seed-schema.ts")).formatSeedSchema();
  if (audit) return (await import("../audit/record-schema.ts")).formatRecordSchema();
  if (page) return (await import("./configuration-page.ts")).formatConfigurationPage();
  const schemas = await import("../../authoring/configuration/configuration-schema.ts");
  const { createConfigurationSchema, createEnvironmentSchema, formatSchema } = schemas;
  return formatSchema(environment ? createEnvironmentSchema() : createConfigurationSchema());
}
