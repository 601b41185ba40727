/** Hours of operation with their overrides, day by day. */
import type {
  HoursOfOperationConfig,
  HoursOfOperationOverride,
  HoursOfOperationOverrideConfig,
  RecurrencePattern,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { effectiveSpans } from "../../../tools/local/connect/by-hand/hours/effective-hours.ts";
import {
  addDays,
  configOn,
  formatDay,
  parseDay,
} from "../../../tools/local/connect/by-hand/hours/override-days.ts";
import { east } from "./connect-fixture.ts";
import type { Input } from "./walk/inputs.ts";
import { useWireClient } from "./walk/wire-client.ts";

const InstanceId = east;
const send = useWireClient();

const at = (time: number) => ({ Hours: Math.floor(time), Minutes: (time % 1) * 60 });
const slice = (Day: HoursOfOperationConfig["Day"] | undefined, from: number, to: number) => ({
  ...(Day ? { Day } : {}),
  StartTime: at(from),
  EndTime: at(to),
});
/** 2026-12-24 is a Thursday. */
const day = (text: string) => parseDay(text) ?? new Date(Number.NaN);
const thursday = "2026-12-24";

const override = (
  OverrideType: HoursOfOperationOverride["OverrideType"],
  Config: HoursOfOperationOverrideConfig[],
): HoursOfOperationOverride => ({
  OverrideType,
  Config,
  EffectiveFrom: "2026-12-01",
  EffectiveTill: "2026-12-31",
});

describe("the hours of a Thursday from 9:00 to 17:00", () => {
  const base = [slice("THURSDAY", 9, 17)] as HoursOfOperationConfig[];
  const open = override("OPEN", [slice("THURSDAY", 16, 20)]);
  const closed = override("CLOSED", [slice("THURSDAY", 12, 13.5)]);
  const short = override("STANDARD", [slice("THURSDAY", 10, 12)]);
  const holiday = override(undefined, []);
  const later = { ...short, EffectiveFrom: "2026-12-25" };

  it.each([
    ["without an override", base, [], [[9, 17]]],
    ["that are open longer", base, [open], [[9, 20]]],
    [
      "with a break",
      base,
      [closed],
      [
        [9, 12],
        [13.5, 17],
      ],
    ],
    [
      "that are open longer, with a break",
      base,
      [closed, open],
      [
        [9, 12],
        [13.5, 20],
      ],
    ],
    [
      "that are closed where they are opened",
      base,
      [override("OPEN", [slice("THURSDAY", 12, 13)]), closed],
      [
        [9, 12],
        [13.5, 17],
      ],
    ],
    ["that are temporary, whatever else there is", base, [open, closed, short], [[10, 12]]],
    ["on a day that is closed", base, [open, holiday], []],
    ["before an override begins", base, [later], [[9, 17]]],
    ["all day", [slice("THURSDAY", 0, 0)], [], [[0, 24]]],
    ["to midnight", [slice("THURSDAY", 10, 0)], [], [[10, 24]]],
    [
      "over midnight, from both sides",
      [slice("WEDNESDAY", 22, 6), slice("THURSDAY", 23, 1)],
      [],
      [
        [0, 6],
        [23, 24],
      ],
    ],
    ["that touch", [slice("THURSDAY", 9, 12), slice("THURSDAY", 12, 17)], [], [[9, 17]]],
  ] as const)("%s", (_name, config, overrides, expected) => {
    const spans = effectiveSpans(config as HoursOfOperationConfig[], overrides, day(thursday));
    expect(spans.map(({ from, to }) => [from / 60, to / 60])).toEqual(expected);
  });
});

describe("an override recurs", () => {
  const pattern = (Frequency: RecurrencePattern["Frequency"], Interval: number, more: object = {}) => ({
    Frequency,
    Interval,
    ...more,
  });
  it.each([
    ["every week", "2026-12-01", "2026-12-20", pattern("WEEKLY", 1), "MONDAY", ["2026-12-07", "2026-12-14"]],
    [
      "every second week",
      "2026-12-01",
      "2026-12-31",
      pattern("WEEKLY", 2),
      "MONDAY",
      ["2026-12-14", "2026-12-28"],
    ],
    [
      "on the 15th",
      "2026-01-01",
      "2026-03-31",
      pattern("MONTHLY", 2, { ByMonthDay: [15] }),
      undefined,
      ["2026-01-15", "2026-03-15"],
    ],
    [
      "on the last day",
      "2028-01-15",
      "2028-03-15",
      pattern("MONTHLY", 1, { ByMonthDay: [-1] }),
      undefined,
      ["2028-01-31", "2028-02-29"],
    ],
    [
      "on the 31st, where there is one",
      "2026-01-31",
      "2026-04-30",
      pattern("MONTHLY", 1),
      undefined,
      ["2026-01-31", "2026-03-31"],
    ],
    [
      "on the last Friday",
      "2026-10-01",
      "2026-12-31",
      pattern("MONTHLY", 1, { ByWeekdayOccurrence: [-1] }),
      "FRIDAY",
      ["2026-10-30", "2026-11-27", "2026-12-25"],
    ],
    [
      "on the second Thursday of April",
      "2026-01-01",
      "2027-12-31",
      pattern("YEARLY", 1, { ByMonth: [4], ByWeekdayOccurrence: [2] }),
      "THURSDAY",
      ["2026-04-09", "2027-04-08"],
    ],
    [
      "every second Christmas",
      "2026-12-25",
      "2029-12-31",
      pattern("YEARLY", 2),
      undefined,
      ["2026-12-25", "2028-12-25"],
    ],
  ] as const)("%s", (_name, EffectiveFrom, EffectiveTill, RecurrencePattern, weekday, expected) => {
    const recurring = {
      EffectiveFrom,
      EffectiveTill,
      Config: [slice(weekday, 9, 10)],
      RecurrenceConfig: { RecurrencePattern },
    };
    const days = Array.from({ length: 1500 }, (_, n) => addDays(day("2026-01-01"), n));
    expect(days.filter((each) => configOn(recurring, each)).map(formatDay)).toEqual(expected);
  });
});

describe("GetEffectiveHoursOfOperations", () => {
  const hours = async (Name: string, more: Input = {}) => {
    const Config = [slice("THURSDAY", 9, 17)];
    const made = await send("CreateHoursOfOperation", {
      InstanceId,
      Name,
      TimeZone: "Europe/Rome",
      Config,
      ...more,
    });
    return String(made["HoursOfOperationId"]);
  };
  const range = { InstanceId, FromDate: thursday, ToDate: "2026-12-25" };

  it("answers each day, with own overrides and those of the parents", async () => {
    const parent = await hours("Holidays");
    const HoursOfOperationId = await hours("Shop", {
      ParentHoursOfOperationConfigs: [{ HoursOfOperationId: parent }],
    });
    const period = { EffectiveFrom: "2026-12-24", EffectiveTill: "2026-12-26" };
    const early = { ...period, Name: "Early", OverrideType: "CLOSED", Config: [slice("THURSDAY", 13, 0)] };
    await send("CreateHoursOfOperationOverride", { InstanceId, HoursOfOperationId: parent, ...early });
    const extra = { ...period, Name: "Extra", OverrideType: "OPEN", Config: [slice("FRIDAY", 10, 12)] };
    await send("CreateHoursOfOperationOverride", { InstanceId, HoursOfOperationId, ...extra });
    const output = await send("GetEffectiveHoursOfOperations", { ...range, HoursOfOperationId });
    expect(output).toEqual({
      TimeZone: "Europe/Rome",
      EffectiveHoursOfOperationList: [
        { Date: thursday, OperationalHours: [{ Start: at(9), End: at(13) }] },
        { Date: "2026-12-25", OperationalHours: [{ Start: at(10), End: at(12) }] },
      ],
      EffectiveOverrideHoursList: [
        {
          Date: thursday,
          OverrideHours: [{ Start: at(13), End: at(0), OverrideName: "Early", OperationalStatus: "CLOSED" }],
        },
        {
          Date: "2026-12-25",
          OverrideHours: [{ Start: at(10), End: at(12), OverrideName: "Extra", OperationalStatus: "OPEN" }],
        },
      ],
    });
  });

  it.each([
    [{ FromDate: "24.12.2026" }, "FromDate"],
    [{ FromDate: "2026-02-30" }, "FromDate"],
    [{ ToDate: "2026-12-23" }, "must not be before"],
    [{ ToDate: "2028-12-23" }, "at most 365 days"],
    [{ HoursOfOperationId: "none" }, "does not exist"],
  ])("refuses %j", async (change, message) => {
    const HoursOfOperationId = await hours("Shop");
    const input = { ...range, HoursOfOperationId, ...change };
    await expect(send("GetEffectiveHoursOfOperations", input)).rejects.toThrow(message);
  });

  it.each([
    ["CreateHoursOfOperation", { TimeZone: "Mars/Olympus" }, "time zone"],
    ["CreateHoursOfOperation", { Config: [slice("MONDAY", 24, 5)] }, "from 0 to 23"],
    ["CreateHoursOfOperationOverride", { EffectiveFrom: "soon" }, "EffectiveFrom"],
    ["CreateHoursOfOperationOverride", { EffectiveTill: "2026-12-01" }, "must not be before"],
    [
      "CreateHoursOfOperationOverride",
      { RecurrenceConfig: { RecurrencePattern: { Frequency: "WEEKLY", Interval: 0 } } },
      "Interval",
    ],
  ])("%s refuses %j", async (operation, change, message) => {
    const HoursOfOperationId = await hours("Shop");
    const override = { HoursOfOperationId, EffectiveFrom: thursday, EffectiveTill: thursday };
    const made = operation === "CreateHoursOfOperation" ? { TimeZone: "UTC" } : override;
    const input = { InstanceId, Name: "New", Config: [], ...made, ...change };
    await expect(send(operation, input)).rejects.toThrow(message);
  });
});
