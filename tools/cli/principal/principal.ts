/**
 * `principal`: what a table attaches to single principals, beyond the bundle's bindings.
 */
import { type Attachments, maxAttachedNames } from "../../../shared/bundle/attachments.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { parsePrincipalKey, principalKeyOf } from "../../../shared/principals/key.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { type FoundItem, PrincipalItems } from "./principal-items.ts";

interface OnePrincipal {
  readonly table: string;
  readonly issuer: string;
  readonly subject: string;
  readonly policy: readonly string[];
  readonly boundary: readonly string[];
}

export interface AttachOptions extends OnePrincipal {
  readonly config: string;
}

export interface DetachOptions extends OnePrincipal {
  readonly all?: boolean;
}

export interface ListOptions {
  readonly table: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly config?: string;
  readonly json?: boolean;
}

type Wanted = Pick<Attachments, "policies" | "boundaries">;

/** Others may write the same item in between so many times. */
const maxAttempts = 5;

/**
 * Attaches policies and boundaries of a configuration to a principal, besides those that are attached.
 *
 * @returns 0 attached, or attached already; 1 the configuration has errors
 * @throws UsageError for names that the configuration does not have, and when the table cannot be used
 */
export async function runAttach(options: AttachOptions, io: CommandIo): Promise<ExitStatus> {
  const { policy, boundary } = options;
  if (policy.length + boundary.length === 0)
    throw new UsageError("name what to attach: --policy, --boundary");
  const configuration = await openConfiguration(options.config, io);
  if (!configuration) return 1;
  checkAgainst(configuration.bundle, options);
  const changed = await change(options, (found) => {
    const { policies, boundaries } = wantedOf(found);
    return { policies: union(policies, policy), boundaries: union(boundaries, boundary) };
  });
  for (const note of boundNotes(configuration.bundle, options)) io.stderr.write(`${note}\n`);
  io.stdout.write(`${describe(changed)}\n`);
  return 0;
}

/**
 * Detaches policies and boundaries from a principal; the last one removes the item.
 *
 * @returns 0 detached; 1 nothing of it was attached
 * @throws UsageError when the table cannot be used
 */
export async function runDetach(options: DetachOptions, io: CommandIo): Promise<ExitStatus> {
  const { policy, boundary, all = false } = options;
  if (all !== (policy.length + boundary.length === 0))
    throw new UsageError("name what to detach: --policy, --boundary, or --all for everything");
  let missing: readonly string[] = [];
  const changed = await change(options, (found) => {
    if (all) {
      missing = found.look.kind === "none" ? ["anything"] : [];
      return { policies: [], boundaries: [] };
    }
    const { policies, boundaries } = wantedOf(found);
    missing = [...without(policy, policies), ...without(boundary, boundaries)];
    // All of it or nothing: a name that was mistyped may be what had to go.
    if (missing.length > 0) return { policies, boundaries };
    return { policies: without(policies, policy), boundaries: without(boundaries, boundary) };
  });
  if (missing.length > 0) {
    const what = all ? "nothing is attached" : `not attached: \`${missing.join("`, `")}\``;
    io.stderr.write(`${what}; nothing was changed\n`);
    return 1;
  }
  io.stdout.write(`${describe(changed)}\n`);
  return 0;
}

/**
 * Lists one principal's item, or all.
 *
 * @returns 0 listed; 1 an item gives nothing, for a reason that stands on stderr
 */
export async function runList(options: ListOptions, io: CommandIo): Promise<ExitStatus> {
  const { table, issuer, subject, json = false } = options;
  if ((issuer === undefined) !== (subject === undefined))
    throw new UsageError("--issuer and --subject go together: an id is unique within its issuer only");
  const configuration =
    options.config === undefined ? undefined : await openConfiguration(options.config, io);
  if (options.config !== undefined && !configuration) return 1;
  const known = configuration && namesOf(configuration.bundle);
  let status: ExitStatus = 0;
  const listed: object[] = [];
  await attempt(table, async () => {
    const items = new PrincipalItems(table, process.env);
    const one = issuer === undefined || subject === undefined ? undefined : keyOf({ issuer, subject });
    const found = one === undefined ? items.list() : [await items.read(one)];
    for await (const item of found) {
      const problem = problemOf(item, known);
      if (problem !== undefined) {
        io.stderr.write(`\`${item.key}\` gives nothing: ${problem}\n`);
        status = 1;
      }
      if (item.look.kind !== "attached") continue;
      if (json) listed.push({ ...parsePrincipalKey(item.key), ...item.look.attachments });
      else io.stdout.write(`${describe(item)}\n`);
    }
  });
  if (json) io.stdout.write(`${JSON.stringify(listed, undefined, 2)}\n`);
  return status;
}

function problemOf({ look }: FoundItem, known: ReadonlySet<string> | undefined): string | undefined {
  if (look.kind === "refused") return look.reason;
  if (look.kind !== "attached" || !known) return undefined;
  const { policies, boundaries } = look.attachments;
  const unknown = [...policies, ...boundaries].find((name) => !known.has(name));
  return unknown === undefined
    ? undefined
    : `it names the policy \`${unknown}\`, which the configuration does not have`;
}

/** Reads, changes and writes, again where somebody else wrote in between. */
async function change(options: OnePrincipal, make: (found: FoundItem) => Wanted): Promise<FoundItem> {
  const key = keyOf(options);
  return attempt(options.table, async () => {
    const items = new PrincipalItems(options.table, process.env);
    for (let tries = 1; tries <= maxAttempts; tries += 1) {
      const found = await items.read(key);
      const wanted = make(found);
      if (wanted.policies.length > maxAttachedNames || wanted.boundaries.length > maxAttachedNames)
        throw new UsageError(`a principal has at most ${maxAttachedNames} policies and as many boundaries`);
      if (isSame(found, wanted)) return found;
      if (await items.replace(found, wanted)) return items.read(key);
    }
    throw new UsageError("others keep changing the same item; nothing was changed, try again");
  });
}

function isSame({ look }: FoundItem, wanted: Wanted): boolean {
  if (look.kind === "refused") return false;
  const { policies, boundaries } = look.kind === "attached" ? look.attachments : nothing;
  return JSON.stringify([policies, boundaries]) === JSON.stringify([wanted.policies, wanted.boundaries]);
}

const nothing: Wanted = { policies: [], boundaries: [] };

/** What is attached now. An item that is not understood is not built upon. */
function wantedOf({ look }: FoundItem): Wanted {
  if (look.kind === "attached") return look.attachments;
  if (look.kind === "refused")
    throw new UsageError(
      `the principal's item gives nothing: ${look.reason}; remove it with \`principal detach --all\``,
    );
  return nothing;
}

function checkAgainst({ config, policies }: Bundle, { issuer, policy, boundary }: AttachOptions): void {
  if (!config.issuers.some((each) => each.issuer === issuer)) {
    const issuers = config.issuers.map((each) => `\`${each.issuer}\``).join(", ");
    throw new UsageError(`the configuration trusts no issuer \`${issuer}\`; it has ${issuers}`);
  }
  const known = new Set(policies.map(({ name }) => name));
  const unknown = [...policy, ...boundary].filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new UsageError(`the configuration has no policy \`${unknown.join("`, `")}\`; nothing was attached`);
}

/** Who knows IAM expects a Deny and a boundary to bind the principal: here they bind the item. */
function boundNotes({ policies }: Bundle, { policy, boundary }: OnePrincipal): readonly string[] {
  const denying = policies.filter(
    ({ name, statements }) => policy.includes(name) && statements.some(({ effect }) => effect === "Deny"),
  );
  const what = "what is attached here, not what a binding gives";
  return [
    ...denying.map(({ name }) => `note: the Denies of \`${name}\` bound ${what}`),
    ...boundary.map((name) => `note: the boundary \`${name}\` bounds ${what}`),
  ];
}

function namesOf({ policies }: Bundle): ReadonlySet<string> {
  return new Set(policies.map(({ name }) => name));
}

function keyOf({ issuer, subject }: Pick<OnePrincipal, "issuer" | "subject">): string {
  const key = principalKeyOf({ issuer, id: subject });
  if (key === undefined) throw new UsageError("issuer and subject are longer than a key of DynamoDB may be");
  return key;
}

function describe({ key, look }: FoundItem): string {
  if (look.kind !== "attached") return `${key} has nothing attached`;
  const { policies, boundaries, version } = look.attachments;
  const list = (names: readonly string[]) => (names.length === 0 ? "-" : names.join(","));
  return `${key} policies ${list(policies)} boundary ${list(boundaries)} version ${version}`;
}

function union(before: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...before, ...more])].sort();
}

function without(names: readonly string[], gone: readonly string[]): readonly string[] {
  return names.filter((name) => !gone.includes(name));
}

async function attempt<Result>(table: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the table \`${table}\`: ${reason}`, { cause: error });
  }
}
