/**
 * The benchmarks' program: `npm run bench -- [--quick] [--json] [--docs] [--ours | --proxy | --worst | --scale | --authors | --local-connect]`.
 *
 * Exits 0 when every engine gave IAM's answers, whatever the figures: a shared machine is no place for a verdict.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type AuthorsPlan, measureAuthors, promisedPolicies } from "./authors.ts";
import { measureScale, type ScalePlan } from "./bundle-scale.ts";
import { createCallContenders } from "./calls.ts";
import { compareEngines } from "./compare.ts";
import { createCasbinEngine } from "./engines/casbin-engine.ts";
import { createCedarEngine } from "./engines/cedar-engine.ts";
import { ownEngine, ownEngineResourceUnknown } from "./engines/own-engine.ts";
import { type ComparedPackages, loadPackages } from "./engines/packages.ts";
import { measureIdentity } from "./identity.ts";
import { measureImports } from "./import-time.ts";
import { type LocalConnectPlan, measureLocalConnect } from "./local-connect.ts";
import { type Effort, timeInTurns } from "./measure.ts";
import { measureProxy, type ProxyPlan } from "./proxy.ts";
import { callsFlag, runCalls } from "./proxy-calls.ts";
import {
  type BenchResults,
  describeEnvironment,
  formatAuthors,
  formatLocalConnect,
  formatProxy,
  formatResults,
  formatScale,
  formatWorstCalls,
  writePage,
} from "./report.ts";
import { measureDecisions, measureFirstLoading, measureLoading, type ScalingPlan } from "./scaling.ts";
import { runUpstream, upstreamFlag } from "./upstream.ts";
import { measureWorstCalls } from "./worst-calls.ts";

const help = `usage: npm run bench -- [--quick] [--json] [--docs] [--ours | --proxy | --worst | --scale | --authors | --local-connect]
  --quick  a short run: smaller sets, fewer rounds
  --json   results for machines, on stdout
  --docs   also writes the figures of docs/explanation/bench.md
  --ours   this project's engine alone: needs no packages
  --proxy  the deployed proxy alone, against the SDK's own calls
  --worst  the worst call alone: the most expensive calls that anybody can make
  --scale  large bundles alone: cold starts, memory, decisions; with --docs also writes the figures of docs/explanation/scale.md
  --authors  large configurations alone: processor time and memory of commands; with --docs also writes into docs/explanation/scale.md
  --local-connect  the local Connect alone: requests a second, and when it is ready; with --docs also writes into docs/explanation/bench.md
`;

interface Plan {
  readonly sizes: readonly number[];
  readonly effort: Effort;
  readonly scalingEffort: Effort;
  readonly loadingRounds: number;
  readonly importRounds: number;
  readonly proxy: ProxyPlan;
  readonly worstRounds: number;
  readonly scale: ScalePlan;
  readonly authors: AuthorsPlan;
  readonly localConnect: LocalConnectPlan;
}

const fullPlan: Plan = {
  sizes: [10, 100, 1_000, 10_000, 100_000],
  effort: { rounds: 41, sampleMs: 20, warmUpMs: 500 },
  scalingEffort: { rounds: 15, sampleMs: 20, warmUpMs: 300 },
  loadingRounds: 7,
  importRounds: 21,
  proxy: { rounds: 21, callsPerRound: 200, concurrency: 32, loadMs: 1_000, importRounds: 21 },
  worstRounds: 9,
  scale: {
    principals: 1_000_000,
    policies: 10_000,
    statementsPerPolicy: 10,
    coldStarts: 7,
    effort: { rounds: 21, sampleMs: 20, warmUpMs: 500 },
  },
  authors: { sizes: [2_500, promisedPolicies] },
  localConnect: { rounds: 9, sampleMs: 1_000, concurrency: 32 },
};

const quickPlan: Plan = {
  sizes: [10, 100, 1_000],
  effort: { rounds: 9, sampleMs: 10, warmUpMs: 150 },
  scalingEffort: { rounds: 5, sampleMs: 10, warmUpMs: 50 },
  loadingRounds: 3,
  importRounds: 5,
  proxy: { rounds: 5, callsPerRound: 100, concurrency: 32, loadMs: 500, importRounds: 5 },
  worstRounds: 3,
  scale: {
    principals: 50_000,
    policies: 1_000,
    statementsPerPolicy: 10,
    coldStarts: 3,
    effort: { rounds: 5, sampleMs: 10, warmUpMs: 100 },
  },
  authors: { sizes: [250, 1_000] },
  localConnect: { rounds: 3, sampleMs: 300, concurrency: 32 },
};

function scalingPlans(packages: ComparedPackages | undefined): ScalingPlan[] {
  const ours = { engine: ownEngine, maxStatements: 100_000 };
  const unknown = { engine: ownEngineResourceUnknown, maxStatements: 100_000, undecided: true };
  const plans: ScalingPlan[] = [
    { ...ours, name: "connect-authorizer", shape: "named" },
    { ...unknown, name: "connect-authorizer, resource not yet known", shape: "named" },
    {
      ...ours,
      name: "connect-authorizer, full of wildcards (at most 10 at 1,000 and 30 at 10,000 are promised)",
      shape: "adverse",
    },
  ];
  if (packages === undefined) return plans;
  const cedar = createCedarEngine(packages.cedar);
  const casbin = createCasbinEngine(packages.casbin, "sync");
  return [
    ...plans,
    { engine: cedar, maxStatements: 10_000, name: cedar.name, shape: "named" },
    { engine: casbin, maxStatements: 10_000, name: casbin.name, shape: "named" },
  ];
}

async function measure(
  plan: Plan,
  root: string,
  packages: ComparedPackages | undefined,
): Promise<BenchResults> {
  // First of all, while nothing is optimized yet.
  const firstLoading = measureFirstLoading(10_000);
  const others = packages
    ? [
        createCedarEngine(packages.cedar),
        createCasbinEngine(packages.casbin, "sync"),
        createCasbinEngine(packages.casbin, "miss"),
        createCasbinEngine(packages.casbin, "hit"),
      ]
    : [];
  return {
    environment: describeEnvironment(packages?.versions ?? {}),
    comparison: await compareEngines([ownEngine, ...others], plan.effort),
    decisions: await measureDecisions(scalingPlans(packages), plan.sizes, plan.scalingEffort),
    firstLoading,
    loading: measureLoading(plan.sizes, plan.loadingRounds),
    calls: await timeInTurns(createCallContenders(), plan.effort),
    identity: await measureIdentity(plan.effort),
    imports: measureImports(root, plan.importRounds),
    proxy: await measureProxy(root, plan.proxy),
    worst: await measureWorstCalls(plan.worstRounds),
  };
}

/** The program is run from dist/, a folder below the checkout's. */
const root = fileURLToPath(new URL("..", import.meta.url));

const flags = [
  "quick",
  "json",
  "docs",
  "ours",
  "proxy",
  "worst",
  "scale",
  "authors",
  "local-connect",
  upstreamFlag,
  callsFlag,
  "help",
];
const { values } = parseArgs({
  options: Object.fromEntries(flags.map((name) => [name, { type: "boolean", default: false } as const])),
});
const plan = values["quick"] ? quickPlan : fullPlan;

/** Shows results, and writes them into their page where there is one. */
function show<Results>(
  results: Results,
  format: (results: Results) => string,
  page?: Parameters<typeof writePage>[1],
): void {
  const text = format(results);
  process.stdout.write(values["json"] ? `${JSON.stringify(results)}\n` : text);
  if (values["docs"] && page) writePage(root, page, text);
}

if (values["help"]) process.stdout.write(help);
else if (values[upstreamFlag]) await runUpstream();
else if (values[callsFlag]) await runCalls();
else if (values["proxy"]) show(await measureProxy(root, plan.proxy), formatProxy);
else if (values["worst"]) show(await measureWorstCalls(plan.worstRounds), formatWorstCalls);
else if (values["scale"]) {
  const at = describeEnvironment({});
  show(await measureScale(root, plan.scale), (results) => formatScale(results, at), "scale");
} else if (values["authors"]) {
  const at = describeEnvironment({});
  show(await measureAuthors(plan.authors), (results) => formatAuthors(results, at), "authors");
} else if (values["local-connect"]) {
  const at = describeEnvironment({});
  show(
    await measureLocalConnect(plan.localConnect),
    (results) => formatLocalConnect(results, at),
    "localConnect",
  );
} else {
  const packages = values["ours"] ? undefined : loadPackages(root);
  show(await measure(plan, root, packages), formatResults, "bench");
}
