/**
 * What the values of each filter of `GetMetricDataV2` are. The SDK's schema has the filter's key as a plain text, so the keys
 * are read from its documentation: a key that is in neither table stops the generator.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Undecided } from "../undecided.ts";

/** Keys whose values name resources: the target, as `shared/catalog/target-text.ts` writes it without its source, and its keys. */
const named: readonly (readonly [target: string, keys: readonly string[]])[] = [
  // "are used for authorizing requests" (API reference, GetMetricDataV2, Filters)
  ["queue @agent-queue", ["QUEUE"]],
  ["routing-profile", ["ROUTING_PROFILE"]],
  ["user", ["AGENT", "EVALUATOR_ID"]],
  [
    "hierarchy-group",
    ["ONE", "TWO", "THREE", "FOUR", "FIVE"].map((level) => `AGENT_HIERARCHY_LEVEL_${level}`),
  ],
  ["evaluation-form", ["EVALUATION_FORM"]],
  ["arn @campaign", ["CAMPAIGN"]],
  // What other keys name is referenced.
  ["~queue @agent-queue", ["FLOWS_NEXT_RESOURCE_QUEUE_ID"]],
  ["~contact-flow", ["FLOWS_RESOURCE_ID", "PARENT_FLOWS_RESOURCE_ID", "INITIATING_FLOW"]],
  ["~contact-flow-module", ["FLOWS_MODULE_RESOURCE_ID"]],
  // A flow is followed by another flow, a module or a queue; the filter does not say which of them an id is.
  ["~contact-flow", ["FLOWS_NEXT_RESOURCE_ID"]],
  ["~contact-flow-module", ["FLOWS_NEXT_RESOURCE_ID"]],
  ["~queue", ["FLOWS_NEXT_RESOURCE_ID"]],
];

/** Keys whose values name no resource that a policy could be evaluated against, except by ARN: every call is authorized on those. */
const others: Readonly<Record<string, readonly string[]>> = {
  "an AI agent, prompt or tool of Amazon Q in Connect": [
    "AI_AGENT",
    "AI_AGENT_ID",
    "AI_AGENT_NAME",
    "AI_AGENT_TYPE",
    "AI_PROMPT",
    "AI_PROMPT_ID",
    "AI_PROMPT_NAME",
    "AI_PROMPT_TYPE",
    "AI_TOOL_ID",
    "AI_TOOL_NAME",
    "AI_TOOL_TYPE",
    "AI_USE_CASE",
    "KNOWLEDGE_BASE_NAME",
    "Q_CONNECT_ENABLED",
    "SESSION_ID",
  ],
  "a bot of Amazon Lex": ["BOT_ALIAS", "BOT_ID", "BOT_INTENT_NAME", "BOT_LOCALE", "BOT_VERSION"],
  "a case of Connect Cases": ["CASE_STATUS", "CASE_TEMPLATE_ARN"],
  "a property of contacts": [
    "ANSWERING_MACHINE_DETECTION_STATUS",
    "BROWSER_NAME",
    "CHANNEL",
    "DEVICE_MODEL",
    "DEVICE_TYPE",
    "DISCONNECT_REASON",
    "FEATURE",
    "INITIATION_METHOD",
    "ROUTING_STEP_EXPRESSION",
    "WEB_NOTIFICATION_TYPE",
    "contact/segmentAttributes/connect:Subtype",
    "contact/segmentAttributes/connect:ValidationTestType",
  ],
  "an event of an outbound campaign": ["CAMPAIGN_DELIVERY_EVENT_TYPE", "CAMPAIGN_EXCLUDED_EVENT_TYPE"],
  "part of an evaluation form": [
    "EVALUATION_QUESTION",
    "EVALUATION_SECTION",
    "EVALUATION_SOURCE",
    "FORM_VERSION",
  ],
  "part of a flow's run": [
    "FLOW_ACTION_ID",
    "FLOW_TYPE",
    "FLOWS_OUTCOME_TYPE",
    "INVOKING_RESOURCE_PUBLISHED_TIMESTAMP",
    "INVOKING_RESOURCE_TYPE",
    "RESOURCE_PUBLISHED_TIMESTAMP",
  ],
  "a test case; the reference has no resource type for it": [
    "TEST_CASE",
    "TEST_CASE_EXECUTION_FAILURE_REASON",
    "TEST_CASE_EXECUTION_RESULT",
    "TEST_CASE_EXECUTION_STATE",
  ],
};

/** The targets of the filters that name resources, in the form of `shared/catalog/target-text.ts`. */
export function filterTargets(): readonly string[] {
  return named.map(([target, keys]) => {
    const [type, ...options] = target.split(" ");
    return [type, "Filters[].FilterValues[]?", ...options, `#FilterKey=${keys.join(",")}`].join(" ");
  });
}

/** Lists the open decisions about the keys of the SDK's documentation; `undefined`: it no longer lists keys. */
export function undecidedFilterKeys(documented: readonly string[] | undefined): readonly Undecided[] {
  const known = new Set([...named.flatMap(([, keys]) => keys), ...Object.values(others).flat()]);
  const texts = documented
    ? [
        ...documented
          .filter((key) => !known.has(key))
          .map((key) => `Filters[].FilterKey=${key}: no table says what its values name`),
        ...[...known]
          .filter((key) => !documented.includes(key))
          .map((key) => `Filters[].FilterKey=${key}: the SDK's documentation has no such key`),
      ]
    : ["the SDK's documentation no longer lists the filter keys where this file looks for them"];
  return texts.map((text) => ({
    what: `GetMetricDataV2: ${text}`,
    file: "tools/catalog/tables/filter-keys.ts",
  }));
}

export function readFilterKeys(): readonly string[] | undefined {
  const main = createRequire(import.meta.url).resolve("@aws-sdk/client-connect");
  const folder = join(dirname(main), "../dist-types/models");
  const files = readdirSync(folder).filter((name) => name.endsWith(".d.ts"));
  return documentedFilterKeys(files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n"));
}

/** Finds the filter keys of `GetMetricDataV2` in type declarations. */
export function documentedFilterKeys(declarations: string): readonly string[] | undefined {
  const request = declarations.split("export interface GetMetricDataV2Request ")[1];
  const list = request && /valid filter keys for a.*?<\/p>(.*?)<\/p>/s.exec(request)?.[1];
  const keys = [...(list ?? "").matchAll(/<code>([^<]+)<\/code>/g)].map(([, key = ""]) => key);
  return keys.length > 0 ? keys : undefined;
}
