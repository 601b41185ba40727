/** The condition operators, in one table (IAM User Guide, "IAM JSON policy elements: Condition operators"). */
import { lowerAscii } from "../../ascii.ts";

export type Comparison =
  | "stringEquals"
  | "stringEqualsIgnoreCase"
  | "stringLike"
  | "numeric"
  | "date"
  | "bool"
  | "binary"
  | "ip"
  | "arn"
  | "null";

/** For numbers and dates: which outcomes of a comparison hold. */
export interface Order {
  readonly less: boolean;
  readonly equal: boolean;
  readonly greater: boolean;
}

/** An operator without qualifier and suffix. */
export interface BaseOperator {
  readonly comparison: Comparison;
  /** Matches what the plain operator does not match, including missing keys. */
  readonly negated: boolean;
  readonly order: Order;
}

export interface ConditionOperator extends BaseOperator {
  readonly qualifier: "none" | "forAllValues" | "forAnyValue";
  readonly ifExists: boolean;
}

const EQUAL: Order = { less: false, equal: true, greater: false };
const LESS: Order = { less: true, equal: false, greater: false };
const LESS_OR_EQUAL: Order = { less: true, equal: true, greater: false };
const GREATER: Order = { less: false, equal: false, greater: true };
const GREATER_OR_EQUAL: Order = { less: false, equal: true, greater: true };

function base(comparison: Comparison, negated = false, order = EQUAL): BaseOperator {
  return { comparison, negated, order };
}

const BASE_OPERATORS: ReadonlyMap<string, BaseOperator> = new Map([
  ["StringEquals", base("stringEquals")],
  ["StringNotEquals", base("stringEquals", true)],
  ["StringEqualsIgnoreCase", base("stringEqualsIgnoreCase")],
  ["StringNotEqualsIgnoreCase", base("stringEqualsIgnoreCase", true)],
  ["StringLike", base("stringLike")],
  ["StringNotLike", base("stringLike", true)],
  ["NumericEquals", base("numeric")],
  ["NumericNotEquals", base("numeric", true)],
  ["NumericLessThan", base("numeric", false, LESS)],
  ["NumericLessThanEquals", base("numeric", false, LESS_OR_EQUAL)],
  ["NumericGreaterThan", base("numeric", false, GREATER)],
  ["NumericGreaterThanEquals", base("numeric", false, GREATER_OR_EQUAL)],
  ["DateEquals", base("date")],
  ["DateNotEquals", base("date", true)],
  ["DateLessThan", base("date", false, LESS)],
  ["DateLessThanEquals", base("date", false, LESS_OR_EQUAL)],
  ["DateGreaterThan", base("date", false, GREATER)],
  ["DateGreaterThanEquals", base("date", false, GREATER_OR_EQUAL)],
  ["Bool", base("bool")],
  ["BinaryEquals", base("binary")],
  ["IpAddress", base("ip")],
  ["NotIpAddress", base("ip", true)],
  ["ArnEquals", base("arn")],
  ["ArnLike", base("arn")],
  ["ArnNotEquals", base("arn", true)],
  ["ArnNotLike", base("arn", true)],
  ["Null", base("null")],
]);

const QUALIFIERS = [
  ["", "none"],
  ["ForAllValues:", "forAllValues"],
  ["ForAnyValue:", "forAnyValue"],
] as const;

/** All operators with their qualifiers and suffixes; `Null` takes no suffix. */
const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map(
  [...BASE_OPERATORS].flatMap(([name, operator]) =>
    QUALIFIERS.flatMap(([prefix, qualifier]) =>
      ["", "IfExists"]
        .filter((suffix) => operator.comparison !== "null" || suffix === "")
        .map((suffix): [string, ConditionOperator] => [
          prefix + name + suffix,
          { ...operator, qualifier, ifExists: suffix !== "" },
        ]),
    ),
  ),
);

/** Case-sensitive; `undefined` if there is no such operator. */
export function parseOperator(name: string): ConditionOperator | undefined {
  return OPERATORS.get(name);
}

/** Lists the names of all operators, for suggestions. */
export function operatorNames(): readonly string[] {
  return [...OPERATORS.keys()];
}

/** Finds the operator whose name differs only in case. */
export function suggestOperator(name: string): string | undefined {
  const lower = lowerAscii(name);
  return [...OPERATORS.keys()].find((known) => lowerAscii(known) === lower);
}
