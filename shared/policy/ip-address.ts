/**
 * IP addresses and CIDR ranges of IP conditions (RFC 791, RFC 4291, RFC 4632).
 *
 * An address is eight groups of 16 bits. IPv4 is held in its IPv4-mapped form `::ffff:a.b.c.d` (RFC 4291, section
 * 2.5.5.2), so that one caller is one address however it is written; an IPv6 range such as `::/0` shorter than that
 * prefix holds IPv6 addresses only.
 */

/** A range of addresses; a single address is a range of full length. */
export interface IpRange {
  readonly groups: readonly number[];
  /** Bits that count, out of 128. */
  readonly bits: number;
}

const MAPPED_BITS = 96;

/** Reads `address` or `address/bits`; without bits the range is the address alone. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf("/");
  const groups = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (groups === undefined) return undefined;
  if (slash < 0) return { groups, bits: 128 };
  const length = text.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(length)) return undefined;
  const bits = Number(length) + (text.includes(":") ? 0 : MAPPED_BITS);
  return bits > 128 ? undefined : { groups, bits };
}

/** Reads one address, IPv4 or IPv6, without zone and without leading zeros in IPv4. */
export function parseIpAddress(text: string): readonly number[] | undefined {
  if (!text.includes(":")) {
    const pair = parseIpv4(text);
    return pair === undefined ? undefined : [0, 0, 0, 0, 0, 0xffff, ...pair];
  }
  const halves = text.split("::", 3);
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 1 ? [] : parseGroups(halves[1] ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":", 9);
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (mayEndInIpv4 && i === parts.length - 1 && part.includes(".")) {
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

function parseIpv4(text: string): readonly [number, number] | undefined {
  const parts = text.split(".", 5);
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (/^(?:0|[1-9][0-9]{0,2})$/.test(part) ? Number(part) : 256));
  const [a = 256, b = 256, c = 256, d = 256] = bytes;
  if (Math.max(a, b, c, d) > 255) return undefined;
  return [a * 256 + b, c * 256 + d];
}

/** Tells whether the address lies in the range. */
export function isInRange(address: readonly number[], range: IpRange): boolean {
  if (range.bits < MAPPED_BITS && isMapped(address) !== isMapped(range.groups)) return false;
  for (let i = 0; i < 8; i++) {
    const bits = Math.min(16, Math.max(0, range.bits - i * 16));
    const mask = (0xffff << (16 - bits)) & 0xffff;
    if (((address[i] ?? 0) & mask) !== ((range.groups[i] ?? 0) & mask)) return false;
  }
  return true;
}

function isMapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}
