/** Reads one statement: its elements and their types. Compiling it checks patterns, operators and values. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { PolicyCondition, PolicyStatement } from "../../../shared/policy/model/document.ts";
import { quote } from "../../../shared/policy/model/quote.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { nearestName } from "../nearest-name.ts";
import { describeKeyAsOperator, isConditionKey } from "./advice.ts";
import type { NamedPlace } from "./instance-names.ts";

const PRINCIPALS = ["Principal", "NotPrincipal"];
const ELEMENTS = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
  ...PRINCIPALS,
];

/** Replaces an element that is missing or unusable, so that the others can still be checked. */
const NOTHING: readonly string[] = [];

/** Puts ARNs in the place of instances' names; `undefined` stays. */
export type ResolveText = (
  item: DocumentNode,
  written: string | undefined,
  place: NamedPlace,
) => string | undefined;

type Elements = ReadonlyMap<string, DocumentNode>;

/** Reads an object's elements by name; an unknown name is an error. `undefined` if it is not an object. */
export function readElements(
  node: DocumentNode,
  known: readonly string[],
  advice?: string,
): Elements | undefined {
  const elements = node.members(advice);
  for (const [name, element] of elements ?? []) {
    if (known.includes(name)) continue;
    element.reportKey("unknownElement", `unknown element ${quote(name)}${hintForElement(name, known)}`);
  }
  return elements && new Map(elements);
}

/** What many tools put around a policy: the file holds what is inside. */
const wrappers: ReadonlySet<string> = new Set(["Policy", "PolicyDocument", "PolicyVersion", "Document"]);

/** What authors write for each other. */
const notes = /^(?:[_$]|\/\/|comment|description|note|title|name)/i;

function hintForElement(name: string, known: readonly string[]): string {
  const meant = known.filter((each) => !PRINCIPALS.includes(each));
  const suggestion = known.find((each) => lowerAscii(each) === lowerAscii(name)) ?? nearestName(name, meant);
  if (suggestion !== undefined) return `; did you mean \`${suggestion}\``;
  if (wrappers.has(name)) return "; the file holds the policy itself: write only what is inside this";
  return notes.test(name) ? "; remove it: only `Id` and `Sid` can say what a policy is for" : "";
}

/** Reads a statement; `undefined` if it is not an object. Bad elements are reported and replaced, to check the rest. */
export function readStatement(node: DocumentNode, resolve: ResolveText): PolicyStatement | undefined {
  const elements = readElements(node, ELEMENTS);
  if (elements === undefined) return undefined;
  for (const name of PRINCIPALS) {
    const message = `\`${name}\` is not allowed in identity policies; bindings in the configuration say who has this policy`;
    elements.get(name)?.reportKey("principalNotAllowed", message);
  }
  const sid = elements.get("Sid")?.string();
  const effect = readEffect(node, elements.get("Effect"));
  const place = { statement: node, elements, isAllow: effect === "Allow" };
  const actions = readEither(place, ["Action", "NotAction"], trimAction);
  const resources = readEither(place, ["Resource", "NotResource"], (item) =>
    resolve(item, item.string(), "pattern"),
  );
  // In the order of canonical JSON, so that a bundle need not sort them.
  return {
    actions: actions ?? { kind: "Action", patterns: NOTHING },
    conditions: readConditions(elements.get("Condition"), resolve),
    effect: effect ?? "Deny",
    end: node.end,
    resources: resources ?? { kind: "Resource", patterns: NOTHING },
    ...(sid === undefined ? {} : { sid }),
    start: node.start,
  };
}

const effectsMeant = [
  [/^(?:(?:permit|grant|accept)(?:t?ed|s)?|true|yes|on)$/i, "Allow"],
  [/^(?:(?:forbid|block|reject|refuse|prevent)(?:den|e?d|s)?|false|no|off)$/i, "Deny"],
] as const;

function readEffect(statement: DocumentNode, node: DocumentNode | undefined): "Allow" | "Deny" | undefined {
  if (node === undefined) {
    statement.report("missingElement", "statement has no `Effect`");
    return undefined;
  }
  const effect = node.string();
  if (effect === "Allow" || effect === "Deny") return effect;
  if (effect !== undefined) {
    const nearest =
      nearestName(effect, ["Allow", "Deny"]) ?? effectsMeant.find(([form]) => form.test(effect))?.[1];
    const hint = nearest === undefined ? "" : `; did you mean \`${nearest}\``;
    node.report("badEffect", `${quote(effect)} is neither \`Allow\` nor \`Deny\`${hint}`);
  }
  return undefined;
}

interface StatementPlace {
  readonly statement: DocumentNode;
  readonly elements: Elements;
  readonly isAllow: boolean;
}

/**
 * Reads the one element of two that a statement must have.
 *
 * An Allow with an empty list of either kind grants nothing ("provides no permissions", IAM User Guide, "Empty array
 * action"), so its `NotAction` and `NotResource` are read as their opposites. A Deny of all but nothing denies everything.
 */
function readEither<Kind extends string>(
  { statement, elements, isAllow }: StatementPlace,
  kinds: readonly [Kind, Kind],
  readItem: (item: DocumentNode) => string | undefined,
): { readonly kind: Kind; readonly patterns: readonly string[] } | undefined {
  const [first, second] = kinds.flatMap((kind) => {
    const node = elements.get(kind);
    return node === undefined ? [] : [{ kind, node }];
  });
  if (first === undefined) {
    statement.report("missingElement", `statement has neither \`${kinds[0]}\` nor \`${kinds[1]}\``);
    return undefined;
  }
  if (second !== undefined) {
    const message = `statement has both \`${kinds[0]}\` and \`${kinds[1]}\`; split it into two statements`;
    second.node.reportKey("conflictingElements", message);
  }
  const deniesAll = !isAllow && first.kind === kinds[1];
  const emptyMeans = deniesAll ? "the statement denies everything" : "the statement has no effect";
  const patterns = readStrings(first.node, emptyMeans, readItem);
  return { kind: patterns.length === 0 && isAllow ? kinds[0] : first.kind, patterns };
}

/** Reads one text or a list; empty if one of them is wrong. An empty list is a warning that states its effect. */
function readStrings(
  node: DocumentNode,
  emptyMeans: string,
  readItem: (item: DocumentNode) => string | undefined,
): readonly string[] {
  const items = node.items();
  if (items.length === 0) node.report("emptyList", `list is empty; ${emptyMeans}`, "warning");
  const texts = items.map(readItem).filter((text) => text !== undefined);
  return texts.length === items.length ? texts : NOTHING;
}

/** Reads an action without blanks around it, as IAM does. */
function trimAction(item: DocumentNode): string | undefined {
  const pattern = item.string();
  const trimmed = pattern?.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (pattern !== undefined && trimmed !== undefined && trimmed !== pattern) {
    const message = `${quote(pattern)} has blanks around it, which are ignored; write ${quote(trimmed)}`;
    item.report("blanksAroundAction", message, "warning");
  }
  return trimmed;
}

function readConditions(node: DocumentNode | undefined, resolve: ResolveText): readonly PolicyCondition[] {
  const conditions: PolicyCondition[] = [];
  for (const [operator, keys] of node === undefined ? [] : readMembers(node, conditionForm)) {
    if (!keys.isMapping && isConditionKey(operator)) {
      keys.reportKey("wrongType", describeKeyAsOperator(operator));
      continue;
    }
    const seen = new Set<string>();
    for (const [key, values] of readMembers(keys, keysForm)) {
      if (seen.has(lowerAscii(key)))
        values.reportKey("duplicateKey", `key ${quote(key)} is repeated; condition keys ignore case`);
      seen.add(lowerAscii(key));
      const texts = readStrings(values, describeNoValues(operator), (item) =>
        resolve(item, item.written(), "value"),
      );
      conditions.push({ key, operator, position: values.keyStart, values: texts });
    }
  }
  return conditions;
}

/** Says what the effect of a condition without values is (IAM User Guide, "Empty array condition" and the like). */
function describeNoValues(operator: string): string {
  if (operator.endsWith("IfExists") || operator.startsWith("ForAllValues:"))
    return 'the condition holds only without the key; write `"Null": "true"` for that';
  if (operator.startsWith("ForAnyValue:")) return "the condition never holds";
  return "the condition never holds in an Allow and always holds in a Deny";
}

const conditionForm = '; write `{"OPERATOR": {"KEY": "VALUE"}}`';
const keysForm = '; write `{"KEY": "VALUE"}`';

function readMembers(node: DocumentNode, advice: string): readonly (readonly [string, DocumentNode])[] {
  const members = node.members(advice);
  if (members?.length === 0) node.report("emptyCondition", "condition is empty and always holds", "warning");
  return members ?? [];
}
