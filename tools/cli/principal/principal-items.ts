/**
 * Items of the table of principals, as the command reads and writes them.
 *
 * An item is replaced only while it is still at the version that was read: of two who change it at once, the second
 * reads again.
 */

import type { AttachmentLook, Attachments } from "../../../shared/bundle/attachments.ts";
import { isPlainObject } from "../../../shared/bundle/canonical-json.ts";
import { readAwsAccess } from "../../../shared/bundle/stores/aws-access.ts";
import { AwsFailure } from "../../../shared/bundle/stores/aws-failure.ts";
import type { AwsTarget } from "../../../shared/bundle/stores/aws-request.ts";
import { callDynamo, dynamoTarget } from "../../../shared/bundle/stores/dynamodb.ts";
import type { StoreEnvironment } from "../../../shared/bundle/stores/store.ts";
import { readItem } from "../../../shared/principals/item.ts";
import { parsePrincipalKey } from "../../../shared/principals/key.ts";

/** An item, as it stands in the table and as functions read it. */
export interface FoundItem {
  readonly key: string;
  readonly look: AttachmentLook;
  /** The attribute `version` as it is, for the condition of a write. */
  readonly version: unknown;
}

type Wanted = Pick<Attachments, "policies" | "boundaries">;

const timeoutMs = 30_000;

export class PrincipalItems {
  readonly #table: string;
  readonly #target: AwsTarget;

  /** @throws CodedError `bundleUnavailable` when the environment names no region */
  constructor(table: string, environment: StoreEnvironment) {
    this.#table = table;
    this.#target = dynamoTarget(readAwsAccess(environment));
  }

  async read(key: string): Promise<FoundItem> {
    const input = { Key: { principal: { S: key } }, ConsistentRead: true };
    const { Item: item } = await this.#call("GetItem", input);
    return foundItem(item, key);
  }

  async *list(): AsyncGenerator<FoundItem> {
    let start: unknown;
    do {
      const input = { ConsistentRead: true, ...(start ? { ExclusiveStartKey: start } : {}) };
      const answer = await this.#call("Scan", input);
      const items: unknown = answer["Items"];
      for (const item of Array.isArray(items) ? items : []) yield foundItem(item, keyOf(item));
      start = answer["LastEvaluatedKey"];
    } while (start);
  }

  /**
   * Writes what is wanted in the place of what was found; nothing at all removes the item.
   *
   * @returns whether it was still there as it was found
   */
  async replace(found: FoundItem, wanted: Wanted): Promise<boolean> {
    const { policies, boundaries } = wanted;
    const isEmpty = policies.length === 0 && boundaries.length === 0;
    if (isEmpty && found.look.kind === "none") return true;
    const condition = conditionOf(found);
    try {
      if (isEmpty) await this.#call("DeleteItem", { Key: { principal: { S: found.key } }, ...condition });
      else await this.#call("PutItem", { Item: itemOf(found, wanted), ...condition });
      return true;
    } catch (error) {
      if (error instanceof AwsFailure && error.code === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }

  #call(operation: string, input: object) {
    const call = { operation, input: { TableName: this.#table, ...input } };
    return callDynamo(this.#target, call, AbortSignal.timeout(timeoutMs));
  }
}

function foundItem(item: unknown, key: string): FoundItem {
  const look = readItem(item, key);
  const version = isPlainObject(item) ? item["version"] : undefined;
  const isKey = look.kind !== "attached" || parsePrincipalKey(key) !== undefined;
  return {
    key,
    look: isKey ? look : { kind: "refused", reason: 'its key is not `["issuer","subject"]`' },
    version,
  };
}

function keyOf(item: unknown): string {
  const key = isPlainObject(item) ? item["principal"] : undefined;
  return isPlainObject(key) && typeof key["S"] === "string" ? key["S"] : "";
}

/** `version` grows, and from the time: an item made anew is not taken for the one before it. */
function itemOf({ key, look }: FoundItem, { policies, boundaries }: Wanted) {
  const before = look.kind === "attached" ? look.attachments.version : 0;
  return {
    principal: { S: key },
    version: { N: String(Math.max(before + 1, Date.now())) },
    ...(policies.length > 0 ? { policies: { SS: policies } } : {}),
    ...(boundaries.length > 0 ? { boundary: { SS: boundaries } } : {}),
  };
}

function conditionOf({ look, version }: FoundItem) {
  if (look.kind === "none") {
    return {
      ConditionExpression: "attribute_not_exists(#principal)",
      ExpressionAttributeNames: { "#principal": "principal" },
    };
  }
  const names = { ExpressionAttributeNames: { "#version": "version" } };
  if (version === undefined) return { ConditionExpression: "attribute_not_exists(#version)", ...names };
  return {
    ConditionExpression: "#version = :before",
    ...names,
    ExpressionAttributeValues: { ":before": version },
  };
}
