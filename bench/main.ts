/**
 * The benchmarks' program: `npm run bench -- [--quick] [--json] [--docs] [--ours | --proxy | --worst | --scale]`.
 *
 * Exits 0 when every engine gave IAM's answers, whatever the figures: a shared machine is no place for a verdict.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureScale, type ScalePlan } from "./bundle-scale.ts";
import { createCallContenders } from "./calls.ts";
import { compareEngines } from "./compare.ts";
import { createCasbinEngine } from "./engines/casbin-engine.ts";
import { createCedarEngine } from "./engines/cedar-engine.ts";
import { ownEngine, ownEngineResourceUnknown } from "./engines/own-engine.ts";
import { type ComparedPackages, loadPackages } from "./engines/packages.ts";
import { measureIdentity } from "./identity.ts";
import { measureImports } from "./import-time.ts";
import { type Effort, timeInTurns } from "./measure.ts";
import { measureProxy, type ProxyPlan } from "./proxy.ts";
import { callsFlag, runCalls } from "./proxy-calls.ts";
import { writeDocuments, writeScale } from "./reports/documents.ts";
import { formatProxy } from "./reports/proxy-report.ts";
import { type BenchResults, describeEnvironment, formatResults } from "./reports/report.ts";
import { formatScale } from "./reports/scale-report.ts";
import { formatWorstCalls } from "./reports/worst-report.ts";
import { measureDecisions, measureFirstLoading, measureLoading, type ScalingPlan } from "./scaling.ts";
import { runUpstream, upstreamFlag } from "./upstream.ts";
import { measureWorstCalls } from "./worst-calls.ts";

const help = `usage: npm run bench -- [--quick] [--json] [--docs] [--ours | --proxy | --worst | --scale]
  --quick  a short run: smaller sets, fewer rounds
  --json   results for machines, on stdout
  --docs   also writes the figures of docs/bench.md and docs/bench/*.svg
  --ours   this project's engine alone: needs no packages
  --proxy  the deployed proxy alone, against the SDK's own calls
  --worst  the worst call alone: the most expensive calls that anybody can make
  --scale  large bundles alone: cold starts, memory, decisions; with --docs also writes the figures of docs/scale.md
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
};

function scalingPlans(packages: ComparedPackages | undefined): ScalingPlan[] {
  const ours = { engine: ownEngine, maxStatements: 100_000 };
  const unknown = { engine: ownEngineResourceUnknown, maxStatements: 100_000, undecided: true };
  const plans: ScalingPlan[] = [
    { ...ours, name: "connect-authorizer", shape: "named" },
    { ...unknown, name: "connect-authorizer, resource not yet known", shape: "named" },
    { ...ours, name: "connect-authorizer, nothing to index by", shape: "adverse" },
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
const checkout = fileURLToPath(new URL("..", import.meta.url));

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    docs: { type: "boolean", default: false },
    ours: { type: "boolean", default: false },
    proxy: { type: "boolean", default: false },
    worst: { type: "boolean", default: false },
    scale: { type: "boolean", default: false },
    [upstreamFlag]: { type: "boolean", default: false },
    [callsFlag]: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
} else if (values[upstreamFlag]) {
  await runUpstream();
} else if (values[callsFlag]) {
  await runCalls();
} else if (values.proxy) {
  const results = await measureProxy(checkout, (values.quick ? quickPlan : fullPlan).proxy);
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : formatProxy(results).join("\n"));
} else if (values.worst) {
  const results = await measureWorstCalls((values.quick ? quickPlan : fullPlan).worstRounds);
  process.stdout.write(
    values.json ? `${JSON.stringify(results)}\n` : `${formatWorstCalls(results).join("\n")}\n`,
  );
} else if (values.scale) {
  const results = await measureScale(checkout, (values.quick ? quickPlan : fullPlan).scale);
  const text = formatScale(results, describeEnvironment({}));
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : text);
  if (values.docs) writeScale(checkout, text);
} else {
  const root = checkout;
  const packages = values.ours ? undefined : loadPackages(root);
  const results = await measure(values.quick ? quickPlan : fullPlan, root, packages);
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : formatResults(results));
  if (values.docs) writeDocuments(root, results);
}
