/**
 * Pages of a list: `MaxResults` and an opaque `NextToken`.
 *
 * The token holds the last sequence number that was answered, not an offset, so that creations and deletions
 * between two pages neither repeat nor skip what stays.
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

/**
 * Cuts a page out of all items, which are in the order of their sequence numbers.
 * @param scope names the list; a token of one list is refused by another
 * @throws ServiceFault `InvalidParameterException` for a bad size or token
 */
export function cutPage<Item extends { readonly sequence: number }>(
  all: readonly Item[],
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  list: { readonly scope: string; readonly sizes?: PageSizes },
): Page<Item> {
  const size = readSize(request.MaxResults, list.sizes ?? listSizes);
  const after = request.NextToken === undefined ? 0 : readToken(request.NextToken, list.scope);
  const rest = all.filter((item) => item.sequence > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  return { items, next: last && rest.length > size ? writeToken(last.sequence, list.scope) : undefined };
}

function readSize(asked: number | undefined, sizes: PageSizes): number {
  const size = asked ?? sizes.usual;
  if (Number.isInteger(size) && size >= 1 && size <= sizes.largest) return size;
  throw invalidParameter("MaxResults", `must be a whole number from 1 to ${sizes.largest}`);
}

function writeToken(sequence: number, scope: string): string {
  return Buffer.from(`${scope}#${sequence}`, "utf8").toString("base64url");
}

function readToken(token: string, scope: string): number {
  const [, sequence] = /#(\d{1,15})$/.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  if (sequence !== undefined && writeToken(Number(sequence), scope) === token) return Number(sequence);
  throw invalidParameter("NextToken", "is not a token that this list gave");
}
