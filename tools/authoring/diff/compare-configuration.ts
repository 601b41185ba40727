/** What else in a configuration affects access: instances, trusted issuers, and settings. */
import { canonicalJson } from "../../../shared/bundle/canonical-json.ts";
import type { Bundle, Configuration } from "../../../shared/bundle/types.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";

export interface SettingDifference {
  /** `gains` and `changes` may add access; `same` cannot. */
  readonly change: "gains" | "loses" | "changes" | "same";
  readonly message: string;
  /** Why a reviewer should look at it first; absent if it does not escalate. */
  readonly escalates?: string;
}

/** Members that grant no access: a route adds a spelling, CORS is about browsers, shadow mode counts as enforced. */
const withoutAccess: ReadonlySet<string> = new Set(["routes", "cors", "mode"]);
/** Members that {@link compareAccess} and the lists here compare. */
const elsewhere: ReadonlySet<string> = new Set(["bindings", "guardrails", "instances", "issuers"]);
/** Values of members that are left out. */
const defaults: ReadonlyMap<string, unknown> = new Map([
  ["dependentActions", "required"],
  ["principals", "additive"],
]);

/** Compares everything but policies and who gets them. */
export function compareSettings(older: Bundle, newer: Bundle): readonly SettingDifference[] {
  const [before, after] = [older.config, newer.config];
  return [
    ...compareLists(before.instances.map(withoutLimits), after.instances.map(withoutLimits), {
      nameOf: ({ arn }) => arn,
      added: (arn) => `adds the instance \`${arn}\``,
      removed: (arn) => `removes the instance \`${arn}\``,
      changed: (arn) => `the settings of the instance \`${arn}\` change`,
      escalates: { added: "all policies with `*` reach it too", changed: "calls to it may use another role" },
    }),
    ...compareLists(before.issuers, after.issuers, {
      nameOf: ({ issuer }) => issuer,
      added: (issuer) => `tokens of \`${issuer}\` are trusted`,
      removed: (issuer) => `tokens of \`${issuer}\` are not trusted any more`,
      changed: (issuer) => `the settings of the issuer \`${issuer}\` change`,
      escalates: {
        added: "it says who callers are and which groups they have",
        changed: "they say which tokens are accepted, and who callers are",
      },
    }),
    ...compareDefaults(before.instances, after.instances),
    ...compareMembers(before, after),
  ];
}

/** Compares where calls go that name no instance or an ambiguous one: the order of the list decides. */
function compareDefaults(
  before: readonly ConnectInstance[],
  after: readonly ConnectInstance[],
): readonly SettingDifference[] {
  const regions = new Set([...before, ...after].map(({ region }) => region));
  const old = defaultsOf(before, regions);
  return [...defaultsOf(after, regions)].flatMap(([calls, arn]): SettingDifference[] => {
    const was = old.get(calls);
    if (was === undefined || was === arn) return [];
    return [{ change: "changes", message: `calls ${calls} go to \`${arn}\` instead of \`${was}\`` }];
  });
}

/** Kind of call → ARN of the instance that it goes to (`shared/request/canonical/destination.ts`). */
function defaultsOf(
  instances: readonly ConnectInstance[],
  regions: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  const add = (calls: string, arn: string) => defaults.set(calls, defaults.get(calls) ?? arn);
  for (const { arn, partition, region, accountId, id } of instances) {
    add("that name no instance", arn);
    add(`that name the instance \`${id}\` by its id alone`, arn);
    add(`to \`/regions/${region}\` that name no instance`, arn);
    const siblings = instances.filter((each) => each.partition === partition && each.accountId === accountId);
    const account = `account \`${accountId}\` (\`${partition}\`)`;
    for (const place of [...regions, "any other Region"]) {
      const meant = siblings.find((each) => each.region === place) ?? siblings[0];
      add(`about phone numbers and traffic distribution groups of ${account} in ${place}`, meant?.arn ?? arn);
    }
  }
  return defaults;
}

/** A limit on concurrent calls does not affect access. */
function withoutLimits({ maxConcurrentCalls: _limit, ...instance }: ConnectInstance): ConnectInstance {
  return instance;
}

interface ListWords<Item> {
  nameOf(item: Item): string;
  added(name: string): string;
  removed(name: string): string;
  changed(name: string): string;
  readonly escalates: { readonly added: string; readonly changed: string };
}

function compareLists<Item extends object>(
  before: readonly Item[],
  after: readonly Item[],
  words: ListWords<Item>,
): readonly SettingDifference[] {
  const [old, next] = [before, after].map(
    (items) => new Map(items.map((item) => [words.nameOf(item), item])),
  );
  const names = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
  const { escalates } = words;
  return [...names].flatMap((name): SettingDifference[] => {
    const [was, is] = [old?.get(name), next?.get(name)];
    if (was === undefined)
      return [{ change: "gains", message: words.added(name), escalates: escalates.added }];
    if (is === undefined) return [{ change: "loses", message: words.removed(name) }];
    const members = changedMembers(was, is);
    if (members.length === 0) return [];
    const message = `${words.changed(name)}: ${members.map((member) => `\`${member}\``).join(", ")}`;
    return [{ change: "changes", message, escalates: escalates.changed }];
  });
}

function changedMembers(was: object, is: object): readonly string[] {
  const [old, next] = [
    new Map<string, unknown>(Object.entries(was)),
    new Map<string, unknown>(Object.entries(is)),
  ];
  return [...new Set([...old.keys(), ...next.keys()])].filter(
    (name) => canonicalJson(old.get(name) ?? null) !== canonicalJson(next.get(name) ?? null),
  );
}

/** A member that this version does not know may mean anything: its change may add access. */
function compareMembers(before: Configuration, after: Configuration): readonly SettingDifference[] {
  const [old, next] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((name): SettingDifference[] => {
    const textOf = (members: ReadonlyMap<string, unknown>) =>
      canonicalJson(members.get(name) ?? defaults.get(name) ?? null);
    if (elsewhere.has(name) || textOf(old) === textOf(next)) return [];
    const message = `\`${name}\` changes`;
    if (withoutAccess.has(name)) return [{ change: "same", message }];
    return [{ change: "changes", message, escalates: "it changes how callers or policies are read" }];
  });
}
