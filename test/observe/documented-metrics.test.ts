/**
 * One list of metrics: what the code writes, what alarms and dashboard look at, what the pages say.
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type MetricFacts, metricTable } from "../../shared/observe/metric-table.ts";
import { cloudFormationTags } from "../events/cloudformation-tags.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(resolve(root, file), "utf8");
const template = parse(read("template.yaml"), { customTags: cloudFormationTags });
const page = read("docs/how-to/observability.md");

/** Metrics of AWS's services that alarms and dashboard may use, with their dimensions. */
const awsMetrics: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "AWS/Lambda": {
    Errors: ["FunctionName"],
    Throttles: ["FunctionName"],
    ConcurrentExecutions: ["FunctionName"],
  },
  "AWS/ApiGateway": {
    Count: ["ApiName", "Stage"],
    "4XXError": ["ApiName", "Stage"],
    "5XXError": ["ApiName", "Stage"],
    Latency: ["ApiName", "Stage"],
  },
};

interface Use {
  readonly where: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

interface Metric {
  readonly Namespace: string | { readonly Sub: string };
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Metric & {
    readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Metric } }[];
    readonly DashboardBody?: { readonly Sub: string };
    readonly AlarmDescription?: string;
    readonly ComparisonOperator?: string;
  };
}

const resources = Object.entries<Resource>(template.Resources);
const alarms = resources.filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm");

/** A condition, and those that it is made of by `And`. */
function conditionsOf(name = ""): readonly string[] {
  const made: unknown = template.Conditions[name];
  const parts: readonly { readonly Condition?: string }[] = Array.isArray(made) ? made : [];
  return [name, ...parts.map(({ Condition }) => Condition ?? "")];
}

const alarmUses = alarms.flatMap(([where, { Properties }]): Use[] => {
  const metrics = Properties.Metrics?.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
  return (metrics ?? [Properties]).map(({ Namespace, MetricName, Dimensions }) => ({
    where,
    namespace: typeof Namespace === "string" ? Namespace : Namespace.Sub,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  }));
});

const body: { readonly widgets: readonly { readonly properties: Record<string, unknown> }[] } = JSON.parse(
  template.Resources.OverviewDashboard.Properties.DashboardBody.Sub,
);

const dashboardUses = body.widgets.flatMap(({ properties }) =>
  (properties["metrics"] as unknown[][]).map((metric): Use => {
    const [namespace, name, ...rest] = metric.filter((each) => typeof each === "string");
    const pairs = rest.flatMap((each, index) => (index % 2 === 0 ? [[each, rest[index + 1]]] : []));
    return {
      where: String(properties["title"]),
      namespace: namespace ?? "",
      name: name ?? "",
      dimensions: Object.fromEntries(pairs),
    };
  }),
);

const uses = [...alarmUses, ...dashboardUses];
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
const ownNamespace = "ConnectAuthorizer/${AWS::StackName}";
const table: Readonly<Record<string, MetricFacts>> = metricTable;
const own = uses.filter(({ namespace }) => namespace === ownNamespace);

describe("alarms and dashboard", () => {
  it.each(uses.map((use) => [use.where, use.name, use] as const))(
    "%s looks at %s, which is written",
    (_w, _n, use) => {
      const names = Object.keys(use.dimensions).sort();
      const sets = use.namespace === ownNamespace ? table[use.name]?.dimensions : undefined;
      const known = sets ?? [awsMetrics[use.namespace]?.[use.name] ?? ["not written by anybody"]];
      expect(known.map((set) => [...set].sort())).toContainEqual(names);
    },
  );

  it("name the services, outcomes and layers that functions and code know", () => {
    const services = ["AuthorizerFunction", "ProxyFunction"].map(
      (name) => template.Resources[name].Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
    );
    const outcomes = ["allow", "deny", "notYetKnown", "unauthenticated", "invalid", "error"];
    const known = { service: services, outcome: outcomes, layer: ["attached", "boundary", "guardrail"] };
    for (const { dimensions } of own)
      for (const [name, value] of Object.entries(dimensions))
        expect(known).toHaveProperty(name, expect.arrayContaining([value]));
  });

  it("look at every metric that the code writes", () => {
    expect(new Set(own.map(({ name }) => name))).toEqual(new Set(Object.keys(metricTable)));
  });

  it("look in the namespace that the functions are given", () => {
    expect(template.Globals.Function.Environment.Variables.POWERTOOLS_METRICS_NAMESPACE).toEqual([
      "MetricsOn",
      { Sub: ownNamespace },
      "",
    ]);
    expect(own.length).toBeGreaterThan(10);
  });

  it("leave out alarms on metrics of our own where those are not written", () => {
    for (const [name, { Condition }] of alarms) {
      const needsOwn = alarmUses.some(({ where, namespace }) => where === name && namespace === ownNamespace);
      const wanted = needsOwn ? "HasOwnAlarms" : "HasAlarms";
      expect([name, conditionsOf(Condition)]).toEqual([name, expect.arrayContaining([wanted])]);
      if (!needsOwn) expect(Condition).toBe(wanted);
    }
  });
});

describe("the code", () => {
  it("writes metrics in one place, from the table", () => {
    const sources = ["functions", "shared"].flatMap((folder) =>
      readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `${folder}/${name}`),
    );
    const writers = sources.filter((file) =>
      /CloudWatchMetrics|lambda-powertools\/metrics|PutMetricData/.test(read(file)),
    );
    expect(writers).toEqual(["shared/observe/emf.ts"]);
  });
});

describe("docs/reference/metrics.md", () => {
  const rows = [...read("docs/reference/metrics.md").matchAll(/^\| (?:\[)?`(\w+)`.*? \| (.*?) \|/gm)].map(
    ([, name = "", next = ""]) => [name, next] as const,
  );

  it("has each metric that the code writes, with its unit, each alarm, and no other", () => {
    const metrics = Object.entries(table).map(([name, { unit }]) => [name, unit]);
    const says = alarms.map(([name, { Properties }]) => [
      name,
      Properties.AlarmDescription?.replace(/ \(.*/, ""),
    ]);
    expect(rows.toSorted()).toEqual([...metrics, ...says].sort());
  });

  it("says how all alarms compare", () => {
    const forms = alarms.map(([, { Properties }]) => Properties.ComparisonOperator);
    expect(new Set(forms)).toEqual(new Set(["GreaterThanThreshold"]));
    expect(new Set(read("template.yaml").match(/\bPeriod: \d+/g))).toEqual(new Set(["Period: 300"]));
  });
});

describe("docs/how-to/observability.md", () => {
  it("says of each alarm what to do, under the heading that its description names", () => {
    const headings = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(headings.sort()).toEqual(alarms.map(([name]) => name).sort());
    for (const [name, { Properties }] of alarms)
      expect(Properties.AlarmDescription).toContain(`(docs/how-to/observability.md#${name.toLowerCase()})`);
  });
});

describe("the template's access log", () => {
  const format: Record<string, string> = JSON.parse(
    Reflect.get(template.Resources.Api.Properties.AccessLogSetting[1], "Format"),
  );

  it("has no header, no query and nothing of a body in it", () => {
    expect(Object.values(format).every((value) => value.startsWith("$context."))).toBe(true);
    expect(JSON.stringify(format)).not.toMatch(
      /header|querystring|input|authorizer\.(principal"|messageJson)/i,
    );
    expect(format).toMatchObject({
      requestId: "$context.requestId",
      extendedRequestId: "$context.extendedRequestId",
    });
  });
});

describe("the template's parameters", () => {
  it("each have a description", () => {
    for (const [name, { Description }] of Object.entries<{ Description?: string }>(template.Parameters))
      expect([name, Description]).toEqual([name, expect.stringMatching(/\S/)]);
  });

  it("each stand in one group of the console's form", () => {
    const groups = template.Metadata["AWS::CloudFormation::Interface"].ParameterGroups;
    const grouped = groups.flatMap(({ Parameters }: { Parameters: string[] }) => Parameters);
    expect(grouped.sort()).toEqual(Object.keys(template.Parameters).sort());
  });

  it.each<[string, string, boolean]>([
    [
      "WebAclArn",
      "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/11111111-2222-3333-4444-555555555555",
      true,
    ],
    [
      "WebAclArn",
      "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/11111111-2222-3333-4444-555555555555",
      false,
    ],
    ["AlarmTopicArn", "arn:aws:sns:eu-west-1:123456789012:alarms", true],
    ["AlarmTopicArn", "alarms", false],
    ["ProxyConcurrency", "0", true],
    ["ProxyConcurrency", "100", true],
    ["ProxyConcurrency", "-1", false],
    ["AuthorizerConcurrency", "", true],
    ["AuthorizerConcurrency", "1e3", false],
  ])("%s of `%s` is taken: %s", (name, value, isTaken) => {
    expect(new RegExp(template.Parameters[name].AllowedPattern).test(value)).toBe(isTaken);
  });
});

const reason =
  /# (These actions know no resources|As in AWS's managed policy AWSLambdaENIManagementAccess|IAM knows no resource for the first)/;

describe("wildcards in roles", () => {
  it("stand only where AWS knows no resources, or below the configured instances", () => {
    const lines = read("template.yaml").split("\n");
    const stars = lines.flatMap((line, index) => (/Resource: "\*"/.test(line) ? [index] : []));
    expect(stars).toHaveLength(4);
    // The reason stands right above each statement.
    for (const star of stars) expect(lines.slice(star - 6, star).join("\n")).toMatch(reason);
  });
});
