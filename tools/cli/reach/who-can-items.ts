/** `who-can --table`: what each principal's own item gives it now, by the code that functions decide with. */
import type { Attachments } from "../../../shared/bundle/attachments.ts";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Configuration } from "../../../shared/bundle/types.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { attachmentsAt } from "../../../shared/principals/item.ts";
import { principalNamed } from "../../../shared/reach/open-context.ts";
import { attemptAt } from "../command-io.ts";
import { openItems, parsePrincipalKey } from "../principal/principal-items.ts";
import type { GivenAnswer, PrincipalAnswer } from "./who-can-text.ts";

/** A principal, and its policies as if it had no groups. */
interface AttachedPrincipal {
  readonly issuer: string;
  readonly id: string;
  readonly attachments: Attachments;
  readonly layers: PolicyLayers;
}

/** An item that functions give nothing for. */
export interface RefusedItem {
  readonly principal: string;
  readonly reason: string;
}

export interface TableItems {
  readonly principals: readonly AttachedPrincipal[];
  readonly refused: readonly RefusedItem[];
}

/** What answers by item leave open. */
export function itemNotes({ principals }: Configuration): readonly string[] {
  const unknown =
    "groups and claims of the table's principals are unknown here: bindings of theirs may allow more, and deny or bound what their items give";
  const taken = "`principals: authoritative`: a caller's item may deny what is allowed here for its binding";
  return principals === "authoritative" ? [taken, unknown] : [unknown];
}

/** Reads a whole table, as it is at one moment. */
export async function readTable(table: string, opened: OpenedBundle): Promise<TableItems> {
  const principals: AttachedPrincipal[] = [];
  const refused: RefusedItem[] = [];
  const nowMs = Date.now();
  await attemptAt(`the table \`${table}\``, async () => {
    for await (const { key, look } of (await openItems(table)).list()) {
      if (look.kind === "refused") refused.push({ principal: key, reason: look.reason });
      if (look.kind !== "attached") continue;
      const read = principalOf(key, attachmentsAt(look.item, nowMs), opened);
      if (typeof read === "string") refused.push({ principal: key, reason: read });
      else principals.push(read);
    }
  });
  // A scan has no order.
  const byKey = <Each>(keyOf: (each: Each) => string) => {
    return (a: Each, b: Each) => (keyOf(a) < keyOf(b) ? -1 : 1);
  };
  return {
    principals: principals.sort(byKey(({ issuer, id }) => JSON.stringify([issuer, id]))),
    refused: refused.sort(byKey(({ principal }) => principal)),
  };
}

/** @returns why the item gives nothing, if it does not */
function principalOf(key: string, attachments: Attachments, opened: OpenedBundle) {
  const named = parsePrincipalKey(key);
  if (!named) return 'its key is not `["issuer","subject"]`';
  const { policies, boundaries, ended = [] } = attachments;
  const unknown = [...policies, ...ended, ...boundaries].find((name) => !opened.hasPolicy(name));
  if (unknown !== undefined)
    return `it names the policy \`${unknown}\`, which the configuration does not have`;
  if (!opened.config.issuers.some(({ issuer }) => issuer === named.issuer))
    return "its issuer is not one of the configuration's";
  const principal = { ...principalNamed(named), claims: { iss: named.issuer } };
  const layers = opened.layersFor(principal, attachments);
  return layers ? { ...named, attachments, layers } : "the bundle has no policies for it";
}

/** Only what a policy of the item allows counts as the item's answer. */
export function answersByItem(
  principals: readonly AttachedPrincipal[],
  answerOf: (layers: PolicyLayers) => GivenAnswer,
): readonly PrincipalAnswer[] {
  return principals.map(({ issuer, id, attachments, layers }) => {
    const given = answerOf(layers);
    const allowing = new Set(
      given.statements.filter(({ effect }) => effect === "Allow").map(({ policy }) => policy),
    );
    const policies =
      given.answer === "no" ? [] : attachments.policies.filter((policy) => allowing.has(policy));
    if (policies.length === 0) return { issuer, id, ...nothing };
    const ends = policies.flatMap((policy) => {
      const end = attachments.until?.[policy];
      return end === undefined ? [] : [[policy, end] as const];
    });
    return { issuer, id, ...given, policies, until: Object.fromEntries(ends) };
  });
}

const nothing = { answer: "no", keys: [], statements: [], policies: [], until: {} } as const;
