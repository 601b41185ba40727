/** One entry of a seed, decoded: what the create operation would get, and what it would not. */
import { InputError } from "../../../../shared/errors.ts";
import { decodeValue, membersOf, requiredMembers } from "../../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { didYouMean } from "../../../authoring/nearest-name.ts";
import type { Family } from "../families/families.ts";
import { checkValues } from "../records/checks.ts";
import { recordMember } from "../records/record.ts";
import type { Members } from "../records/resource-table.ts";
import { ServiceFault } from "../service-fault.ts";
import { type EntryMember, entryMembers } from "./entry-members.ts";
import { pathOfMember, type Report, type SeedEntry, type SeedPath } from "./problem.ts";

export interface Draft {
  readonly family: Family;
  readonly path: SeedPath;
  /** As the entry has it, or made from its name; `undefined` where Connect counts, or the caller's text is the identifier. */
  readonly id: string | undefined;
  /** What others may call it by. */
  readonly name: string | undefined;
  input: Members;
  /** Members of the record that create has not. */
  more: Members;
}

interface Entry extends SeedEntry {
  readonly family: Family;
}

/** Decodes an entry; `undefined` when something is wrong with it, which is reported. */
export function readEntry({ family, path, value }: Entry, report: Report): Omit<Draft, "id"> & Identified {
  const members = entryMembers(family);
  const parts: Record<string, unknown> = {};
  const more: Record<string, unknown> = {};
  const identified: { id?: string; arn?: string } = {};
  for (const [name, given] of Object.entries({ ...family.special.asCreated?.(value), ...value })) {
    const member = members.get(name);
    const at = [...path, name];
    if (!member) {
      const message = `\`${path[0]}\` have no member \`${name}\`${didYouMean(name, members.keys())}`;
      report({ path: at, code: "unknownMember", message });
    } else if (member.role !== "aside") {
      const decoded = decodeMember(member, given, { at, report });
      if (decoded === undefined) continue;
      if (member.role === "part") parts[member.name] = decoded;
      else if (member.role === "more") more[member.name] = decoded;
      else identified[member.role] = String(decoded);
    }
  }
  reportMissing({ family, path, value }, { ...parts, ...identified }, report);
  return { family, path, name: nameOfEntry(family, parts), input: parts, more, ...identified };
}

export interface Identified {
  readonly id?: string;
  readonly arn?: string;
}

interface Place {
  readonly at: SeedPath;
  readonly report: Report;
}

function decodeMember({ holder, member }: EntryMember, given: unknown, { at, report }: Place): unknown {
  const above = at.slice(0, -1);
  try {
    const decoded = decodeValue(membersOf(holder).members.get(member) ?? holder, given, member);
    checkValues(holder, { [member]: decoded });
    return decoded;
  } catch (error) {
    const { path, message } = problemOf(error);
    report({ path: pathOfMember(above, path), code: "wrongValue", message });
    return undefined;
  }
}

/** What an error of the decoder or the engine says, and of which member. */
export function problemOf(error: unknown): { readonly path: string; readonly message: string } {
  if (error instanceof InputError) return { path: error.path, message: `\`${error.path}\` ${error.problem}` };
  if (!(error instanceof ServiceFault)) throw error;
  const [, path = "", rest = error.message] = /^([A-Z][\w.[\]]*): (.*)$/s.exec(error.message) ?? [];
  return { path, message: path === "" ? rest : `\`${path}\`: ${rest}` };
}

function reportMissing({ family, path, value }: Entry, given: Members, report: Report): void {
  const { create = "" } = family.operations;
  const input = findOperationSchema(create)?.input;
  const required = [...(input ? requiredMembers(input) : [])];
  const members = entryMembers(family);
  const written = Object.keys(value).map((name) => members.get(name)?.name);
  for (const name of required) {
    const isPart = members.get(name)?.role === "part";
    if (!isPart || Object.hasOwn(given, name) || written.includes(name)) continue;
    report({ path, code: "missingMember", message: `\`${name}\` is missing; \`${create}\` requires it` });
  }
}

/** The member that others may call it by: `Username`, `Title`, `Name`. */
function nameOfEntry(family: Family, parts: Members): string | undefined {
  const { unique } = family.special;
  const names = [unique ?? "Name", `${family.name}Name`, "Username", "AliasName", family.name];
  for (const [member, value] of Object.entries(parts)) {
    if (typeof value !== "string") continue;
    if (names.includes(member) || names.includes(recordMember(family, member))) return value;
  }
  return undefined;
}
