/**
 * Points in time of date conditions: the W3C profile of ISO 8601, or seconds since the epoch (IAM User Guide,
 * "Date condition operators"; W3C NOTE-datetime).
 */

const W3C =
  /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?$/;
const EPOCH_SECONDS = /^-?[0-9]{1,12}(?:\.[0-9]{1,9})?$/;

/**
 * Reads a point in time as milliseconds since the epoch; `undefined` if it is none. Four digits are a year,
 * other numbers are epoch seconds. A time without a zone is not in the profile and is not read.
 */
export function parseTime(text: string): number | undefined {
  const fields = W3C.exec(text);
  if (fields === null) return EPOCH_SECONDS.test(text) ? Number(text) * 1000 : undefined;
  const [
    ,
    year,
    month = "01",
    day = "01",
    hour = "00",
    minute = "00",
    second = "00",
    fraction = "0",
    zone = "Z",
  ] = fields;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // A month or a day that is on no calendar ends up in another month.
  if (date.getUTCMonth() !== Number(month) - 1) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offsetMinutes = parseZone(zone);
  if (offsetMinutes === undefined) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes;
  return date.getTime() + (minutes * 60 + Number(second)) * 1000 + Number(`0.${fraction}`) * 1000;
}

function parseZone(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
