/** One operation of a document: where its input is in the request, what it answers, and what its policies are asked. */

import type { NormalizedSchema } from "@smithy/core/schema";
import { lowerAscii } from "../../shared/ascii.ts";
import { areaOf } from "../../shared/catalog/area.ts";
import { sourcesOf } from "../../shared/catalog/identifier-sources.ts";
import type { InputMember, OperationRow } from "../../shared/catalog/types.ts";
import { membersOf } from "../../shared/request/decode/from-json.ts";
import type { JsonSchema } from "../../shared/request/decode/json-schema.ts";
import { findOperationSchema, type OperationSchema } from "../../shared/request/decode/schemas.ts";
import { argumentsOfRoute, type RouteArgument } from "../../shared/request/route/route-arguments.ts";
import type { ConnectInstance, CustomRoute } from "../../shared/request/types.ts";
import { type CatalogSettings, describeOperation } from "../catalog/entry/catalog-entry.ts";
import { headersOf, refusalsOfOperation } from "./answers.ts";
import type { PathNames } from "./path-names.ts";
import type { ComponentSchemas } from "./schemas.ts";

/** What all operations of a document share. */
export interface Surroundings {
  readonly schemas: ComponentSchemas;
  readonly paths: PathNames;
  readonly instances: readonly ConnectInstance[];
  readonly settings: CatalogSettings;
}

export interface DescribedOperation {
  readonly path: string;
  /** In lower case. */
  readonly method: string;
  /** An OpenAPI Operation Object. */
  readonly operation: Readonly<Record<string, unknown>> & { readonly tags: readonly string[] };
}

/** Describes the route that Amazon Connect itself has. */
export function describeOwnRoute(row: OperationRow, around: Surroundings): DescribedOperation {
  const { name, method, uri } = row;
  const schema = schemaOf(name);
  const { path, names } = around.paths.nameOf(uri);
  const at = (place: InputMember["place"]) => row.members.filter((member) => member.place === place);
  const described = (member: InputMember) => ({
    ...member,
    schema: memberSchema({ row, schema, around }, member),
  });
  const parameters = [...at("path"), ...at("query"), ...at("header")].map(described).map((member) => ({
    name: member.place === "path" ? (names.get(member.wireName) ?? member.wireName) : member.wireName,
    in: member.place,
    required: member.required,
    schema: member.schema,
  }));
  const body = at("body").map(described);
  const operation = {
    ...headOf(row),
    operationId: name,
    parameters,
    ...bodyOf({ name: `${name}Body`, members: body }, around.schemas),
    ...endOf(row, schema, around),
  };
  return { path, method: lowerAscii(method), operation };
}

/** Describes a route of the configuration. @param id its operationId */
export function describeCustomRoute(
  { route, row, id }: { readonly route: CustomRoute; readonly row: OperationRow; readonly id: string },
  around: Surroundings,
): DescribedOperation {
  const schema = schemaOf(row.name);
  const { path, names } = around.paths.nameOf(route.path);
  const found = argumentsOfRoute(route.input, schema.input, around.schemas.inputs);
  const at = (part: RouteArgument["part"]) => found.filter((each) => each.part === part);
  const parameters = [...at("path"), ...at("query")].map((each) => ({
    name: each.part === "path" ? (names.get(each.name) ?? each.name) : each.name,
    in: each.part,
    required: each.isRequired,
    schema: each.schema,
  }));
  const body = at("body").map((each) => ({ ...each, required: each.isRequired }));
  const operation = {
    tags: ["routes of your own"],
    summary: `${summaryOf(row.name)}, by a route of this API.`,
    operationId: id,
    parameters,
    ...bodyOf({ name: `${id}Body`, members: body }, around.schemas),
    ...endOf(row, schema, around),
  };
  return { path, method: lowerAscii(route.method), operation };
}

/** Describes the form in which an operation's whole input is the body. @param names of the operations that it has */
export function describeAnyOperation(names: readonly string[]): DescribedOperation {
  const whole = { type: "object", additionalProperties: true, description: "The operation's whole input." };
  const operation = {
    tags: ["any operation"],
    summary: "Call an operation by its name, with its whole input as the body.",
    operationId: "CallOperation",
    parameters: [{ name: "Operation", in: "path", required: true, schema: { type: "string", enum: names } }],
    requestBody: { required: true, content: { "application/json": { schema: whole } } },
    responses: {
      "200": answerOf({ type: "object", additionalProperties: true }),
      ...refusalsOfOperation,
    },
  };
  return { path: "/operations/{Operation}", method: "post", operation };
}

/** @throws TypeError for an operation without schema: the catalogue and the SDK have the same */
function schemaOf(name: string): OperationSchema {
  const schema = findOperationSchema(name);
  if (!schema) throw new TypeError(`no schema of \`${name}\``);
  return schema;
}

function headOf(row: OperationRow) {
  const url = `https://docs.aws.amazon.com/connect/latest/APIReference/API_${row.name}.html`;
  return { tags: [areaOf(row)], summary: `${summaryOf(row.name)}.`, externalDocs: { url } };
}

/** `Describe user` for `DescribeUser`, `Get metric data V2` for `GetMetricDataV2`. */
function summaryOf(name: string): string {
  const words = name.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]+|[A-Z]+\d*|\d+/g) ?? [name];
  return words
    .map((word, index) => (index === 0 || /^[A-Z]+\d*$/.test(word) ? word : lowerAscii(word)))
    .join(" ");
}

interface Owner {
  readonly row: OperationRow;
  readonly schema: OperationSchema;
  readonly around: Surroundings;
}

function memberSchema({ row, schema, around }: Owner, { name, place }: InputMember): JsonSchema {
  if (sourcesOf(row).instances.has(name)) {
    const ids = around.instances.flatMap(({ id, arn }) => (name.endsWith("Arn") ? [arn] : [id, arn]));
    return { type: "string", enum: [...new Set(ids)] };
  }
  const member = membersOf(schema.input).members.get(name) ?? schema.input.getMemberSchema(name);
  if (place === "header" && member.isTimestampSchema())
    return { type: "string", description: "A date of HTTP: `Tue, 14 Nov 2023 22:13:20 GMT`." };
  const written = around.schemas.inputs.write(member, `${nameOf(schema.input)}.${name}`);
  return place === "path" && written["type"] === "string" ? { ...written, minLength: 1 } : written;
}

function nameOf(schema: NormalizedSchema): string {
  return schema.getName() ?? "";
}

interface BodyMember {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

function bodyOf(
  { name, members }: { readonly name: string; readonly members: readonly BodyMember[] },
  schemas: ComponentSchemas,
) {
  if (members.length === 0) return {};
  const required = members.filter((member) => member.required).map((member) => member.name);
  const schema = schemas.add(name, {
    type: "object",
    properties: Object.fromEntries(members.map((member) => [member.name, member.schema])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  });
  return { requestBody: { required: required.length > 0, content: { "application/json": { schema } } } };
}

function endOf(row: OperationRow, { output, status }: OperationSchema, around: Surroundings) {
  const answer = output.isStructSchema() ? around.schemas.outputs.write(output) : { type: "object" };
  return {
    responses: { [status]: answerOf(answer), ...refusalsOfOperation },
    "x-connect-authorizer": askedOf(row, around.settings),
  };
}

function answerOf(schema: JsonSchema) {
  return {
    description: "What Amazon Connect answers.",
    headers: headersOf(),
    content: { "application/json": { schema } },
  };
}

/** What the policies are asked: the actions, on which resources, and the condition keys that they can use. */
function askedOf(row: OperationRow, settings: CatalogSettings) {
  const { actions, targets, conditionKeys, decidedByUrl } = describeOperation(row, settings);
  return {
    operation: row.name,
    actions: actions.map(({ action, when }) => ({
      action,
      ...(when === "always" ? {} : { when }),
      resources: targets
        .filter((target) => target.action === action)
        .map(({ resource, source, sort }) => ({ resource, source, sort })),
    })),
    conditionKeys,
    decidedByUrl,
  };
}
