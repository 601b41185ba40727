import type { BindingMatch, Bundle } from "../../../shared/bundle/types.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/compile.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { describeMatch } from "../../authoring/access/roles.ts";
import { questionsOf, reachOfQuestions } from "../../authoring/reach/action-reach.ts";
import { type Answer, answerOf } from "../../authoring/reach/answer.ts";
import { createWayFinder } from "../../authoring/reach/binding-ways.ts";
import type { Question } from "../../authoring/reach/layer-reach.ts";
import { readAction, readResource, Unusable } from "../../authoring/reach/named-question.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { formatStatement } from "../explain/statement-text.ts";
import { openConfiguration } from "../open-configuration.ts";

interface GivenAnswer {
  readonly answer: "yes" | "some" | "depends" | "no";
  /** What the answer depends on, as the policies spell it. */
  readonly keys: readonly string[];
  /** The statements that match or may match. */
  readonly statements: readonly MatchedStatement[];
}

export interface BindingAnswer extends GivenAnswer {
  readonly match: BindingMatch;
}

/** What a policy gives to principals that a table attaches it to. */
export interface AttachedAnswer extends GivenAnswer {
  readonly policy: string;
}

export const command = defineCommand({
  name: "who-can",
  text: "print which bindings, each by itself, allow an action on a resource, and by which statements",
  arguments: {
    "<action>": "like connect:DeleteUser, or the name of an operation",
    "<resource>": "an ARN, `*`, or a pattern: then for all the resources that it matches",
    ...configurationArgument,
  },
  options: {
    ...configurationOption,
    "--json": "print the answers as one JSON object",
    "--principals-table": "also answer for principals that a table attaches a policy to",
  },
  example: "who-can DeleteUser 'arn:aws:connect:us-east-1:123456789012:instance/ID/agent/*'",
  note: "answers: yes; some (only some of the resources); depends (on a tag or another condition key); no",
  async run({ action: given, resource, config, env, json, principalsTable = false }, io) {
    const action = usable(readAction(given));
    const codes = usable(readResource(resource));
    const configuration = await openConfiguration(config, { environment: env });
    const questions = questionsOf({ action, resource: codes }, configuration.open());
    if (questions.length === 0) {
      io.stderr.write(
        `warning: in the configured instances ${action} never has to be allowed on \`${resource}\`; \`connect-authorizer catalog OPERATION\` lists its resources\n`,
      );
    }
    const found = { action, resource, ...answersFor(configuration.bundle, questions, principalsTable) };
    io.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : format(found));
    return 0;
  },
});

interface Answers {
  readonly bindings: readonly BindingAnswer[];
  readonly attached?: readonly AttachedAnswer[];
}

function answersFor(bundle: Bundle, questions: readonly Question[], hasTable: boolean): Answers {
  const wayOf = createWayFinder(bundle);
  const bindings = bundle.config.bindings.map(
    (binding): BindingAnswer => ({ match: binding.match, ...answerFor(wayOf(binding), questions) }),
  );
  if (!hasTable) return { bindings };
  const attached = bundle.policies.map(
    ({ name }): AttachedAnswer => ({
      policy: name,
      ...answerFor(wayOf({ match: {}, policies: [name] }), questions),
    }),
  );
  return { bindings, attached };
}

function format({ bindings, attached = [] }: Answers): string {
  return [
    ...bindings.map((each) => formatAnswer(describeMatch(each.match), each)),
    ...attached.map((each) => formatAnswer(`principals with \`${each.policy}\` attached`, each)),
  ].join("");
}

const words = { always: "yes", some: "some", depends: "depends", never: "no" } as const satisfies Record<
  Answer,
  BindingAnswer["answer"]
>;

function answerFor(
  layers: ReturnType<ReturnType<typeof createWayFinder>>,
  questions: readonly Question[],
): GivenAnswer {
  if (questions.length === 0) return { answer: "no", keys: [], statements: [] };
  const { allowed, keys, statements } = reachOfQuestions(layers, questions);
  const answer = words[answerOf(allowed, keys)];
  return {
    answer,
    keys: answer === "depends" ? [...keys] : [],
    statements: statements.map(({ name }) => name),
  };
}

function usable<Value>(read: Value | Unusable): Exclude<Value, Unusable> {
  if (read instanceof Unusable) throw new UsageError(read.problem);
  return read as Exclude<Value, Unusable>;
}

function formatAnswer(who: string, { answer, keys, statements }: GivenAnswer): string {
  const on = keys.length > 0 ? `, on ${keys.join(", ")}` : "";
  return [
    `${answer.padEnd(8)}${who}${on}`,
    ...statements.map((statement) => `        ${formatStatement(statement)}`),
  ]
    .map((line) => `${withoutControls(line)}\n`)
    .join("");
}
