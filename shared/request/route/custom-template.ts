/**
 * The template language of custom routes: three references, each a whole text.
 */

/** What a template refers to. */
export interface TemplateReference {
  readonly source: "label" | "query" | "body";
  readonly name: string;
}

const reference = /^\{(?:(query|body)\.)?([A-Za-z][A-Za-z0-9_-]*)\}$/;

/** Parses `{label}`, `{query.name}` or `{body.Member}`; `undefined` for a text that stands for itself. */
export function parseTemplate(text: string): TemplateReference | undefined {
  const match = reference.exec(text);
  if (!match) return undefined;
  const [, source, name = ""] = match;
  return { source: source === "query" || source === "body" ? source : "label", name };
}
