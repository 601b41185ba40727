/** One principal's item in a table: read, changed, printed. */
import { maxAttachedNames } from "../../../shared/bundle/attachments.ts";
import { isoOf, type PrincipalItem, principalKeyOf } from "../../../shared/principals/item.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { Given, ParameterTable } from "../command.ts";
import { attemptAt, UsageError } from "../command-io.ts";
import { type FoundItem, openItems, ttlOf, type Wanted } from "./principal-items.ts";

export const tableOption = {
  "--table <name>": { text: "name of the DynamoDB table", isRequired: true },
} as const satisfies ParameterTable;

export const principalOptions = {
  ...tableOption,
  "--issuer <url>": {
    text: "the principal's issuer, as in authorizer.yaml",
    completes: "issuer",
    isRequired: true,
  },
  "--subject <id>": { text: "the principal's id", isRequired: true },
  "--policy <name>": { text: "a policy; may be repeated", completes: "policy", isRepeated: true },
  "--boundary <name>": {
    completes: "policy",
    text: "a permissions boundary of these policies; may be repeated",
    isRepeated: true,
  },
} as const satisfies ParameterTable;

type PrincipalOptions = Given<typeof principalOptions>;

export const principalExample = "--table principals --issuer https://issuer.example --subject alice";

/** How often an item is read and written again after others changed it. */
const maxAttempts = 5;

/** Reads, changes and writes an item; tries again if it was changed in the meantime. */
export async function changeItem(
  options: PrincipalOptions,
  make: (found: FoundItem) => Wanted,
): Promise<FoundItem> {
  const key = keyOf(options);
  return attemptAt(`the table \`${options.table}\``, async () => {
    const items = await openItems(options.table);
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
  const is: PrincipalItem | Wanted = look.kind === "attached" ? look.item : nothing;
  const ttl = look.kind === "attached" ? look.item.ttl : undefined;
  return textOf(is, ttl) === textOf(wanted, ttlOf(wanted));
}

function textOf({ policies, boundaries, ends }: PrincipalItem | Wanted, ttl: number | undefined): string {
  return JSON.stringify([policies, boundaries, [...ends].sort(), ttl]);
}

export const nothing: Wanted = { policies: [], boundaries: [], ends: new Map(), isDeletable: false };

/** Finds what is attached now. A malformed item is not changed. */
export function wantedOf({ look }: FoundItem): Wanted {
  if (look.kind === "attached") return { ...look.item, isDeletable: look.item.ttl !== undefined };
  if (look.kind === "refused")
    throw new UsageError(
      `the principal's item gives nothing: ${look.reason}; remove it with \`principal detach --all\``,
    );
  return nothing;
}

export function keyOf({ issuer, subject }: Pick<PrincipalOptions, "issuer" | "subject">): string {
  const key = principalKeyOf({ issuer, id: subject });
  if (key === undefined) throw new UsageError("issuer and subject are too long for a key of DynamoDB");
  return key;
}

export function describeItem({ key, look }: FoundItem, nowMs = Date.now()): string {
  if (look.kind !== "attached") return withoutControls(`${key} has nothing attached`);
  const { policies, boundaries, version, ends } = look.item;
  const list = (names: readonly string[]) => (names.length === 0 ? "-" : names.join(","));
  const withEnd = (name: string) => `${name}${describeEnd(ends.get(name), nowMs)}`;
  const given = list(policies.map(withEnd));
  return withoutControls(`${key} policies ${given} boundary ${list(boundaries)} version ${version}`);
}

/** When a policy ends, and the rest of its life. */
export function describeEnd(end: number | undefined, nowMs: number): string {
  if (end === undefined) return "";
  const left = end * 1000 - nowMs;
  const rest = left > 0 ? `${describeRest(left)} left` : "ended; only its Denies count";
  return ` (until ${isoOf(end)}, ${rest})`;
}

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** In its two largest units, as `3 h 59 min`. Rounded down, so that no one counts on more. */
function describeRest(ms: number): string {
  let seconds = Math.floor(ms / 1000);
  const parts = units.map(([unit, size]) => {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    return { count, text: `${count} ${unit}` };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first === -1) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join(" ");
}
