/**
 * `who-can`: which bindings let a caller do an action on a resource, and by which statements.
 */

import { lowerAscii } from "../../../shared/ascii.ts";
import { nearestName } from "../../../shared/bundle/nearest-name.ts";
import type { BindingMatch } from "../../../shared/bundle/types.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/compiled.ts";
import { compileResourcePattern } from "../../../shared/policy/pattern/resource-pattern.ts";
import { knownActions } from "../../authoring/configuration/known-actions.ts";
import type { Codes } from "../../authoring/lint/facts/resource-shape.ts";
import { resourceCodes } from "../../authoring/patterns/pattern-codes.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { nameOf } from "../explain/explain-call.ts";
import { openConfiguration } from "../open-configuration.ts";
import { questionsOf, reachOfQuestions } from "./action-reach.ts";
import { type Answer, answerOf } from "./answer.ts";
import { createWayFinder } from "./binding-ways.ts";
import type { Question } from "./layer-reach.ts";

/** What is given by itself. */
interface GivenAnswer {
  readonly answer: "yes" | "some" | "depends" | "no";
  /** What the answer depends on, as the policies spell it. */
  readonly keys: readonly string[];
  /** The statements that match or may match. */
  readonly statements: readonly MatchedStatement[];
}

/** What a binding gives. */
export interface BindingAnswer extends GivenAnswer {
  readonly match: BindingMatch;
}

/** What a policy gives to whoever a table attaches it to. */
export interface AttachedAnswer extends GivenAnswer {
  readonly policy: string;
}

export interface WhoCanOptions {
  readonly config: string;
  readonly json?: boolean;
  /** Whether a table attaches policies to single principals. */
  readonly principalsTable?: boolean;
}

/**
 * Answers for each binding, and for each policy where a table may attach it: 0 whatever the answers are, 2 for an unusable configuration.
 *
 * @throws UsageError for what is no action, or no resource
 */
export async function runWhoCan(
  question: { readonly action: string; readonly resource: string },
  options: WhoCanOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const action = readAction(question.action);
  const resource = readResource(question.resource);
  const configuration = await openConfiguration(options.config, io);
  if (!configuration) return 2;
  const { bundle, opened } = configuration;
  const questions = questionsOf({ action, resource }, opened);
  if (questions.length === 0) {
    io.stderr.write(
      `warning: in the configured instances ${action} never has to be allowed on \`${question.resource}\`; docs/catalog.md lists what it is asked on\n`,
    );
  }
  const wayOf = createWayFinder(bundle);
  const answers = bundle.config.bindings.map(
    (binding): BindingAnswer => ({ match: binding.match, ...answerFor(wayOf(binding), questions) }),
  );
  const policies = options.principalsTable ? bundle.policies : [];
  const attached = policies.map(
    ({ name }): AttachedAnswer => ({
      policy: name,
      ...answerFor(wayOf({ match: {}, policies: [name] }), questions),
    }),
  );
  const { resource: asked } = question;
  const found = {
    action,
    resource: asked,
    bindings: answers,
    ...(options.principalsTable ? { attached } : {}),
  };
  io.stdout.write(
    options.json
      ? `${JSON.stringify(found, undefined, 2)}\n`
      : [
          ...answers.map((each) => formatAnswer(describeMatch(each.match), each)),
          ...attached.map((each) => formatAnswer(`whoever has \`${each.policy}\` attached`, each)),
        ].join(""),
  );
  return 0;
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

/** Takes `connect:DeleteUser`, in any case, or the name of an operation. */
function readAction(given: string): string {
  const operation = findOperation(given);
  const action = operation?.action ?? knownActions().get(lowerAscii(given));
  if (action !== undefined) return action;
  const nearest = nearestName(given.includes(":") ? given : `connect:${given}`, knownActions().values());
  const hint = nearest === undefined ? "docs/catalog.md lists them" : `did you mean \`${nearest}\``;
  throw new UsageError(`\`${given}\` is no action of amazon connect; ${hint}`);
}

function readResource(given: string): Codes {
  const compiled = compileResourcePattern(given, false);
  if (typeof compiled === "string") throw new UsageError(compiled);
  return Array.from(resourceCodes(given, false) ?? []);
}

function formatAnswer(who: string, { answer, keys, statements }: GivenAnswer): string {
  const on = keys.length > 0 ? `, on ${keys.join(", ")}` : "";
  return [
    `${answer.padEnd(8)}${who}${on}`,
    ...statements.map((statement) => `        ${statement.effect} ${nameOf(statement)}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** Writes a match in one line: `groups a, b; claims dept=sales`. */
export function describeMatch({ issuer, groups, principals, claims }: BindingMatch): string {
  const conditions = [
    ...(groups ? [`groups ${groups.join(", ")}`] : []),
    ...(principals ? [`principals ${principals.join(", ")}`] : []),
    ...Object.entries(claims ?? {}).map(([name, values]) => `claim ${name}=${values.join("|")}`),
    ...(issuer ? [`issuer ${issuer.join("|")}`] : []),
  ];
  return conditions.join(" and ");
}
