/** `who-can`: which bindings allow an action, or all that a pattern matches, on a resource. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import type { Question } from "../../../shared/reach/layer-reach.ts";
import { asksOfCaller } from "../../../shared/reach/operation-asks.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { flatMapCounting } from "../../authoring/progress.ts";
import { questionsOnAny, reachOfQuestions } from "../../authoring/reach/action-reach.ts";
import { type Answer, answerOf } from "../../authoring/reach/answer.ts";
import { createWayFinder } from "../../authoring/reach/binding-ways.ts";
import { isNamePattern, readAction, readActions } from "../../authoring/reach/named-question.ts";
import { tableNotes } from "../../authoring/table-notes.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { chosenForm, formOptions } from "../formats/form.ts";
import { openConfiguration } from "../open-configuration.ts";
import { formatJson, printNotes } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { type AskedResource, describeForeign, describeTypes, readOn, usable } from "./named.ts";
import { answersByItem, itemNotes, readTable, type TableItems } from "./who-can-items.ts";
import {
  type ActionAnswers,
  type BindingAnswer,
  formatActions,
  formatBindings,
  type GivenAnswer,
} from "./who-can-text.ts";

export const command = defineCommand({
  name: "who-can",
  text: "print which bindings, each by itself, allow an action on a resource, and by which statements",
  arguments: {
    "<action>": {
      text: "like connect:DeleteUser, the name of an operation, or a pattern like `Delete*`",
      completes: "operation",
    },
    "[resource]": {
      text: "an ARN, a short name like `user/u-1`, `*`, or a pattern: then for all the resources that it matches",
      default: "*",
    },
    ...configurationArgument,
  },
  options: {
    ...configurationOption,
    "--all": "list every binding by its name, also where there are many",
    ...formOptions("text", "json", "markdown"),
    "--table <name>":
      "also read this DynamoDB table, and name each principal whose own item gives the action",
    "--principals-table": "also answer for principals that a table attaches a policy to",
  },
  example: "who-can DeleteUser user/u-1",
  note: "answers: yes; some (only some of the resources); depends (on a tag or another condition key); no",
  async run({ action: given, resource, config, env, all = false, ...more }, io) {
    const isPattern = isNamePattern(given);
    const actions = isPattern ? usable(readActions(given)) : [usable(readAction(given))];
    const { bundle, names, open } = await openConfiguration(config, { environment: env, stdin: io.stdin });
    const on = readOn(resource, bundle.config.instances, names);
    const opened = open();
    const asked = actions.map((action) => ({
      action,
      questions: questionsOnAny({ action, resources: on.codes }, opened),
    }));
    const needed = asked.filter(({ questions }) => questions.length > 0);
    if (needed.length === 0)
      io.stderr.write(`warning: ${withoutControls(describeUnasked(actions, on, opened))}\n`);
    const items = more.table === undefined ? undefined : await readTable(more.table, opened);
    const found = answersFor(bundle, isPattern ? needed : asked, {
      resource,
      hasTable: more.principalsTable ?? false,
      items,
    });
    for (const { principal, reason } of items?.refused ?? [])
      io.stderr.write(`${withoutControls(`\`${principal}\` gives nothing: ${reason}`)}\n`);
    printNotes((items ? itemNotes : tableNotes)(bundle.config), io);
    const form = chosenForm(more.format, more.json);
    const shown = { all, ...terminalOf(io) };
    const asPattern = isPattern ? { pattern: given, resource, actions: found } : undefined;
    const [only] = found;
    if (form === "json")
      io.stdout.write(`${formatJson(asJson({ pattern: given, resource }, found, { isPattern, items }))}\n`);
    else if (asPattern) io.stdout.write(formatActions(asPattern, { form, ...shown }));
    else if (only) io.stdout.write(formatBindings(only, { form, ...shown }));
    return 0;
  },
});

/** Says why no call needs it, and which resources an operation asks it for. */
function describeUnasked(actions: readonly string[], on: AskedResource, { config }: OpenedBundle): string {
  const foreign = describeForeign(on, config.instances);
  if (foreign !== undefined) return foreign;
  const [first, second] = actions;
  if (second !== undefined)
    return `none of these ${actions.length} actions ever has to be allowed on \`${on.written}\` in the configured instances`;
  const [instance] = config.instances;
  const rows = operations().filter(({ refused }) => refused === undefined);
  const asks = rows
    .flatMap((row) => (instance ? asksOfCaller(row, instance, config) : []))
    .filter(({ action, sort }) => sort === "required" && action === first);
  if (asks.length === 0) return `no call in the configured instances needs ${first}`;
  const types = asks.flatMap(({ forms }) => forms.map(({ type }) => type));
  return `${first} never has to be allowed on \`${on.written}\` in the configured instances, but on ${describeTypes(types)}`;
}

interface AsJson {
  readonly isPattern: boolean;
  readonly items: TableItems | undefined;
}

function asJson(asked: object, found: readonly ActionAnswers[], { isPattern, items }: AsJson): object {
  const refused = items ? { refused: items.refused } : {};
  const actions = found.map(({ principals, ...more }) => ({
    ...more,
    ...(principals ? { principals: principals.filter(({ answer }) => answer !== "no") } : {}),
  }));
  return { ...(isPattern ? { ...asked, actions } : actions[0]), ...refused };
}

interface AskedAction {
  readonly action: string;
  readonly questions: readonly Question[];
}

interface AskedWith {
  readonly resource: string;
  /** Whether each policy is answered for by its name. */
  readonly hasTable: boolean;
  readonly items: TableItems | undefined;
}

function answersFor(
  bundle: Bundle,
  asked: readonly AskedAction[],
  { resource, hasTable, items }: AskedWith,
): readonly ActionAnswers[] {
  const wayOf = createWayFinder(bundle);
  const ways = bundle.config.bindings.map((binding) => ({ match: binding.match, layers: wayOf(binding) }));
  const policies = (hasTable ? bundle.policies : []).map(({ name }) => ({
    policy: name,
    layers: wayOf({ match: {}, policies: [name] }),
  }));
  return asked.map(({ action, questions }) => {
    // Many bindings have the same policies.
    const known = new Map<PolicyLayers, GivenAnswer>();
    const answerOfWay = (layers: PolicyLayers) => {
      const answer = known.get(layers) ?? answerFor(layers, questions);
      known.set(layers, answer);
      return answer;
    };
    const bindings = flatMapCounting(ways, { doing: "asking", things: "bindings" }, ({ match, layers }) => [
      { match, ...answerOfWay(layers) },
    ]);
    const attached = policies.map(({ policy, layers }) => ({ policy, ...answerOfWay(layers) }));
    const principals = items && answersByItem(items.principals, answerOfWay);
    return {
      ...{ action, resource, bindings },
      ...(hasTable ? { attached } : {}),
      ...(principals ? { principals } : {}),
    };
  });
}

const words = { always: "yes", some: "some", depends: "depends", never: "no" } as const satisfies Record<
  Answer,
  BindingAnswer["answer"]
>;

function answerFor(layers: PolicyLayers, questions: readonly Question[]): GivenAnswer {
  if (questions.length === 0) return { answer: "no", keys: [], statements: [] };
  const { allowed, keys, statements } = reachOfQuestions(layers, questions);
  const answer = words[answerOf(allowed, keys)];
  return {
    answer,
    keys: answer === "depends" ? [...keys] : [],
    statements: statements.map(({ name }) => name),
  };
}
