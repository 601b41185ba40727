/** References of contacts: links, numbers and texts that an agent sees, and what a contact lists of them. */
import type { Reference, ReferenceSummary, ReferenceType } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import { checkLength } from "../../records/limits.ts";
import { invalidParameter } from "../../service-fault.ts";
import { checkAtMost } from "../metrics/filters.ts";

const usual: readonly ReferenceType[] = ["URL", "NUMBER", "STRING", "DATE", "EMAIL"];

/** Types that operations take (API Reference, the member `References`), where they are not the usual ones. */
const types: ReadonlyMap<string, readonly ReferenceType[]> = new Map([
  ["CreateContact", [...usual, "ATTACHMENT"]],
  ["UpdateContact", [...usual, "ATTACHMENT"]],
  ["StartEmailContact", ["URL", "NUMBER", "STRING", "DATE"]],
]);

/** @throws ServiceFault `InvalidParameterException` */
export function checkReferenceTypes(
  operation: string,
  references: Readonly<Record<string, Reference>>,
): void {
  const allowed = types.get(operation) ?? usual;
  for (const [name, { Type, Value = "" }] of Object.entries(references)) {
    if (!Type || !allowed.includes(Type))
      throw invalidParameter(`References.${name}.Type`, `must be one of ${allowed.join(", ")}`);
    checkLength(name, "References", { from: 1, to: 4096 });
    checkLength(Value, `References.${name}.Value`, { from: 0, to: 4096 });
  }
}

export const referenceHandlers = {
  /** All on one page, as in the service: `NextToken` is always null. */
  ListContactReferences(input, world) {
    const { shape } = world.instance(input.InstanceId).contacts.get(input.ContactId);
    checkAtMost(input.ReferenceTypes, "ReferenceTypes", 6);
    const summaries = Object.entries(shape.references ?? {})
      .filter(([, { Type }]) => Type !== undefined && input.ReferenceTypes.includes(Type))
      .map(([Name, reference]) => summarize(Name, reference));
    return { ReferenceSummaryList: summaries };
  },
} satisfies Handlers;

/** A summary has one member, named as the type: `Url`, `Attachment`. */
function summarize(Name: string, { Type, Value, Status, Arn }: Reference): ReferenceSummary {
  const simple = { Name, Value };
  switch (Type) {
    case "NUMBER":
      return { Number: simple };
    case "STRING":
      return { String: simple };
    case "DATE":
      return { Date: simple };
    case "EMAIL":
      return { Email: simple };
    case "ATTACHMENT":
      return { Attachment: { ...simple, Status, Arn } };
    default:
      return { Url: simple };
  }
}
