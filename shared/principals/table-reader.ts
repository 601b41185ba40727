/** Reads the table of principals in DynamoDB: a chunk that a Lambda loads only when its settings name a table. */

import type { AttachmentLook } from "../bundle/attachments.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import { callAws, findEndpoint } from "../bundle/stores/aws.ts";
import { unusable } from "../bundle/stores/store.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import { explainError, limitRepeats, writeLog } from "../observe/log.ts";
import type { Settings } from "../settings.ts";
import { attachmentsAt, type PrincipalItem, principalKeyOf, readItem } from "./item.ts";
import { ItemCache } from "./item-cache.ts";

const defaultTimeoutMs = 2_000;
/** The limit for items, even if the bundle is kept longer. */
const maxKeepSeconds = 60;
/** About 500 bytes each. */
const defaultMaxEntries = 10_000;

export interface TableProblem {
  /** `dynamodb:` and the table's name. */
  readonly location: string;
  readonly error: unknown;
}

export interface TableOptions {
  /** Called when the table cannot be read, once a minute while the error stays the same. Default: a line on stderr. */
  readonly onProblem?: (problem: TableProblem) => void;
  /** Counts each failed read in a metric. */
  readonly count?: (failure: "PrincipalsFailure") => void;
  readonly now?: () => number;
  /** For one read. */
  readonly timeoutMs?: number;
  readonly maxEntries?: number;
}

export interface AttachmentSource {
  /**
   * The bundle has all policies that the attachments name. A failing table is a result, not an error.
   *
   * @param nowMs the decision's time; default: the clock's when the item is at hand
   */
  find(principal: VerifiedPrincipal, bundle: OpenedBundle, nowMs?: number): Promise<AttachmentLook>;
}

/**
 * Sends nothing yet. Settings without region or credentials make every read fail.
 *
 * @throws CodedError `bundleUnavailable` when no table is named
 */
export function openTable(settings: Settings, options: TableOptions): AttachmentSource {
  const cache = openCache(settings, options);
  const { now = Date.now } = options;
  return {
    async find(principal, bundle, nowMs) {
      const key = principalKeyOf(principal);
      if (key === undefined) return { kind: "none" };
      const look = await cache.find(key);
      if (look.kind !== "attached") return look;
      return (
        refuseUnknown(look.item, bundle) ?? {
          kind: "attached",
          attachments: attachmentsAt(look.item, nowMs ?? now()),
        }
      );
    },
  };
}

function openCache(settings: Settings, options: TableOptions): ItemCache {
  const { AUTHORIZER_PRINCIPALS_TABLE: name, AUTHORIZER_REFRESH_SECONDS: refreshSeconds } = settings;
  if (name === undefined) throw unusable("`AUTHORIZER_PRINCIPALS_TABLE` is not set");
  const now = options.now ?? Date.now;
  const report = limitRepeats(options.onProblem ?? logProblem, now);
  return new ItemCache(
    async (key, signal) => {
      const endpoint = findEndpoint("dynamodb", settings);
      const input = { TableName: name, Key: { principal: { S: key } }, ConsistentRead: true };
      const { Item: item } = await callAws(endpoint, { operation: "GetItem", input }, signal);
      return readItem(item, key);
    },
    {
      // As long as the bundle, within a limit.
      keepMs: Math.min(refreshSeconds, maxKeepSeconds) * 1000,
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

/** A policy that the bundle does not have may be a Deny or a boundary: the whole item is refused. */
function refuseUnknown(
  { policies, boundaries }: PrincipalItem,
  bundle: OpenedBundle,
): AttachmentLook | undefined {
  const unknown = [...policies, ...boundaries].find((name) => !bundle.hasPolicy(name));
  if (unknown === undefined) return undefined;
  const reason = `it names the policy \`${unknown.slice(0, 100)}\`, which the bundle does not have`;
  return { kind: "refused", reason };
}

/** As one JSON line on stderr. */
function logProblem({ location, error }: TableProblem): void {
  writeLog("WARN", "principalsProblem", { location, message: explainError(error) });
}
