/**
 * The types of condition values, read naively: `undefined` or NaN for a text that is not of the type.
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Case that is ignored is that of A to Z. */
export const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether texts are the same but for case; undefined if that depends on letters beyond A to Z. */
export function alike(one: string, other: string): boolean | undefined {
  if (fold(one) === fold(other)) return true;
  // Both ways and back, since some letters have two capitals; a dotted capital I may be an i.
  const anyCase = (text: string) =>
    text.toUpperCase().toLowerCase().toUpperCase().toLowerCase().replaceAll("i\u0307", "i");
  return anyCase(one) === anyCase(other) ? undefined : false;
}

const isBase64 = (text: string) => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

/** The bytes that a base64 text stands for, as text. */
export const bytes = (text: string) =>
  isBase64(text) ? Buffer.from(text, "base64").toString("hex") : undefined;

/** In units of 10^-40, so that nothing is rounded. */
export const number = (text: string) => {
  const [, sign, integer, fraction = ""] = /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  return integer === undefined
    ? Number.NaN
    : BigInt(`${integer}${fraction.padEnd(40, "0")}`) * BigInt(`${sign}1`);
};

const isDay = (text: string) => new Date(Date.parse(text)).toJSON()?.startsWith(text) ?? false;

/** The earliest and the latest moment that a text may stand for: they differ when it names no zone. */
export function times(text: string): readonly [number, number] {
  if (/^-?\d{1,12}(\.\d{1,9})?$/.test(text) && !/^\d{4}$/.test(text)) {
    return [Number(text) * 1000, Number(text) * 1000];
  }
  const plain = text.replace(/^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)/i, "$1-$2-$3T$4:$5:$6");
  const [, date = "", clock, zone = ""] =
    /^(\d{4}|\d{4}-\d\d|\d{4}-\d\d-\d\d)(?:t(\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)(z|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(
      plain,
    ) ?? [];
  if (!isDay(date) || (clock !== undefined && date.length < 10)) return [Number.NaN, Number.NaN];
  if (clock === undefined) return [Date.parse(date), Date.parse(date)];
  const at = (offset: string) => Date.parse(`${date}T${clock.replace(",", ".")}${offset}`);
  if (zone === "") return [at("+14:00"), at("-12:00")];
  const [, hours = "", minutes = "00"] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return hours === "" ? [at("Z"), at("Z")] : [at(`${hours}:${minutes}`), at(`${hours}:${minutes}`)];
}

/** Whether an address is in a range. */
export function isInside(address: string, range: string): boolean | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const [net = "", bits = isIPv4(net) ? "32" : "128"] = range.split("/");
  const [family, isOfFamily] = isIPv4(net) ? (["ipv4", isIPv4] as const) : (["ipv6", isIPv6] as const);
  if (!isIPv4(plain) && !isIPv6(plain)) return undefined;
  const block = new BlockList();
  block.addSubnet(net, Number(bits), family);
  return isOfFamily(plain) && block.check(plain, family);
}
