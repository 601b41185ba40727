/** Writes docs/reference/metrics.md: the metrics from the table that the code uses, the alarms from template.yaml. */
import { parse } from "yaml";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { type MetricName, metricTable } from "../../../../shared/observe/metric-table.ts";

const meanings: Readonly<Record<MetricName, string>> = {
  Decision: "calls, by `outcome`; calls that a policy denied also by `layer`",
  DecisionLatency:
    "from the event to the answer, without the wait for Amazon Connect; look-ups and fetches of keys are included",
  UpstreamLatency:
    "from the decision to Amazon Connect's answer: the wait for a free slot, the role's session, retries",
  PolicyAge: "time since the policies in use were last confirmed to be current; never written for `package:`",
  ColdStart: "first calls of a container",
  StoreFailure: "checks of the bundle's store that failed; repeated once a minute per container",
  BundleRefused: "bundles that were read but cannot be used; repeated once a minute per container",
  KeysFailure: "fetches of an issuer's keys that failed, also while older keys stay in use",
  PrincipalsFailure:
    "reads of the [table of principals](../how-to/principals.md) that failed; in an outage one in up to 10 s per container",
  UpstreamError: "calls that Amazon Connect or STS answered with 5xx, unreadably, or not at all",
  UpstreamTimeout: "calls that Amazon Connect or STS did not answer in time",
  UpstreamThrottle: "calls that Amazon Connect or STS still throttled after all retries",
  ConcurrencyRefusal: "calls rejected by `maxConcurrentCalls` of their instance",
  ShadowDifference: "calls that a [candidate](../how-to/shadow.md) would have decided differently",
  ShadowBundleProblem: "failures to load or to compare the candidate; repeated once a minute per container",
};

const intro = `# Metrics and alarms

Written by \`npm run generate\` from the code and \`template.yaml\`; do not edit it.
[Monitoring](../how-to/observability.md) says how to switch them on, and what to do about each alarm.

## Metrics

The functions write metrics to their logs, in CloudWatch's embedded metric format. The namespace is
\`ConnectAuthorizer/\` and the stack's name. \`service\` is \`connect-authorizer\` or
\`connect-proxy\`. No metric names a caller, an operation or a resource; [records](records.md) do.
`;

const outcomes = `
\`outcome\` is \`allow\`, \`deny\`, \`notYetKnown\` (of the authorizer: the proxy decides),
\`unauthenticated\` (401), \`invalid\` (400, 404, 413) or \`error\` (could not be decided, so was
denied). \`layer\` is \`attached\`, \`boundary\` or \`guardrail\`. Both functions count a call that the
authorizer passes on. What API Gateway answers from its cache reaches no function: such denials are
only in its own \`4XXError\`.

## Alarms

Each alarm looks at spans of five minutes. It goes off if its value is more than the threshold in so
many of the last spans. The example of a function URL has none.
`;

/** As CloudFormation's short forms are read without their tags: a reference is the name that it refers to. */
interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

interface Alarm extends Metric {
  readonly AlarmDescription: string;
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Metric } }[];
  readonly Threshold: number | string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
}

interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: number | string }>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Alarm }>>;
}

/** @param text template.yaml */
export function formatMetricsPage(text: string): string {
  const template: Template = parse(text, { logLevel: "silent" });
  const alarms = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm")
    .map(([name, { Properties }]) => alarmRow(name, Properties, template));
  return [
    intro,
    "| metric | unit | counts or measures | dimensions |",
    "|---|---|---|---|",
    ...Object.entries(metricTable).map(
      ([name, { unit, dimensions }]) =>
        `| \`${name}\` | ${unit} | ${meanings[name as MetricName]} | ${dimensions.map(listOf).join("; ")} |`,
    ),
    outcomes,
    "| alarm | says | looks at | more than | spans |",
    "|---|---|---|---|---|",
    ...alarms,
    "",
  ].join("\n");
}

function alarmRow(name: string, alarm: Alarm, { Parameters }: Template): string {
  const { AlarmDescription, Metrics, Threshold, EvaluationPeriods, DatapointsToAlarm } = alarm;
  const [says = ""] = AlarmDescription.split(" (docs/");
  const metrics = Metrics?.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : [])) ?? [alarm];
  const looksAt = [...new Set(metrics.map(metricOf))].join(", ");
  const threshold =
    typeof Threshold === "string"
      ? `\`${Threshold}\` (${Parameters[Threshold]?.Default})`
      : String(Threshold);
  const spans = `${DatapointsToAlarm ?? EvaluationPeriods} of ${EvaluationPeriods}`;
  const link = `[\`${name}\`](../how-to/observability.md#${lowerAscii(name)})`;
  return `| ${link} | ${says} | ${looksAt} | ${threshold} | ${spans} |`;
}

/** Dimensions whose values are the deployment's own. */
const ownDimensions = new Set(["service", "FunctionName", "ApiName", "Stage"]);

function metricOf({ Namespace, MetricName, Dimensions = [] }: Metric): string {
  const others = Dimensions.filter(({ Name }) => !ownDimensions.has(Name)).map(
    ({ Name, Value }) => ` of ${Name} \`${Value}\``,
  );
  return `${Namespace.startsWith("AWS/") ? `${Namespace} ` : ""}\`${MetricName}\`${others.join("")}`;
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
