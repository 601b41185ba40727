/**
 * `least-privilege`: the smallest policy that would have allowed the calls recorded in logs.
 */
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { type Generalization, generalizations } from "../learn/generalize.ts";
import { AskedResources, type ProposedPolicy, proposePolicy } from "../learn/propose-policy.ts";
import { readRecords } from "../learn/read-records.ts";
import { isRecordOfDecision, type RecordedCall, readRecordedCall } from "../learn/recorded-call.ts";

/** What the command line gives. */
export interface LeastPrivilegeOptions {
  readonly from: readonly string[];
  readonly principal: readonly string[];
  readonly group: readonly string[];
  readonly issuer: readonly string[];
  readonly by: string;
  readonly outcome: string;
  readonly generalize?: string;
}

type Sorting = "all" | "principal" | "group";
type Outcome = "allow" | "deny" | "all";

/** What was seen, for the summary. */
interface Counts {
  learned: number;
  incomplete: number;
  explicitDenies: number;
  withoutGroup: number;
  sampled: number;
  readonly incompleteOperations: Set<string>;
  readonly issuers: Set<string | undefined>;
}

/**
 * Prints the proposal: a policy, or with `--by` an object of policies by principal or group.
 *
 * @returns 0 printed, 2 when the logs hold no call to learn from
 * @throws UsageError for unusable flags, an unreadable file, and logs without a call to learn from
 */
export async function runLeastPrivilege(options: LeastPrivilegeOptions, io: CommandIo): Promise<ExitStatus> {
  const by = oneOf<Sorting>("--by", options.by, ["all", "principal", "group"]);
  const outcome = oneOf<Outcome>("--outcome", options.outcome, ["allow", "deny", "all"]);
  const generalization =
    options.generalize === undefined
      ? undefined
      : oneOf<Generalization>("--generalize", options.generalize, generalizations);
  const asked = new Map<string, AskedResources>();
  const counts: Counts = {
    learned: 0,
    incomplete: 0,
    explicitDenies: 0,
    withoutGroup: 0,
    sampled: 0,
    incompleteOperations: new Set(),
    issuers: new Set(),
  };
  for await (const call of readCalls(options.from, io)) {
    if (isWanted(call, options, outcome)) learn(call, by, { asked, counts });
  }
  if (counts.learned === 0) throw new UsageError(nothingLearned(counts));
  io.stderr.write(describeCounts(counts, asked));
  const isByName = by !== "all" || options.principal.length > 0 || options.group.length > 0;
  if (isByName && counts.issuers.size > 1) io.stderr.write(describeIssuers(counts.issuers));
  const policies = [...asked]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, resources]): [string, ProposedPolicy] => [name, proposePolicy(resources, generalization)]);
  const [only] = policies;
  const output = by === "all" && only ? only[1] : Object.fromEntries(policies);
  io.stdout.write(`${JSON.stringify(output, undefined, 2)}\n`);
  return 0;
}

function oneOf<Word extends string>(flag: string, given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  throw new UsageError(
    `\`${flag} ${given}\` must be one of ${words.map((word) => `\`${word}\``).join(", ")}`,
  );
}

async function* readCalls(files: readonly string[], io: CommandIo): AsyncGenerator<RecordedCall> {
  for await (const record of readRecords(files, io)) {
    const call = isRecordOfDecision(record) ? readRecordedCall(record) : undefined;
    if (call) yield call;
  }
}

function isWanted(call: RecordedCall, options: LeastPrivilegeOptions, outcome: Outcome): boolean {
  if (outcome !== "all" && call.outcome !== outcome) return false;
  if (options.issuer.length > 0 && !options.issuer.includes(call.issuer ?? "")) return false;
  if (options.principal.length > 0 && !options.principal.includes(call.principal)) return false;
  return options.group.length === 0 || options.group.some((group) => call.groups.includes(group));
}

function learn(
  call: RecordedCall,
  by: Sorting,
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

/** An id, or a group, of one issuer is not another's of that name. */
function describeIssuers(issuers: ReadonlySet<string | undefined>): string {
  const names = [...issuers].map((issuer) => issuer ?? "one that is not recorded").sort();
  return `warning: callers of ${names.length} issuers are not told apart where their ids or groups have the same name; choose one by --issuer: ${names.join(", ")}\n`;
}

function describeCounts(counts: Counts, asked: ReadonlyMap<string, AskedResources>): string {
  const actions = new Set([...asked.values()].flatMap((resources) => [...resources.get().keys()]));
  const lines = [`learned from ${counts.learned} calls: ${actions.size} actions`, ...describeGaps(counts)];
  if (counts.sampled > 0) {
    lines.push(
      `warning: ${counts.sampled} of them are a sample: calls that were not recorded may need more than is proposed`,
    );
  }
  if (counts.explicitDenies > 0) {
    lines.push(
      `warning: ${counts.explicitDenies} of them were denied explicitly: no Allow changes that while the Deny stands`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}

function describeGaps({ incomplete, incompleteOperations, withoutGroup }: Counts): readonly string[] {
  const gaps: string[] = [];
  if (incomplete > 0) {
    const names = [...incompleteOperations].sort().join(", ");
    gaps.push(
      `warning: ${incomplete} calls were left out, whose records do not tell all that was asked, as of those that were too long or that the authorizer denies before the body is read: ${names}`,
    );
  }
  if (withoutGroup > 0)
    gaps.push(`warning: ${withoutGroup} calls were left out, whose callers have no group`);
  return gaps;
}

function nothingLearned(counts: Counts): string {
  const gaps = describeGaps(counts).map((gap) => `; ${gap}`);
  return `the logs hold no recorded call to learn from${gaps.join("")}`;
}
