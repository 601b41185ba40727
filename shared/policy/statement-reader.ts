/**
 * Reads one statement of a policy: its elements, their presence and their types. What patterns, operators and values
 * mean is checked by compiling it.
 */
import type { PolicyCondition, PolicyStatement } from "./document.ts";
import type { DocumentReader } from "./document-reader.ts";
import type { JsonNode } from "./json-scanner.ts";
import { quote } from "./quote.ts";

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
  const actions = readEither(node, members, ["Action", "NotAction"], path, reader);
  const resources = readEither(node, members, ["Resource", "NotResource"], path, reader);
  const conditions = readConditions(members.get("Condition"), `${path}.Condition`, reader);
  return {
    ...(sid === undefined ? {} : { sid }),
    effect: effect ?? "Deny",
    actions: actions ?? { kind: "Action", patterns: NOTHING },
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

/** Reads the one element of two that a statement must have. */
function readEither<Kind extends string>(
  statement: JsonNode,
  members: ReadonlyMap<string, JsonNode>,
  kinds: readonly [Kind, Kind],
  path: string,
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
  return { kind: first.kind, patterns: reader.strings(first.node, `${path}.${first.kind}`) };
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
      if (seen.has(key.toLowerCase())) {
        const message = `key ${quote(key)} stands here twice; condition keys have no case`;
        reader.error("duplicateKey", { start }, keyPath, message);
      }
      seen.add(key.toLowerCase());
      conditions.push({ operator, key, values: reader.strings(values, keyPath, true), position });
    }
  }
  return conditions;
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
