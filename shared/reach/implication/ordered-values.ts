/**
 * Values of numbers, times and addresses that stand for all others: of all values between two neighbouring limits that
 * conditions name, each is compared alike.
 */
import { parseTime } from "../../policy/condition/date-time.ts";
import { parseDecimal } from "../../policy/condition/decimal.ts";
import { type IpRange, parseIpRange } from "../../policy/condition/ip-address.ts";

/** Cannot be read as any type. */
export const unreadable = "x";

/** Numbers at, between and around those that conditions name. @param isWhole whether the key has whole numbers only */
export function numbersAround(texts: readonly string[], isWhole: boolean): readonly string[] {
  const parsed = texts.flatMap((text) => parseDecimal(text) ?? []);
  const digits = Math.max(0, ...parsed.map(({ fraction }) => fraction.length)) + 1;
  const scale = 10n ** BigInt(digits);
  const limits = parsed.map(({ negative, integer, fraction }) => {
    const size = BigInt(`0${integer}${fraction.padEnd(digits, "0")}`);
    return negative ? -size : size;
  });
  // One digit more than any limit has: there is a number between each two.
  const around = limits.flatMap((at) => [at, at - 1n, at + 1n, at - scale, at + scale]);
  const whole = limits.flatMap((at) => {
    const floor = at - (((at % scale) + scale) % scale);
    return [floor - scale, floor, floor + scale, floor + 2n * scale];
  });
  const found = sorted([...(isWhole ? [] : around), ...whole]);
  return found.map((each) => decimalText(each, scale, digits));
}

function decimalText(value: bigint, scale: bigint, digits: number): string {
  const size = value < 0n ? -value : value;
  const fraction = String(size % scale)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${size / scale}${fraction === "" ? "" : `.${fraction}`}`;
}

const MILLISECOND = 1_000_000n;
const HOUR = 3_600_000n * MILLISECOND;

/**
 * Times at, between and around those that conditions name. A time without a zone counts as all the times that it may be, so
 * that the limits move by the outermost zones.
 */
export function timesAround(texts: readonly string[], hasZone: boolean): readonly string[] {
  const moments = texts.flatMap((text) => parseTime(text) ?? []);
  const limits = sorted(moments.flatMap(({ earliest, latest }) => [earliest, latest]));
  const certain = between(limits).map(timeText);
  if (hasZone) return certain;
  const moved = limits.flatMap((at) => [at + 14n * HOUR, at - 12n * HOUR]);
  const uncertain = between(sorted(moved)).map((at) => timeText(at).replace(/Z$/, ""));
  return [...certain, ...uncertain];
}

/** The limits, their neighbours, a middle of each two, and one on each side. */
function between(limits: readonly bigint[]): readonly bigint[] {
  const [first, last] = [limits[0], limits.at(-1)];
  if (first === undefined || last === undefined) return [0n];
  // Whole milliseconds come first: calls have such times.
  const steps = [MILLISECOND, 1n];
  return [
    ...limits,
    ...limits.flatMap((at) => steps.flatMap((step) => [at - step, at + step])),
    ...limits.slice(1).map((at, index) => ((limits[index] ?? at) + at) / 2n),
    first - 24n * HOUR,
    last + 24n * HOUR,
  ];
}

function timeText(at: bigint): string {
  const rest = ((at % MILLISECOND) + MILLISECOND) % MILLISECOND;
  const date = new Date(Number((at - rest) / MILLISECOND));
  const isWritable = date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9_999;
  if (!isWritable) return String(at / (1_000n * MILLISECOND));
  const text = date.toISOString();
  return rest === 0n ? text : text.replace("Z", `${String(rest).padStart(6, "0")}Z`);
}

const ALL_BITS = 128n;
const MAPPED_FROM = 0xffff_0000_0000n;
const MAPPED_TO = 0x1_0000_0000_0000n;

/** The addresses at which a range, or the addresses of IPv4, begin or have ended. */
export function addressesAround(texts: readonly string[]): readonly string[] {
  const ranges = texts.flatMap((text) => parseIpRange(text) ?? []);
  const limits = ranges.flatMap((range) => [firstOf(range), endOf(range)]);
  const inside = (at: bigint) => at >= 0n && at < 1n << ALL_BITS;
  const all = sorted([...limits, MAPPED_FROM, MAPPED_TO, 0n]).filter(inside);
  // Addresses that people know come first.
  const isMapped = (at: bigint) => at >= MAPPED_FROM && at < MAPPED_TO;
  return [...all.filter(isMapped), ...all.filter((at) => !isMapped(at))].map(addressText);
}

function firstOf({ address, bits }: IpRange): bigint {
  const ignored = ALL_BITS - BigInt(bits);
  return (address >> ignored) << ignored;
}

function endOf(range: IpRange): bigint {
  return firstOf(range) + (1n << (ALL_BITS - BigInt(range.bits)));
}

function addressText(address: bigint): string {
  if (address >= MAPPED_FROM && address < MAPPED_TO)
    return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join(".");
  return Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  ).join(":");
}

function sorted(values: readonly bigint[]): readonly bigint[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
