/**
 * Reads one statement of a policy: its elements, their presence and their types. What patterns, operators and values
 * mean is checked by compiling it.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import type {
  ActionElement,
  PolicyCondition,
  PolicyStatement,
} from "../../../shared/policy/model/document.ts";
import { quote } from "../../../shared/policy/model/quote.ts";
import type { DocumentReader } from "./document-reader.ts";
import type { JsonNode } from "./json-scanner.ts";

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

/** Stands in for an element that is missing or unusable, so that the others can still be checked. */
const NOTHING: readonly string[] = [];

/**
 * Reads a statement; `undefined` if it is no object. An element that is missing or unusable is among the issues, and
 * something stands in for it, which nobody uses: the document is refused.
 */
export function readStatement(
  node: JsonNode,
  path: string,
  reader: DocumentReader,
): PolicyStatement | undefined {
  const start = reader.locate(path, node);
  const members = reader.members(node, path, ELEMENTS);
  if (members === undefined) return undefined;
  for (const name of PRINCIPALS) {
    const message = `\`${name}\` is not for identity policies; bindings in the configuration say who has this policy`;
    if (members.has(name)) reader.errorAt("principalNotAllowed", `${path}.${name}`, message);
  }
  const sid = reader.string(members.get("Sid"), `${path}.Sid`);
  const effect = readEffect(node, members.get("Effect"), path, reader);
  const place = { statement: node, members, path, isAllow: effect === "Allow" };
  const actions = readEither(place, ["Action", "NotAction"], reader);
  const resources = readEither(place, ["Resource", "NotResource"], reader);
  const conditions = readConditions(members.get("Condition"), `${path}.Condition`, reader);
  return {
    ...(sid === undefined ? {} : { sid }),
    effect: effect ?? "Deny",
    actions: actions ? trimActions(actions, path, reader) : { kind: "Action", patterns: NOTHING },
    resources: resources ?? { kind: "Resource", patterns: NOTHING },
    conditions,
    start,
    end: reader.positionAt(node.end),
  };
}

function readEffect(
  statement: JsonNode,
  node: JsonNode | undefined,
  path: string,
  reader: DocumentReader,
): "Allow" | "Deny" | undefined {
  if (node === undefined) {
    reader.error("missingElement", statement, path, "statement has no `Effect`");
    return undefined;
  }
  const effect = reader.string(node, `${path}.Effect`);
  if (effect === "Allow" || effect === "Deny") return effect;
  if (effect !== undefined) {
    reader.error("badEffect", node, `${path}.Effect`, `${quote(effect)} is neither \`Allow\` nor \`Deny\``);
  }
  return undefined;
}

/** What is read of a statement so far. */
interface StatementPlace {
  readonly statement: JsonNode;
  readonly members: ReadonlyMap<string, JsonNode>;
  readonly path: string;
  readonly isAllow: boolean;
}

/**
 * Reads the one element of two that a statement must have.
 *
 * An empty list of either kind gives an Allow nothing ("provides no permissions", IAM User Guide, "Empty array action"),
 * so that there `NotAction` and `NotResource` are read as their opposites. A Deny of all but nothing denies everything.
 */
function readEither<Kind extends string>(
  { statement, members, path, isAllow }: StatementPlace,
  kinds: readonly [Kind, Kind],
  reader: DocumentReader,
): { readonly kind: Kind; readonly patterns: readonly string[] } | undefined {
  const [first, second] = kinds.flatMap((kind) => {
    const node = members.get(kind);
    return node === undefined ? [] : [{ kind, node }];
  });
  if (first === undefined) {
    reader.error(
      "missingElement",
      statement,
      path,
      `statement has neither \`${kinds[0]}\` nor \`${kinds[1]}\``,
    );
    return undefined;
  }
  if (second !== undefined) {
    const message = `statement has both \`${kinds[0]}\` and \`${kinds[1]}\`; make it two`;
    reader.errorAt("conflictingElements", `${path}.${kinds[1]}`, message);
  }
  const deniesAll = !isAllow && first.kind === kinds[1];
  const emptyMeans = deniesAll ? "the statement denies everything" : "the statement has no effect";
  const patterns = reader.strings(first.node, `${path}.${first.kind}`, emptyMeans);
  return { kind: patterns.length === 0 && isAllow ? kinds[0] : first.kind, patterns };
}

/** Takes blanks away from around actions, as IAM does. */
function trimActions(actions: ActionElement, path: string, reader: DocumentReader): ActionElement {
  const patterns = actions.patterns.map((pattern, i) => {
    const trimmed = pattern.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    if (trimmed !== pattern) {
      const message = `${quote(pattern)} has blanks around it, which are ignored; write ${quote(trimmed)}`;
      reader.warnAt("blanksAroundAction", `${path}.${actions.kind}[${i}]`, message);
    }
    return trimmed;
  });
  return { kind: actions.kind, patterns };
}

function readConditions(
  node: JsonNode | undefined,
  path: string,
  reader: DocumentReader,
): readonly PolicyCondition[] {
  if (node === undefined) return [];
  const conditions: PolicyCondition[] = [];
  for (const { key: operator, keyStart, value } of objectMembers(node, path, reader)) {
    const operatorPath = `${path}.${operator}`;
    reader.locate(operatorPath, { start: keyStart });
    const seen = new Set<string>();
    for (const { key, keyStart: start, value: values } of objectMembers(value, operatorPath, reader)) {
      const keyPath = `${operatorPath}.${key}`;
      const position = reader.locate(keyPath, { start });
      if (seen.has(lowerAscii(key))) {
        const message = `key ${quote(key)} stands here twice; condition keys have no case`;
        reader.error("duplicateKey", { start }, keyPath, message);
      }
      seen.add(lowerAscii(key));
      const texts = reader.strings(values, keyPath, describeNoValues(operator), true);
      conditions.push({ operator, key, values: texts, position });
    }
  }
  return conditions;
}

/** Says what the effect of a condition without values is (IAM User Guide, "Empty array condition" and the like). */
function describeNoValues(operator: string): string {
  if (operator.endsWith("IfExists") || operator.startsWith("ForAllValues:")) {
    return 'the condition holds only without the key; write `"Null": "true"` for that';
  }
  if (operator.startsWith("ForAnyValue:")) return "the condition never holds";
  return "an Allow does not hold by it, a Deny does";
}

function objectMembers(node: JsonNode, path: string, reader: DocumentReader) {
  if (node.kind !== "object") {
    reader.wrongType("an object", node, path);
    return [];
  }
  if (node.members.length === 0)
    reader.warn("emptyCondition", node, path, "condition is empty and always holds");
  return node.members;
}
