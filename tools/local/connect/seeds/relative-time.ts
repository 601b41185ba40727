/** Times of a seed that follow the clock at the start: `yesterday 09:30:00`, `now-90s`. Days are those of UTC. */

const msOf: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const dayMs = 86_400_000;

/** In messages. */
export const relativeForms =
  "`yesterday 09:30:00`, `today 00:00:10`, `2 days ago 14:05:00`, `now`, `now-90s`";

/** Reads such a time; `undefined` for another text. @returns milliseconds since 1970 */
export function readRelativeTime(text: string, now: Date): number | undefined {
  const [, amount = "0", unit = "s"] = /^now(?:-(\d{1,6})([smhd]))?$/.exec(text) ?? [];
  if (text.startsWith("now"))
    return /^now(?:-\d{1,6}[smhd])?$/.test(text)
      ? now.getTime() - Number(amount) * (msOf.get(unit) ?? 0)
      : undefined;
  const [, day = "", time = ""] = /^(today|yesterday|\d{1,4} days ago) (\d\d:\d\d:\d\d)$/.exec(text) ?? [];
  const inDay = Date.parse(`1970-01-01T${time}Z`);
  if (Number.isNaN(inDay)) return undefined;
  const daysAgo = day === "today" ? 0 : day === "yesterday" ? 1 : Number.parseInt(day, 10);
  return Math.floor(now.getTime() / dayMs) * dayMs - daysAgo * dayMs + inDay;
}
