/**
 * Search conditions: strings, numbers, booleans, times, lists, hierarchies, tags, and values of one member, joined by
 * AND and OR. Unsupported conditions are refused.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { singularOf } from "../families/words.ts";
import { listMember } from "../records/project.ts";
import { isMembers, membersOf, readMember, type Shown } from "../records/record.ts";
import type { Members, Tags } from "../records/resource-table.ts";
import { invalidParameter, ServiceFault } from "../service-fault.ts";
import type { FamilyCall } from "./locate.ts";

type Test = (shown: Shown) => boolean;

/** Compiles the criteria and the filter of a search's input. */
export function compileSearch({ input, operation }: Pick<FamilyCall, "input" | "operation">): Test {
  checkFields(input, fieldsOfAnswer(operation));
  const tests = [input["SearchCriteria"], input["SearchFilter"]].filter(isMembers).map(compileCriteria);
  return allOf(tests);
}

type Compile = (condition: Members) => Test;

/** Conditions by the name of their member. */
const conditions: Readonly<Record<string, Compile>> = {
  StringCondition: compileString,
  NumberCondition: compileRange,
  DecimalCondition: compileRange,
  DateTimeCondition: compileTimes,
  DateCondition: compileDate,
  BooleanCondition: ({ FieldName, ComparisonType }) => {
    const wanted = ComparisonType !== "IS_FALSE";
    return (shown) => fieldsOf(shown, FieldName).some((value) => value === wanted);
  },
  HierarchyGroupCondition: compileHierarchy,
  TagCondition:
    (condition) =>
    ({ row }) =>
      hasTag(row.tags, condition),
  ListCondition: compileList,
  // Filters hold conditions of the same kinds.
  TagFilter: compileCriteria,
  AttributeFilter: compileCriteria,
  UserAttributeFilter: compileCriteria,
  FlowAttributeFilter: compileCriteria,
  ContactFlowTypeCondition: compileCriteria,
  AndCondition: compileCriteria,
};

/** Whether tags have a key, with a value if the condition gives one. */
export function hasTag(
  tags: Tags,
  { TagKey, TagValue }: { readonly TagKey?: unknown; readonly TagValue?: unknown },
): boolean {
  return Object.entries(tags).some(
    ([key, value]) => key === TagKey && (TagValue === undefined || value === TagValue),
  );
}

function compileCriteria(criteria: Members): Test {
  return allOf(
    Object.entries(criteria).flatMap(([member, value]) =>
      value === undefined ? [] : [compileMember(member, value)],
    ),
  );
}

function compileMember(member: string, value: unknown): Test {
  if (Array.isArray(value)) {
    const inner = value.map((each: unknown) => compileElement(each));
    if (member === "OrConditions") return inner.length === 0 ? () => true : anyOf(inner);
    if (member === "AndConditions" || member === "TagConditions") return allOf(inner);
    throw notImplemented(member);
  }
  if (isMembers(value)) {
    const compile = Object.hasOwn(conditions, member) ? conditions[member] : undefined;
    if (!compile) throw notImplemented(member);
    return compile(value);
  }
  // `QueueTypeCondition`, `StateCondition`: the value of one member.
  const name = member.replace(/Condition$/, "");
  return (shown) => readMember(shown, name) === value;
}

/** Tags stand in lists, and in lists of lists whose inner ones are joined by AND. */
function compileElement(value: unknown): Test {
  if (Array.isArray(value)) return allOf(value.map((each: unknown) => compileElement(each)));
  if (!isMembers(value)) throw invalidParameter("SearchFilter", "must have conditions");
  return "TagKey" in value || "TagValue" in value
    ? compileMember("TagCondition", value)
    : compileCriteria(value);
}

const comparisons: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  STARTS_WITH: (value, wanted) => value.startsWith(wanted),
  CONTAINS: (value, wanted) => value.includes(wanted),
  EXACT: (value, wanted) => value === wanted,
};

/** Compares without case, as searches do. @param comparison `EXACT` without one */
export function compareTexts(value: string, wanted: string, comparison: unknown = "EXACT"): boolean {
  const compare = comparisons[String(comparison)] ?? comparisons["EXACT"];
  return compare?.(lowerAscii(value), lowerAscii(wanted)) === true;
}

function compileString({ FieldName, Value, ComparisonType }: Members): Test {
  const wanted = typeof Value === "string" ? Value : "";
  return (shown) =>
    fieldsOf(shown, FieldName).some((value) => compareTexts(String(value), wanted, ComparisonType));
}

function compileRange({ FieldName, MinValue, MaxValue, ComparisonType }: Members): Test {
  return (shown) =>
    fieldsOf(shown, FieldName).some((value) => isWithin(value, { MinValue, MaxValue, ComparisonType }));
}

/** `RANGE` takes both ends, the others compare with `MinValue`, or with `MaxValue` where only that is given. */
function isWithin(value: unknown, { MinValue, MaxValue, ComparisonType }: Members): boolean {
  if (typeof value !== "number") return false;
  const from = typeof MinValue === "number" ? MinValue : undefined;
  const to = typeof MaxValue === "number" ? MaxValue : undefined;
  const one = from ?? to ?? 0;
  switch (ComparisonType) {
    case "GREATER":
    case "GREATER_THAN":
      return value > one;
    case "GREATER_OR_EQUAL":
    case "GREATER_THAN_OR_EQUAL_TO":
      return value >= one;
    case "LESSER":
    case "LESS_THAN":
      return value < (to ?? one);
    case "LESSER_OR_EQUAL":
    case "LESS_THAN_OR_EQUAL_TO":
      return value <= (to ?? one);
    case "EQUAL":
    case "EQUAL_TO":
      return value === one;
    case "NOT_EQUAL":
      return value !== one;
    default:
      return value >= (from ?? value) && value <= (to ?? value);
  }
}

function compileTimes(condition: Members): Test {
  const ms = (value: unknown): unknown => (typeof value === "string" ? Date.parse(value) : value);
  const range = { ...condition, MinValue: ms(condition["MinValue"]), MaxValue: ms(condition["MaxValue"]) };
  return (shown) =>
    fieldsOf(shown, condition["FieldName"]).some((value) =>
      isWithin(value instanceof Date ? value.getTime() : value, range),
    );
}

/** Days as texts (`2026-01-31`), which compare as texts do. */
function compileDate({ FieldName, Value, ComparisonType }: Members): Test {
  const order = (value: unknown): number =>
    String(value) < String(Value) ? -1 : String(value) > String(Value) ? 1 : 0;
  return (shown) =>
    fieldsOf(shown, FieldName).some((value) => isWithin(order(value), { MinValue: 0, ComparisonType }));
}

/** The group itself, or with `WITH_CHILD_GROUPS` those below it too. */
function compileHierarchy({ Value, HierarchyGroupMatchType }: Members): Test {
  return (shown) => {
    const group = readMember(shown, "HierarchyGroupId");
    if (group === Value || HierarchyGroupMatchType !== "WITH_CHILD_GROUPS") return group === Value;
    const groups = shown.instance.table("UserHierarchyGroup");
    let at = typeof group === "string" ? groups.find(group) : undefined;
    for (let depth = 0; at && depth < 5; depth++) {
      if (at.id === Value) return true;
      at = groups.find(String(at.shape["ParentGroupId"] ?? ""));
    }
    return false;
  };
}

/** An element of the list that meets every condition: a proficiency with a name, a value and a level. */
function compileList({ TargetListType, Conditions }: Members): Test {
  const part = lists[String(TargetListType)];
  if (part === undefined) throw notImplemented("ListCondition");
  const tests = (Array.isArray(Conditions) ? Conditions : []).filter(isMembers).map(compileCriteria);
  return (shown) => {
    const elements = shown.row.shape[part];
    return (Array.isArray(elements) ? elements : [])
      .filter(isMembers)
      .some((element) => tests.every((test) => test({ ...shown, row: { ...shown.row, shape: element } })));
  };
}

const lists: Readonly<Record<string, string>> = { PROFICIENCIES: "UserProficiencies" };

/** Values of a field, whose name is compared without case: of the record, or of a structure in it. */
function fieldsOf(shown: Shown, field: unknown): readonly unknown[] {
  const wanted = lowerAscii(typeof field === "string" ? field : "");
  if (wanted === "resourceid") return [shown.row.id];
  return valuesOf(shown.row.shape, wanted) ?? aboutOf(shown, wanted) ?? [];
}

/** Refuses fields that no answer of the search has. @throws ServiceFault `InvalidParameterException` */
function checkFields(value: unknown, known: ReadonlySet<string>): void {
  if (Array.isArray(value)) for (const each of value) checkFields(each, known);
  if (!isMembers(value)) return;
  for (const [member, inner] of Object.entries(value)) {
    // The conditions of a list are about its elements.
    if (member === "ListCondition") continue;
    if (member === "FieldName" && typeof inner === "string" && !known.has(lowerAscii(inner)))
      throw invalidParameter("FieldName", `\`${inner}\` cannot be searched for`);
    checkFields(inner, known);
  }
}

const answerFields = new Map<string, ReadonlySet<string>>();

/** Scalars and lists of an answer and of the structures in it, in lower case, lists in the singular. */
function fieldsOfAnswer(operation: string): ReadonlySet<string> {
  const known = answerFields.get(operation);
  if (known) return known;
  const fields = new Set(["resourceid", "name"]);
  const [, element] = listMember(findOperationSchema(operation)?.output);
  collectFields(element, fields);
  answerFields.set(operation, fields);
  return fields;
}

function collectFields(schema: NormalizedSchema, fields: Set<string>, depth = 0): void {
  if (!schema.isStructSchema() || depth > 1) return;
  for (const [member, its] of schema.structIterator()) {
    if (its.isStructSchema()) collectFields(its, fields, depth + 1);
    else fields.add(lowerAscii(its.isListSchema() ? singularOf(member) : member));
  }
}

function valuesOf(shape: Members, wanted: string): readonly unknown[] | undefined {
  for (const [member, value] of Object.entries(shape)) {
    const name = lowerAscii(member);
    if (name === wanted || (Array.isArray(value) && lowerAscii(singularOf(member)) === wanted))
      return Array.isArray(value) ? value : [value];
  }
  for (const value of Object.values(shape)) {
    const inner = isMembers(value) ? valuesOf(value, wanted) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** What a record has beside its own members, by the names that its family's answers have. */
function aboutOf(shown: Shown, wanted: string): readonly unknown[] | undefined {
  const member = [...membersOf(shown.family), "Name"].find((name) => lowerAscii(name) === wanted);
  const value = member === undefined ? undefined : readMember(shown, member);
  return value === undefined ? undefined : [value];
}

function notImplemented(member: string): ServiceFault {
  return new ServiceFault(
    "NotImplementedException",
    `the local Connect does not implement the condition \`${member}\``,
  );
}

function allOf(tests: readonly Test[]): Test {
  return (shown) => tests.every((test) => test(shown));
}

function anyOf(tests: readonly Test[]): Test {
  return (shown) => tests.some((test) => test(shown));
}
