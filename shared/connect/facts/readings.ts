/**
 * The Connect operation that describes a resource, and where its answer has the facts: one row for each resource type.
 *
 * Sources: API reference of DescribeContact, DescribeContactFlow, DescribeInstance, DescribeUser,
 * DescribeUserHierarchyGroup and ListTagsForResource; the keys' descriptions in the Service Authorization Reference and
 * in "Apply hierarchy-based access control" of the administrator guide.
 */

import { lowerAscii } from "../../ascii.ts";
import { HIERARCHY_OF } from "../../catalog/ask.ts";
import type { ParsedArn } from "../../catalog/resource-arn.ts";
import { CodedError } from "../../errors.ts";

/** Condition keys of one resource, in lower case; the resource does not have those that are absent. */
export type ResourceFacts = ReadonlyMap<string, string | readonly string[]>;

export interface FactReading {
  readonly operation: string;
  readonly input: object;
  /** Reads the operation's output: the facts, or the look-up that finds them. */
  read(output: unknown): ResourceFacts | FactReading;
}

type Reading = (arn: ParsedArn, resource: string) => FactReading;

/** Resource types with other facts than their tags. */
const byType: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  [
    "contact",
    (arn) => ({
      operation: "DescribeContact",
      input: { InstanceId: arn.instanceId, ContactId: arn.id },
      read: (output) => readContact(described(output, "Contact"), arn),
    }),
  ],
  [
    "contact-flow",
    (arn) => ({
      operation: "DescribeContactFlow",
      input: { InstanceId: arn.instanceId, ContactFlowId: arn.id },
      read: (output) => readFlow(described(output, "ContactFlow")),
    }),
  ],
  [
    "instance",
    (arn) => ({
      operation: "DescribeInstance",
      input: { InstanceId: arn.id },
      read: (output) => new Map(tagsOf(memberOf(described(output, "Instance"), "Tags"))),
    }),
  ],
]);

const tagsAlone: Reading = (_, resource) => ({
  operation: "ListTagsForResource",
  input: { resourceArn: resource },
  read: (output) => new Map(tagsOf(memberOf(output, "tags"))),
});

/** A user's place in the hierarchy: the user names the group, and the group has the whole path. */
const hierarchy = ({ instanceId, id }: ParsedArn): FactReading => ({
  operation: "DescribeUser",
  input: { InstanceId: instanceId, UserId: id },
  read: (output) => {
    const group = memberOf(described(output, "User"), "HierarchyGroupId");
    if (typeof group !== "string") return new Map();
    return {
      operation: "DescribeUserHierarchyGroup",
      input: { InstanceId: instanceId, HierarchyGroupId: group },
      read: (found) => readLevels(memberOf(described(found, "HierarchyGroup"), "HierarchyPath")),
    };
  },
});

/** Finds the look-up for a resource, or for the user's ARN after {@link HIERARCHY_OF}. */
export function readingOf(arn: ParsedArn, resource: string): FactReading {
  if (resource.startsWith(HIERARCHY_OF)) return hierarchy(arn);
  return (byType.get(arn.type) ?? tagsAlone)(arn, resource);
}

function readContact(contact: unknown, arn: ParsedArn): ResourceFacts {
  // Without tags: a contact's tags are not used for authorization (`shared/decide/call-context.ts`).
  const facts = new Map<string, string | readonly string[]>();
  setText(facts, "connect:channel", memberOf(contact, "Channel"));
  setText(facts, "connect:contactassociationid", memberOf(contact, "ContactAssociationId"));
  const agent = memberOf(memberOf(contact, "AgentInfo"), "Id");
  const prefix = `arn:${arn.partition}:connect:${arn.region}:${arn.accountId}:instance/${arn.instanceId}/agent/`;
  if (typeof agent === "string") facts.set("connect:userarn", `${prefix}${agent}`);
  return facts;
}

/** The group of each level, the top first. The path of a user who is in a group cannot be empty. */
function readLevels(path: unknown): ResourceFacts {
  const facts = new Map<string, string>();
  for (const [index, level] of ["LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive"].entries()) {
    const id = memberOf(memberOf(path, level), "Id");
    if (typeof id === "string") facts.set(`connect:hierarchygroupl${index + 1}id`, id);
  }
  if (facts.size > 0) return facts;
  throw new CodedError("upstreamUnavailable", "amazon connect described no `HierarchyPath`");
}

function readFlow(flow: unknown): ResourceFacts {
  const facts = new Map<string, string | readonly string[]>(tagsOf(memberOf(flow, "Tags")));
  const type = memberOf(flow, "Type");
  if (typeof type === "string") facts.set("connect:flowtype", [type]);
  return facts;
}

function setText(facts: Map<string, string | readonly string[]>, key: string, value: unknown): void {
  if (typeof value === "string") facts.set(key, value);
}

/** Condition keys ignore the case of tag keys: if two differ only in case, both values count. */
function tagsOf(tags: unknown): [string, string | readonly string[]][] {
  const values = new Map<string, string[]>();
  for (const [key, value] of Object.entries(typeof tags === "object" && tags !== null ? tags : {})) {
    const name = `aws:resourcetag/${lowerAscii(key)}`;
    values.set(name, [...(values.get(name) ?? []), String(value)]);
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? "") : all]);
}

/** Throws for an answer without the resource: it does not mean that there are no tags. */
function described(output: unknown, name: string): unknown {
  const found = memberOf(output, name);
  if (typeof found === "object" && found !== null) return found;
  throw new CodedError("upstreamUnavailable", `amazon connect described no \`${name}\``);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
