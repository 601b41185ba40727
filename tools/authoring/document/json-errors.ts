/** What to do about a text that is no JSON: most of them are another language, or were copied from a page or an editor. */

/** Other languages, by how their texts begin. */
const languages: readonly (readonly [RegExp, string])[] = [
  [/^```/, "this is a mark of Markdown; remove the lines that begin with it"],
  [/^(?:---|(?:- +)?['"]?\w+['"]?:(?:\s|$))/, "this is YAML, and a policy is JSON; begin it with `{`"],
  [
    /^(?:data|resource|locals|module|variable|policy|statement|provider|output)\b[^:\n]*[={]|^jsonencode\b/,
    "this is Terraform's language, and a policy is JSON; write what Terraform makes of it",
  ],
  [
    /^(?:export|module|const|let|var|import)\b/,
    "this is a program; write the policy alone, from its `{` to its `}`",
  ],
  [/^</, "this is HTML or XML; a policy is JSON"],
  [/^%7B/i, "this is encoded for a URL; decode it"],
];

/** What is where JSON has something else. */
const intruders: readonly (readonly [RegExp, string])[] = [
  [/^(?:<{7}|={7}|>{7}|\|{7})/, "this is the mark of a merge conflict; resolve it and remove the marks"],
  [/^['`\u2018\u2019]/, 'JSON has double quotes only; write `"`'],
  [/^[\u201c\u201d\u201e\u201f\u00ab\u00bb]/, 'this is a typographic quote; write `"`'],
  [/^#/, "`#` begins no comment here; remove it, or write `//`"],
  [/^(?:\.{3}|\u2026)/, "something was left out here; write it, or remove the dots"],
  [
    /^[\u00a0\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]/,
    "this is a special blank; write a space",
  ],
  [/^!\w/, "a tag is CloudFormation's; write the text that it stands for"],
  [/^(?:True|False)\b/, "write it in small letters"],
  [/^None\b/, "write `null`, or leave the member out"],
];

/** What reading expected where it stopped. */
export type Expected = "key" | "value" | "colon" | "separator" | "end";

/** Describes the place where a text stops to be JSON, on one line. */
export function describeJsonProblem(
  message: string,
  expected: Expected,
  { text, offset }: { readonly text: string; readonly offset: number },
): string {
  const rest = text.slice(offset, offset + 200);
  const language = text.slice(0, offset).trim() === "" ? find(languages, rest) : undefined;
  if (language !== undefined) return language;
  const advice =
    rest === "" ? describeEnd(expected, text) : (find(intruders, rest) ?? adviseOn(expected, rest));
  return advice === undefined ? message : `${message}; ${advice}`;
}

function find(rows: readonly (readonly [RegExp, string])[], rest: string): string | undefined {
  return rows.find(([form]) => form.test(rest))?.[1];
}

function describeEnd(expected: Expected, text: string): string | undefined {
  if (text.trim() === "") return "the text is empty";
  return expected === "end" ? undefined : "the text ends here, and a bracket or a brace is not closed";
}

function adviseOn(expected: Expected, rest: string): string | undefined {
  const [word] = /^[\w$.+-]+/.exec(rest) ?? [];
  switch (expected) {
    case "key":
      return word === undefined ? undefined : `write \`${JSON.stringify(word)}\``;
    case "value":
      return word === undefined ? undefined : `a text is in double quotes: \`${JSON.stringify(word)}\``;
    case "colon":
      return rest.startsWith("=") ? "write `:` in the place of `=`" : undefined;
    case "separator":
      if (rest.startsWith(";")) return "write `,` in the place of `;`";
      return /^["{[\w-]/.test(rest) ? "a comma is missing before this" : undefined;
    case "end":
      return /^[}\]]/.test(rest) ? "this closes nothing, remove it" : undefined;
  }
}
