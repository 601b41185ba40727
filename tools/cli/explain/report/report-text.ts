/** An explained call for people: a sentence, the questions as a table, and what is around them. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { MatchedStatement } from "../../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayer } from "../../../../shared/policy/evaluate/layers.ts";
import { withoutControls } from "../../../../shared/without-controls.ts";
import type { ExplainedAsk } from "../../../authoring/explain/explain-ask.ts";
import {
  findDecisive,
  nameStatement,
  pathIn,
  type Report,
  shortAction,
} from "../../../authoring/explain/report.ts";
import { ShortNames } from "../../../authoring/explain/short-names.ts";
import { formatLines, layOutTable, wrapLine } from "../../terminal/lay-out.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** A call may name hundreds of resources. */
const maxRows = 8;
const maxBindings = 3;
const maxPassed = 2;

/** So that reports look alike, whatever they say. */
const titleWidth = 12;

const colour = { allow: "green", deny: "red", notKnown: "yellow" } as const;

/** Formats it for a terminal, or for a pipe. */
export function formatReport(report: Report, terminal: Terminal): string {
  const { columns, paint } = terminal;
  const said = withoutControls(report.summary);
  const summary = said.replace(/^[^:]+/, (outcome) => paint(["bold", colour[report.outcome]], outcome));
  const names = new ShortNames(report.asks);
  const table = tableOf(report, names, columns);
  const facts = factsOf(report, names).map(([title, text]) => [title.padEnd(titleWidth), text]);
  return [
    `${wrapLine(summary, columns, 2)}\n`,
    ...(table.length > 0 ? ["\n", ...table] : []),
    "\n",
    ...layOutTable(facts, columns, 1).map((line) => `${line}\n`),
  ].join("");
}

function tableOf(
  { asks, folder }: Report,
  names: ShortNames,
  columns: Terminal["columns"],
): readonly string[] {
  if (asks.length === 0) return [];
  const shown = chooseRows(asks);
  const statements = [...new Set(shown.flatMap((ask) => behind(ask).map((each) => describe(each, folder))))];
  const legend = statements.map((text, index) => `[${index + 1}] ${text}`);
  const marksOf = (ask: ExplainedAsk) =>
    behind(ask).map((each) => `[${statements.indexOf(describe(each, folder)) + 1}]`);
  const rows = [
    ["", "action", "resource", "from", "by"],
    ...shown.map((ask) => [
      answerTo(ask),
      shortAction(ask.action),
      names.shorten(ask.resource),
      ask.source === "*" ? "" : ask.source,
      ask.isOpen ? ask.missingContextKeys.join(", ") : marksOf(ask).join(" "),
    ]),
  ];
  const rest = asks.length - shown.length;
  const more = rest > 0 ? [`and ${rest} more; --json lists all`] : [];
  return [
    ...layOutTable(rows, columns).map((line) => `${line}\n`),
    formatLines([...more, ...legend], { columns }),
  ];
}

/** In their order; the deciding one is always shown. */
function chooseRows(asks: readonly ExplainedAsk[]): readonly ExplainedAsk[] {
  const decisive = findDecisive(asks);
  const first = asks.slice(0, maxRows);
  if (!decisive || first.includes(decisive)) return first;
  return [...asks.slice(0, maxRows - 1), decisive];
}

function answerTo({ decision, sort, isOpen }: ExplainedAsk): string {
  if (decision === "explicitDeny") return "denied";
  if (isOpen) return "not known";
  if (sort === "referenced") return "not denied";
  return decision === "allowed" ? "allowed" : "not allowed";
}

/** At most so many statements: each of them alone is enough. */
const maxStatements = 3;

function behind({ statements, isOpen, sort, decision }: ExplainedAsk): readonly MatchedStatement[] {
  if (isOpen || (sort === "referenced" && decision !== "explicitDeny")) return [];
  return statements.slice(0, maxStatements);
}

function describe(statement: MatchedStatement, folder: string): string {
  return `${statement.effect} ${nameStatement(statement, folder)}`;
}

type Fact = readonly [title: string, text: string];

function factsOf(report: Report, names: ShortNames): readonly Fact[] {
  return [
    ...(names.instance === undefined ? [] : [["resources", `in ${names.instance}`] as const]),
    ...recordedOf(report),
    ["caller", describeCaller(report)],
    ...bindingsOf(report),
    ...listOf("boundaries", report.boundaries),
    ...listOf("guardrails", report.guardrails),
    ...(report.countsAttachments ? [["attached", "counts for this call"] as const] : []),
    ...listOf("filled in", report.filledIn),
    ...passedOver(report, names),
    ...changesOf(report),
    ...report.notes.map((note): Fact => ["note", note]),
  ];
}

function recordedOf({ recorded }: Report): readonly Fact[] {
  if (!recorded) return [];
  const { requestId, time, stage, policyVersion, configuredVersion, today, isIncomplete } = recorded;
  const short = (version: string) => version.slice(0, 12);
  const same = policyVersion === configuredVersion ? "which is this configuration" : "";
  const other = `this configuration is ${short(configuredVersion)}${today ? `: with it the call ${todays[today]}` : ""}`;
  return [
    ["recorded", `${time} by the ${stage}, request ${requestId}`],
    ...(policyVersion === undefined
      ? []
      : [["policies", `version ${short(policyVersion)}, ${same || other}`] as const]),
    ["not recorded", `the input, tags and claims${isIncomplete ? "; and the record was shortened" : ""}`],
  ];
}

const todays = {
  allow: "would be allowed",
  deny: "would be denied",
  notKnown: "depends on what is not recorded",
} as const satisfies Record<Report["outcome"], string>;

function listOf(title: string, names: readonly string[]): readonly Fact[] {
  return names.length === 0 ? [] : [[title, names.join(", ")]];
}

function describeCaller({ caller }: Report): string {
  if (!caller) return "none: the call had no good token";
  const { id, name, groups, signature } = caller;
  const signed = signature === "not checked" ? ["the token's signature is not checked"] : [];
  return [
    id ?? "(no id given)",
    ...(name === undefined ? [] : [`name ${name}`]),
    groups.length === 0 ? "no groups" : `groups ${groups.join(", ")}`,
    ...signed,
  ].join("; ");
}

function bindingsOf({ bindings, caller }: Report): readonly Fact[] {
  if (!caller) return [];
  if (bindings.length === 0) return [["bindings", "none matches"]];
  const shown = bindings.slice(0, maxBindings).map(({ place, match, policies }, index): Fact => {
    const perhaps = match === "perhaps" ? " perhaps (a claim is not known)" : "";
    return [index === 0 ? "bindings" : "", `${place}${perhaps}: ${policies.join(", ")}`];
  });
  const rest = bindings.length - shown.length;
  return rest > 0 ? [...shown, ["", `and ${rest} more; --json lists all`]] : shown;
}

/** Allows of the action that do not apply, for a question that nothing allows. */
function passedOver({ asks, folder }: Report, names: ShortNames): readonly Fact[] {
  const decisive = findDecisive(asks);
  if (decisive?.decision !== "implicitDeny" || decisive.layer !== "attached") return [];
  const allows = decisive.passed.filter(({ statement }) => statement.startsWith("Allow "));
  return allows.slice(0, maxPassed).map(({ statement, because }, index): Fact => {
    const placed = statement.replace(/ (\S+:\d+:\d+)$/, (_, at: string) => ` ${pathIn(folder, at)}`);
    return [index === 0 ? "passed over" : "", `${placed}: ${names.shorten(because)}`];
  });
}

const owners = {
  attached: "a policy of the caller",
  boundary: "the caller's boundary",
  guardrail: "the guardrails",
} as const satisfies Record<PolicyLayer, string>;

const outcomes = {
  allow: "is allowed",
  deny: "is still denied",
  notKnown: "depends on what is not known",
} as const satisfies Record<Report["outcome"], string>;

/** What would change the answer. */
function changesOf(report: Report): readonly Fact[] {
  const { withoutDeny, lacking, untold = [], policies, filledIn } = report;
  const statements = (lacking?.statements ?? []).flatMap(({ layer, policy }) => {
    const owner = layer === "attached" && policies.length === 0 ? "a policy of a new binding" : owners[layer];
    return policy.Statement.map((each): Fact => ["to allow it", `${owner} needs ${JSON.stringify(each)}`]);
  });
  const hasMadeUp = filledIn.length > 0 && statements.some(([, text]) => /\/some-[a-z-]+"/.test(text));
  return [
    ...(withoutDeny ? [["without it", `the call ${outcomes[withoutDeny]}`] as const] : []),
    ...statements,
    ...(hasMadeUp ? [["", "with your ids in the place of those that were filled in"] as const] : []),
    ...(lacking && !lacking.isEnough
      ? [["", "perhaps that is not enough: another statement depends on what is not known"] as const]
      : []),
    ...(untold.length > 0 ? [["not given", `add --known '${exampleOf(untold)}'`] as const] : []),
    ...flagsFor(report).map((flag): Fact => ["not given", `add ${flag}`]),
  ];
}

/** `agent/u-1: { tags: { team: … } }`; several resources in one mapping. */
function exampleOf(untold: NonNullable<Report["untold"]>): string {
  const byResource = new Map<string, { readonly tags: string[]; readonly others: Set<string> }>();
  for (const { resource, example } of untold) {
    const told = byResource.get(resource) ?? { tags: [], others: new Set() };
    const [, tag] = /^tags: \{ (.*) \}$/.exec(example) ?? [];
    if (tag === undefined) told.others.add(example);
    else told.tags.push(tag);
    byResource.set(resource, told);
  }
  const lines = [...byResource].map(([resource, { tags, others }]) => {
    const members = [...(tags.length > 0 ? [`tags: { ${tags.join(", ")} }`] : []), ...others];
    return `${resource}: { ${members.join(", ")} }`;
  });
  return lines.length === 1 ? lines.join("") : `{ ${lines.join(", ")} }`;
}

/** What the command line says of the caller and of where a call comes from. */
const flags: readonly (readonly [key: RegExp, flag: string])[] = [
  [/^aws:sourceip$/, "--from ADDRESS"],
  [/^aws:userid$/, "--sub ID"],
  [/^aws:username$/, "--name NAME, or --sub ID if it is the same"],
  [/^aws:tokenissuetime$/, "--claim iat=SECONDS"],
  [/^jwt:(.*)$/, "--claim $1=VALUE"],
];

function flagsFor({ outcome, asks, recorded }: Report): readonly string[] {
  if (outcome !== "notKnown" || recorded) return [];
  const keys = asks.flatMap(({ isOpen, missingContextKeys }) => (isOpen ? missingContextKeys : []));
  const found = keys.flatMap((key) => {
    const [pattern, flag] = flags.find(([each]) => each.test(lowerAscii(key))) ?? [];
    return pattern && flag ? [lowerAscii(key).replace(pattern, flag)] : [];
  });
  return [...new Set(found)];
}
