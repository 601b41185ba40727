/** Holds a document to a schema, and reports each issue at its line and column. */
import type * as z from "zod";
import { isPlainObject } from "../../../shared/shape.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { nearestName } from "../nearest-name.ts";

/** What is left of a value without the parts that have a wrong type. */
export type Sound<Type> = Type extends readonly (infer Item)[]
  ? readonly (Sound<Item> | undefined)[]
  : Type extends object
    ? { readonly [Name in keyof Type]?: Sound<Exclude<Type[Name], undefined>> }
    : Type;

type ShapeIssue = z.core.$ZodIssue;

/**
 * Reports everything that the schema refuses. The text of an error in a schema is `code: message`.
 * @returns the rest of the value as it is written, so that all other issues can be found in the same pass
 */
export function checkShape<Schema extends z.ZodType>(
  schema: Schema,
  root: DocumentNode,
): Sound<z.input<Schema>> | undefined {
  if (root.some(isPrototype, () => false)) refusePrototypes(root);
  const holder = { value: root.plain() };
  const wrong = new Set<string>();
  const { error } = schema.safeParse(holder.value, { reportInput: true });
  for (const issue of error?.issues.flatMap(innermost) ?? []) {
    const place = JSON.stringify(issue.path);
    // A check can complain of the length of a value that has a wrong type.
    if (wrong.has(place)) continue;
    if (issue.code === "invalid_type") wrong.add(place);
    report(issue, root.at(issue.path));
    if (issue.code !== "custom" && issue.code !== "unrecognized_keys")
      takeOut(holder, ["value", ...issue.path]);
  }
  return holder.value as Sound<z.input<Schema>> | undefined;
}

/** A key that zod does not look at, and that is the prototype of an object that it is assigned to. */
const prototype = "__proto__";

function isPrototype(key: string): boolean {
  return key === prototype;
}

function refusePrototypes(node: DocumentNode): void {
  for (const [key, inner] of node.entries())
    if (key === prototype) inner.reportKey("unknownKey", `\`${key}\` is not accepted as a key`);
    else refusePrototypes(inner);
}

/** Of a value that may have several types, the issues with the type that it has. */
function innermost(issue: ShapeIssue): readonly ShapeIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const fitting = issue.errors.find(
    (errors) => !errors.some(({ code, path }) => code === "invalid_type" && path.length === 0),
  );
  return (
    fitting?.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue]
  );
}

function report(issue: ShapeIssue, node: DocumentNode): void {
  const { input, path } = issue;
  const [, code, message] = /^([a-z]\w+): (.+)$/s.exec(issue.message) ?? [];
  if (code !== undefined && message !== undefined) node.report(code, message);
  else if (input === undefined)
    node.report("missingKey", `the key \`${String(path.at(-1))}\` is missing here`);
  else if (issue.code === "unrecognized_keys") reportUnknown(issue, node);
  else if (issue.code !== "invalid_value" || typeof input !== "string")
    node.wrongType(expectedBy(issue), adviseList(issue));
  else if (input === "") node.report("emptyText", "the text must not be empty");
  else node.report("unknownValue", `\`${input}\` is not known here; write ${listed(issue.values, " or ")}`);
}

function reportUnknown({ keys, message }: z.core.$ZodIssueUnrecognizedKeys, node: DocumentNode): void {
  const known = message.split(" ");
  for (const key of keys.filter((each) => each !== prototype)) {
    const synonym = Object.hasOwn(synonyms, key) ? synonyms[key] : undefined;
    if (key === "Statement") {
      node
        .at([key])
        .reportKey("unknownKey", "this is a policy; put it into a file of its own, `policies/NAME.json`");
      continue;
    }
    const nearest = known.find((each) => each === synonym) ?? nearestName(key, known);
    const hint = nearest ? `did you mean \`${nearest}\`` : `known here are ${listed(known, ", ")}`;
    node.at([key]).reportKey("unknownKey", `unknown key \`${key}\`; ${hint}`);
  }
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ["array", "a list"],
  ["object", "a mapping"],
  ["record", "a mapping"],
  ["number", "a number"],
  ["boolean", "`true` or `false`"],
]);

function expectedBy(issue: ShapeIssue): string {
  if (issue.code === "invalid_union")
    return issue.errors.flatMap(([first]) => (first ? expectedBy(first) : [])).join(" or ");
  return (issue.code === "invalid_type" && typeNames.get(issue.expected)) || "a text";
}

/** Lists whose items are mappings. */
const lists: ReadonlySet<string> = new Set([
  "instances",
  "issuers",
  "bindings",
  "routes",
  "accept",
  "ignore",
]);

/** Other words for a key, by which no name is near. */
const synonyms: Readonly<Record<string, string>> = {
  users: "principals",
  user: "principals",
  roles: "groups",
  role: "groups",
  policy: "policies",
  clientId: "audience",
  url: "issuer",
  instanceArn: "arn",
};

/** Says how what is there becomes a list. */
function adviseList(issue: ShapeIssue): string {
  if (issue.code !== "invalid_type") return "";
  if (issue.expected === "string" && Array.isArray(issue.input) && issue.input.length === 1)
    return typeof issue.input[0] === "string" ? `; write \`${issue.input[0]}\`` : "";
  if (issue.expected !== "array") return "";
  if (isPlainObject(issue.input) || (typeof issue.input === "string" && lists.has(String(issue.path.at(-1)))))
    return "; begin each of its items with `- `";
  if (typeof issue.input === "string" && /^[\w:/.@-]+(?:\s*,\s*[\w:/.@-]+)+$/.test(issue.input))
    return `; write \`[${issue.input.split(/\s*,\s*/).join(", ")}]\``;
  return typeof issue.input === "string" && /^[\w:/.@-]+$/.test(issue.input)
    ? `; write \`[${issue.input}]\``
    : "";
}

function listed(names: readonly unknown[], separator: string): string {
  return names.map((name) => `\`${String(name)}\``).join(separator);
}

/** Takes a member out. Items of a list keep their places. */
function takeOut(holder: unknown, [key = "", ...rest]: readonly PropertyKey[]): void {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) return;
  if (rest.length > 0) takeOut(Reflect.get(holder, key), rest);
  else if (Array.isArray(holder)) holder[Number(key)] = undefined;
  else Reflect.deleteProperty(holder, key);
}
