/** `least-privilege`: the smallest policy that would have allowed the calls recorded in logs. */
import { withoutControls } from "../../../shared/without-controls.ts";
import { didYouMean } from "../../authoring/nearest-name.ts";
import { generalizations } from "../../authoring/proposal/generalize.ts";
import {
  AskedResources,
  type ProposedPolicy,
  proposePolicy,
} from "../../authoring/proposal/propose-policy.ts";
import { isRecordOfDecision } from "../../authoring/records/find-records.ts";
import { defineCommand, type Given, type ParameterTable } from "../command.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { logOptions, readRecords } from "../learn/read-records.ts";
import { type RecordedCall, readRecordedCall } from "../learn/recorded-call.ts";
import { formatJson, printLine } from "../terminal/lay-out.ts";

const options = {
  ...logOptions,
  "--principal <id>": { text: "only calls of this caller; may be repeated", isRepeated: true },
  "--group <name>": {
    text: "only calls of callers in this group; may be repeated",
    completes: "group",
    isRepeated: true,
  },
  "--issuer <url>": {
    text: "only calls of this issuer's callers; may be repeated",
    completes: "issuer",
    isRepeated: true,
  },
  "--by <sort>": {
    text: "one policy for `all`, or one each by `principal` or `group`",
    choices: ["all", "principal", "group"],
    default: "all",
  },
  "--outcome <outcome>": {
    text: "learn from calls with this outcome: `allow`, `deny` or `all`",
    choices: ["allow", "deny", "all"],
    default: "allow",
  },
  "--generalize <step>": {
    text: "allow more than the calls needed: all `ids` of a type, all `types` in an instance, all `instances`",
    choices: generalizations,
  },
} as const satisfies ParameterTable;

type LeastPrivilegeOptions = Given<typeof options>;

export const command = defineCommand({
  name: "least-privilege",
  text: "propose the smallest policy that would have allowed the calls recorded in logs",
  options,
  example: "least-privilege --from logs.jsonl --group operators",
  run: propose,
});

/** What was seen, for the summary. */
interface Counts {
  learned: number;
  incomplete: number;
  explicitDenies: number;
  withoutGroup: number;
  sampled: number;
  readonly incompleteOperations: Set<string>;
  readonly issuers: Set<string | undefined>;
  /** Of all records, to suggest one. */
  readonly groups: Set<string>;
  readonly principals: Set<string>;
}

/** Prints the proposal: a policy, or with `--by` an object of policies by principal or group. */
async function propose(options: LeastPrivilegeOptions, io: CommandIo): Promise<ExitStatus> {
  const { by, generalize } = options;
  const asked = new Map<string, AskedResources>();
  const counts: Counts = {
    learned: 0,
    incomplete: 0,
    explicitDenies: 0,
    withoutGroup: 0,
    sampled: 0,
    incompleteOperations: new Set(),
    issuers: new Set(),
    groups: new Set(),
    principals: new Set(),
  };
  for await (const call of readCalls(options.from, io)) {
    for (const group of call.groups) remember(counts.groups, group);
    remember(counts.principals, call.principal);
    if (isWanted(call, options)) learn(call, by, { asked, counts });
  }
  if (counts.learned === 0) throw new UsageError(nothingLearned(counts, options));
  for (const line of describeCounts(counts, asked).trimEnd().split("\n")) printLine(line, io);
  const isByName = by !== "all" || options.principal.length > 0 || options.group.length > 0;
  if (isByName && counts.issuers.size > 1) printLine(describeIssuers(counts.issuers).trimEnd(), io);
  const policies = [...asked]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, resources]): [string, ProposedPolicy] => [name, proposePolicy(resources, generalize)]);
  const [only] = policies;
  const output = by === "all" && only ? only[1] : Object.fromEntries(policies);
  io.stdout.write(`${formatJson(output)}\n`);
  return 0;
}

async function* readCalls(files: readonly string[], io: CommandIo): AsyncGenerator<RecordedCall> {
  for await (const record of readRecords(files, io)) {
    const call = isRecordOfDecision(record) ? readRecordedCall(record) : undefined;
    if (call) yield call;
  }
}

function isWanted(call: RecordedCall, options: LeastPrivilegeOptions): boolean {
  if (options.outcome !== "all" && call.outcome !== options.outcome) return false;
  if (options.issuer.length > 0 && !options.issuer.includes(call.issuer ?? "")) return false;
  if (options.principal.length > 0 && !options.principal.includes(call.principal)) return false;
  return options.group.length === 0 || options.group.some((group) => call.groups.includes(group));
}

function learn(
  call: RecordedCall,
  by: LeastPrivilegeOptions["by"],
  { asked, counts }: { readonly asked: Map<string, AskedResources>; readonly counts: Counts },
): void {
  if (!call.grants) {
    counts.incomplete += 1;
    counts.incompleteOperations.add(call.operation);
    return;
  }
  const names = by === "all" ? [""] : by === "principal" ? [call.principal] : call.groups;
  if (names.length === 0) {
    counts.withoutGroup += 1;
    return;
  }
  counts.learned += 1;
  counts.issuers.add(call.issuer);
  if (call.isSampled) counts.sampled += 1;
  if (call.isExplicitDeny) counts.explicitDenies += 1;
  for (const name of names) {
    const resources = asked.get(name) ?? new AskedResources();
    asked.set(name, resources);
    for (const grant of call.grants) resources.add(grant);
  }
}

/** An id or a group is unique within its issuer only. */
function describeIssuers(issuers: ReadonlySet<string | undefined>): string {
  const names = [...issuers].map((issuer) => issuer ?? "one that is not recorded").sort();
  return `warning: callers of ${names.length} issuers are mixed if their ids or groups have the same name; choose one with --issuer: ${names.join(", ")}\n`;
}

function describeCounts(counts: Counts, asked: ReadonlyMap<string, AskedResources>): string {
  const actions = new Set([...asked.values()].flatMap((resources) => [...resources.get().keys()]));
  const lines = [`learned from ${counts.learned} calls: ${actions.size} actions`, ...describeGaps(counts)];
  if (counts.sampled > 0) {
    lines.push(
      `warning: ${counts.sampled} of them are a sample: calls that were not recorded may need more than this proposal`,
    );
  }
  if (counts.explicitDenies > 0) {
    lines.push(
      `warning: ${counts.explicitDenies} of them were denied explicitly: no Allow changes that while the Deny exists`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}

function describeGaps({ incomplete, incompleteOperations, withoutGroup }: Counts): readonly string[] {
  const gaps: string[] = [];
  if (incomplete > 0) {
    const names = [...incompleteOperations].sort().join(", ");
    gaps.push(
      `warning: ${incomplete} calls were left out, since their records are incomplete (too long, or denied by the authorizer before the body is read): ${names}`,
    );
  }
  if (withoutGroup > 0)
    gaps.push(`warning: ${withoutGroup} calls were left out, since their callers have no group`);
  return gaps;
}

function nothingLearned(counts: Counts, { group, principal }: LeastPrivilegeOptions): string {
  const gaps = describeGaps(counts).map((gap) => `; ${gap}`);
  const unknown = [
    ...describeUnseen("group", group, counts.groups),
    ...describeUnseen("principal", principal, counts.principals),
  ];
  return `the logs have no recorded call to learn from${[...unknown, ...gaps].join("")}`;
}

/** A name that no record has is mistyped, or of another log. */
function describeUnseen(
  what: "group" | "principal",
  names: readonly string[],
  seen: ReadonlySet<string>,
): readonly string[] {
  return names
    .filter((name) => !seen.has(name) && seen.size < maxRemembered)
    .map(
      (name) =>
        `; no record has the ${what} \`${withoutControls(name)}\`${withoutControls(didYouMean(name, seen))}`,
    );
}

/** So many names are kept for a suggestion: logs can have millions. */
const maxRemembered = 10_000;

function remember(names: Set<string>, name: string): void {
  if (names.size < maxRemembered) names.add(name);
}
