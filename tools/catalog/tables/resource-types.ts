/** The catalogue's resource types: the Service Authorization Reference's, and the few that it lacks. */
import type { IamReference } from "../iam-reference.ts";

/** A resource type that the reference's table lacks, with where its format is seen. */
interface AddedType {
  readonly name: string;
  readonly arn: string;
  readonly source: string;
}

/** An ARN format in the reference's notation, with variables as `{Name}`. */
function format(service: string, account: string, resource: string): string {
  return `arn:{Partition}:${service}:{Region}:${account}:${resource}`.replaceAll("{", "${");
}

const added: readonly AddedType[] = [
  {
    name: "agent-queue",
    arn: format("connect", "{Account}", "instance/{InstanceId}/queue/agent/{UserId}"),
    source: "API reference, QueueSummary of type AGENT: an agent's own queue",
  },
  {
    name: "aws-managed-metric",
    arn: format("connect", "aws", "metric/{MetricId}"),
    source:
      "API reference, CalculationComponent.MetricId (the ARN of an AWS-managed metric); by analogy with views",
  },
  {
    name: "campaign",
    arn: format("connect-campaigns", "{Account}", "campaign/{CampaignId}"),
    source:
      "API reference, GetMetricDataV2, filter key CAMPAIGN; AmazonConnectCampaignsServiceLinkedRolePolicy",
  },
  {
    name: "case",
    arn: format("cases", "{Account}", "domain/{DomainId}/case/{CaseId}"),
    source:
      "API reference, AssociatedResourceArn of attached files; Service Authorization Reference of Connect Cases",
  },
];

/** Types of the reference that are another type's `*`, or another type with its qualifier: the target says it instead. */
const folded = /^wildcard-|^customer-managed-view-version$/;

/** Lists the types that the reference lacks: name → where the format is seen. */
export function addedTypes(): ReadonlyMap<string, string> {
  return new Map(added.map(({ name, source }) => [name, source]));
}

/** Lists the resource types of the catalogue, sorted by name. */
export function catalogResourceTypes(reference: IamReference): ReadonlyMap<string, string> {
  const kept = [...reference.resourceTypes].filter(([name]) => !folded.test(name));
  const all = [...kept, ...added.map(({ name, arn }): [string, string] => [name, arn])];
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
