/** Bindings that were probably meant otherwise, seen beside each other. Each of them is valid. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { Binding } from "../../../../shared/bundle/types.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import type { DocumentNode } from "../../document/document-node.ts";

/** Checks the bindings against each other: `duplicateBinding`, `sameMatch`, `nearGroup`; and `wildcardInMatch`. */
export function compareBindings(bindings: readonly Binding[], node: DocumentNode): void {
  checkTwins(bindings, node);
  checkGroupNames(bindings, node);
}

/** A binding that repeats another one, in whatever order it lists the same, or that matches the same callers. */
function checkTwins(bindings: readonly Binding[], node: DocumentNode): void {
  const seen = new Map<string, number>();
  const matched = new Map<string, number>();
  for (const [index, binding] of bindings.entries()) {
    const [form, match] = [binding, { match: binding.match, boundary: binding.boundary }].map((each) =>
      JSON.stringify(sortedForm(each)),
    ) as [string, string];
    const lineOf = (twin: number) => node.at([twin]).start.line;
    const [twin, other] = [seen.get(form), matched.get(match)];
    if (twin !== undefined) {
      const message = `this binding says the same as the one on line ${lineOf(twin)}; remove one of them, or correct it`;
      node.at([index]).report("duplicateBinding", message, "warning");
    } else if (other !== undefined && Object.keys(binding.match).length > 0) {
      const message = `this matches the same callers as the binding on line ${lineOf(other)}, and adds its policies to those; write them there, or correct it`;
      node.at([index]).report("sameMatch", message, "warning");
    }
    seen.set(form, twin ?? index);
    matched.set(match, other ?? index);
  }
}

function sortedForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortedForm(item)).sort();
  if (!isPlainObject(value)) return value;
  return Object.entries(value)
    .map(([key, inner]) => [key, sortedForm(inner)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Names of groups that differ only in how they are written, and `*` in one, which is no wildcard. */
function checkGroupNames(bindings: readonly Binding[], node: DocumentNode): void {
  const seen = new Map<string, { readonly group: string; readonly index: number }>();
  for (const [index, { match }] of bindings.entries()) {
    for (const list of ["groups", "principals"] as const)
      for (const [at, value] of (match[list] ?? []).entries())
        if (value !== "*" && value.includes("*")) {
          const message = `\`${value}\` is compared as it is, and \`*\` is no wildcard here; list the ${list} that are meant`;
          node.at([index, "match", list, at]).report("wildcardInMatch", message, "warning");
        }
    for (const [at, group] of (match.groups ?? []).entries()) {
      const form = JSON.stringify([match.issuer, formOf(group)]);
      const other = seen.get(form);
      if (other === undefined) seen.set(form, { group, index });
      else if (other.group !== group && other.index !== index) {
        const { line } = node.at([other.index]).start;
        const message = `\`${group}\` is not the group \`${other.group}\` of line ${line}, since groups are compared letter by letter; write one of them, or list both in one binding`;
        node.at([index, "match", "groups", at]).report("nearGroup", message, "warning");
      }
    }
  }
}

/** Without case, signs between words, and a plural's `s`. */
function formOf(group: string): string {
  return lowerAscii(group)
    .replace(/[\s_./-]+/g, "")
    .replace(/s$/, "");
}
