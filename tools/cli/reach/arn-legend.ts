/** Short names of instances in an answer, and the legend that says which ARNs they are. */
import type { ConnectInstance } from "../../../shared/request/types.ts";
import type { InstanceNames } from "../../authoring/policy/instance-names.ts";

const instanceArn = /(arn:[^:\s,;]*:connect:[^:\s,;]*:[^:\s,;]*:instance\/[^/\s,;]+)(\/?)/g;

/** The only instance is not repeated: its resources stand alone. */
const resources = "resources";

export class ArnLegend {
  readonly #only: string | undefined;
  readonly #names: ReadonlyMap<string, string>;
  /** ARN → how it is shown. */
  readonly #shown = new Map<string, string>();

  constructor(instances: readonly Pick<ConnectInstance, "arn">[], names: InstanceNames) {
    this.#only = instances.length === 1 ? instances[0]?.arn : undefined;
    this.#names = new Map(names === "unread" ? [] : [...names].map(([name, arn]) => [arn, name]));
  }

  /** Shortens each ARN in a text: `[1]/agent/*`, `${main}/agent/*`, or `agent/*` if there is only one instance. */
  shorten(text: string): string {
    return text.replace(instanceArn, (_, arn: string, slash: string) => {
      const isDropped = arn === this.#only && slash !== "";
      const name = this.#names.get(arn);
      const label = name === undefined ? `[${this.#count + 1}]` : `\${${name}}`;
      const shown = this.#shown.get(arn) ?? (isDropped ? resources : label);
      this.#shown.set(arn, shown);
      if (shown === resources) return isDropped ? "" : `the instance${slash}`;
      return `${shown}${slash}`;
    });
  }

  get #count(): number {
    return [...this.#shown.values()].filter((shown) => shown.startsWith("[")).length;
  }

  /** What the short names stand for, as rows of a table. */
  get rows(): readonly (readonly string[])[] {
    return [...this.#shown].map(([arn, shown]) =>
      shown === resources ? [shown, `in ${arn}`] : [shown, arn],
    );
  }
}
