/** Answers and notes of an evaluation: which questions of the form they are for, and whether they fit. */
import type {
  EvaluationAnswerData,
  EvaluationAnswerInput,
  EvaluationFormItem,
  EvaluationFormItemEnablementCondition,
  EvaluationFormItemEnablementExpression,
  EvaluationFormQuestion,
  EvaluationNote,
} from "@aws-sdk/client-connect";
import { checkLength } from "../../records/limits.ts";
import { invalidParameter } from "../../service-fault.ts";

export type Answers = Readonly<Record<string, EvaluationAnswerInput>>;
export type Notes = Readonly<Record<string, EvaluationNote>>;

/** "A note can have up to 3072 characters, all notes together N x 1024" for N questions (API Reference, EvaluationNote). */
const maxNote = 3072;
const maxNotesPerQuestion = 1024;

interface Placed {
  readonly question: EvaluationFormQuestion;
  /** Identifiers of the sections around it, the outermost first. */
  readonly sections: readonly string[];
}

export function questionsOf(
  items: readonly EvaluationFormItem[],
  sections: readonly string[] = [],
): readonly Placed[] {
  return items.flatMap(({ Section, Question }) => {
    if (Question) return [{ question: Question, sections }];
    return Section ? questionsOf(Section.Items ?? [], [...sections, Section.RefId ?? ""]) : [];
  });
}

/** Merges answers into those that are there; an empty object deletes. @throws ServiceFault for what does not fit */
export function mergeAnswers(items: readonly EvaluationFormItem[], held: Answers, given: Answers): Answers {
  const byId = new Map(questionsOf(items).map(({ question }) => [question.RefId, question]));
  for (const [id, { Value }] of Object.entries(given)) {
    const question = byId.get(id);
    if (!question) throw invalidParameter(`Answers.${id}`, "the evaluation form has no such question");
    const problem = Value && problemOf(question, Value);
    if (problem) throw invalidParameter(`Answers.${id}`, problem);
  }
  return merge(held, given);
}

export function mergeNotes(items: readonly EvaluationFormItem[], held: Notes, given: Notes): Notes {
  const questions = questionsOf(items);
  const known = new Set(questions.flatMap(({ question, sections }) => [question.RefId, ...sections]));
  for (const [id, { Value = "" }] of Object.entries(given)) {
    if (!known.has(id)) throw invalidParameter(`Notes.${id}`, "the evaluation form has no such item");
    checkLength(Value, `Notes.${id}`, { from: 0, to: maxNote });
  }
  const merged = merge(held, given);
  const total = Object.values(merged).reduce((sum, { Value = "" }) => sum + Value.length, 0);
  if (total > questions.length * maxNotesPerQuestion)
    throw invalidParameter("Notes", `must have at most ${maxNotesPerQuestion} characters for each question`);
  return merged;
}

function merge<Part extends { readonly Value?: unknown }>(
  held: Readonly<Record<string, Part>>,
  given: Readonly<Record<string, Part>>,
): Readonly<Record<string, Part>> {
  const all = new Map([...Object.entries(held), ...Object.entries(given)]);
  return Object.fromEntries([...all].filter(([, { Value }]) => Value !== undefined));
}

function problemOf(question: EvaluationFormQuestion, value: EvaluationAnswerData): string | undefined {
  const { QuestionTypeProperties: properties, NotApplicableEnabled } = question;
  if (value.NotApplicable !== undefined)
    return NotApplicableEnabled ? undefined : "the question does not allow the answer not applicable";
  switch (question.QuestionType) {
    case "SINGLESELECT": {
      const known = properties?.SingleSelect?.Options?.some(({ RefId }) => RefId === value.StringValue);
      return known ? undefined : "must be the `RefId` of an option, as `StringValue`";
    }
    case "MULTISELECT": {
      const options = properties?.MultiSelect?.Options?.map(({ RefId }) => RefId);
      const known = value.StringValues?.every((text) => options?.includes(text));
      return known ? undefined : "must be the `RefId`s of options, as `StringValues`";
    }
    case "NUMERIC": {
      const { MinValue = 0, MaxValue = 0 } = properties?.Numeric ?? {};
      const { NumericValue: number } = value;
      const fits = number !== undefined && number >= MinValue && number <= MaxValue;
      return fits ? undefined : `must be a number from ${MinValue} to ${MaxValue}, as \`NumericValue\``;
    }
    case "DATETIME":
      return Number.isNaN(Date.parse(value.DateTimeValue ?? "")) ? "must be a `DateTimeValue`" : undefined;
    default:
      return value.StringValue === undefined ? "must be a `StringValue`" : undefined;
  }
}

/** The answer to a question, whose identifier comes from outside. */
export function answerTo(answers: Answers, id = ""): EvaluationAnswerData | undefined {
  return Object.hasOwn(answers, id) ? answers[id]?.Value : undefined;
}

/** Questions that an evaluation cannot be submitted without: all that are enabled but those for a text or a time. */
export function unanswered(items: readonly EvaluationFormItem[], answers: Answers): readonly string[] {
  const open = questionsOf(items).filter(
    ({ question }) =>
      question.QuestionType !== "TEXT" &&
      question.QuestionType !== "DATETIME" &&
      isEnabled(question, answers) &&
      !Object.hasOwn(answers, question.RefId ?? ""),
  );
  return open.map(({ question }) => question.RefId ?? "");
}

/** Whether the answers to other questions enable a question. */
export function isEnabled({ Enablement }: EvaluationFormQuestion, answers: Answers): boolean {
  if (!Enablement) return true;
  const { Condition, Action, DefaultAction } = Enablement;
  const opposite = Action === "ENABLE" ? "DISABLE" : "ENABLE";
  return (isMet(Condition, answers) ? Action : (DefaultAction ?? opposite)) === "ENABLE";
}

function isMet(condition: EvaluationFormItemEnablementCondition | undefined, answers: Answers): boolean {
  const { Operands = [], Operator } = condition ?? {};
  const met = Operands.map(({ Expression, Condition }) =>
    Expression ? compare(Expression, answers) : isMet(Condition, answers),
  );
  return Operator === "OR" ? met.some(Boolean) : met.every(Boolean);
}

/** A question without an answer meets no comparison. */
function compare(
  { Source, Values = [], Comparator }: EvaluationFormItemEnablementExpression,
  answers: Answers,
): boolean {
  const value = answerTo(answers, Source?.RefId);
  const chosen = value?.StringValues ?? (value?.StringValue === undefined ? [] : [value.StringValue]);
  const wanted = Values.map(({ RefId }) => RefId ?? "");
  if (chosen.length === 0) return false;
  switch (Comparator) {
    case "NOT_IN":
      return !chosen.some((each) => wanted.includes(each));
    case "ALL_IN":
      return wanted.every((each) => chosen.includes(each));
    case "EXACT":
      return wanted.length === chosen.length && wanted.every((each) => chosen.includes(each));
    default:
      return chosen.some((each) => wanted.includes(each));
  }
}
