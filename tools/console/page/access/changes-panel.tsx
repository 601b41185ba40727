/** What another configuration gives and takes: what escalates first, then what is gained, changed and lost. */
import type { ShownChange } from "../engine/protocol.ts";
import type { Compared, Comparison } from "./use-comparison.ts";

interface ChangesProps {
  readonly compared: Exclude<Compared, { readonly kind: "nothing" }>;
  /** Whether the table has its cell: not that of a binding that is gone. */
  readonly isThere: (change: ShownChange) => boolean;
  readonly onOpen: (change: ShownChange, from: HTMLElement) => void;
}

export function ChangesPanel({ compared, ...cells }: ChangesProps) {
  return (
    <aside class="panel changes-panel" aria-labelledby="changes-heading">
      <header>
        <h2 id="changes-heading">Changes</h2>
      </header>
      <div aria-live="polite">
        {compared.kind === "reading" ? <p class="for">Comparing …</p> : null}
        {compared.kind === "failed" ? <pre class="problem">{compared.problem}</pre> : null}
        {compared.kind === "known" ? <Changes comparison={compared.comparison} {...cells} /> : null}
      </div>
    </aside>
  );
}

const sections = [
  {
    id: "escalating",
    title: "Leads to more access",
    has: ({ escalates }: ShownChange) => escalates !== undefined,
  },
  {
    id: "gained",
    title: "Gained",
    has: ({ kind, escalates }: ShownChange) => kind === "gained" && !escalates,
  },
  {
    id: "changed",
    title: "Other conditions",
    has: ({ kind, escalates }: ShownChange) => kind === "changed" && !escalates,
  },
  { id: "lost", title: "Lost", has: ({ kind }: ShownChange) => kind === "lost" },
] as const;

/** So many groups are listed in a section: the table shows them all. */
const mostGroups = 60;

function Changes({
  comparison,
  ...cells
}: { readonly comparison: Comparison } & Pick<ChangesProps, "onOpen" | "isThere">) {
  const { older, newer, changes } = comparison;
  return (
    <>
      <p class="for">
        from {older} to {newer}
      </p>
      {changes.length === 0 ? <p>Both give the same access.</p> : null}
      <ChangeList changes={changes} {...cells} />
    </>
  );
}

interface ChangeListProps extends Partial<Pick<ChangesProps, "isThere" | "onOpen">> {
  readonly changes: readonly ShownChange[];
}

export function ChangeList({ changes, ...cells }: ChangeListProps) {
  return (
    <>
      {sections.map(({ id, title, has }) => {
        const own = changes.filter(has);
        const groups = [...groupBy(own)];
        return own.length === 0 ? null : (
          <section key={id} class="changes" data-kind={id} aria-label={title}>
            <h3>
              {title} <span class="count">{own.length.toLocaleString("en")}</span>
            </h3>
            <ul>
              {groups.slice(0, mostGroups).map(([key, group]) => (
                <Group key={key} group={group} {...cells} />
              ))}
            </ul>
            {groups.length > mostGroups ? (
              <p class="for">and {groups.length - mostGroups} more groups, which the table shows</p>
            ) : null}
          </section>
        );
      })}
    </>
  );
}

/** Of one binding, with the same words before and after. */
function groupBy(changes: readonly ShownChange[]): ReadonlyMap<string, readonly ShownChange[]> {
  const groups = new Map<string, ShownChange[]>();
  for (const change of changes) {
    const key = JSON.stringify([change.binding, change.before, change.after]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return groups;
}

function Group({
  group,
  isThere,
  onOpen,
}: { readonly group: readonly ShownChange[] } & Omit<ChangeListProps, "changes">) {
  const [first] = group;
  if (first === undefined) return null;
  const { binding, before, after } = first;
  return (
    <li>
      <p>
        {binding}: <span class={`word ${before}`}>{before}</span> <span aria-hidden="true">→</span>
        <span class="unseen"> to </span> <span class={`word ${after}`}>{after}</span>
        {before === after ? ", on other conditions" : ""}
      </p>
      <ul class="names">
        {group.map((change) => (
          <li key={change.operation}>
            {onOpen && isThere?.(change) ? (
              <button
                type="button"
                class="link"
                onClick={({ currentTarget }) => onOpen(change, currentTarget)}
              >
                {change.operation}
              </button>
            ) : (
              change.operation
            )}
            {change.escalates ? <span class="why"> {change.escalates}</span> : null}
          </li>
        ))}
      </ul>
    </li>
  );
}
