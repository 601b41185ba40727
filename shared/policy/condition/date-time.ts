/**
 * Points in time of date conditions: the W3C profile of ISO 8601, or seconds since the epoch (IAM User Guide,
 * "Date condition operators"; W3C NOTE-datetime). Unambiguous forms of ISO 8601 beyond the profile are read too: small
 * letters, a zone without colon or minutes, a comma in the seconds, and `20300131T235959Z`.
 */

const DATE = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/;
const DATE_AND_TIME =
  /^([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})[Tt]([0-9]{2})(:?)([0-9]{2})(?:\6([0-9]{2})(?:[.,]([0-9]{1,9}))?)?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?$/;
const EPOCH_SECONDS = /^(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?$/;

/** In nanoseconds, as bigints: a floating point number is too small for them. */
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
/** The outermost time zones, in minutes: a time without a zone lies between the two. */
const EARLIEST_ZONE = 14 * 60;
const LATEST_ZONE = -12 * 60;

/** Earliest and latest nanosecond since the epoch. They are equal unless the text names no zone. */
export interface Moment {
  readonly earliest: bigint;
  readonly latest: bigint;
}

/** Returns `undefined` if the text is not a time. Four digits are a year, other numbers are epoch seconds. */
export function parseTime(text: string): Moment | undefined {
  const date = DATE.exec(text);
  if (date !== null) return momentOf(readDay(date[1], date[2], date[3]), 0, 0);
  const epoch = EPOCH_SECONDS.exec(text);
  if (epoch !== null) {
    const at = countNanoseconds(epoch[2], epoch[3]);
    return momentOf(epoch[1] === "-" ? -at : at, 0, 0);
  }
  const [, year, dash, month, day, hour, colon, minute, second = "00", fraction, zone] =
    DATE_AND_TIME.exec(text) ?? [];
  if ((dash === "") !== (colon === "")) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const start = readDay(year, month, day);
  if (start === undefined) return undefined;
  const minutes = BigInt(Number(hour) * 60 + Number(minute));
  const at = start + minutes * MINUTE + countNanoseconds(second, fraction);
  if (zone === undefined) return momentOf(at, EARLIEST_ZONE, LATEST_ZONE);
  const offset = readZone(zone);
  return offset === undefined ? undefined : momentOf(at, offset, offset);
}

function countNanoseconds(seconds: string | undefined, fraction = ""): bigint {
  return BigInt(String(seconds)) * SECOND + BigInt(fraction.padEnd(9, "0"));
}

/** @param earliest minutes east of Greenwich, as `latest` */
function momentOf(at: bigint | undefined, earliest: number, latest: number): Moment | undefined {
  return at === undefined
    ? undefined
    : { earliest: at - BigInt(earliest) * MINUTE, latest: at - BigInt(latest) * MINUTE };
}

/** The start of a calendar day, in UTC; `undefined` without a year, or if the calendar has no such day. */
function readDay(year: string | undefined, month = "01", day = "01"): bigint | undefined {
  if (year === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // `Date` moves an invalid month or day into another month.
  return date.getUTCMonth() === Number(month) - 1 ? BigInt(date.getTime()) * 1_000_000n : undefined;
}

/** Minutes east of Greenwich. */
function readZone(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
