/** One principal's item in a table: read, changed, printed. */
import { type Attachments, maxAttachedNames } from "../../../shared/bundle/attachments.ts";
import { principalKeyOf } from "../../../shared/principals/item.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { Given, ParameterTable } from "../command.ts";
import { attemptAt, UsageError } from "../command-io.ts";
import { type FoundItem, openItems } from "./principal-items.ts";

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

type Wanted = Pick<Attachments, "policies" | "boundaries">;

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
  const { policies, boundaries } = look.kind === "attached" ? look.attachments : nothing;
  return JSON.stringify([policies, boundaries]) === JSON.stringify([wanted.policies, wanted.boundaries]);
}

const nothing: Wanted = { policies: [], boundaries: [] };

/** Finds what is attached now. A malformed item is not changed. */
export function wantedOf({ look }: FoundItem): Wanted {
  if (look.kind === "attached") return look.attachments;
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

export function describeItem({ key, look }: FoundItem): string {
  if (look.kind !== "attached") return withoutControls(`${key} has nothing attached`);
  const { policies, boundaries, version } = look.attachments;
  const list = (names: readonly string[]) => (names.length === 0 ? "-" : names.join(","));
  return withoutControls(`${key} policies ${list(policies)} boundary ${list(boundaries)} version ${version}`);
}
