/**
 * Text → YAML document, in the narrow YAML that a configuration needs: one document, YAML 1.2's core schema, no
 * duplicate keys, no anchors, aliases, merges or tags of its own. What is refused here can't surprise a reviewer.
 *
 * Author side only.
 */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import { DocumentNode } from "./document-node.ts";
import { IssueSink } from "./issue-sink.ts";
import { describeYamlProblem } from "./yaml-errors.ts";

/** The library's errors that have a code of their own here, with what to do about them. */
const knownErrors: ReadonlyMap<string, { readonly code: string; readonly message: string }> = new Map([
  [
    "MULTIPLE_DOCS",
    { code: "severalDocuments", message: "the file must hold one document; remove the `---`" },
  ],
  ["RESOURCE_EXHAUSTION", { code: "malformedYaml", message: "the file is nested too deeply" }],
]);

/**
 * Parses a configuration's text.
 * @param file name for issues
 * @param ifEmpty what to do about a file without content
 * @returns the root, if the text could be parsed at all, and every issue found on the way. Never throws
 */
export function parseYaml(
  text: string,
  file: string,
  ifEmpty = "the file is empty; it must name at least `instances`, `issuers` and `bindings`",
): { readonly sink: IssueSink; readonly root?: DocumentNode } {
  const sink = new IssueSink(text, { file });
  if (text.includes("lint")) addComments(text, sink);
  const at = (offset: number) => new DocumentNode(sink, null, { path: "", offset });
  try {
    const document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      strict: true,
      // The library compares each key with every other: 100,000 keys would take a minute. `reportRepeatedKeys` hashes them.
      uniqueKeys: false,
      merge: false,
      prettyErrors: false,
      logLevel: "error",
    });
    let broken = false;
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      const known = knownErrors.get(code) ?? {
        code: "malformedYaml",
        message: describeYamlProblem({ code, message, offset: pos[0] }, text),
      };
      // After the first break in the syntax the parser guesses: what it says then would mislead.
      if (known.code !== "malformedYaml" || !broken) at(pos[0]).report(known.code, known.message);
      broken ||= known.code === "malformedYaml";
    }
    if (document.directives?.yaml.explicit)
      at(0).report("malformedYaml", "a `%YAML` directive is not accepted; the file is always YAML 1.2");
    reportSurprises(document.contents, at);
    sink.issues.sort((one, other) => one.line - other.line || one.column - other.column);
    if (sink.issues.length > 0) return { sink };
    if (document.contents === null) {
      at(0).report("emptyFile", ifEmpty);
      return { sink };
    }
    return { sink, root: new DocumentNode(sink, document.contents, { path: "", offset: 0 }) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    at(0).report("malformedYaml", "the file is nested too deeply");
    return { sink };
  }
}

/** The library's marks in the row of tokens: they take no room in the text. */
const [documentMark, flowEndMark, scalarMark] = ["\u0002", "\u0018", "\u001f"];

/** Gives the sink each comment, which is none within a text. */
function addComments(text: string, sink: IssueSink): void {
  let offset = 0;
  let last = "";
  for (const token of new Lexer().lex(text)) {
    if (last !== scalarMark && token.startsWith("#")) sink.addComment(offset, token);
    if (token !== documentMark && token !== flowEndMark && token !== scalarMark) offset += token.length;
    last = token;
  }
}

/** Reports what YAML allows and a configuration does not need: anchors, aliases, explicit tags. */
function reportSurprises(contents: Node | null, at: (offset: number) => DocumentNode): void {
  visit(contents, (_key, node) => {
    if (!isNode(node) || isPair(node)) return;
    if (isMap(node)) reportRepeatedKeys(node, at);
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node)) {
      at(offset).report("anchor", `the alias \`*${node.source}\` is not accepted; write the value out`);
    } else if (node.anchor) {
      at(offset).report("anchor", `the anchor \`&${node.anchor}\` is not accepted; write the value out`);
    } else if (node.tag?.startsWith("tag:")) {
      at(offset).report("malformedYaml", `the tag \`${node.tag}\` is not accepted`);
    }
  });
}

/** Reports each repeated key of a mapping; keys are equal if their values are, however they are written. */
function reportRepeatedKeys({ items }: YAMLMap, at: (offset: number) => DocumentNode): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value))
      at(key.range?.[0] ?? 0).report("duplicateKey", "this key occurs twice in one mapping");
    seen.add(key.value);
  }
}
