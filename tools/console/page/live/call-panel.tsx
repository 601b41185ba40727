/** A call, whole and in words: what became of it, each question with its answer, the statements, and its records. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Call } from "./calls/call-log.ts";
import { callerOf, outcomeOf, outcomeWords, sentenceOf } from "./calls/describe-call.ts";
import { inputOfRecord } from "./calls/record-input.ts";
import type { SeenAsk, SeenRecord } from "./calls/seen-record.ts";

interface PanelProps {
  readonly call: Call;
  readonly hasView: (id: string) => boolean;
  readonly onClose: () => void;
}

export function CallPanel({ call, hasView, onClose }: PanelProps) {
  const { final, records } = call;
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [call.id]);
  const outcome = outcomeOf(final);
  return (
    <aside
      class="panel"
      aria-labelledby="call-heading"
      onKeyDown={({ key }) => {
        if (key === "Escape") onClose();
      }}
    >
      <header>
        <h2 id="call-heading" ref={heading} tabIndex={-1}>
          {final.operation || "No operation"}{" "}
          <span class="for">
            by <bdi>{callerOf(final)}</bdi>
          </span>
        </h2>
        <button type="button" class="quiet close" onClick={onClose}>
          Close
        </button>
      </header>
      <p class="answer">
        <strong class={`sign ${outcome}`}>{outcomeWords[outcome]}</strong> <bdi>{sentenceOf(call)}</bdi>
      </p>
      {final.message === "" ? null : (
        <p class="message">
          <bdi>{final.message}</bdi>
        </p>
      )}
      <Links call={call} hasView={hasView} />
      {records
        .filter(({ type }) => type === "shadow")
        .map((record) => (
          <Difference key={record.stage} record={record} />
        ))}
      <Asks asks={final.asks} leftOut={final.asksLeftOut} />
      <Statements record={final} />
      <h3>The records of this call</h3>
      {records.map((record) => (
        <Members
          key={`${record.type} ${record.stage}`}
          record={record}
          isOpen={record.stage === final.stage}
        />
      ))}
    </aside>
  );
}

function Links({ call, hasView }: Pick<PanelProps, "call" | "hasView">) {
  const { operation } = call.final;
  if (operation === "") return null;
  return (
    <p class="links">
      {hasView("try") ? <a href={`#/try?${tryQuery(call.final)}`}>Try this call</a> : null}
      <a href={`#/access?${new URLSearchParams({ find: operation })}`}>Who may call {operation}</a>
    </p>
  );
}

/** What the records say of a call: of its input the resources' ids, of the caller neither tags nor other claims. */
function tryQuery(record: SeenRecord): URLSearchParams {
  const { operation, callerId, callerName, issuer, groups } = record;
  const name = callerName === callerId || callerName === "" ? {} : { name: callerName };
  const caller = { sub: callerId, ...name, groups, ...(issuer === "" ? {} : { issuer }) };
  return new URLSearchParams({
    ...(callerId === "" ? {} : { caller: JSON.stringify(caller) }),
    ...{ operation, named: JSON.stringify(inputOfRecord(record)) },
  });
}

const differences: Readonly<Record<string, string>> = {
  gains: "The candidate would allow this call",
  loses: "The candidate would refuse this call",
  undecided: "The candidate needs what is not known here",
  otherOperation: "The candidate would allow it as another operation",
  otherRefusal: "The candidate would refuse it with another answer",
  failed: "The candidate could not be evaluated",
};

function Difference({ record }: { readonly record: SeenRecord }) {
  const { difference, live, candidate } = record;
  return (
    <p class="difference">
      <strong>{Object.hasOwn(differences, difference) ? differences[difference] : difference}</strong>, in the{" "}
      {record.stage}: now <bdi>{live}</bdi>; by the candidate <bdi>{candidate}</bdi>.
    </p>
  );
}

const decisions: Readonly<Record<string, readonly [sign: string, words: string]>> = {
  allowed: ["allowed", "allowed"],
  explicitDeny: ["denied", "denied by a Deny"],
  implicitDeny: ["denied", "not allowed by any Allow"],
  unknown: ["open", "not yet known"],
};

function Asks({ asks, leftOut }: { readonly asks: readonly SeenAsk[]; readonly leftOut: number }) {
  if (asks.length === 0) return null;
  return (
    <>
      <h3>
        {asks.length + leftOut === 1 ? "What it needs" : `The ${asks.length + leftOut} permissions it needs`}
      </h3>
      <ul class="asks">
        {asks.map(({ action, resource, isReferenced, decision }, at) => {
          const [sign, words] = (Object.hasOwn(decisions, decision) && decisions[decision]) || [
            "open",
            decision,
          ];
          return (
            <li key={at}>
              <span class={`sign ${sign}`}>{words}</span> <code>{action}</code> on{" "}
              <code>{resource || "what only the body says"}</code>
              {isReferenced ? " (only named in the call: only a Deny counts)" : null}
            </li>
          );
        })}
      </ul>
      {leftOut > 0 ? <p>The record leaves out {leftOut} more.</p> : null}
    </>
  );
}

function Statements({ record: { statements } }: { readonly record: SeenRecord }) {
  return (
    <>
      <h3>{statements.length === 0 ? "No statement matched" : "The statements that matched"}</h3>
      {statements.map(({ effect, name, place }) => (
        <section class="statement" key={name} data-effect={effect}>
          <h4>
            <span class="effect">{effect}</span> <bdi>{name}</bdi>
          </h4>
          <p class="place">
            <code>{place}</code>
          </p>
        </section>
      ))}
    </>
  );
}

const stages: Readonly<Record<string, string>> = {
  authorizer: "The authorizer",
  proxy: "The proxy",
  library: "A program with the library",
};

const layers: Readonly<Record<string, string>> = {
  attached: "the caller's policies",
  boundary: "the permissions boundaries",
  guardrail: "the guardrails",
};

function Members({ record, isOpen }: { readonly record: SeenRecord; readonly isOpen: boolean }) {
  const who = (Object.hasOwn(stages, record.stage) && stages[record.stage]) || record.stage;
  const what = {
    decision: `${who} decided`,
    upstream: "Amazon Connect answered",
    shadow: "The candidate differs",
  }[record.type];
  return (
    <details class="record" open={isOpen}>
      <summary>{what}</summary>
      <dl>
        {membersOf(record).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function membersOf(record: SeenRecord): readonly (readonly [name: string, value: string])[] {
  const named: readonly (readonly [string, string])[] = [
    ["Time", new Date(record.time).toISOString()],
    ["Outcome", record.type === "decision" ? outcomeWords[outcomeOf(record)] : ""],
    ["Caller", record.callerId],
    ["Name", record.callerName === record.callerId ? "" : record.callerName],
    ["Issuer", record.issuer],
    ["Groups", record.groups.join(", ")],
    ["Operation", record.operation],
    ["Action", record.action],
    ["Resource", record.resource],
    ["Decided by", (Object.hasOwn(layers, record.layer) && layers[record.layer]) || record.layer],
    ["Reason", record.reason],
    ["Message", record.message],
    ["Status", record.status === undefined ? "" : String(record.status)],
    ...record.others,
  ];
  return named.filter(([, value]) => value !== "");
}
