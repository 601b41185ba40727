/**
 * Hours of operation with their overrides, day by day, in the local time of the hours ("Identify dates where you need
 * to override standard operating hours", Administrator Guide).
 *
 * Recurring overrides open and close parts of a day, and what is closed stays closed. Standard ones, which are
 * temporary hours, replace the whole day. Overrides of parent hours count like own ones.
 */
import type {
  HoursOfOperationConfig,
  HoursOfOperationOverride,
  OverrideHour,
  OverrideTimeSlice,
} from "@aws-sdk/client-connect";
import { locate } from "../../engine/locate.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import type { Shown } from "../../records/record.ts";
import type { Members } from "../../records/resource-table.ts";
import { invalidParameter } from "../../service-fault.ts";
import { addDays, configOn, formatDay, parseDay, weekdayOf } from "./override-days.ts";

/** The API Reference gives no limit; this one keeps an answer readable. */
const maxDays = 366;
const minutesOfDay = 1440;

/** Minutes of a day, from the first to before the last. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export const hoursHandlers = {
  GetEffectiveHoursOfOperations(input, world) {
    const operation = "GetEffectiveHoursOfOperations";
    const shown = locate({ operation, family: familyNamed("HoursOfOperation"), input, world });
    const days = daysBetween(input.FromDate, input.ToDate);
    const { TimeZone, Config = [] } = shown.row.shape as Base;
    const overrides = overridesOf(shown);
    const EffectiveHoursOfOperationList = days.map((day) => ({
      Date: formatDay(day),
      OperationalHours: effectiveSpans(Config, overrides, day).map(formatSpan),
    }));
    const EffectiveOverrideHoursList = days
      .map((day) => ({
        Date: formatDay(day),
        OverrideHours: overrides.flatMap((each) => hoursOf(each, day)),
      }))
      .filter(({ OverrideHours }) => OverrideHours.length > 0);
    return { EffectiveHoursOfOperationList, EffectiveOverrideHoursList, TimeZone };
  },
} satisfies Handlers;

interface Base extends Members {
  readonly TimeZone: string;
  readonly Config?: readonly HoursOfOperationConfig[];
}

function daysBetween(fromText: string, toText: string): readonly Date[] {
  const from = parseDay(fromText);
  const to = parseDay(toText);
  if (!from) throw invalidParameter("FromDate", "must be a day such as `2026-12-31`");
  if (!to) throw invalidParameter("ToDate", "must be a day such as `2026-12-31`");
  const count = Math.round((to.getTime() - from.getTime()) / 86_400_000) + 1;
  if (count < 1) throw invalidParameter("ToDate", "must not be before `FromDate`");
  if (count > maxDays)
    throw invalidParameter("ToDate", `must be at most ${maxDays - 1} days after \`FromDate\``);
  return Array.from({ length: count }, (_, at) => addDays(from, at));
}

/** Own overrides and those of the parents. */
function overridesOf({ row, instance }: Shown): readonly HoursOfOperationOverride[] {
  const configs = (row.shape["ParentHoursOfOperationConfigs"] ?? []) as readonly Members[];
  const ids = [row.id, ...configs.map(({ HoursOfOperationId }) => String(HoursOfOperationId))];
  return instance
    .table("HoursOfOperationOverride")
    .all()
    .filter(({ parents: [of = ""] }) => ids.includes(of))
    .map(({ shape }) => shape);
}

export function effectiveSpans(
  base: readonly HoursOfOperationConfig[],
  overrides: readonly HoursOfOperationOverride[],
  day: Date,
): readonly Span[] {
  const spansOfType = (type: string): Span[] | undefined => {
    const configs = overrides.filter((each) => typeOf(each) === type).map((each) => configOn(each, day));
    const inEffect = configs.filter((config) => config !== undefined);
    return inEffect.length === 0 ? undefined : inEffect.flat().flatMap((config) => spansOf(config));
  };
  const standard = spansOfType("STANDARD");
  if (standard) return merge(standard);
  const open = merge([...baseSpans(base, day), ...(spansOfType("OPEN") ?? [])]);
  return (spansOfType("CLOSED") ?? []).reduce(without, open);
}

function typeOf({ OverrideType }: HoursOfOperationOverride): string {
  return OverrideType ?? "STANDARD";
}

/** Hours that end before they begin go on into the next day. */
function baseSpans(base: readonly HoursOfOperationConfig[], day: Date): readonly Span[] {
  const spansFrom = (from: Date) => base.filter(({ Day }) => Day === weekdayOf(from)).flatMap(spansOf);
  const before = spansFrom(addDays(day, -1)).map(({ from, to }) => ({
    from: Math.max(0, from - minutesOfDay),
    to: to - minutesOfDay,
  }));
  const today = spansFrom(day).map(({ from, to }) => ({ from, to: Math.min(to, minutesOfDay) }));
  return [...before, ...today].filter(({ from, to }) => to > from);
}

interface Slice {
  readonly StartTime?: OverrideTimeSlice | undefined;
  readonly EndTime?: OverrideTimeSlice | undefined;
}

/** Without times, the whole day. An end at 0:00 is the midnight after. */
function spansOf({ StartTime, EndTime }: Slice): readonly Span[] {
  const from = minutesOf(StartTime);
  const end = minutesOf(EndTime);
  return [{ from, to: end > from ? end : end === 0 ? minutesOfDay : end + minutesOfDay }];
}

function minutesOf({ Hours = 0, Minutes = 0 }: Partial<OverrideTimeSlice> = {}): number {
  return Hours * 60 + Minutes;
}

function merge(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) merged[merged.length - 1] = { ...last, to: Math.max(last.to, span.to) };
    else merged.push(span);
  }
  return merged;
}

function without(spans: readonly Span[], closed: Span): readonly Span[] {
  return spans
    .flatMap(({ from, to }) => [
      { from, to: Math.min(to, closed.from) },
      { from: Math.max(from, closed.to), to },
    ])
    .filter(({ from, to }) => to > from);
}

function formatSpan({ from, to }: Span) {
  const slice = (minutes: number) => ({ Hours: Math.floor(minutes / 60) % 24, Minutes: minutes % 60 });
  return { Start: slice(from), End: slice(to) };
}

/** What an override says of a day. A standard one without hours closes it. */
function hoursOf(override: HoursOfOperationOverride, day: Date): readonly OverrideHour[] {
  const config = configOn(override, day);
  if (!config) return [];
  const isClosed = typeOf(override) === "CLOSED" || config.length === 0;
  const spans = config.length === 0 ? [{ from: 0, to: minutesOfDay }] : config.flatMap(spansOf);
  return spans.map((span) => ({
    ...formatSpan(span),
    ...(override.Name === undefined ? {} : { OverrideName: override.Name }),
    OperationalStatus: isClosed ? "CLOSED" : "OPEN",
  }));
}
