/** Creates the asks for one identifier of an input: on its ARN, which must belong to the call's instance. */
import { InputError } from "../errors.ts";
import { NOT_KNOWN, type Question } from "./ask.ts";
import type { Found } from "./member-path.ts";
import {
  assertBelongs,
  type CallPlace,
  isOfInstance,
  makeArn,
  type ParsedArn,
  parseConnectArn,
  qualifiedType,
  sharedTypes,
  unqualified,
} from "./resource-arn.ts";
import type { TargetSpec } from "./types.ts";

/**
 * If the identifier has a qualifier (`<id>:$SAVED`), the ask keeps it, as the service does, and a Deny on the resource
 * without it applies too.
 *
 * @throws InputError for what is not an identifier, has a type that the member cannot name, or belongs somewhere else
 */
export function addNamed(question: Question, at: Found): void {
  const { spec, input, where } = question;
  const text = at.value;
  if (typeof text !== "string") throw new InputError(at.path, "must be a string");
  if (text === "") throw new InputError(at.path, "must not be empty");
  if (spec.orAnyArn && text.startsWith("arn:")) return;
  if (spec.type === "arn" || text.startsWith("arn:")) {
    addArn(question, at.path, text);
    return;
  }
  assertInstance(spec.type, where);
  if (spec.type === "instance" && where?.namesInstance && where.id !== text) {
    throw new InputError(at.path, "names another instance than the call goes to");
  }
  const qualifier = spec.qualifier === undefined ? undefined : input.get(spec.qualifier);
  if (qualifier === NOT_KNOWN) add(question, { type: spec.type, source: at.path, resource: undefined });
  else addId(question, at.path, qualifier === undefined ? text : `${text}:${String(qualifier)}`);
}

/** @throws InputError when a resource belongs to an instance and the call does not name one */
export function assertInstance(type: string, where: CallPlace | undefined): void {
  if (where && !where.namesInstance && isOfInstance(type)) {
    throw new InputError("InstanceId", "is missing, and the resource belongs to an instance");
  }
}

function addId(question: Question, source: string, id: string): void {
  const { spec, where } = question;
  const resource = where && makeArn(spec.type, id, where, source);
  add(question, { type: qualifiedType(spec.type, id), source, resource });
  const bare = unqualified(id);
  if (bare === undefined) return;
  addReferenced(question, {
    type: spec.type,
    source,
    resource: where && makeArn(spec.type, bare, where, source),
  });
}

/** Adds an ask for an ARN as written, if the member can name its type and it belongs to the call's instance. */
function addArn(question: Question, source: string, text: string): void {
  const { spec, where } = question;
  const arn = parseConnectArn(text);
  // The number is of another Region. `addOtherFormat` adds the ask for this Region.
  if (spec.type === "legacy-phone-number" && arn?.type === "phone-number") return;
  if (!arn || !isExpected(arn.type, text, spec)) {
    throw new InputError(source, "is not the ARN of a resource that this member can name");
  }
  if (where) assertBelongs(arn, where, source);
  add(question, { type: qualifiedType(arn.type, arn.id), source, resource: text });
  if (arn.type === "phone-number") addOtherFormat(question, source, arn);
  if (unqualified(arn.id) === undefined) return;
  addReferenced(question, { type: arn.type, source, resource: text.slice(0, text.lastIndexOf(":")) });
}

/**
 * A number of another Region is authorized in the format of the call's instance, too. Both must be allowed: "you must
 * provide the phone number resource in both the V1 and V2 ARN formats" (administrator guide, "Allow or Deny queue API
 * actions for phone numbers in a replica Region").
 */
function addOtherFormat(question: Question, source: string, { id, region }: ParsedArn): void {
  const { where, action, asks, mayVanish, spec } = question;
  if (where && (!where.namesInstance || where.region === region)) return;
  const type = "legacy-phone-number";
  const ask = { action, type, source, mayBeAbsent: mayVanish || !where };
  const resourceOf = (each: string) => where && makeArn(type, each, where, source);
  asks.push({ ...ask, resource: resourceOf(id), sort: spec.sort });
  const bare = unqualified(id);
  if (bare !== undefined) asks.push({ ...ask, resource: resourceOf(bare), sort: "referenced" });
}

function isExpected(type: string, arn: string, spec: TargetSpec): boolean {
  if (type === spec.type && sharedTypes.has(type)) return true;
  if (spec.types) return spec.types.includes(type);
  return spec.type === "arn" && arn.split(":", 3)[2] === "connect";
}

interface Named {
  readonly type: string;
  readonly source: string;
  readonly resource: string | undefined;
}

function add({ spec, action, asks, mayVanish }: Question, { type, source, resource }: Named): void {
  asks.push({ action, resource, type, sort: spec.sort, source, mayBeAbsent: mayVanish });
}

function addReferenced({ action, asks, mayVanish }: Question, { type, source, resource }: Named): void {
  asks.push({ action, resource, type, sort: "referenced", source, mayBeAbsent: mayVanish });
}
