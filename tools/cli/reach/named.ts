/** What `who-can` and `what-can` are asked about, as the command line names it. */
import { findResourceType } from "../../../shared/catalog/catalog.ts";
import type { Codes } from "../../../shared/reach/resource-shape.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { type InstanceNames, resolveNames } from "../../authoring/policy/instance-names.ts";
import { readResource, readShortName, Unusable } from "../../authoring/reach/named-question.ts";
import { UsageError } from "../command-io.ts";

export interface AskedResource {
  /** As it is written. */
  readonly written: string;
  readonly codes: readonly Codes[];
}

/** @throws UsageError if it names nothing */
export function usable<Value>(read: Value | Unusable): Exclude<Value, Unusable> {
  if (read instanceof Unusable) throw new UsageError(read.problem);
  return read as Exclude<Value, Unusable>;
}

/** Reads an ARN, also one that begins with an instance's name like `${main}`, a pattern, or a short name like `user/u-1`. */
export function readOn(
  written: string,
  instances: readonly ConnectInstance[],
  names: InstanceNames,
): AskedResource {
  const short = readShortName(written, instances);
  if (short !== undefined) return { written, codes: usable(short) };
  const { text, problem } = resolveNames(written, names, "pattern");
  if (problem) throw new UsageError(problem.message);
  const read = readResource(text);
  if (read instanceof Unusable && read.problem.endsWith("is not an ARN or `*`"))
    throw new UsageError(`${read.problem}, nor a short name like \`user/u-1\``);
  return { written, codes: [usable(read)] };
}

/** Describes that an ARN is of another instance than the configured ones. */
export function describeForeign(
  { written }: AskedResource,
  instances: readonly ConnectInstance[],
): string | undefined {
  const [arn, id = ""] = /^arn:[^:]*:connect:[^:]*:[^:]*:instance\/([^/]+)/.exec(written) ?? [];
  if (arn === undefined || /[*?$]/.test(arn) || instances.some((each) => each.arn === arn)) return undefined;
  const configured = instances.map((each) => `\`${each.arn}\``).join(", ");
  const same = instances.find((each) => each.id === id);
  return same
    ? `\`${arn}\` is not how the instance is configured: \`${same.arn}\``
    : `\`${arn}\` is not a configured instance; configured: ${configured}`;
}

/** `user`, `security-profile`, for people: `*` is an action that has no resource. */
export function describeTypes(types: Iterable<string>): string {
  const named = [...new Set(types)].map((type) => (findResourceType(type) ? `\`${type}\`` : "`*`"));
  const [last, ...others] = [...new Set(named)].sort().reverse();
  return others.length === 0 ? `${last}` : `${others.reverse().join(", ")} and ${last}`;
}
