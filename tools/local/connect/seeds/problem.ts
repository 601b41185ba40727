/** A seed: what an instance of the local Connect begins with, as its file has it. */

/** Groups of entries by their names (`Queues`, `Contacts`), as JSON has them; nothing is checked yet. */
export type Seed = Readonly<Record<string, unknown>>;

/** Where something is in a seed: `["Queues", 0, "HoursOfOperationId"]`. */
export type SeedPath = readonly (string | number)[];

/** An entry of a group, as it is written. */
export interface SeedEntry {
  readonly path: SeedPath;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface SeedProblem {
  readonly path: SeedPath;
  readonly code:
    | "duplicateId"
    | "duplicateName"
    | "missingMember"
    | "refused"
    | "unknownGroup"
    | "unknownMember"
    | "unknownReference"
    | "wrongValue";
  readonly message: string;
}

export type Report = (problem: SeedProblem) => void;

/** The path of a member that a message of the decoder or the engine names: `SecurityProfileIds[1]`. */
export function pathOfMember(at: SeedPath, member: string): SeedPath {
  return [...at, ...(member.match(/[^.[\]]+/g) ?? [])];
}
