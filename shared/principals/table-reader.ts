/**
 * The table of principals at DynamoDB: what a Lambda loads only when its environment names one.
 */

import type { AttachmentLook } from "../bundle/attachments.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import { type Environment, readPrincipalsTable } from "../bundle/source/settings.ts";
import { callAws, findEndpoint } from "../bundle/stores/aws.ts";
import { unusable } from "../bundle/stores/store.ts";
import { explainError, limitRepeats, writeLog } from "../observe/log.ts";
import { readItem } from "./item.ts";
import { ItemCache } from "./item-cache.ts";
import { principalKeyOf } from "./key.ts";
import type { AttachmentSource, TableOptions, TableProblem } from "./table.ts";

const defaultTimeoutMs = 2_000;
/** Some 500 bytes each. */
const defaultMaxEntries = 10_000;

/**
 * Opens the table; nothing is asked yet. An environment that it cannot be reached by is a table that cannot be read.
 *
 * @throws CodedError `bundleUnavailable` when no table is named
 */
export function openTable(environment: Environment, options: TableOptions): AttachmentSource {
  const table = readPrincipalsTable(environment);
  if (!table) throw unusable("no table of principals is named");
  const cache = openCache(table, environment, options);
  return {
    async find(principal, bundle) {
      const key = principalKeyOf(principal);
      if (key === undefined) return { kind: "none" };
      const look = await cache.find(key);
      return look.kind === "attached" ? checkNames(look, bundle) : look;
    },
  };
}

function openCache(
  { name, keepMs }: { readonly name: string; readonly keepMs: number },
  environment: Environment,
  options: TableOptions,
): ItemCache {
  const now = options.now ?? Date.now;
  const report = limitRepeats(options.onProblem ?? logProblem, now);
  return new ItemCache(
    async (key, signal) => {
      const endpoint = findEndpoint("dynamodb", environment);
      const input = { TableName: name, Key: { principal: { S: key } }, ConsistentRead: true };
      const { Item: item } = await callAws(endpoint, { operation: "GetItem", input }, signal);
      return readItem(item, key);
    },
    {
      keepMs,
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      maxEntries: options.maxEntries ?? defaultMaxEntries,
      now,
      onFailure: (error) => {
        options.count?.("PrincipalsFailure");
        report({ location: `dynamodb:${name}`, error });
      },
    },
  );
}

/** A name that the bundle does not have may be a Deny or a boundary: the item counts whole or not at all. */
function checkNames(
  look: Extract<AttachmentLook, { readonly kind: "attached" }>,
  bundle: OpenedBundle,
): AttachmentLook {
  const { policies, boundaries } = look.attachments;
  const unknown = [...policies, ...boundaries].find((name) => !bundle.hasPolicy(name));
  if (unknown === undefined) return look;
  const reason = `it names the policy \`${unknown.slice(0, 100)}\`, which the bundle does not have`;
  return { kind: "refused", reason };
}

/** Writes a problem as one JSON line on stderr. */
function logProblem({ location, error }: TableProblem): void {
  writeLog("WARN", "principalsProblem", { location, message: explainError(error) });
}
