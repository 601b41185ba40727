/** Checks of single families that neither schema nor enumeration can say, from the API Reference. */

import { parseDay } from "../by-hand/hours/override-days.ts";
import { hierarchyDepth } from "../by-hand/settings/hierarchy-structure.ts";
import { groupPath } from "../families/hierarchy.ts";
import { type FaultName, invalidParameter, invalidRequest, ServiceFault } from "../service-fault.ts";
import { checkLength } from "./limits.ts";
import { isMembers, type Shown } from "./record.ts";
import type { Members, Tables } from "./resource-table.ts";

const usernamePattern = /^[a-zA-Z0-9_\-.@]+$/;
const maxSecurityProfiles = 10;
const maxAfterContactWorkSeconds = 2_000_000;

/** Checks the members of a record; `shown` is the record with all that it is in. */
type Check = (shape: Members, shown: Shown) => void;

const checks: Readonly<Record<string, Check>> = {
  Bot({ LexBot, LexV2Bot }) {
    if ((LexBot === undefined) === (LexV2Bot === undefined))
      throw invalidRequest("give exactly one of `LexBot` and `LexV2Bot`");
  },
  ContactFlow: checkContent("InvalidContactFlowException"),
  ContactFlowModule: checkContent("InvalidContactFlowModuleException"),
  DataTable: ({ TimeZone }) => checkTimeZone(TimeZone),
  EmailAddress({ AliasConfigurations: aliases }, { row }) {
    if (Array.isArray(aliases) && aliases.some((alias: Members) => alias["EmailAddressId"] === row.id))
      throw invalidParameter("AliasConfiguration", "an email address cannot be an alias of itself");
  },
  HoursOfOperation({ TimeZone, Config }) {
    checkTimeZone(TimeZone);
    checkSlices(Config);
  },
  HoursOfOperationOverride({ EffectiveFrom, EffectiveTill, Config, RecurrenceConfig }) {
    checkSlices(Config);
    const from = parseDay(String(EffectiveFrom));
    const till = parseDay(String(EffectiveTill));
    if (!from) throw invalidParameter("EffectiveFrom", "must be a day such as `2026-12-31`");
    if (!till) throw invalidParameter("EffectiveTill", "must be a day such as `2026-12-31`");
    if (till < from) throw invalidParameter("EffectiveTill", "must not be before `EffectiveFrom`");
    const pattern = isMembers(RecurrenceConfig) ? RecurrenceConfig["RecurrencePattern"] : undefined;
    if (isMembers(pattern)) checkRecurrence(pattern);
  },
  RoutingProfile({ MediaConcurrencies }) {
    const channels = (Array.isArray(MediaConcurrencies) ? MediaConcurrencies : []).filter(isMembers);
    const names = channels.map(({ Channel }) => Channel);
    if (new Set(names).size < names.length)
      throw invalidParameter("MediaConcurrencies", "must have each channel once");
    if (channels.some(({ Channel, Concurrency = 1 }) => Channel === "VOICE" && Concurrency !== 1))
      throw invalidParameter("MediaConcurrencies", "the channel VOICE must have the concurrency 1");
  },
  TestCase: checkContent("InvalidTestCaseException"),
  User({ Username, SecurityProfileIds, PhoneConfig }) {
    if (typeof Username === "string") {
      checkLength(Username, "Username", { from: 1, to: 100 });
      if (!usernamePattern.test(Username))
        throw invalidParameter("Username", "must have only letters, digits and the characters `_-.@`");
    }
    const count = Array.isArray(SecurityProfileIds) ? SecurityProfileIds.length : 0;
    if (count < 1 || count > maxSecurityProfiles)
      throw invalidParameter("SecurityProfileIds", `must be 1 to ${maxSecurityProfiles} ids`);
    const seconds = isMembers(PhoneConfig) ? (PhoneConfig["AfterContactWorkTimeLimit"] ?? 0) : 0;
    if (
      typeof seconds !== "number" ||
      !Number.isInteger(seconds) ||
      seconds < 0 ||
      seconds > maxAfterContactWorkSeconds
    )
      throw invalidParameter(
        "PhoneConfig.AfterContactWorkTimeLimit",
        `must be 0 to ${maxAfterContactWorkSeconds}`,
      );
  },
};

/** @throws ServiceFault unless it is a name of the IANA time zone database */
export function checkTimeZone(value: unknown): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: String(value) });
  } catch {
    throw invalidParameter("TimeZone", "must be a time zone of the IANA database, such as `Europe/Rome`");
  }
}

const slices = ["StartTime", "EndTime"];

function checkSlices(config: unknown): void {
  for (const each of Array.isArray(config) ? config.filter(isMembers) : [])
    for (const member of slices) {
      const time = each[member];
      if (!isMembers(time)) continue;
      const { Hours, Minutes } = time;
      if (!isWhole(Hours, 0, 23) || !isWhole(Minutes, 0, 59))
        throw invalidParameter(
          `Config.${member}`,
          "must have `Hours` from 0 to 23 and `Minutes` from 0 to 59",
        );
    }
}

/** "It cannot be used simultaneously with ByWeekdayOccurrence" (API Reference, RecurrencePattern, `ByMonthDay`). */
function checkRecurrence({ Interval, ByMonthDay, ByWeekdayOccurrence }: Members): void {
  const path = "RecurrenceConfig.RecurrencePattern";
  if (!isWhole(Interval, 1, Number.MAX_SAFE_INTEGER))
    throw invalidParameter(`${path}.Interval`, "must be a positive whole number");
  const isGiven = (list: unknown) => Array.isArray(list) && list.length > 0;
  if (isGiven(ByMonthDay) && isGiven(ByWeekdayOccurrence))
    throw invalidParameter(path, "give only one of `ByMonthDay` and `ByWeekdayOccurrence`");
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= from && value <= to;
}

/** Checks that proficiencies are predefined attributes and values of them. AWS's own begin with `connect:`. */
function checkProficiencies(proficiencies: unknown, instance: Tables): void {
  for (const each of Array.isArray(proficiencies) ? proficiencies.filter(isMembers) : []) {
    const name = String(each["AttributeName"]);
    if (name.startsWith("connect:")) continue;
    const attribute = instance.table("PredefinedAttribute").find(name);
    if (!attribute)
      throw new ServiceFault("ResourceNotFoundException", `predefined attribute \`${name}\` does not exist`);
    const { StringList } = isMembers(attribute.shape["Values"]) ? attribute.shape["Values"] : {};
    if (Array.isArray(StringList) && !StringList.includes(each["AttributeValue"]))
      throw invalidParameter(
        "UserProficiencies",
        `\`${each["AttributeValue"]}\` is not a value of \`${name}\``,
      );
  }
}

/** Checks that depend on what else there is, and that the catalogue's references do not make. */
const surroundings: Readonly<Record<string, Check>> = {
  ContactFlowModuleAlias({ Version: version }, { row, instance }) {
    if (instance.table("ContactFlowModuleVersion").find(String(version), row.parents)) return;
    const message = `contact flow module \`${row.parents[0]}\` has no version ${version}`;
    throw new ServiceFault("ResourceNotFoundException", message);
  },
  UserHierarchyGroup({ ParentGroupId }, { row, instance }) {
    const parents = groupPath(String(ParentGroupId ?? ""), instance);
    const levels = hierarchyDepth(instance);
    if (row.revision === 0 && parents.length >= levels)
      throw invalidRequest(
        `the hierarchy has ${levels} levels; add one with \`UpdateUserHierarchyStructure\``,
      );
  },
  User: ({ UserProficiencies }, { instance }) => checkProficiencies(UserProficiencies, instance),
};

/** Checks a record, as it would become, against the others of its instance. @throws ServiceFault */
export function checkSurroundings(shown: Shown): void {
  const { family, row } = shown;
  if (Object.hasOwn(surroundings, family.name)) surroundings[family.name]?.(row.shape, shown);
}

/** Checks a record as it would become, for itself. @throws ServiceFault */
export function checkShape(shown: Shown): void {
  const { family, row } = shown;
  if (Object.hasOwn(checks, family.name)) checks[family.name]?.(row.shape, shown);
}

/** Checks that a content is a JSON object; what its actions mean is not looked at. */
function checkContent(fault: FaultName): Check {
  return ({ Content }) => {
    if (typeof Content !== "string") return;
    try {
      if (isMembers(JSON.parse(Content))) return;
    } catch {
      // Falls through to the refusal below.
    }
    const message = "the content must be a JSON object in the Amazon Connect Flow language";
    throw new ServiceFault(fault, message, { problems: [{ message }] });
  };
}
