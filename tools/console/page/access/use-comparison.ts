/** What differs between the configuration that decides and another one. */
import { useEffect, useState } from "preact/hooks";
import type { GivenConfiguration, Other } from "../../api.ts";
import { Engine } from "../engine/engine.ts";
import type { ShownChange } from "../engine/protocol.ts";
import { readOther } from "../shell/gateway.ts";

export interface Comparison {
  /** The names of both. A revision is older than what decides now; an environment and a candidate are newer. */
  readonly older: string;
  readonly newer: string;
  readonly isOtherOlder: boolean;
  readonly changes: readonly ShownChange[];
  /** Finds the change of a cell. */
  readonly changeOf: (operation: string, binding: string) => ShownChange | undefined;
}

export type Compared =
  | { readonly kind: "nothing" }
  | { readonly kind: "reading" }
  | { readonly kind: "failed"; readonly problem: string }
  | { readonly kind: "known"; readonly comparison: Comparison };

export function useComparison(configuration: GivenConfiguration, which: Other | undefined): Compared {
  const [compared, setCompared] = useState<Compared>({ kind: "nothing" });
  useEffect(() => {
    if (which === undefined) return setCompared({ kind: "nothing" });
    setCompared({ kind: "reading" });
    // A worker of its own, so that the table is computed meanwhile; it ends with the comparison.
    const engine = new Engine(() => undefined);
    let isCurrent = true;
    compare(engine, configuration, which)
      .catch((cause: unknown): Compared => ({ kind: "failed", problem: String(cause) }))
      .then((found) => {
        if (isCurrent) setCompared(found);
        engine.stop();
      });
    return () => {
      isCurrent = false;
      engine.stop();
    };
  }, [configuration, which]);
  return compared;
}

async function compare(engine: Engine, current: GivenConfiguration, which: Other): Promise<Compared> {
  const other = await readOther(which);
  if (!other.ok) return { kind: "failed", problem: other.problem };
  const isOtherOlder = which.kind === "revision";
  const [older, newer] = isOtherOlder ? [other, current] : [current, other];
  const changes = await engine.ask("compare", { older, newer });
  const byCell = new Map(changes.map((change) => [keyOf(change.operation, change.binding), change]));
  return {
    kind: "known",
    comparison: {
      older: older.name,
      newer: newer.name,
      isOtherOlder,
      changes,
      changeOf: (operation, binding) => byCell.get(keyOf(operation, binding)),
    },
  };
}

function keyOf(operation: string, binding: string): string {
  return JSON.stringify([operation, binding]);
}

/** What the table says of a changed cell, beside the word of the configuration that decides. */
export function noteOf({ kind, before, after }: ShownChange, isOtherOlder: boolean): string {
  if (before === after) return `${kind}: other conditions`;
  return isOtherOlder ? `${kind}: was ${before}` : `${kind}: would be ${after}`;
}
