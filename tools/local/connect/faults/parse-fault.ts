/**
 * Faults to order, as flags and headers write them: `throttle`, `throttle:10`, `error:503`, `latency:300ms`, each with
 * `x2` (the first two) or `@25%` (a quarter of the calls) after it.
 */

const errorStatuses = [500, 502, 503, 504] as const;
type ErrorStatus = (typeof errorStatuses)[number];

interface Extent {
  /** The first so many: calls of a flag, attempts of a header. Absent: all. */
  readonly first?: number;
  /** Above 0, at most 1. Absent: 1. */
  readonly share?: number;
}

export type Fault = Extent &
  (
    | { readonly kind: "latency"; readonly ms: number }
    /** Over the rate, or the service's own; of a header, or with an extent: whatever the rate is. */
    | { readonly kind: "throttle"; readonly perSecond?: number }
    | { readonly kind: "error"; readonly status: ErrorStatus }
  );

/** A fault of some operations, which a pattern with `*` names. */
export interface OrderedFault {
  readonly operation: string;
  readonly fault: Fault;
}

/** A text is not a fault; the message says what would be one. */
export class FaultSyntaxError extends Error {
  override readonly name = "FaultSyntaxError";
}

const maxLatencyMs = 600_000;

/** Reads `OPERATION=FAULT`, or a fault of all operations. @throws FaultSyntaxError */
export function parseOrderedFault(text: string): OrderedFault {
  const at = text.indexOf("=");
  const operation = at < 0 ? "*" : text.slice(0, at).trim();
  if (!/^[A-Za-z0-9*]+$/.test(operation))
    throw new FaultSyntaxError(
      `\`${operation}\` must be an operation's name, in which \`*\` stands for any text`,
    );
  return { operation, fault: parseFault(text.slice(at + 1)) };
}

function parseFault(text: string): Fault {
  const [, kind, amount, first, share] =
    /^ *([a-z]+)(?::([^x@ ]*))? *(?:x(\d{1,6})|@(\d{1,3}(?:\.\d+)?)%)? *$/.exec(text) ?? [];
  const extent = {
    ...(first === undefined ? {} : { first: Number(first) }),
    ...(share === undefined ? {} : { share: Number(share) / 100 }),
  };
  const what = readKind(kind, amount);
  const isOfRate = what?.kind === "throttle" && what.perSecond !== undefined;
  if (isOfRate && Object.keys(extent).length > 0)
    throw new FaultSyntaxError(`\`${text}\` must have a rate, or say which calls are throttled, not both`);
  if (what && extent.first !== 0 && extent.share !== 0 && (extent.share ?? 1) <= 1)
    return { ...what, ...extent };
  throw new FaultSyntaxError(
    `\`${text}\` must be \`latency:300ms\`, \`throttle\`, \`throttle:10\` (calls a second) or \`error:503\` (500, 502, 503, 504), with \`x2\` for the first two or \`@25%\` for a quarter of the calls`,
  );
}

function readKind(kind: string | undefined, amount: string | undefined): Fault | undefined {
  switch (kind) {
    case "latency": {
      const [, number, unit] = /^(\d{1,6})(ms|s)$/.exec(amount ?? "") ?? [];
      const ms = Number(number) * (unit === "s" ? 1_000 : 1);
      return ms <= maxLatencyMs ? { kind, ms } : undefined;
    }
    case "throttle": {
      if (amount === undefined) return { kind };
      const perSecond = /^\d{1,6}(\.\d{1,3})?$/.test(amount) ? Number(amount) : 0;
      return perSecond > 0 ? { kind, perSecond } : undefined;
    }
    case "error": {
      const status = errorStatuses.find((known) => String(known) === amount);
      return status && { kind, status };
    }
    default:
      return undefined;
  }
}
