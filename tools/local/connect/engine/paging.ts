/**
 * Pages of a list: `MaxResults` and an opaque `NextToken`.
 *
 * The token holds the sequence number or key of the last item that was answered, not an offset, so that creations and
 * deletions between two pages neither repeat nor skip what stays.
 */
import { Buffer } from "node:buffer";
import { invalidParameter } from "../service-fault.ts";

interface PageSizes {
  readonly usual: number;
  readonly largest: number;
}

/** Sizes of most of Connect's lists (API Reference, for instance `ListUsers`: 1 to 1,000, by default 100). */
const listSizes: PageSizes = { usual: 100, largest: 1000 };

/** Sizes of searches (API Reference, for instance `SearchUsers`: 1 to 500). */
export const searchSizes: PageSizes = { usual: 100, largest: 500 };

/** A page, with `next` if more follow. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface ListOfPages {
  /** Names the list; a token of one list is refused by another. */
  readonly scope: string;
  readonly sizes?: PageSizes;
}

/**
 * Cuts a page out of all items, which are in the order of their sequence numbers.
 * @throws ServiceFault `InvalidParameterException` for a bad size or token
 */
export function cutPage<Item extends { readonly sequence: number }>(
  all: readonly Item[],
  request: PageRequest,
  list: ListOfPages,
): Page<Item> {
  const after = Number(readToken(request.NextToken, list.scope) ?? 0);
  if (!Number.isSafeInteger(after)) throw badToken();
  const rest = all.filter((item) => item.sequence > after);
  return cut(rest, request, { ...list, cursorOf: (item) => String(item.sequence) });
}

/**
 * Cuts a page out of items without sequence numbers, such as the elements of a list in a record. They come in the order of
 * their keys: by position, those after one that goes between two pages would be skipped.
 * @throws ServiceFault `InvalidParameterException` for a bad size or token
 */
export function cutSorted<Item>(
  all: readonly Item[],
  request: PageRequest,
  list: ListOfPages & { readonly keyOf: (item: Item) => string },
): Page<Item> {
  const after = readToken(request.NextToken, list.scope);
  const keyed = all.map((item) => [list.keyOf(item), item] as const);
  const rest = keyed.filter(([key]) => after === undefined || key > after);
  const sorted = rest.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))).map(([, item]) => item);
  return cut(sorted, request, { ...list, cursorOf: list.keyOf });
}

function cut<Item>(
  rest: readonly Item[],
  request: PageRequest,
  list: ListOfPages & { readonly cursorOf: (item: Item) => string },
): Page<Item> {
  const items = rest.slice(0, readSize(request.MaxResults, list.sizes ?? listSizes));
  const last = items.at(-1);
  const isMore = last !== undefined && rest.length > items.length;
  return { items, next: isMore ? writeToken(list.cursorOf(last), list.scope) : undefined };
}

interface Ordered {
  /** What the order is by; `undefined` comes last. */
  readonly key: string | number | undefined;
  readonly sequence: number;
}

/**
 * Cuts a page out of items that a key orders, and their sequence numbers where keys are equal.
 * @throws ServiceFault `InvalidParameterException` for a bad size or token
 */
export function cutOrdered<Item extends Ordered>(
  all: readonly Item[],
  request: PageRequest,
  list: ListOfPages & { readonly isDescending: boolean },
): Page<Item> {
  const compare = (one: Ordered, other: Ordered) => compareKeys(one, other, list.isDescending ? -1 : 1);
  const cursor = readToken(request.NextToken, list.scope);
  const after = cursor === undefined ? undefined : parsePlace(cursor);
  const rest = all.filter((item) => !after || compare(item, after) > 0).toSorted(compare);
  return cut(rest, request, { ...list, cursorOf: ({ key, sequence }) => JSON.stringify([sequence, key]) });
}

function compareKeys(one: Ordered, other: Ordered, sign: 1 | -1): number {
  if (one.key === other.key) return (one.sequence - other.sequence) * sign;
  if (one.key === undefined) return 1;
  if (other.key === undefined) return -1;
  return (one.key < other.key ? -1 : 1) * sign;
}

function parsePlace(cursor: string): Ordered {
  try {
    const [sequence, key]: unknown[] = JSON.parse(cursor);
    return {
      key: typeof key === "string" || typeof key === "number" ? key : undefined,
      sequence: Number(sequence),
    };
  } catch {
    throw badToken();
  }
}

function readSize(asked: number | undefined, sizes: PageSizes): number {
  const size = asked ?? sizes.usual;
  if (Number.isInteger(size) && size >= 1 && size <= sizes.largest) return size;
  throw invalidParameter("MaxResults", `must be a whole number from 1 to ${sizes.largest}`);
}

function writeToken(cursor: string, scope: string): string {
  return Buffer.from(`${scope}#${cursor}`, "utf8").toString("base64url");
}

/** The cursor in a token; `undefined` without one. */
function readToken(token: string | undefined, scope: string): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, "base64url").toString("utf8");
  const cursor = text.slice(scope.length + 1);
  if (cursor === "" || writeToken(cursor, scope) !== token) throw badToken();
  return cursor;
}

function badToken() {
  return invalidParameter("NextToken", "is not a token that this list gave");
}
