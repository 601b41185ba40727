/** `principal attach`: what a table attaches to a single principal, beyond the bundle's bindings. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { didYouMean } from "../../authoring/nearest-name.ts";
import { readMoment } from "../../authoring/tests/read-moment.ts";
import { configurationArgument, configurationOption, defineCommand, type Given } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { printLine } from "../terminal/lay-out.ts";
import { changeItem, describeItem, principalExample, principalOptions, wantedOf } from "./principal.ts";
import type { Wanted } from "./principal-items.ts";

const options = {
  ...principalOptions,
  "--for <time>": "how long the policies are attached, like 30m, 4h or 7d",
  "--until <time>": "when they end, like 2026-12-24T18:00:00Z",
  ...configurationOption,
} as const;

type AttachOptions = Given<typeof options>;

export const command = defineCommand({
  name: "principal attach",
  text: "attach policies and boundaries to a principal; prints what is attached",
  arguments: configurationArgument,
  options,
  example: `principal attach ${principalExample} --policy manage-users`,
  note: "A boundary, or a Deny, limits only what is attached here. What a binding gives is limited in the bundle.",
  finding: "the configuration has errors",
  whenRefused: 1,
  async run(given, io) {
    const { policy, boundary } = given;
    if (policy.length + boundary.length === 0)
      throw new UsageError("name what to attach: --policy, --boundary");
    const nowMs = Date.now();
    const end = endOf(given, nowMs);
    const { bundle } = await openConfiguration(given.config, { environment: given.env, stdin: io.stdin });
    checkAgainst(bundle, given);
    if (end !== undefined) checkEnding(bundle, given);
    const more = { policies: policy, boundaries: boundary, end };
    const changed = await changeItem(given, (found) => joined(wantedOf(found), more, { bundle, nowMs }));
    for (const note of notesOf(bundle, given, end)) printLine(note, io);
    io.stdout.write(`${describeItem(changed)}\n`);
    return 0;
  },
});

function checkAgainst({ config, policies }: Bundle, { issuer, policy, boundary }: AttachOptions): void {
  if (!config.issuers.some((each) => each.issuer === issuer)) {
    const issuers = config.issuers.map((each) => `\`${each.issuer}\``).join(", ");
    throw new UsageError(`the configuration trusts no issuer \`${issuer}\`; it has ${issuers}`);
  }
  const known = new Set(policies.map(({ name }) => name));
  const unknown = [...policy, ...boundary].filter((name) => !known.has(name));
  const [first = ""] = unknown;
  if (unknown.length > 0)
    throw new UsageError(
      `the configuration has no policy \`${unknown.join("`, `")}\`; nothing was attached${didYouMean(first, known)}`,
    );
}

/** In seconds since the epoch; `undefined` without an end. */
function endOf({ for: life, until, policy, boundary }: AttachOptions, nowMs: number): number | undefined {
  if (life === undefined && until === undefined) return undefined;
  if (life !== undefined && until !== undefined)
    throw new UsageError("--for and --until both say when the policies end: name one of them");
  if (boundary.length > 0 || policy.length === 0)
    throw new UsageError(
      "only policies have an end, because the end of a boundary would give access: attach boundaries without --for and --until",
    );
  const endMs = until === undefined ? nowMs + lifeOf(life ?? "") : momentOf(until);
  const end = Math.floor(endMs / 1000);
  if (end * 1000 <= nowMs) throw new UsageError(`--until: \`${until}\` has passed; nothing was attached`);
  return end;
}

const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function lifeOf(life: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(life) ?? [];
  if (count === undefined || unit === undefined)
    throw new UsageError(`--for: \`${life}\` must be minutes, hours or days, like 30m, 4h or 7d`);
  return Number(count) * unitsMs[unit as keyof typeof unitsMs];
}

function momentOf(until: string): number {
  const moment = readMoment(until);
  if (typeof moment === "string") throw new UsageError(`--until: ${moment}`);
  return moment;
}

/** A Deny has no end, because its end would give access. So a policy of Denies alone has nothing that ends. */
function checkEnding({ policies }: Bundle, { policy }: AttachOptions): void {
  const only = policies.find(
    ({ name, statements }) => policy.includes(name) && statements.every(({ effect }) => effect === "Deny"),
  );
  if (only)
    throw new UsageError(
      `\`${only.name}\` has only Denies, and only Allows have an end: attach it without --for and --until, and detach it later`,
    );
}

interface More extends Pick<Wanted, "policies" | "boundaries"> {
  readonly end: number | undefined;
}

/** Adds to what is attached, and leaves out what has ended and denies nothing. */
function joined(before: Wanted, more: More, at: { readonly bundle: Bundle; readonly nowMs: number }): Wanted {
  const onlyAllows = new Set(
    at.bundle.policies
      .filter(({ statements }) => statements.every(({ effect }) => effect === "Allow"))
      .map(({ name }) => name),
  );
  const hasEnded = (name: string) => (before.ends.get(name) ?? Number.POSITIVE_INFINITY) * 1000 <= at.nowMs;
  const kept = before.policies.filter((name) => !(hasEnded(name) && onlyAllows.has(name)));
  const policies = union(kept, more.policies);
  const endFor = (name: string) => (more.policies.includes(name) ? more.end : before.ends.get(name));
  const ends = policies.flatMap((name) => {
    const end = endFor(name);
    return end === undefined ? [] : [[name, end] as const];
  });
  return {
    policies,
    boundaries: union(before.boundaries, more.boundaries),
    ends: new Map(ends),
    isDeletable: policies.every((name) => onlyAllows.has(name)),
  };
}

/** In IAM, a Deny and a boundary limit the principal. Here they limit the item alone. */
function notesOf(
  { policies }: Bundle,
  { policy, boundary }: AttachOptions,
  end: number | undefined,
): readonly string[] {
  const denying = policies.filter(
    ({ name, statements }) => policy.includes(name) && statements.some(({ effect }) => effect === "Deny"),
  );
  const what = "what is attached here, not what a binding gives";
  return [
    ...denying.map(({ name }) => `note: the Denies of \`${name}\` limit ${what}`),
    ...boundary.map((name) => `note: the boundary \`${name}\` limits ${what}`),
    ...(end === undefined
      ? []
      : denying.map(({ name }) => `note: the Denies of \`${name}\` do not end; detach it to remove them`)),
  ];
}

function union(before: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...before, ...more])].sort();
}
