/** What the field *Caller* holds: the name of a binding, claims of one's own as JSON, a group, or a token. */
import type { Configuration } from "../../../../shared/bundle/types.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import { describeMatch } from "../../../authoring/access/roles.ts";
import type { IssuedCaller } from "../../../authoring/configuration/issued-claims.ts";
import { findSubjects } from "../../../authoring/diff/subjects.ts";

/** What a token is made of. */
export interface WrittenCaller extends IssuedCaller {
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>>;
  /** Needed if several are configured. */
  readonly issuer?: string;
}

export type ReadCaller =
  | { readonly kind: "written"; readonly caller: WrittenCaller }
  /** Secret: it is never part of the address. */
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "problem"; readonly problem: string };

/** The id of callers whose id nobody cares for. */
export const anyId = "try-caller";

/** Lists the callers that bindings are for, by the name that the access table has for them. */
export function boundCallers(config: Configuration): ReadonlyMap<string, WrittenCaller> {
  return new Map(
    findSubjects([config]).map(({ group, principal, claims, issuer }) => {
      const match = {
        ...(group === undefined ? {} : { groups: [group] }),
        ...(principal === undefined ? {} : { principals: [principal] }),
        claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, [value]])),
        ...(issuer === undefined || config.issuers.length === 1 ? {} : { issuer: [issuer] }),
      };
      const caller = {
        ...{ id: principal ?? anyId, groups: group === undefined ? [] : [group], tags: {}, claims },
        ...(issuer === undefined ? {} : { issuer }),
      };
      return [describeMatch(match) || "every caller", caller] as const;
    }),
  );
}

const example = '{"sub": "alice", "groups": ["admins"], "tags": {"team": "a"}}';

/** Reads the field. A problem says what to write. */
export function readCaller(text: string, bound: ReadonlyMap<string, WrittenCaller>): ReadCaller {
  const written = text.trim();
  const known = bound.get(written);
  if (known !== undefined) return { kind: "written", caller: known };
  if (written === "") return problem("Choose a caller, write its claims as JSON, or paste a token.");
  if (written.startsWith("{")) return readClaims(written);
  const [, token] = /^(?:Bearer\s+)?([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(written) ?? [];
  if (token !== undefined && isToken(token)) return { kind: "token", token };
  const [, named] = /^groups?[\s:=]+(.+)$/i.exec(written) ?? [];
  const groups = (named ?? written).split(",").map((each) => each.trim());
  const isGroup = [...bound.values()].some((caller) => caller.groups.includes(written));
  if (named !== undefined || isGroup)
    return { kind: "written", caller: { id: anyId, groups, tags: {}, claims: {} } };
  return problem(
    `No binding has this name. Choose one of the list, paste a token, or write claims: ${example}`,
  );
}

/** Whether it begins with a JSON object, as every token does. */
function isToken(text: string): boolean {
  return text.startsWith("eyJ") || text.startsWith("eyA") || text.startsWith("ewo");
}

const members = ["sub", "id", "name", "groups", "tags", "claims", "issuer"];

function readClaims(text: string): ReadCaller {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return problem(`The caller is not JSON: ${cause instanceof Error ? cause.message : "unreadable"}.`);
  }
  if (!isPlainObject(value)) return problem(`The caller must be a JSON object, like ${example}`);
  const { sub, id = sub ?? anyId, name, groups = [], tags = {}, claims = {}, issuer, ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    return problem(
      `\`${unknown}\` is no part of a caller. Use ${members.map((each) => `\`${each}\``).join(", ")}.`,
    );
  if (typeof id !== "string" || id.trim() === "") return problem("`sub` must be a text that is not empty.");
  if (!isTexts(groups)) return problem('`groups` must be a list of texts, like `["admins"]`.');
  if (!isTextRecord(tags)) return problem('`tags` must be an object of texts, like `{"team": "a"}`.');
  if (!isTextRecord(claims)) return problem('`claims` must be an object of texts, like `{"site": "b"}`.');
  if (name !== undefined && typeof name !== "string") return problem("`name` must be a text.");
  if (issuer !== undefined && typeof issuer !== "string") return problem("`issuer` must be a text.");
  const optional = { ...(name === undefined ? {} : { name }), ...(issuer === undefined ? {} : { issuer }) };
  return { kind: "written", caller: { id, groups, tags, claims, ...optional } };
}

function problem(text: string): ReadCaller {
  return { kind: "problem", problem: text };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isPlainObject(value) && isTexts(Object.values(value));
}
