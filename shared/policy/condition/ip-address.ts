/**
 * IP addresses and CIDR ranges of IP conditions (RFC 791, RFC 4291, RFC 4632).
 *
 * Does not use `node:net`'s `BlockList`: the reference engine of the tests does, and the two must be independent.
 *
 * An address is a number of 128 bits. IPv4 has its IPv4-mapped form `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2), so an
 * address is equal in all its spellings. An IPv6 range shorter than that prefix, such as `::/0`, holds IPv6 addresses
 * only.
 */

/** A range of addresses; a single address is a range of full length. */
export interface IpRange {
  readonly address: bigint;
  /** Significant bits, out of 128. */
  readonly bits: number;
}

const ALL_BITS = 128;
const MAPPED_BITS = 96;
const MAPPED_PREFIX = 0xffffn;
const GROUPS = 8;

/** Reads `address` or `address/bits`; without bits the range is the address alone. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf("/");
  const address = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  if (slash < 0) return { address, bits: ALL_BITS };
  const length = text.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(length)) return undefined;
  const bits = Number(length) + (text.includes(":") ? 0 : MAPPED_BITS);
  return bits > ALL_BITS ? undefined : { address, bits };
}

/** Reads one address, IPv4 or IPv6, without zone and without leading zeros in IPv4. */
export function parseIpAddress(text: string): bigint | undefined {
  if (!text.includes(":")) {
    const pair = parseIpv4(text);
    return pair && joinGroups([0, 0, 0, 0, 0, 0xffff, ...pair]);
  }
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = parseGroups(text);
    return groups?.length === GROUPS ? joinGroups(groups) : undefined;
  }
  const head = parseGroups(text.slice(0, gap));
  const tail = parseGroups(text.slice(gap + 2));
  if (head === undefined || tail === undefined || text.slice(0, gap).includes(".")) return undefined;
  const missing = GROUPS - head.length - tail.length;
  return missing < 1 ? undefined : joinGroups([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

function joinGroups(groups: readonly number[]): bigint {
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n);
}

/** Reads groups of 16 bits between colons; the last two may be written as an IPv4 address. */
function parseGroups(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":", GROUPS + 1);
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes(".")) {
      const pair = parseIpv4(part);
      if (pair === undefined) return undefined;
      groups.push(...pair);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** Reads an IPv4 address as two groups of 16 bits. */
function parseIpv4(text: string): readonly [number, number] | undefined {
  const parts = text.split(".", 5);
  const isAddress =
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256);
  if (!isAddress) return undefined;
  const address = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  return [Math.floor(address / 0x10000), address % 0x10000];
}

export function isInRange(address: bigint, range: IpRange): boolean {
  if (isMapped(address) !== isMapped(range.address)) return false;
  const ignored = BigInt(ALL_BITS - range.bits);
  return address >> ignored === range.address >> ignored;
}

function isMapped(address: bigint): boolean {
  return address >> BigInt(ALL_BITS - MAPPED_BITS) === MAPPED_PREFIX;
}
