/**
 * The numbers of a token as texts that say exactly what the token says.
 *
 * A parsed number is a double (RFC 8259 section 6): 9007199254740993 becomes 9007199254740992, and JavaScript writes 1e21
 * where a condition of IAM takes no exponents. So texts are made from the digits in the token, not from what was parsed.
 */
import { lowerAscii } from "../../ascii.ts";

/**
 * The text of each number, found by what was parsed. Not there for one whose text would be endless, and for two numbers
 * that a double cannot tell apart.
 */
export type NumberTexts = ReadonlyMap<number, string | undefined>;

const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** No double needs more places before or behind its point. */
const maxPlaces = 400;

/** Reads the numbers of a valid JSON text. */
export function readNumberTexts(json: string): NumberTexts {
  const texts = new Map<number, string | undefined>();
  for (const [literal] of json.matchAll(stringsAndNumbers)) {
    if (literal.startsWith('"')) continue;
    const value = Number(literal);
    const text = plainDecimal(literal);
    texts.set(value, texts.has(value) && texts.get(value) !== text ? undefined : text);
  }
  return texts;
}

/** Writes a number without exponent and needless zeros: 1.10, 1.1 and 11e-1 are one number, and so one text. */
function plainDecimal(literal: string): string | undefined {
  const [mantissa = "", exponent = "0"] = lowerAscii(literal).split("e");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const point = whole.length + Number(exponent);
  if (Math.abs(point) > maxPlaces) return undefined;
  const digits = `${"0".repeat(Math.max(0, -point))}${whole}${fraction}`.padEnd(point, "0");
  const at = Math.max(0, point);
  const integer = digits.slice(0, at).replace(/^0+/, "") || "0";
  const rest = digits.slice(at).replace(/0+$/, "");
  const text = rest === "" ? integer : `${integer}.${rest}`;
  return literal.startsWith("-") && text !== "0" ? `-${text}` : text;
}
