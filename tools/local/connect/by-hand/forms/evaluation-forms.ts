/**
 * Versions of evaluation forms. A version is a draft until it is activated, and at most one is active; once activated,
 * it is locked, and changes need a new version. The form's record is its latest version.
 */
import type { EvaluationFormContent } from "@aws-sdk/client-connect";
import { findOperation } from "../../../../../shared/catalog/catalog.ts";
import { answer, removeWhole } from "../../engine/change.ts";
import { locate } from "../../engine/locate.ts";
import { cutPage } from "../../engine/paging.ts";
import { faultOf } from "../../families/facts.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import type { OutputOf } from "../../operation-types.ts";
import { checkName, checkReferences } from "../../records/checks.ts";
import { readMember, type Shown } from "../../records/record.ts";
import type { Members } from "../../records/resource-table.ts";
import type { World } from "../../world.ts";

interface Version {
  readonly number: number;
  readonly status: "DRAFT" | "ACTIVE";
  readonly isLocked: boolean;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** The form's members as this version has them. */
  readonly shape: Members;
}

export const evaluationFormHandlers = {
  DescribeEvaluationForm(input, world) {
    const shown = find("DescribeEvaluationForm", input, world);
    const version = numbered("DescribeEvaluationForm", shown, input.EvaluationFormVersion);
    const row = {
      ...shown.row,
      createdAt: version.createdAt,
      modifiedAt: version.modifiedAt,
      shape: shapeOf(version),
    };
    // Filled by the operation's own schema.
    return answer("DescribeEvaluationForm", { ...shown, row }) as OutputOf<"DescribeEvaluationForm">;
  },
  ListEvaluationFormVersions(input, world) {
    const shown = find("ListEvaluationFormVersions", input, world);
    const by = String(readMember(shown, "CreatedBy"));
    const items = versionsOf(shown).map((version) => ({ version, sequence: version.number }));
    const page = cutPage(items, input, { scope: `ListEvaluationFormVersions:${shown.row.arn}` });
    const summaries = page.items.map(({ version }) => ({
      ...named(shown, version),
      Locked: version.isLocked,
      Status: version.status,
      CreatedTime: version.createdAt,
      CreatedBy: by,
      LastModifiedTime: version.modifiedAt,
      LastModifiedBy: by,
    }));
    return { EvaluationFormVersionSummaryList: summaries, NextToken: page.next };
  },
  UpdateEvaluationForm(input, world) {
    const operation = "UpdateEvaluationForm";
    const shown = find(operation, input, world);
    checkReferences(operation, input, shown.instance);
    const base = numbered(operation, shown, input.EvaluationFormVersion);
    if (base.isLocked && !input.CreateNewVersion)
      throw conflict(operation, base, "is locked; set `CreateNewVersion`");
    const shape = { ...base.shape, ...partsOf(input) };
    checkName(operation, { ...shown, row: { ...shown.row, shape } });
    const now = world.now();
    const versions = versionsOf(shown);
    const number = input.CreateNewVersion
      ? Math.max(...versions.map((version) => version.number)) + 1
      : base.number;
    const createdAt = input.CreateNewVersion ? now : base.createdAt;
    const changed: Version = { number, status: "DRAFT", isLocked: false, createdAt, modifiedAt: now, shape };
    write(shown, [...versions.filter((version) => version.number !== number), changed]);
    return named(shown, changed);
  },
  ActivateEvaluationForm(input, world) {
    const shown = find("ActivateEvaluationForm", input, world);
    const chosen = numbered("ActivateEvaluationForm", shown, input.EvaluationFormVersion);
    const versions = versionsOf(shown).map((version): Version => {
      if (version.number === chosen.number)
        return { ...version, status: "ACTIVE", isLocked: true, modifiedAt: world.now() };
      return { ...version, status: "DRAFT" };
    });
    write(shown, versions, {
      LastActivatedTime: world.now(),
      LastActivatedBy: readMember(shown, "CreatedBy"),
    });
    return named(shown, chosen);
  },
  DeactivateEvaluationForm(input, world) {
    const operation = "DeactivateEvaluationForm";
    const shown = find(operation, input, world);
    const chosen = numbered(operation, shown, input.EvaluationFormVersion);
    if (chosen.status !== "ACTIVE") throw conflict(operation, chosen, "is not active");
    const others = versionsOf(shown).filter((version) => version.number !== chosen.number);
    write(shown, [...others, { ...chosen, status: "DRAFT", modifiedAt: world.now() }]);
    return named(shown, chosen);
  },
  /** Without a version, or with the last one, the whole form is deleted. */
  DeleteEvaluationForm(input, world) {
    const shown = find("DeleteEvaluationForm", input, world);
    const { EvaluationFormVersion: wanted } = input;
    const chosen = wanted === undefined ? undefined : numbered("DeleteEvaluationForm", shown, wanted);
    const left = chosen ? versionsOf(shown).filter((version) => version.number !== chosen.number) : [];
    if (left.length > 0) write(shown, left);
    else {
      removeWhole(shown);
      shown.instance.settings.delete(keyOf(shown));
    }
    return {};
  },
} satisfies Handlers;

function find(operation: string, input: Members, world: World): Shown {
  return locate({ operation, family: familyNamed("EvaluationForm"), input, world });
}

function keyOf({ row }: Shown): string {
  return JSON.stringify(["EvaluationForm", row.id]);
}

/** In the order of their numbers; a form that was only created has one. */
function versionsOf(shown: Shown): readonly Version[] {
  const { row, instance } = shown;
  const kept = instance.settings.get(keyOf(shown))?.["Versions"];
  // Only `write` keeps them.
  if (Array.isArray(kept)) return kept as Version[];
  const { createdAt, modifiedAt, shape } = row;
  return [{ number: 1, status: "DRAFT", isLocked: false, createdAt, modifiedAt, shape }];
}

/** The active version as evaluations have it; `undefined` when none is active. */
export function activeContentOf(shown: Shown): EvaluationFormContent | undefined {
  const active = versionsOf(shown).find((version) => version.status === "ACTIVE");
  if (!active) return undefined;
  // Its members are those of the form's create operation, which the content has too.
  return { ...active.shape, ...named(shown, active) } as unknown as EvaluationFormContent;
}

/** The version of a number, or the latest. @throws ServiceFault `ResourceNotFoundException` */
function numbered(operation: string, shown: Shown, number: number | undefined): Version {
  const versions = versionsOf(shown);
  const found =
    number === undefined ? versions.at(-1) : versions.find((version) => version.number === number);
  if (found) return found;
  const message = `evaluation form \`${shown.row.id}\` has no version ${number}`;
  throw faultOf(operation, ["ResourceNotFoundException"], { message });
}

function write(shown: Shown, versions: readonly Version[], more: Members = {}): void {
  const { row, instance } = shown;
  const sorted = [...versions].sort((a, b) => a.number - b.number);
  instance.settings.set(keyOf(shown), { Versions: sorted });
  const latest = sorted.at(-1);
  const ActiveVersion = sorted.find((version) => version.status === "ACTIVE")?.number;
  const { LastActivatedTime, LastActivatedBy } = row.shape;
  const about = { LastActivatedTime, LastActivatedBy, ...more, LatestVersion: latest?.number, ActiveVersion };
  if (latest) instance.table("EvaluationForm").revise(row, { shape: { ...shapeOf(latest), ...about } });
}

function shapeOf({ shape, number, status, isLocked }: Version): Members {
  return { ...shape, EvaluationFormVersion: number, Status: status, Locked: isLocked };
}

function named({ row }: Shown, { number }: Version) {
  return { EvaluationFormId: row.id, EvaluationFormArn: row.arn, EvaluationFormVersion: number };
}

/** The members of an update that are the form's own: those that create has too. */
function partsOf(input: Members): Members {
  const own = new Set(findOperation("CreateEvaluationForm")?.members.map(({ name }) => name));
  const entries = Object.entries(input).filter(([name, value]) => own.has(name) && value !== undefined);
  return Object.fromEntries(entries.filter(([name]) => name !== "InstanceId" && name !== "ClientToken"));
}

function conflict(operation: string, { number }: Version, what: string) {
  return faultOf(operation, ["ResourceConflictException"], { message: `version ${number} ${what}` });
}
