/** The outcome: in one sentence, then each question with the statements behind it, and what would change the answer. */
import { useEffect, useRef } from "preact/hooks";
import type { ExplainedAsk } from "../../../authoring/explain/explain-ask.ts";
import type { Report } from "../../../authoring/explain/report.ts";
import { ShortNames } from "../../../authoring/explain/short-names.ts";
import { targetOf } from "../../../authoring/own-request.ts";
import type { SentAnswer } from "../../api.ts";
import { Statement } from "../statement/statement.tsx";
import { Copies } from "./copy/copies-view.tsx";
import { Said } from "./said.tsx";
import { SentView } from "./sent-view.tsx";
import type { Shown, Tried } from "./try-call.ts";
import type { TryAnswer } from "./try-model.ts";
import { Untold } from "./untold.tsx";

interface OutcomeProps {
  readonly shown: Shown;
  /** What the person says that Amazon Connect would tell. */
  readonly known: string;
  readonly onKnown: (text: string) => void;
}

export function Outcome({ shown: { tried, problem }, known, onKnown }: OutcomeProps) {
  const section = useRef<HTMLElement>(null);
  // On a narrow window it is below the fields.
  useEffect(() => {
    if (tried !== undefined) section.current?.scrollIntoView({ block: "nearest" });
  }, [tried]);
  return (
    <section class="outcome" aria-label="Outcome" ref={section}>
      <p class="verdict" role="status" data-outcome={verdictOf(tried, problem !== undefined)}>
        <Said text={problem?.text ?? sentenceOf(tried)} />
      </p>
      {tried === undefined ? null : (
        <>
          {tried.sent === undefined ? null : <SentView sent={tried.sent} decided={tried.answer.report} />}
          <Reasons answer={tried.answer} />
          <Changes report={tried.answer.report} />
          <Untold untold={tried.answer.report.untold ?? []} known={known} onKnown={onKnown} />
          <Copies call={tried.copied} />
        </>
      )}
    </section>
  );
}

function verdictOf(tried: Tried | undefined, isProblem: boolean): string | undefined {
  if (isProblem) return "deny";
  if (tried?.sent === undefined) return tried?.answer.report.outcome;
  return tried.sent.ok && tried.sent.status < 400 ? "allow" : "deny";
}

function sentenceOf(tried: Tried | undefined): string {
  if (tried === undefined)
    return "Choose a caller and an operation. Decide says whether the call is allowed, and why.";
  return tried.sent === undefined ? tried.answer.report.summary : sentSentence(tried.sent);
}

function sentSentence(sent: SentAnswer): string {
  if (!sent.ok) return `Not sent: ${sent.problem}`;
  const type = sent.headers.find(([name]) => name === "x-amzn-errortype")?.[1];
  if (sent.status < 400)
    return `${sent.status} from the gateway: the call was allowed, and this is its answer.`;
  return `${sent.status} from the gateway${type === undefined ? "" : `: ${type}`}${messageOf(sent.body)}`;
}

function messageOf(body: string): string {
  try {
    const { message, Message = message } = JSON.parse(body);
    return typeof Message === "string" ? `: ${Message}` : "";
  } catch {
    return "";
  }
}

/** A member or a key; `the instance` is neither. */
function nameOf(unknown: string): string {
  return unknown.includes(" ") ? unknown : `\`${unknown}\``;
}

const knows = {
  allow: "allows it, whatever the body is",
  deny: "denies it",
  notYetKnown: "cannot know yet",
} as const;

const proxyAnswers = { allow: "allows it", deny: "denies it", refused: "refuses it" } as const;

function Reasons({ answer: { report, request, statements } }: { readonly answer: TryAnswer }) {
  const { authorizer, proxy, asks } = report;
  const names = new ShortNames(asks);
  const hidden = authorizer?.unknown.map(nameOf).join(", ") ?? "";
  const facts: readonly (readonly [string, string])[] = [
    ["Request", `\`${request.method} ${targetOf(request)}\``],
    ...(authorizer
      ? [
          [
            "Authorizer",
            `${knows[authorizer.answer]}${hidden === "" ? "" : `: only the proxy sees ${hidden}`}`,
          ] as const,
        ]
      : []),
    [
      "Proxy",
      `${proxyAnswers[proxy.answer]}, ${proxy.status}${proxy.answer === "allow" ? "" : `: ${proxy.message ?? ""}`}`,
    ],
    ["Caller", callerOf(report)],
    ["Bindings", bindingsOf(report)],
    ...listOf("Boundaries", report.boundaries),
    ...listOf("Guardrails", report.guardrails),
    ...report.notes.map((note) => ["Note", note] as const),
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([title, text]) => (
          <div key={`${title} ${text}`}>
            <dt>{title}</dt>
            <dd>
              <Said text={text} />
            </dd>
          </div>
        ))}
      </dl>
      {asks.length === 0 ? null : (
        <>
          <h2>
            {asks.length === 1 ? "The question that is asked" : `The ${asks.length} questions that are asked`}
          </h2>
          {names.instance === undefined ? null : (
            <p class="hint">
              Resources in <code>{names.instance}</code>
            </p>
          )}
          {asks.map((ask) => (
            <Question
              key={`${ask.action} ${ask.resource} ${ask.source}`}
              ask={ask}
              names={names}
              statements={statements}
            />
          ))}
        </>
      )}
    </>
  );
}

function listOf(title: string, names: readonly string[]): readonly (readonly [string, string])[] {
  return names.length === 0 ? [] : [[title, names.map((name) => `\`${name}\``).join(", ")]];
}

function callerOf({ caller }: Report): string {
  const { id, name, groups = [], issuer = "" } = caller ?? {};
  const called = name === undefined ? "" : `, called \`${name}\``;
  const member = groups.map((group) => `\`${group}\``).join(", ");
  return `\`${id}\`${called}, ${groups.length === 0 ? "in no group" : `in ${member}`}, of \`${issuer}\``;
}

function bindingsOf({ bindings }: Report): string {
  if (bindings.length === 0) return "none matches this caller";
  return bindings
    .map(({ place, match, policies }) => {
      const perhaps = match === "perhaps" ? " (perhaps: a claim is not known)" : "";
      return `${place}${perhaps}: ${policies.map((name) => `\`${name}\``).join(", ")}`;
    })
    .join("; ");
}

interface QuestionProps {
  readonly ask: ExplainedAsk;
  readonly names: ShortNames;
  readonly statements: TryAnswer["statements"];
}

/** More statements say the same: each of them alone is enough. */
const mostStatements = 3;

function Question({ ask, names, statements }: QuestionProps) {
  const { action, resource, source, passed, missingContextKeys, isOpen } = ask;
  const word = wordOf(ask);
  const behind = ask.statements.slice(0, mostStatements);
  const shown = behind.flatMap(({ policy, index }) => statements.get(`${policy} ${index}`) ?? []);
  const rest = ask.statements.length - shown.length;
  return (
    <section class="question">
      <h3>
        <span class={`word ${signs[word]}`}>{word}</span> <code>{action}</code> on{" "}
        <code>{names.shorten(resource)}</code>
        {source === "*" ? null : <span class="from"> from {source}</span>}
      </h3>
      {isOpen && missingContextKeys.length > 0 ? (
        <p class="hint">
          It depends on <Said text={missingContextKeys.map((key) => `\`${key}\``).join(", ")} />, which only
          the gateway can find out: Send asks it.
        </p>
      ) : null}
      {ask.statements.length === 0 && !isOpen ? <p class="hint">{nothing[word]}</p> : null}
      {shown.map((statement) => (
        <Statement key={`${statement.policy} ${statement.index}`} statement={statement} />
      ))}
      {rest > 0 ? (
        <p class="hint">
          and {rest} more statement{rest === 1 ? "" : "s"} that say{rest === 1 ? "s" : ""} the same
        </p>
      ) : null}
      {passed.length === 0 ? null : (
        <details>
          <summary>
            {passed.length === 1 ? "A statement does" : `${passed.length} statements do`} not apply
          </summary>
          <ul>
            {passed.map(({ statement, because }) => (
              <li key={statement}>
                {statement}: <Said text={names.shorten(because)} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

type Word = "allowed" | "denied" | "not allowed" | "not denied" | "not known";

const signs = {
  allowed: "always",
  denied: "never refused",
  "not allowed": "never refused",
  "not denied": "always",
  "not known": "sometimes",
} as const satisfies Record<Word, string>;

const nothing = {
  allowed: "",
  denied: "",
  "not allowed": "No statement allows it, and what no Allow allows is denied.",
  "not denied": "It is only named by the call: no statement denies it, and none has to allow it.",
  "not known": "",
} as const satisfies Record<Word, string>;

function wordOf({ decision, sort, isOpen }: ExplainedAsk): Word {
  if (decision === "explicitDeny") return "denied";
  if (isOpen) return "not known";
  if (sort === "referenced") return "not denied";
  return decision === "allowed" ? "allowed" : "not allowed";
}

const owners = {
  attached: "A policy of the caller needs",
  boundary: "The caller’s boundary needs",
  guardrail: "The guardrails need",
} as const;

const without = {
  allow: "Without this Deny, the call would be allowed.",
  deny: "Without this Deny, the call would still be denied.",
  notKnown: "Without this Deny, it would depend on what is not known here.",
} as const;

/** What would allow the call. */
function Changes({ report: { lacking, withoutDeny, policies } }: { readonly report: Report }) {
  const needed = lacking?.statements ?? [];
  if (needed.length === 0 && withoutDeny === undefined) return null;
  return (
    <>
      <h2>What would allow it</h2>
      {withoutDeny === undefined ? null : <p>{without[withoutDeny]}</p>}
      {needed.map(({ layer, policy }) => (
        <div class="needed" key={layer}>
          <p>
            {layer === "attached" && policies.length === 0
              ? "A policy of a new binding needs"
              : owners[layer]}
            :
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that it is scrolled by keyboard as well */}
          <pre class="json" tabIndex={0}>
            {policy.Statement.map((each) => JSON.stringify(each, undefined, 2)).join(",\n")}
          </pre>
        </div>
      ))}
      {lacking && needed.length > 0 && !lacking.isEnough ? (
        <p>Perhaps that is not enough: another statement depends on what is not known here.</p>
      ) : null}
    </>
  );
}
