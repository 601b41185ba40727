/** What differs between two callers: what only one of them may do, and what both may do under different conditions. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { CompiledStatement } from "../../../shared/policy/evaluate/compile.ts";
import { type OperationAnswer, reasonOf } from "../../authoring/reach/operation-answer.ts";
import type { AskedCaller } from "./asked-caller.ts";
import { groupAnswers, type Judged } from "./group-answers.ts";
import {
  type Answered,
  describeNothing,
  describeScope,
  formatRows,
  judge,
  type Shown,
} from "./what-can-text.ts";

export interface Side {
  readonly caller: AskedCaller;
  readonly answered: readonly Answered[];
}

type Difference = "onlyFirst" | "onlySecond" | "differently" | "alike";

interface ComparedOperation {
  readonly operation: string;
  readonly area: string;
  /** `alike` is certain: both never, both always, or by the same statements. */
  readonly difference: Difference;
  readonly first: OperationAnswer;
  readonly second: OperationAnswer;
}

export interface Comparison {
  readonly first: string;
  readonly second: string;
  readonly operations: readonly ComparedOperation[];
}

/** Both sides must have been asked about the same operations. */
export function compareAnswers(first: Side, second: Side): Comparison {
  const others = new Map(second.answered.map((each) => [each.answer.operation, each]));
  return {
    ...{ first: first.caller.name, second: second.caller.name },
    operations: first.answered.flatMap((each) => {
      const other = others.get(each.answer.operation);
      if (!other) return [];
      const isSame = () => signatureOf(each, first.caller) === signatureOf(other, second.caller);
      const difference = differenceOf(each.answer, other.answer, isSame);
      const { operation } = each.answer;
      return [{ operation, area: each.area, difference, first: each.answer, second: other.answer }];
    }),
  };
}

function differenceOf(
  { answer: first }: OperationAnswer,
  { answer: second }: OperationAnswer,
  isSame: () => boolean,
): Difference {
  if (first === "never" || second === "never")
    return first === second ? "alike" : first === "never" ? "onlySecond" : "onlyFirst";
  if (first === "always" && second === "always") return "alike";
  return first === second && isSame() ? "alike" : "differently";
}

/** Keys whose value is the caller's own. */
const ofCaller = /jwt:|aws:(?:principaltag\/|userid|username|tokenissuetime)/;

/** The statements that may match, as they are written; what they say of the caller too. */
function signatureOf({ reaches }: Answered, { principal, isUnknown }: AskedCaller): string {
  const asks = reaches.map(({ reach }) =>
    reach.asks.map(({ statements }) => statements.map(contentOf).sort()),
  );
  const text = JSON.stringify(asks);
  const { id, name, tags, claims } = principal;
  const isOpen = isUnknown("aws:userid") && isUnknown("jwt:sub");
  return !isOpen && ofCaller.test(lowerAscii(text))
    ? `${text}${JSON.stringify({ id, name, tags, claims })}`
    : text;
}

function contentOf({ source }: CompiledStatement): string {
  const { effect, actions, resources, conditions } = source;
  const keys = conditions.map(({ operator, key, values }) => ({ operator, key, values }));
  return JSON.stringify({ effect, actions, resources, keys });
}

export function formatComparison({ first, second, operations }: Comparison, shown: Shown): string {
  if (operations.length === 0)
    return formatRows({ summary: describeNothing(shown.scope), sections: [], rest: [] }, shown);
  const rowsOf = (wanted: Difference, judgeEach: (each: ComparedOperation) => Judged) =>
    groupAnswers(
      operations.map((each) =>
        each.difference === wanted
          ? judgeEach(each)
          : { operation: each.operation, area: each.area, word: undefined, reason: "", isDenied: false },
      ),
    );
  const judged = ({ area }: ComparedOperation, answer: OperationAnswer) =>
    judge({ answer, area, reaches: [] }, shown.legend);
  const wordsOf = ({ first: one, second: other }: ComparedOperation) =>
    [one, other].map((answer) => {
      const reason = shown.legend.shorten(reasonOf(answer));
      return `${answer.answer}${reason === "" ? "" : ` ${reason}`}`;
    });
  const sections = [
    { title: `only \`${first}\` may:`, rows: rowsOf("onlyFirst", (each) => judged(each, each.first)) },
    { title: `only \`${second}\` may:`, rows: rowsOf("onlySecond", (each) => judged(each, each.second)) },
    {
      title: `both may, but by different statements: \`${first}\`, then \`${second}\``,
      rows: rowsOf("differently", (each) => {
        const [one = "", other = ""] = wordsOf(each);
        const reason = one === other ? `both ${one}` : `${one}; then ${other}`;
        return { operation: each.operation, area: each.area, word: "differ", reason, isDenied: false };
      }),
    },
  ].filter(({ rows }) => rows.length > 0);
  const differing = operations.filter(({ difference }) => difference !== "alike").length;
  const of = describeScope(operations.length, shown.scope);
  const summary =
    differing === 0
      ? `\`${first}\` and \`${second}\` may do the same of ${of}`
      : `\`${first}\` and \`${second}\` differ in ${differing} of ${of}`;
  return formatRows({ summary, sections, rest: [] }, shown);
}
