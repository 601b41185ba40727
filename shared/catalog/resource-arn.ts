/**
 * Makes resource ARNs from identifiers, parses them, and compares them with where a call goes.
 *
 * The formats are the "Resource types defined by Amazon Connect" of the Service Authorization Reference, from the table
 * of the catalogue. An identifier is inserted literally, so it is checked first: no character with a meaning in ARNs or
 * policies is accepted.
 */
import { lowerAscii } from "../ascii.ts";
import { InputError } from "../errors.ts";
import { findResourceType, resourceTypes } from "./catalog.ts";
import type { ResourceType } from "./types.ts";

export interface InstanceCoordinates {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly id: string;
}

/** Where a call goes, and whether its input says so. */
export interface CallPlace extends InstanceCoordinates {
  /** False when the instance is only the default destination. */
  readonly namesInstance: boolean;
}

/** A parsed resource ARN of a known type. */
export interface ParsedArn {
  readonly text: string;
  readonly partition: string;
  readonly region: string;
  /** Twelve digits, or `aws` for AWS-managed resources. */
  readonly accountId: string;
  /** A key of the resource type table: the plain type, even if the id has a qualifier. */
  readonly type: string;
  /** Absent for types without an instance. */
  readonly instanceId?: string;
  /** The last part, with its qualifier: `<id>:$LATEST`; for an instance, its id. */
  readonly id: string;
}

/** A parsed ARN format of a resource type. */
interface Template {
  readonly type: string;
  readonly service: string;
  /** `aws` for AWS-managed types. */
  readonly account: string | undefined;
  /** Resource part split at `/`; `undefined` for a variable. */
  readonly words: readonly (string | undefined)[];
  /** Words before the last variable, joined: `agent/`, without the instance. */
  readonly prefix: string;
  readonly ofInstance: boolean;
}

/**
 * Resource types that an instance and its replica in another Region share. Each resource is of one Region, and a call
 * in the other Region names it by its whole ARN (API reference, DescribePhoneNumber and UpdateTrafficDistribution).
 */
export const sharedTypes: ReadonlySet<string> = new Set(["phone-number", "traffic-distribution-group"]);

/** Five groups joined by hyphens: a UUID, or one that AWS's examples made up. Connect writes both in lower case. */
const uuidLike = /^[a-z0-9]+(-[a-z0-9]+){4}$/i;
const idText = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?::[A-Za-z0-9$_-]+)?$/;
const maxIdLength = 500;
/** IAM's limit (IAM User Guide, "IAM and AWS STS quotas"). */
const maxArnLength = 2_048;
/** Parts of an ARN between colons: five, the resource, and its qualifier. */
const maxParts = 7;
/** Words between slashes: more than any resource type has (a test holds it). */
const maxWords = 8;
const templates = new Map<string, Template>();

/** Whether the text is an identifier with at most one qualifier: `0a1b…`, `0a1b…:$LATEST`. */
export function isArnId(text: string): boolean {
  return text.length <= maxIdLength && idText.test(text);
}

/** Whether ARNs of the type hold an instance (`instance/<id>/…`); false for the instance's own type. */
export function isOfInstance(type: string): boolean {
  return templateOf(type).ofInstance;
}

/**
 * @param source member path of the identifier, for errors
 * @throws InputError when the identifier has other characters than letters, digits, `-`, `_`, `.` and one qualifier
 */
export function makeArn(type: string, id: string, where: InstanceCoordinates, source: string): string {
  if (!isArnId(id)) {
    throw new InputError(
      source,
      "must be an id of letters, digits, `-` and `_`, with at most one `:` qualifier",
    );
  }
  return `${makeStem(type, where)}${id}`;
}

/** Returns the ARN that IAM uses for all resources of a type: `…/agent/*`. */
export function makeArnOfAll(type: string, where: InstanceCoordinates): string {
  return `${makeStem(type, where)}*`;
}

function makeStem(type: string, where: InstanceCoordinates): string {
  const { service, account, prefix, ofInstance } = templateOf(type);
  const instance = ofInstance ? `instance/${where.id}/` : "";
  return `arn:${where.partition}:${service}:${where.region}:${account ?? where.accountId}:${instance}${prefix}`;
}

/** Returns `undefined` for patterns, malformed identifiers, and types outside the table. */
export function parseConnectArn(arn: string): ParsedArn | undefined {
  if (arn.length > maxArnLength) return undefined;
  const [head, partition = "", service = "", region = "", accountId = "", ...rest] = arn.split(
    ":",
    maxParts + 1,
  );
  if (rest.length > maxParts - 5) return undefined;
  if (head !== "arn" || !/^aws(?:-[a-z]+)*$/.test(partition) || !/^[a-z0-9-]+$/.test(region))
    return undefined;
  if (accountId !== "aws" && !/^\d{12}$/.test(accountId)) return undefined;
  const words = rest.join(":").split("/", maxWords + 1);
  const template = allTemplates().find((candidate) =>
    matchTemplate(candidate, { service, accountId, words }),
  );
  if (!template) return undefined;
  const instanceId = words[0] === "instance" ? words[1] : undefined;
  const id = words.at(-1) ?? "";
  return {
    text: arn,
    partition,
    region,
    accountId,
    type: template.type,
    id,
    ...(instanceId === undefined ? {} : { instanceId }),
  };
}

/**
 * Whether a call to an instance can name this ARN. It must be of the same partition, of the account (or AWS's own), of
 * the Region unless two Regions share its type, and of the instance if it has one.
 */
export function belongsTo(arn: ParsedArn, place: InstanceCoordinates): boolean {
  return (
    arn.partition === place.partition &&
    (arn.accountId === place.accountId || arn.accountId === "aws") &&
    (arn.region === place.region || sharedTypes.has(arn.type)) &&
    (arn.instanceId === undefined || arn.instanceId === place.id)
  );
}

/**
 * Refuses an ARN of another place than the call's destination. Every foreign ARN in the place of an identifier is
 * refused here.
 *
 * @param path member path of the ARN, for the error
 * @throws InputError when it does not belong there; if the call names no instance, any instance is accepted
 */
export function assertBelongs(arn: ParsedArn, where: CallPlace, path: string): void {
  const { namesInstance, id } = where;
  if (!belongsTo(arn, namesInstance ? where : { ...where, id: arn.instanceId ?? id }))
    throw new InputError(
      path,
      "names a resource of another partition, region, account or instance than the call goes to",
    );
}

/** Lower-cases the UUIDs in an id or an ARN, but not their qualifiers. */
export function lowerUuids(text: string): string {
  return /[A-Z]/.test(text) ? text.split("/").map(lowerUuid).join("/") : text;
}

function lowerUuid(segment: string): string {
  const [id = "", ...qualifier] = segment.split(":");
  return uuidLike.test(id) ? [lowerAscii(id), ...qualifier].join(":") : segment;
}

/** The type of a qualified identifier, if the reference has a separate one: `qualified-metric`. */
export function qualifiedType(type: string, id: string): string {
  if (!id.includes(":")) return type;
  const qualified = `qualified-${type}`;
  return findResourceType(qualified) ? qualified : type;
}

/** Returns `undefined` when there is no qualifier. */
export function unqualified(id: string): string | undefined {
  const colon = id.indexOf(":");
  return colon < 0 ? undefined : id.slice(0, colon);
}

function matchTemplate(
  template: Template,
  arn: { readonly service: string; readonly accountId: string; readonly words: readonly string[] },
): boolean {
  if (template.service !== arn.service || template.words.length !== arn.words.length) return false;
  if ((template.account === "aws") !== (arn.accountId === "aws")) return false;
  return template.words.every((word, index) => {
    const actual = arn.words[index] ?? "";
    if (word !== undefined) return word === actual;
    const mayBeQualified = index === template.words.length - 1 && template.type !== "instance";
    return isArnId(actual) && (mayBeQualified || !actual.includes(":"));
  });
}

/** Without qualified types: {@link qualifiedType} finds them by the identifier. */
function allTemplates(): readonly Template[] {
  known ??= resourceTypes()
    .filter(({ name }) => !name.startsWith("qualified-"))
    .map(({ name }) => templateOf(name));
  return known;
}
let known: readonly Template[] | undefined;

function templateOf(type: string): Template {
  let template = templates.get(type);
  if (!template) {
    const row = findResourceType(type);
    if (!row) throw new TypeError(`not a resource type: \`${type}\``);
    template = takeApart(row);
    templates.set(type, template);
  }
  return template;
}

function takeApart({ name, arn }: ResourceType): Template {
  const [, , service = "", , account = "", ...rest] = arn.split(":");
  const words = rest.join(":").split("/");
  const ofInstance = words[0] === "instance" && words.length > 2;
  const own = ofInstance ? words.slice(2) : words;
  const firstVariable = own.findIndex((word) => word.startsWith("$"));
  return {
    type: name,
    service,
    account: account.startsWith("$") ? undefined : account,
    words: words.map((word) => (word.startsWith("$") ? undefined : word)),
    prefix: own
      .slice(0, firstVariable)
      .map((word) => `${word}/`)
      .join(""),
    ofInstance,
  };
}
