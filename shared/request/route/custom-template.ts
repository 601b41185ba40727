/** The templates of custom routes: a text is either a whole reference, or literal. */

export interface TemplateReference {
  readonly source: "label" | "query" | "body";
  readonly name: string;
}

const reference = /^\{(?:(query|body)\.)?([A-Za-z][A-Za-z0-9_-]*)\}$/;

/** Parses `{label}`, `{query.name}` or `{body.Member}`; `undefined` for a literal text. */
export function parseTemplate(text: string): TemplateReference | undefined {
  const match = reference.exec(text);
  if (!match) return undefined;
  const [, source, name = ""] = match;
  return { source: source === "query" || source === "body" ? source : "label", name };
}
