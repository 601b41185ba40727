/** Whether a value fits its attribute: type and validation rules. Expressions are not evaluated: a value is literal. */
import type { DataTableAttributeValueType, Validation } from "@aws-sdk/client-connect";
import { lowerAscii } from "../../../../../shared/ascii.ts";

export interface AttributeRules {
  readonly ValueType: DataTableAttributeValueType;
  readonly Validation?: Validation | undefined;
}

/** Says what is wrong with a value, `undefined` when nothing is. */
export function problemOfValue(
  text: string,
  { ValueType, Validation: rules = {} }: AttributeRules,
): string | undefined {
  if (ValueType === "BOOLEAN") return /^(true|false)$/.test(text) ? undefined : "must be `true` or `false`";
  if (ValueType === "TEXT") return problemOfText(text, rules);
  if (ValueType === "NUMBER") return problemOfNumber(text.trim() === "" ? undefined : Number(text), rules);
  const list = parseList(text);
  if (!list) return "must be a list in JSON";
  const { MinValues = 0, MaxValues = Number.POSITIVE_INFINITY } = rules;
  if (list.length < MinValues || list.length > MaxValues)
    return `must have ${MinValues} to ${MaxValues} elements`;
  const check = ValueType === "TEXT_LIST" ? problemOfText : problemOfNumber;
  return list.map((element) => check(element, rules)).find((problem) => problem !== undefined);
}

function parseList(text: string): readonly unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function problemOfText(value: unknown, rules: Validation): string | undefined {
  if (typeof value !== "string") return "must be a text";
  const { MinLength = 0, MaxLength = Number.POSITIVE_INFINITY, IgnoreCase } = rules;
  if (value.length < MinLength || value.length > MaxLength)
    return `must have ${MinLength} to ${MaxLength} characters`;
  const fold = (text: string) => (IgnoreCase ? lowerAscii(text) : text);
  return problemOfEnum((each) => fold(each) === fold(value), rules);
}

function problemOfNumber(value: unknown, rules: Validation): string | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return "must be a number";
  const { Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum, MultipleOf } = rules;
  if (Minimum !== undefined && value < Minimum) return `must be at least ${Minimum}`;
  if (Maximum !== undefined && value > Maximum) return `must be at most ${Maximum}`;
  if (ExclusiveMinimum !== undefined && value <= ExclusiveMinimum)
    return `must be more than ${ExclusiveMinimum}`;
  if (ExclusiveMaximum !== undefined && value >= ExclusiveMaximum)
    return `must be less than ${ExclusiveMaximum}`;
  if (MultipleOf !== undefined && !Number.isInteger(value / MultipleOf))
    return `must be a multiple of ${MultipleOf}`;
  return problemOfEnum((each) => Number(each) === value, rules);
}

function problemOfEnum(isValue: (each: string) => boolean, { Enum }: Validation): string | undefined {
  const { Strict, Values = [] } = Enum ?? {};
  return Strict && !Values.some(isValue) ? `must be one of ${Values.join(", ")}` : undefined;
}
