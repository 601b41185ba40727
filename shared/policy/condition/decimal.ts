/** Numbers of numeric conditions. Compared as decimals: as floating point, 9007199254740993 equals 9007199254740992. */

/** Zero is never negative. */
export interface Decimal {
  readonly negative: boolean;
  /** Without leading zeros; empty for 0. */
  readonly integer: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

/** Reads an integer or a decimal (IAM User Guide, "Numeric condition operators"); no exponents, no spaces. */
export function parseDecimal(text: string): Decimal | undefined {
  if (!/^[+-]?[0-9]+(?:\.[0-9]+)?$/.test(text)) return undefined;
  const signed = text.startsWith("-") || text.startsWith("+");
  const dot = text.indexOf(".");
  const integer = stripLeadingZeros(text.slice(signed ? 1 : 0, dot < 0 ? text.length : dot));
  const fraction = dot < 0 ? "" : stripTrailingZeros(text.slice(dot + 1));
  return { negative: text.startsWith("-") && integer + fraction !== "", integer, fraction };
}

function stripLeadingZeros(digits: string): string {
  let from = 0;
  while (digits[from] === "0") from++;
  return digits.slice(from);
}

function stripTrailingZeros(digits: string): string {
  let to = digits.length;
  while (digits[to - 1] === "0") to--;
  return digits.slice(0, to);
}

/** Returns a negative number, zero or a positive number. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const magnitude =
    a.integer.length - b.integer.length ||
    compareText(a.integer, b.integer) ||
    compareText(a.fraction, b.fraction);
  return a.negative ? -magnitude : magnitude;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
