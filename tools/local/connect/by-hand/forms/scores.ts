/**
 * Scores of an evaluation ("Use scoring and weights on agent evaluation forms", Administrator Guide): of each question
 * in percent of its best answer, of sections and the whole by weights. What is not applicable gives its weight to the
 * others. An answer that fails automatically makes its target 0.
 */
import type {
  EvaluationAnswerData,
  EvaluationFormContent,
  EvaluationFormItem,
  EvaluationFormQuestion,
  EvaluationFormScoreThreshold,
  EvaluationFormSection,
  EvaluationScore,
} from "@aws-sdk/client-connect";
import { type Answers, answerTo, isEnabled, questionsOf } from "./answers.ts";

export interface Scores {
  readonly whole: EvaluationScore;
  /** By the identifier of a question or section. */
  readonly items: Readonly<Record<string, EvaluationScore>>;
}

type Form = Pick<EvaluationFormContent, "Items" | "ScoringStrategy">;

/** A question or section that counts, or the whole form. */
interface Node {
  readonly refId: string;
  readonly weight: number | undefined;
  readonly thresholds: readonly EvaluationFormScoreThreshold[];
  readonly children: readonly Node[];
  /** Of a question. */
  readonly answered?: Answered;
}

interface Answered {
  readonly isApplicable: boolean;
  readonly percentage: number;
  readonly earned: number;
  readonly best: number;
}

/** Scores a form's answers; `undefined` when the form is not scored. */
export function scoreAnswers(form: Form, answers: Answers): Scores | undefined {
  const { ScoringStrategy: strategy } = form;
  if (strategy?.Status !== "ENABLED") return undefined;
  const byPoints = strategy.Mode === "POINTS_BASED";
  const whole: Node = {
    refId: "",
    weight: undefined,
    thresholds: strategy.ScoreThresholds ?? [],
    children: nodesOf(form.Items ?? [], { answers, byPoints }),
  };
  const scorer = new Scorer(strategy.Mode ?? "QUESTION_ONLY", failuresOf(form, answers));
  scorer.share(strategy.Mode === "SECTION_ONLY" ? whole.children : leavesOf(whole), 100);
  const score = scorer.score(whole);
  scorer.scores.delete(whole.refId);
  return { whole: score, items: Object.fromEntries(scorer.scores) };
}

class Scorer {
  readonly scores = new Map<string, EvaluationScore>();
  readonly #mode: string;
  readonly #failed: ReadonlySet<string>;
  /** Of each question that counts, in percent of the whole. */
  readonly #weights = new Map<Node, number>();

  constructor(mode: string, failed: ReadonlySet<string>) {
    this.#mode = mode;
    this.#failed = failed;
  }

  /** Shares a weight among all questions alike, or among the sections, whose parts share it again. */
  share(nodes: readonly Node[], weight: number): void {
    const sharing = nodes.filter(isApplicable);
    const sum = sumOf(sharing, (node) => node.weight ?? Number.NaN);
    for (const node of sharing) {
      // Without weights, or with some only, each has the same.
      const own = sum > 0 ? (weight * (node.weight ?? 0)) / sum : weight / sharing.length;
      if (node.answered) this.#weights.set(node, own);
      else this.share(this.#mode === "SECTION_ONLY" ? node.children : leavesOf(node), own);
    }
  }

  score(node: Node): EvaluationScore {
    for (const child of node.children) this.score(child);
    const score = this.#scoreOf(node);
    const category = node.thresholds.find(
      ({ MinScorePercentage: from = 0, MaxScorePercentage: to = 100 }) =>
        score.Percentage !== undefined && score.Percentage >= from && score.Percentage <= to,
    )?.PerformanceCategory;
    const whole: EvaluationScore = {
      ...score,
      ...(this.#failed.has(node.refId) ? { AutomaticFail: true } : {}),
      ...(category ? { PerformanceCategory: category } : {}),
    };
    this.scores.set(node.refId, whole);
    return whole;
  }

  #scoreOf(node: Node): EvaluationScore {
    if (!isApplicable(node)) return { NotApplicable: true };
    if (this.#mode !== "POINTS_BASED")
      return { Percentage: rounded(this.#percentageOf(node)), AppliedWeight: rounded(this.#weightOf(node)) };
    const EarnedPoints = this.#pointsOf(node);
    const MaxBasePoint = sumOf(leavesOf(node).filter(isApplicable), ({ answered }) => answered?.best ?? 0);
    const Percentage = MaxBasePoint > 0 ? rounded((100 * EarnedPoints) / MaxBasePoint) : 0;
    return { Percentage, EarnedPoints, MaxBasePoint };
  }

  #percentageOf(node: Node): number {
    if (this.#failed.has(node.refId)) return 0;
    if (node.answered) return node.answered.percentage;
    const parts = node.children.filter(isApplicable);
    const sum = sumOf(parts, (part) => this.#weightOf(part));
    return sumOf(parts, (part) => {
      const share = sum > 0 ? this.#weightOf(part) / sum : 1 / parts.length;
      return share * this.#percentageOf(part);
    });
  }

  #weightOf(node: Node): number {
    return sumOf(leavesOf(node), (leaf) => this.#weights.get(leaf) ?? 0);
  }

  #pointsOf(node: Node): number {
    if (this.#failed.has(node.refId)) return 0;
    if (!node.answered) return sumOf(node.children, (child) => this.#pointsOf(child));
    return node.answered.isApplicable ? node.answered.earned : 0;
  }
}

function isApplicable({ answered, children }: Node): boolean {
  return answered ? answered.isApplicable : children.some(isApplicable);
}

function leavesOf(node: Node): readonly Node[] {
  return node.answered ? [node] : node.children.flatMap(leavesOf);
}

interface Reading {
  readonly answers: Answers;
  readonly byPoints: boolean;
}

/** What counts: neither excluded nor disabled, and with answers that have scores. */
function nodesOf(items: readonly EvaluationFormItem[], reading: Reading): readonly Node[] {
  return items.flatMap(({ Section, Question }) => {
    if (Section) return Section.IsExcludedFromScoring ? [] : [sectionNode(Section, reading)];
    return Question ? questionNode(Question, reading) : [];
  });
}

function sectionNode(section: EvaluationFormSection, reading: Reading): Node {
  return {
    refId: section.RefId ?? "",
    weight: section.Weight,
    thresholds: section.ScoreThresholds ?? [],
    children: nodesOf(section.Items ?? [], reading),
  };
}

function questionNode(question: EvaluationFormQuestion, { answers, byPoints }: Reading): readonly Node[] {
  const options = optionsOf(question);
  const { ScoringConfiguration: configuration } = question;
  const isScored = options.some((option) => pointsOf(option, byPoints) !== undefined);
  if (!isScored || configuration?.IsExcludedFromScoring || !isEnabled(question, answers)) return [];
  const value = answerTo(answers, question.RefId);
  const earned = sumOf(chosen(question, value), (option) => pointsOf(option, byPoints) ?? 0);
  const base = options
    .filter((option) => !option.PointsConfiguration?.IsBonus)
    .map((option) => pointsOf(option, byPoints) ?? 0);
  const top = question.QuestionType === "MULTISELECT" ? sumOf(base, (each) => each) : Math.max(0, ...base);
  const points = configuration?.PointsConfiguration;
  const best = byPoints ? (points?.IsBonus ? 0 : (points?.MaxPointValue ?? top)) : top;
  const answered: Answered = {
    // A question that needs no answer and has none does not count.
    isApplicable: value !== undefined && value.NotApplicable !== true,
    percentage: best > 0 ? (100 * earned) / best : 0,
    earned,
    best,
  };
  const thresholds = configuration?.ScoreThresholds ?? [];
  return [{ refId: question.RefId ?? "", weight: question.Weight, thresholds, children: [], answered }];
}

interface Option {
  readonly RefId?: string | undefined;
  readonly MinValue?: number | undefined;
  readonly MaxValue?: number | undefined;
  readonly Score?: number | undefined;
  readonly AutomaticFail?: boolean | undefined;
  readonly AutomaticFailConfiguration?: { readonly TargetSection?: string | undefined } | undefined;
  readonly PointsConfiguration?:
    | { readonly PointValue: number | undefined; readonly IsBonus?: boolean | undefined }
    | undefined;
}

function optionsOf({ QuestionTypeProperties: properties }: EvaluationFormQuestion): readonly Option[] {
  return (
    properties?.SingleSelect?.Options ??
    properties?.MultiSelect?.Options ??
    properties?.Numeric?.Options ??
    []
  );
}

function pointsOf({ Score, PointsConfiguration }: Option, byPoints: boolean): number | undefined {
  return byPoints ? PointsConfiguration?.PointValue : Score;
}

/** The options that an answer is, or falls into. */
function chosen(
  question: EvaluationFormQuestion,
  value: EvaluationAnswerData | undefined,
): readonly Option[] {
  const { StringValue, StringValues = [], NumericValue } = value ?? {};
  return optionsOf(question).filter(({ RefId, MinValue = 0, MaxValue = 0 }) =>
    RefId === undefined
      ? NumericValue !== undefined && NumericValue >= MinValue && NumericValue <= MaxValue
      : RefId === StringValue || StringValues.includes(RefId),
  );
}

/** Items that an answer makes fail: the question, and the sections from it to the target, or to the whole (`""`). */
function failuresOf(form: Form, answers: Answers): ReadonlySet<string> {
  const failed = new Set<string>();
  for (const { question, sections } of questionsOf(form.Items ?? [])) {
    if (!isEnabled(question, answers)) continue;
    const options = chosen(question, answerTo(answers, question.RefId));
    for (const { AutomaticFail, AutomaticFailConfiguration } of options) {
      const target = AutomaticFailConfiguration?.TargetSection;
      if (!AutomaticFail && target === undefined) continue;
      failed.add(question.RefId ?? "");
      failed.add(target ?? "");
      for (const section of sections.slice(target === undefined ? 0 : sections.indexOf(target) + 1))
        failed.add(section);
    }
  }
  return failed;
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
