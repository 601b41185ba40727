/** The days on which an override of hours of operation is in effect: a range of days, or what recurs in it. */
import type { HoursOfOperationOverride, RecurrencePattern } from "@aws-sdk/client-connect";

export const weekdays = [
  "SUNDAY",
  "MONDAY",
  "TUESDAY",
  "WEDNESDAY",
  "THURSDAY",
  "FRIDAY",
  "SATURDAY",
] as const;

const dayMs = 86_400_000;

/** Reads `2026-02-28` as a day of the calendar; `undefined` when it is none. */
export function parseDay(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && formatDay(day) === text ? day : undefined;
}

export function formatDay(day: Date): string {
  return day.toISOString().slice(0, 10);
}

export function addDays(day: Date, days: number): Date {
  return new Date(day.getTime() + days * dayMs);
}

export function weekdayOf(day: Date): (typeof weekdays)[number] {
  return weekdays[day.getUTCDay()] ?? "SUNDAY";
}

/**
 * The parts of an override's configuration that apply on a day; `undefined` when it is not in effect. On a weekday that
 * it does not have, only a standard override says something: that the day is closed.
 */
export function configOn(override: HoursOfOperationOverride, day: Date) {
  const { EffectiveFrom = "", EffectiveTill = "", Config = [], RecurrenceConfig } = override;
  const isStandard = (override.OverrideType ?? "STANDARD") === "STANDARD";
  const from = parseDay(EffectiveFrom);
  if (!from || formatDay(day) < EffectiveFrom || formatDay(day) > EffectiveTill) return undefined;
  const ofWeekday = Config.filter(({ Day }) => Day === undefined || Day === weekdayOf(day));
  const pattern = RecurrenceConfig?.RecurrencePattern;
  if (!pattern) return isStandard || ofWeekday.length > 0 ? ofWeekday : undefined;
  if (!recurs(pattern, from, day)) return undefined;
  // A day of the month falls on any weekday. Otherwise the configuration says which weekdays recur.
  if (pattern.Frequency !== "WEEKLY" && !pattern.ByWeekdayOccurrence?.length) return Config;
  return ofWeekday.length > 0 ? ofWeekday : undefined;
}

function recurs(pattern: RecurrencePattern, from: Date, day: Date): boolean {
  const { Frequency, Interval = 1, ByMonth = [] } = pattern;
  const isTurn = (periods: number) => periods % Interval === 0;
  if (Frequency === "WEEKLY") return isTurn(weekOf(day) - weekOf(from));
  if (Frequency === "MONTHLY")
    return isTurn(monthOf(day) - monthOf(from)) && isDayOfMonth(pattern, from, day);
  const months = ByMonth.length > 0 ? ByMonth : [from.getUTCMonth() + 1];
  const isMonth = months.includes(day.getUTCMonth() + 1);
  const years = day.getUTCFullYear() - from.getUTCFullYear();
  return isTurn(years) && isMonth && isDayOfMonth(pattern, from, day);
}

/** Weeks begin on Monday (RFC 5545). The first day of the epoch was a Thursday. */
function weekOf(day: Date): number {
  return Math.floor((day.getTime() / dayMs + 3) / 7);
}

function monthOf(day: Date): number {
  return day.getUTCFullYear() * 12 + day.getUTCMonth();
}

/** -1 is the last day of the month, or the last of the weekday in it. */
function isDayOfMonth(
  { ByMonthDay = [], ByWeekdayOccurrence = [] }: RecurrencePattern,
  from: Date,
  day: Date,
) {
  const date = day.getUTCDate();
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  if (ByWeekdayOccurrence.length > 0) {
    const first = Math.ceil(date / 7);
    const fromEnd = -Math.ceil((last - date + 1) / 7);
    return ByWeekdayOccurrence.some((nth) => nth === first || nth === fromEnd);
  }
  const days = ByMonthDay.length > 0 ? ByMonthDay : [from.getUTCDate()];
  return days.some((nth) => nth === date || nth === date - last - 1);
}
