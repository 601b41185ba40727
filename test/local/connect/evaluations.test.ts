/** The life of an evaluation, and its scores by a table of forms and answers. */
import type { EvaluationFormItem } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { type Answers, unanswered } from "../../../tools/local/connect/by-hand/forms/answers.ts";
import { scoreAnswers } from "../../../tools/local/connect/by-hand/forms/scores.ts";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east } from "./connect-fixture.ts";
import type { Input } from "./walk/inputs.ts";
import { useWireClient } from "./walk/wire-client.ts";

const InstanceId = east;
const send = useWireClient();

/** A question with the answers yes (10), half (5), no (0) and never, which fails. */
function question(RefId: string, more: object = {}, fails: object = { AutomaticFail: true }) {
  const options = [
    { RefId: "yes", Text: "Yes", Score: 10, PointsConfiguration: { PointValue: 4 } },
    { RefId: "half", Text: "Half", Score: 5, PointsConfiguration: { PointValue: 2 } },
    { RefId: "no", Text: "No", Score: 0, PointsConfiguration: { PointValue: 0 } },
    { RefId: "never", Text: "Never", Score: 0, ...fails },
  ];
  const Question = {
    Title: RefId,
    RefId,
    QuestionType: "SINGLESELECT",
    NotApplicableEnabled: true,
    QuestionTypeProperties: { SingleSelect: { Options: options } },
    ...more,
  };
  return { Question } as EvaluationFormItem;
}

const section = (RefId: string, Items: EvaluationFormItem[], more: object = {}) =>
  ({ Section: { Title: RefId, RefId, Items, ...more } }) as EvaluationFormItem;

const na = { Value: { NotApplicable: true } };
const say = (StringValue: string) => ({ Value: { StringValue } });

/** Two sections: one of the questions a and b, one of the question c. */
const twoSections = (weights: readonly [object, object], questions: readonly object[] = [{}, {}, {}]) => [
  section("first", [question("a", questions[0]), question("b", questions[1])], weights[0]),
  section(
    "second",
    [question("c", questions[2], { AutomaticFailConfiguration: { TargetSection: "second" } })],
    weights[1],
  ),
];
const bySection = twoSections([{ Weight: 60 }, { Weight: 40 }]);
const byQuestion = twoSections([{}, {}], [{ Weight: 50 }, { Weight: 30 }, { Weight: 20 }]);
const onlyWhen = (RefId: string) => ({
  Enablement: {
    Condition: {
      Operands: [
        {
          Expression: {
            Source: { Type: "QUESTION_REF_ID", RefId: "a" },
            Values: [{ Type: "OPTION_REF_ID", RefId }],
            Comparator: "IN",
          },
        },
      ],
    },
    Action: "ENABLE",
  },
});

interface Case {
  readonly name: string;
  readonly mode: "SECTION_ONLY" | "QUESTION_ONLY" | "POINTS_BASED";
  readonly items: EvaluationFormItem[];
  readonly answers: Answers;
  readonly whole: object;
  readonly parts?: object;
}

const cases: readonly Case[] = [
  {
    name: "weighs sections, whose questions share alike",
    mode: "SECTION_ONLY",
    items: bySection,
    answers: { a: say("yes"), b: say("no"), c: say("yes") },
    whole: { Percentage: 70 },
    parts: { first: { Percentage: 50, AppliedWeight: 60 }, a: { Percentage: 100, AppliedWeight: 30 } },
  },
  {
    name: "weighs questions",
    mode: "QUESTION_ONLY",
    items: byQuestion,
    answers: { a: say("yes"), b: say("half"), c: say("no") },
    whole: { Percentage: 65 },
    parts: { first: { Percentage: 81.25, AppliedWeight: 80 }, second: { Percentage: 0, AppliedWeight: 20 } },
  },
  {
    name: "gives the weight of what is not applicable to the others",
    mode: "QUESTION_ONLY",
    items: byQuestion,
    answers: { a: na, b: say("half"), c: say("yes") },
    whole: { Percentage: 70 },
    parts: { a: { NotApplicable: true }, b: { Percentage: 50, AppliedWeight: 60 } },
  },
  {
    name: "gives the weight of a section without an applicable question to the others",
    mode: "SECTION_ONLY",
    items: bySection,
    answers: { a: na, b: na, c: say("half") },
    whole: { Percentage: 50 },
    parts: { first: { NotApplicable: true }, second: { Percentage: 50, AppliedWeight: 100 } },
  },
  {
    name: "is not applicable when nothing is",
    mode: "SECTION_ONLY",
    items: bySection,
    answers: { a: na, b: na, c: na },
    whole: { NotApplicable: true },
  },
  {
    name: "is 0 after an answer that fails the evaluation",
    mode: "SECTION_ONLY",
    items: bySection,
    answers: { a: say("never"), b: say("yes"), c: say("yes") },
    whole: { Percentage: 0, AutomaticFail: true },
    parts: {
      a: { Percentage: 0, AutomaticFail: true },
      b: { Percentage: 100 },
      first: { Percentage: 0, AutomaticFail: true },
      second: { Percentage: 100, AppliedWeight: 40 },
    },
  },
  {
    name: "loses only the section that an answer fails",
    mode: "SECTION_ONLY",
    items: bySection,
    answers: { a: say("yes"), b: say("yes"), c: say("never") },
    whole: { Percentage: 60, AppliedWeight: 100 },
    parts: { second: { Percentage: 0, AutomaticFail: true } },
  },
  {
    name: "leaves out what is excluded or not enabled",
    mode: "QUESTION_ONLY",
    items: twoSections([{}, { IsExcludedFromScoring: true }], [{}, onlyWhen("no"), {}]),
    answers: { a: say("half"), b: say("yes"), c: say("never") },
    whole: { Percentage: 50 },
  },
  {
    name: "counts points, with a bonus above the base",
    mode: "POINTS_BASED",
    items: twoSections(
      [{}, {}],
      [{}, { ScoringConfiguration: { PointsConfiguration: { IsBonus: true } } }, {}],
    ),
    answers: { a: say("half"), b: say("half"), c: say("yes") },
    whole: { Percentage: 100, EarnedPoints: 8, MaxBasePoint: 8 },
    parts: { first: { Percentage: 100, EarnedPoints: 4, MaxBasePoint: 4 } },
  },
  {
    name: "takes a number's range and the sum of several options",
    mode: "QUESTION_ONLY",
    items: [
      section("only", [
        question("a", {
          QuestionType: "NUMERIC",
          QuestionTypeProperties: {
            Numeric: {
              MinValue: 0,
              MaxValue: 9,
              Options: [
                { MinValue: 0, MaxValue: 4, Score: 10 },
                { MinValue: 5, MaxValue: 9, Score: 2 },
              ],
            },
          },
        }),
        question("b", {
          QuestionType: "MULTISELECT",
          QuestionTypeProperties: {
            MultiSelect: { Options: ["x", "y", "z"].map((RefId) => ({ RefId, Text: RefId, Score: 2 })) },
          },
        }),
      ]),
    ],
    answers: { a: { Value: { NumericValue: 7 } }, b: { Value: { StringValues: ["x", "y", "z"] } } },
    whole: { Percentage: 60 },
    parts: { a: { Percentage: 20 }, b: { Percentage: 100 } },
  },
];

describe("the score of an evaluation", () => {
  it.each(cases.map((each) => [each.name, each] as const))(
    "%s",
    (_name, { mode, items, answers, whole, parts }) => {
      const form = { Items: items, ScoringStrategy: { Mode: mode, Status: "ENABLED" as const } };
      const scores = scoreAnswers(form, answers);
      expect(scores?.whole).toMatchObject(whole);
      expect("AutomaticFail" in whole).toBe(scores?.whole.AutomaticFail === true);
      expect(scores?.items).toMatchObject(parts ?? {});
      const disabled = { ...form, ScoringStrategy: { Mode: mode, Status: "DISABLED" as const } };
      expect(scoreAnswers(disabled, answers)).toBeUndefined();
    },
  );

  it("belongs to a question of any name", () => {
    const names = ["constructor", "__proto__", "toString"];
    const Items = [
      section(
        "s",
        names.map((name) => question(name)),
      ),
    ];
    const answers = Object.fromEntries(names.slice(0, 2).map((name) => [name, say("yes")]));
    expect(unanswered(Items, answers)).toEqual(["toString"]);
    const scores = scoreAnswers(
      { Items, ScoringStrategy: { Mode: "QUESTION_ONLY", Status: "ENABLED" } },
      answers,
    );
    expect(Object.keys(scores?.items ?? {})).toEqual([...names, "s"]);
    expect(scores?.whole.Percentage).toBe(100);
  });

  it("has its category by the thresholds of the form", () => {
    const ScoreThresholds = [
      { PerformanceCategory: "NEEDS_IMPROVEMENT" as const, MinScorePercentage: 0, MaxScorePercentage: 50 },
      {
        PerformanceCategory: "EXCEEDS_EXPECTATIONS" as const,
        MinScorePercentage: 90,
        MaxScorePercentage: 100,
      },
    ];
    const ScoringStrategy = { Mode: "QUESTION_ONLY" as const, Status: "ENABLED" as const, ScoreThresholds };
    const categoryOf = (answer: string) =>
      scoreAnswers({ Items: [section("s", [question("a")])], ScoringStrategy }, { a: say(answer) })?.whole
        .PerformanceCategory;
    expect(["yes", "half", "no"].map(categoryOf)).toEqual([
      "EXCEEDS_EXPECTATIONS",
      "NEEDS_IMPROVEMENT",
      "NEEDS_IMPROVEMENT",
    ]);
  });
});

async function activeForm(): Promise<string> {
  const text = { QuestionType: "TEXT", QuestionTypeProperties: undefined, NotApplicableEnabled: false };
  const { EvaluationFormId } = await send("CreateEvaluationForm", {
    InstanceId,
    Title: "Greeting",
    Items: [section("s", [question("a"), question("b"), question("words", text)])],
    ScoringStrategy: { Mode: "QUESTION_ONLY", Status: "ENABLED" },
  });
  const refused = { InstanceId, EvaluationFormId, ContactId: seedIds.contact };
  await expect(send("StartContactEvaluation", refused)).rejects.toMatchObject({
    name: "ResourceConflictException",
  });
  await send("ActivateEvaluationForm", { InstanceId, EvaluationFormId, EvaluationFormVersion: 1 });
  return String(EvaluationFormId);
}

describe("an evaluation", () => {
  it("is a draft of the active version until it is submitted, and can be submitted again", async () => {
    const EvaluationFormId = await activeForm();
    const start = { InstanceId, EvaluationFormId, ContactId: seedIds.contact, ClientToken: "once" };
    const { EvaluationId } = await send("StartContactEvaluation", start);
    expect((await send("StartContactEvaluation", start))["EvaluationId"]).toBe(EvaluationId);
    const at = { InstanceId, EvaluationId };
    await send("UpdateContactEvaluation", {
      ...at,
      Answers: { a: say("yes") },
      Notes: { s: { Value: "well" } },
    });
    const drafted = await send("DescribeContactEvaluation", at);
    expect(drafted).toMatchObject({
      Evaluation: { Status: "DRAFT", Answers: { a: say("yes") }, Notes: { s: { Value: "well" } } },
      EvaluationForm: { EvaluationFormId, EvaluationFormVersion: 1, Title: "Greeting" },
    });
    expect((drafted["Evaluation"] as Input)["Scores"]).toBeUndefined();
    const ofContact = async () => {
      const { Contact } = await send("DescribeContact", { InstanceId, ContactId: seedIds.contact });
      return (Contact as Input)["ContactEvaluations"];
    };
    expect(await ofContact()).toMatchObject({ [String(EvaluationId)]: { Status: "IN_PROGRESS" } });
    await expect(send("SubmitContactEvaluation", at)).rejects.toThrow("too: b");
    await send("SubmitContactEvaluation", { ...at, Answers: { b: say("no") } });
    const scoreOf = async () =>
      ((await send("DescribeContactEvaluation", at))["Evaluation"] as { Metadata: Input }).Metadata["Score"];
    expect(await scoreOf()).toMatchObject({ Percentage: 50 });
    expect(await ofContact()).toMatchObject({ [String(EvaluationId)]: { Status: "COMPLETE" } });
    await expect(send("UpdateContactEvaluation", { ...at, Answers: {} })).rejects.toMatchObject({
      name: "ResourceConflictException",
    });
    await send("SubmitContactEvaluation", { ...at, Answers: { a: say("half") }, Notes: { s: {} } });
    expect(await scoreOf()).toMatchObject({ Percentage: 25 });
    expect(await send("DescribeContactEvaluation", at)).toMatchObject({
      Evaluation: { Status: "SUBMITTED", Notes: {} },
    });
    await send("DeleteContactEvaluation", at);
    await expect(send("DescribeContactEvaluation", at)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("is listed by its contact and found by its score, its status, its time and its tags", async () => {
    const EvaluationFormId = await activeForm();
    const start = { InstanceId, EvaluationFormId, ContactId: seedIds.contact };
    const { EvaluationId } = await send("StartContactEvaluation", { ...start, Tags: { team: "a" } });
    await send("StartContactEvaluation", { ...start, ContactId: seedIds.chatContact });
    const Answers = { a: say("yes"), b: say("half") };
    await send("SubmitContactEvaluation", { InstanceId, EvaluationId, Answers });
    const listed = await send("ListContactEvaluations", { InstanceId, ContactId: seedIds.contact });
    expect(listed["EvaluationSummaryList"]).toMatchObject([
      { EvaluationId, EvaluationFormTitle: "Greeting", Status: "SUBMITTED", Score: { Percentage: 75 } },
    ]);
    const count = async (more: Input) => {
      const { EvaluationSearchSummaryList } = await send("SearchContactEvaluations", { InstanceId, ...more });
      return (EvaluationSearchSummaryList as unknown[]).length;
    };
    const decimal = (ComparisonType: string, MinValue: number) =>
      count({
        SearchCriteria: { DecimalCondition: { FieldName: "ScorePercentage", ComparisonType, MinValue } },
      });
    const time = (ComparisonType: string, MinValue: string) =>
      count({
        SearchCriteria: { DateTimeCondition: { FieldName: "CreatedTime", ComparisonType, MinValue } },
      });
    const [past, future] = ["2020-01-01T00:00:00Z", "2220-01-01T00:00:00Z"];
    const TagCondition = { TagKey: "team", TagValue: "a" };
    expect([
      await count({}),
      await count({ SearchCriteria: { StringCondition: { FieldName: "Status", Value: "DRAFT" } } }),
      await decimal("GREATER_OR_EQUAL", 75),
      await decimal("GREATER", 75),
      await time("GREATER_THAN_OR_EQUAL_TO", past),
      await time("LESS_THAN", past),
      await time("LESS_THAN_OR_EQUAL_TO", future),
      await time("EQUAL_TO", future),
      await count({ SearchFilter: { AttributeFilter: { TagCondition } } }),
    ]).toEqual([2, 1, 1, 0, 2, 0, 2, 0, 1]);
  });

  it.each([
    [{ Answers: { nothing: say("yes") } }, "no such question"],
    [{ Answers: { a: say("maybe") } }, "`RefId` of an option"],
    [{ Answers: { a: { Value: { NumericValue: 1 } } } }, "`RefId` of an option"],
    [{ Answers: { words: na } }, "does not allow"],
    [{ Notes: { nothing: { Value: "x" } } }, "no such item"],
    [{ Notes: { a: { Value: "x".repeat(3073) } } }, "3072"],
    [
      { UpdatedBy: { ConnectUserArn: `arn:aws:connect:us-east-1:123456789012:instance/${east}/agent/x` } },
      "exist",
    ],
  ])("refuses what its form does not have: %j", async (change, message) => {
    const EvaluationFormId = await activeForm();
    const start = { InstanceId, EvaluationFormId, ContactId: seedIds.contact };
    const { EvaluationId } = await send("StartContactEvaluation", start);
    await expect(send("UpdateContactEvaluation", { InstanceId, EvaluationId, ...change })).rejects.toThrow(
      message,
    );
  });

  it("is of a contact and a form that exist", async () => {
    const EvaluationFormId = await activeForm();
    const start = { InstanceId, EvaluationFormId, ContactId: "nobody" };
    const missing = { name: "ResourceNotFoundException" };
    await expect(send("StartContactEvaluation", start)).rejects.toMatchObject(missing);
    await expect(send("ListContactEvaluations", { InstanceId, ContactId: "nobody" })).rejects.toMatchObject(
      missing,
    );
    const { contact: ContactId } = seedIds;
    const other = { InstanceId, ContactId, EvaluationFormId: "none" };
    await expect(send("StartContactEvaluation", other)).rejects.toMatchObject(missing);
  });
});
