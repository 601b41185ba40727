// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies and of ARN formats, and places of snippets
/**
 * The JSON Schema of policies, by which editors complete and explain them: every action of Amazon Connect, its resources, the
 * condition keys and the operators.
 *
 * What it refuses is refused when the policy is read, but not the other way about: what is only warned of is valid here too. A
 * test holds it against the parser. `enumDescriptions`, `errorMessage` and `defaultSnippets` are words of VS Code, which others pass over.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { operatorNames, parseOperator } from "../../../shared/policy/condition/operators.ts";
import { conditionKeys } from "../../../shared/reach/implication/condition-key-table.ts";
import { ofInstance } from "../../../shared/reach/resource-shape.ts";
import { constantKeys } from "../../../shared/request/keys/global-keys.ts";
import { lintFacts, shapesOf } from "../lint/facts/action-facts.ts";
import { sourcesOfOwn, sourcesOfValues } from "../lint/facts/key-notes.ts";
import type { JsonSchema } from "./configuration-schema.ts";
import { accessLevelOf, knownActions } from "./known-actions.ts";

export function createPolicySchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "a policy of connect-authorizer",
    description: "An identity policy in IAM's language, for callers of Amazon Connect.",
    type: "object",
    properties: {
      Version: {
        description: "The version of the policy language. Write 2012-10-17: the older one has no variables.",
        enum: ["2012-10-17", "2008-10-17"],
      },
      Id: { description: "A name for the policy. It has no effect.", type: "string" },
      Statement: someOf("What is allowed and denied. A Deny prevails over every Allow.", "statement"),
    },
    required: ["Statement"],
    additionalProperties: false,
    definitions: {
      statement: statementSchema(),
      actions: listOf("action"),
      action: actionSchema(),
      resources: listOf("resource"),
      resource: resourceSchema(),
      condition: conditionSchema(),
      keys: keysSchema("values"),
      truthKeys: keysSchema("truths"),
      values: {
        anyOf: [{ $ref: "#/definitions/value" }, { type: "array", items: { $ref: "#/definitions/value" } }],
      },
      value: { type: ["string", "number", "boolean"] },
      truths: { anyOf: [{ enum: ["true", "false"] }, { $ref: "#/definitions/values" }] },
    },
  };
}

export function formatPolicySchema(): string {
  return `${JSON.stringify(createPolicySchema(), undefined, 1)}\n`;
}

function ref(name: string, description?: string): object {
  // Draft 7 passes over what is beside a `$ref`.
  const reference = { $ref: `#/definitions/${name}` };
  return description === undefined ? reference : { description, allOf: [reference] };
}

function someOf(description: string, name: string): object {
  return { description, ...listOf(name) };
}

function listOf(name: string) {
  return { anyOf: [ref(name), { type: "array", items: ref(name) }] };
}

function statementSchema(): object {
  const oneOf = (one: string, other: string) => ({ oneOf: [{ required: [one] }, { required: [other] }] });
  return {
    type: "object",
    properties: {
      Sid: { description: "The statement's name: letters and digits.", type: "string" },
      Effect: { description: "Whether the statement allows or denies.", enum: ["Allow", "Deny"] },
      Action: ref("actions", "What the statement is about: actions, which may have wildcards."),
      NotAction: ref("actions", "The statement is about all actions but these."),
      Resource: ref("resources", "On which resources: ARNs, which may have wildcards and variables, or *."),
      NotResource: ref("resources", "The statement is about all resources but these."),
      Condition: ref("condition", "When the statement applies: every operator and every key must hold."),
    },
    required: ["Effect"],
    additionalProperties: false,
    allOf: [oneOf("Action", "NotAction"), oneOf("Resource", "NotResource")],
    defaultSnippets: [
      {
        label: "statement",
        body: { Sid: "$1", Effect: "Allow", Action: ["connect:$2"], Resource: ["$3"] },
      },
    ],
  };
}

function actionSchema(): object {
  const actions = [...knownActions().values()].sort();
  const verbs = actions.map((action) => /^connect:([A-Z][a-z]+)/.exec(action)?.[1] ?? "");
  const shared = [...new Set(verbs)]
    .filter((verb) => verbs.filter((each) => each === verb).length > 2)
    .sort();
  const rows: readonly (readonly [string, string])[] = [
    ...actions.map((action) => [action, describeAction(action)] as const),
    ["connect:*", "Every action of Amazon Connect."],
    ...shared.map((verb) => [`connect:${verb}*`, `Every action that begins with ${verb}.`] as const),
    ["*", "Every action."],
  ];
  const errorMessage = "An action is service:Name, for instance connect:DescribeUser, or *.";
  return {
    anyOf: [
      { enum: rows.map(([action]) => action), enumDescriptions: rows.map(([, text]) => text), errorMessage },
      {
        errorMessage,
        description: "An action in another case or with wildcards, or one of another service.",
        type: "string",
        pattern: "^\\s*(\\*+|[A-Za-z0-9_.*?-]+:[A-Za-z0-9_.*?-]+)\\s*$",
      },
    ],
  };
}

/** `Access level: Read. GET /users/{InstanceId}/{UserId}. Resources: agent/ID.` */
export function describeAction(action: string): string {
  const routes = operations()
    .filter((row) => row.action === action)
    .map(({ method, uri }) => `${method} ${uri}`);
  const required = lintFacts().actions.ignored.get(lowerAscii(action))?.required ?? 0n;
  const resources = shapesOf(required).map(({ format }) => withinInstance(format));
  const level = accessLevelOf(action);
  return [
    ...(level === undefined ? [] : [`Access level: ${level}.`]),
    routes.length > 0 ? `${routes.join(", ")}.` : "No operation of its own.",
    ...(resources.length > 0 ? [`Resources: ${resources.join(", ")}.`] : []),
  ].join(" ");
}

/** `agent/ID` */
function withinInstance(format: string): string {
  const resource = format.split(":").slice(5).join(":") || format;
  const own = resource.startsWith(ofInstance) ? resource.slice(ofInstance.length) : resource;
  return own.replace(/\$\{[^}]+\}/g, "ID");
}

function resourceSchema(): object {
  return {
    type: "string",
    pattern: "^(\\*$|arn:|\\$\\{)",
    errorMessage: "A resource is an ARN, ${NAME} of an instance with what follows it, or *.",
    description: "An ARN, or *. ${NAME} at the beginning is the instance that authorizer.yaml names so.",
    defaultSnippets: [{ label: "*", body: "*", description: "Every resource" }, ...resourceSnippets()],
  };
}

/** For each resource that some action needs: by the instance's name, and as an ARN. */
function resourceSnippets(): readonly object[] {
  return resourceLabels().map((label) => ({ label, body: snippetOf(label) }));
}

/** `${main}/agent/*`, `arn:${Partition}:connect:…`: by the name `main` of an instance, and as an ARN. */
export function resourceLabels(): readonly string[] {
  const all = [...lintFacts().actions.ignored.values()].reduce((mask, { required }) => mask | required, 0n);
  const formats = shapesOf(all)
    .map(({ format }) => format)
    .filter((format) => /^arn:\$\{Partition\}:connect:.*\$\{[^}]+\}$/.test(format))
    .sort();
  return formats.flatMap((format) => {
    const [, own] = /^.*:instance\/\$\{InstanceId\}(\/.*)?$/.exec(format) ?? [];
    const byName = format.includes(":instance/${InstanceId}") ? [`\${main}${own ?? ""}`] : [];
    return [...byName, format].map((written) => written.replace(/\$\{(?!main\})(\w+)\}$/, "*"));
  });
}

/** A text as it is typed, with places to fill in, one after the other. `${main}` is no place: its `$` is escaped. */
function snippetOf(text: string): string {
  let count = 0;
  const places = text.replace(/\$\{(\w+)\}|\*$/g, (written, name?: string) => {
    if (name === "main") return "\\${main\\}";
    count++;
    return `\${${count}:${name === "Partition" ? "aws" : (name ?? written)}}`;
  });
  return `^"${places}"`;
}

function conditionSchema(): object {
  const refs = operatorNames().map((name) => {
    const { comparison } = parseOperator(name) ?? {};
    return [name, ref(comparison === "bool" || comparison === "null" ? "truthKeys" : "keys")] as const;
  });
  return { type: "object", properties: Object.fromEntries(refs), additionalProperties: false };
}

function keysSchema(values: "values" | "truths"): object {
  const described = describedKeys();
  const properties = described
    .filter(({ name }) => !name.endsWith("/"))
    .map(({ name, description }) => [name, ref(values, description)] as const);
  const open = [
    ...described.filter(({ name }) => name.endsWith("/")).map((key) => ({ ...key, place: "KEY" })),
    { name: "jwt:", description: "A claim of the caller's token.", place: "CLAIM" },
  ];
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    additionalProperties: ref(values),
    defaultSnippets: open.map(({ name, description, place }) => ({
      label: name + place,
      description,
      body: { [`${name}\${1:${place}}`]: "$2" },
    })),
  };
}

/** The keys that calls have, in words. A family of keys ends in `/`. */
export function describedKeys(): readonly { readonly name: string; readonly description: string }[] {
  const sources: ReadonlyMap<string, string> = new Map(
    Object.entries({ ...sourcesOfOwn, ...sourcesOfValues }),
  );
  return conditionKeys
    .filter(({ presence }) => presence === "always" || presence === "byAction")
    .map(({ name }) => ({ name, description: describeKey(name, sources.get(name)) }));
}

function describeKey(name: string, source: string | undefined): string {
  const constant = Object.entries(constantKeys).find(([key]) => key === name)?.[1];
  if (constant !== undefined) return `Always ${constant}.`;
  return `From ${source ?? "the request or Amazon Connect, for the actions that have the key"}.`;
}
