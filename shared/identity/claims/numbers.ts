/**
 * The exact texts of a token's numbers.
 *
 * A parsed number is a double (RFC 8259 section 6): 9007199254740993 becomes 9007199254740992, and JavaScript writes 1e21,
 * but an IAM condition accepts no exponents. So we make the texts from the token's digits, not from the parsed numbers.
 */
import { lowerAscii } from "../../ascii.ts";

/** The text of each parsed number; `undefined` if it would be too long, or if two numbers have the same double. */
export type NumberTexts = ReadonlyMap<number, string | undefined>;

const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** No double needs more digits before or after its decimal point. */
const maxPlaces = 400;

/** @param json valid JSON */
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

/** Writes a number without exponent and superfluous zeros: 1.10, 1.1 and 11e-1 have the same text. */
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
