/**
 * Which Connect operation tells a resource's facts, and where they stand in its answer: one row a resource type.
 *
 * Sources: API reference of DescribeContact, DescribeContactFlow, DescribeInstance and ListTagsForResource; the keys'
 * descriptions in the Service Authorization Reference.
 */

import { lowerAscii } from "../ascii.ts";
import type { ParsedArn } from "../catalog/targets.ts";
import { CodedError } from "../errors.ts";

/** Condition keys of one resource, in lower case; what is absent, the resource does not have. */
export type ResourceFacts = ReadonlyMap<string, string | readonly string[]>;

/** One look-up. */
export interface FactReading {
  readonly operation: string;
  readonly input: object;
  /** Reads the operation's output. */
  read(output: unknown): ResourceFacts;
}

type Reading = (arn: ParsedArn, resource: string) => FactReading;

/** Types whose description tells more than their tags. */
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

/** Finds the look-up for a resource. */
export function readingOf(arn: ParsedArn, resource: string): FactReading {
  return (byType.get(arn.type) ?? tagsAlone)(arn, resource);
}

function readContact(contact: unknown, arn: ParsedArn): ResourceFacts {
  // Not its tags: they do not authorize (`shared/call-context.ts`).
  const facts = new Map<string, string | readonly string[]>();
  setText(facts, "connect:channel", memberOf(contact, "Channel"));
  setText(facts, "connect:contactassociationid", memberOf(contact, "ContactAssociationId"));
  const agent = memberOf(memberOf(contact, "AgentInfo"), "Id");
  const prefix = `arn:${arn.partition}:connect:${arn.region}:${arn.accountId}:instance/${arn.instanceId}/agent/`;
  if (typeof agent === "string") facts.set("connect:userarn", `${prefix}${agent}`);
  return facts;
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

/** Tag keys in condition keys are compared without case; of two that differ in case only, both values count. */
function tagsOf(tags: unknown): [string, string | readonly string[]][] {
  const values = new Map<string, string[]>();
  for (const [key, value] of Object.entries(typeof tags === "object" && tags !== null ? tags : {})) {
    const name = `aws:resourcetag/${lowerAscii(key)}`;
    values.set(name, [...(values.get(name) ?? []), String(value)]);
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? "") : all]);
}

/** An answer without what was asked for tells nothing, least of all that there are no tags. */
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
