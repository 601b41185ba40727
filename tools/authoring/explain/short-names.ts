/** Short names of resources: those of one instance stand without it, and a legend says which it is. */
import type { ExplainedAsk } from "./explain-ask.ts";

const instancePrefix = /^(arn:[^:]*:connect:[^:]*:[^:]*:instance\/[^/]+)(?:\/|$)/;

export class ShortNames {
  /** The instance of most of the resources. */
  readonly instance: string | undefined;

  constructor(asks: readonly Pick<ExplainedAsk, "resource">[]) {
    const counts = new Map<string, number>();
    for (const { resource } of asks) {
      const [, instance] = instancePrefix.exec(resource ?? "") ?? [];
      if (instance !== undefined) counts.set(instance, (counts.get(instance) ?? 0) + 1);
    }
    this.instance = [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
  }

  /** Shortens a resource, or each in a text. */
  shorten(text: string | null): string {
    if (text === null) return "a resource that is not known";
    if (text === this.instance) return "the instance";
    return this.instance === undefined ? text : text.replaceAll(`${this.instance}/`, "");
  }
}
