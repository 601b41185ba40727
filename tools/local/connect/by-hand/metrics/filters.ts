/** Identifiers in filters, limits, and what only the real service measures. */
import { parseConnectArn } from "../../../../../shared/catalog/resource-arn.ts";
import type { InstanceState } from "../../instance-state.ts";
import { invalidParameter, ServiceFault } from "../../service-fault.ts";

interface Filter {
  readonly family: string;
  /** In messages: `Filters.Queues`. */
  readonly path: string;
  readonly most?: number;
}

/**
 * Reads identifiers and ARNs of resources that exist; `undefined` for a filter that is absent or empty.
 * @throws ServiceFault `ResourceNotFoundException`, or `InvalidParameterException` over the limit
 */
export function readIds(
  instance: InstanceState,
  values: readonly string[] | undefined,
  { family, path, most = 100 }: Filter,
): ReadonlySet<string> | undefined {
  if (!values || values.length === 0) return undefined;
  checkAtMost(values, path, most);
  return new Set(values.map((value) => instance.table(family).get(idIn(instance, value)).id));
}

/** The identifier in an identifier or ARN. An ARN of another instance is no identifier of this one. */
export function idIn({ configured }: InstanceState, value: string): string {
  if (!value.startsWith(`${configured.arn}/`)) return value;
  return parseConnectArn(value)?.id ?? value;
}

export function checkAtMost(values: readonly unknown[] | undefined, path: string, most: number): void {
  if ((values?.length ?? 0) > most) throw invalidParameter(path, `must have at most ${most} elements`);
}

/** Connect's metrics that do not follow from what the local Connect keeps answer 501, and never a made-up number. */
export function notMeasured(path: string, name: string): ServiceFault {
  const message = `${path}: the local Connect does not measure \`${name}\``;
  return new ServiceFault("NotImplementedException", message);
}

/** Sizes of pages of metrics and of users' data (API Reference: 1 to 100). */
export const metricSizes = { usual: 100, largest: 100 };
