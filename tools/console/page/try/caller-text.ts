/** What the field *Caller* holds: the name of a binding, your own claims as JSON, a group, or a token. */
import { isPlainObject } from "../../../../shared/shape.ts";
import { anyId, type KnownCallers, type WrittenCaller } from "../../../authoring/access/known-callers.ts";

export type ReadCaller =
  | { readonly kind: "written"; readonly caller: WrittenCaller }
  /** Secret: it is never part of the address. */
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "problem"; readonly problem: string };

const example = '{"sub": "alice", "groups": ["admins"], "tags": {"team": "a"}}';

/** Reads the field. A problem says what to write. */
export function readCaller(text: string, callers: KnownCallers): ReadCaller {
  const { bound } = callers;
  const written = text.trim();
  const known = bound.get(written);
  if (known !== undefined) return { kind: "written", caller: known };
  if (written === "") return problem("Choose a caller, write its claims as JSON, or paste a token.");
  if (written.startsWith("{")) return readClaims(written, callers);
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

type Json = Readonly<Record<string, unknown>>;

const members = ["sub", "name", "groups", "tags", "claims", "issuer"];

function readClaims(text: string, callers: KnownCallers): ReadCaller {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return problem(`The caller is not JSON: ${cause instanceof Error ? cause.message : "unreadable"}.`);
  }
  if (!isPlainObject(value)) return problem(`The caller must be a JSON object, like ${example}`);
  const { sub, id = sub, name, groups, tags = {}, claims = {}, issuer, ...others } = value;
  return checkCaller({ id, name, groups, tags, claims, issuer }, others, callers);
}

/** @param others as a token's payload has them */
function checkCaller(said: Json, others: Json, { idClaims, groupsClaims }: KnownCallers): ReadCaller {
  const { name, issuer, tags } = said;
  const valueIn = (names: ReadonlySet<string>) =>
    Object.entries(others).find(([each]) => names.has(each))?.[1];
  const id = said["id"] ?? valueIn(idClaims) ?? anyId;
  const groups = said["groups"] ?? valueIn(groupsClaims) ?? [];
  const left = Object.entries(others).filter(([each]) => !idClaims.has(each) && !groupsClaims.has(each));
  const mistyped = left.find(([each]) => /^(?:groups?|tags?|claims?|issuers?|names?|ids?)$/i.test(each))?.[0];
  if (mistyped !== undefined)
    return problem(
      `\`${mistyped}\` is no part of a caller. Use ${members.map((each) => `\`${each}\``).join(", ")}.`,
    );
  const claims = isPlainObject(said["claims"])
    ? { ...said["claims"], ...Object.fromEntries(left) }
    : undefined;
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
