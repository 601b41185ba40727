/**
 * Items of the table of principals, as the command reads and writes them.
 *
 * An item is replaced only while it is still at the version that was read: of two who change it at once, the second
 * reads again.
 */
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type ItemLook, type PrincipalItem, readItem } from "../../../shared/principals/item.ts";
import { AwsProblem, clientSettings, prepareClient } from "../aws.ts";

/** An item, as the table has it and as functions read it. */
export interface FoundItem {
  readonly key: string;
  readonly look: ItemLook;
  /** The attribute `version` as it is, for the condition of a write. */
  readonly version: AttributeValue | undefined;
}

export interface Wanted extends Pick<PrincipalItem, "policies" | "boundaries" | "ends"> {
  /** Whether the item means nothing more once all its policies have ended, so that DynamoDB may delete it. */
  readonly isDeletable: boolean;
}

const timeoutMs = 30_000;

/** Opens a table; nothing is sent yet. */
export async function openItems(table: string): Promise<PrincipalItems> {
  const sdk = await import("@aws-sdk/client-dynamodb");
  return new PrincipalItems(table, sdk, prepareClient(new sdk.DynamoDBClient(clientSettings())));
}

type Sdk = Pick<
  typeof import("@aws-sdk/client-dynamodb"),
  "DeleteItemCommand" | "GetItemCommand" | "PutItemCommand" | "ScanCommand"
>;

class PrincipalItems {
  readonly #table: { readonly TableName: string };
  readonly #sdk: Sdk;
  readonly #client: DynamoDBClient;

  constructor(table: string, sdk: Sdk, client: DynamoDBClient) {
    this.#table = { TableName: table };
    this.#sdk = sdk;
    this.#client = client;
  }

  async read(key: string): Promise<FoundItem> {
    const input = { ...this.#table, Key: { principal: { S: key } }, ConsistentRead: true };
    const { Item: item } = await this.#client.send(new this.#sdk.GetItemCommand(input), inTime());
    return foundItem(item, key);
  }

  async *list(): AsyncGenerator<FoundItem> {
    let start: Item | undefined;
    do {
      const input = { ...this.#table, ConsistentRead: true, ExclusiveStartKey: start };
      const answer = await this.#client.send(new this.#sdk.ScanCommand(input), inTime());
      for (const item of answer.Items ?? []) yield foundItem(item, item["principal"]?.S ?? "");
      start = answer.LastEvaluatedKey;
    } while (start);
  }

  /** Replaces what was found; nothing wanted removes the item. @returns whether it was still as it was found */
  async replace(found: FoundItem, wanted: Wanted): Promise<boolean> {
    const { policies, boundaries } = wanted;
    const isEmpty = policies.length === 0 && boundaries.length === 0;
    if (isEmpty && found.look.kind === "none") return true;
    const input = { ...this.#table, ...conditionOf(found) };
    try {
      if (isEmpty) {
        const removed = { ...input, Key: { principal: { S: found.key } } };
        await this.#client.send(new this.#sdk.DeleteItemCommand(removed), inTime());
      } else {
        const written = { ...input, Item: itemOf(found, wanted) };
        await this.#client.send(new this.#sdk.PutItemCommand(written), inTime());
      }
      return true;
    } catch (error) {
      if (error instanceof AwsProblem && error.code === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }
}

type Item = Record<string, AttributeValue>;

function inTime() {
  return { abortSignal: AbortSignal.timeout(timeoutMs) };
}

function foundItem(item: Item | undefined, key: string): FoundItem {
  const look = readItem(item, key);
  const isKey = look.kind !== "attached" || parsePrincipalKey(key) !== undefined;
  return {
    key,
    look: isKey ? look : { kind: "refused", reason: 'its key is not `["issuer","subject"]`' },
    version: item?.["version"],
  };
}

/** `version` starts from the time and grows, so a new item is not taken for the one before it. */
function itemOf({ key, look }: FoundItem, wanted: Wanted): Item {
  const { policies, boundaries, ends } = wanted;
  const before = look.kind === "attached" ? look.item.version : 0;
  const ttl = ttlOf(wanted);
  return {
    principal: { S: key },
    version: { N: String(Math.max(before + 1, Date.now())) },
    ...(policies.length > 0 ? { policies: { SS: [...policies] } } : {}),
    ...(boundaries.length > 0 ? { boundary: { SS: [...boundaries] } } : {}),
    ...(ends.size > 0
      ? { until: { M: Object.fromEntries([...ends].map(([name, end]) => [name, { N: String(end) }])) } }
      : {}),
    ...(ttl === undefined ? {} : { ttl: { N: String(ttl) } }),
  };
}

/** The last end, if the item says nothing more from then on: DynamoDB deletes whole items. */
export function ttlOf({ policies, boundaries, ends, isDeletable }: Wanted): number | undefined {
  const hasEnds = policies.length > 0 && policies.every((name) => ends.has(name));
  return isDeletable && hasEnds && boundaries.length === 0 ? Math.max(...ends.values()) : undefined;
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

/** Reads a key back; `undefined` for any other text. */
export function parsePrincipalKey(key: string): { readonly issuer: string; readonly id: string } | undefined {
  try {
    const [issuer, id, ...rest]: unknown[] = JSON.parse(key);
    const isKey = typeof issuer === "string" && typeof id === "string" && rest.length === 0;
    return isKey && key === JSON.stringify([issuer, id]) ? { issuer, id } : undefined;
  } catch {
    return undefined;
  }
}
