/**
 * What to do about an element that IAM's grammar refuses. The engine says what is wrong; what was probably meant is for authors
 * only, and no Lambda pays for it.
 */
import { operatorNames, parseOperator } from "../../../shared/policy/condition/operators.ts";
import type { PolicyStatement } from "../../../shared/policy/model/document.ts";
import { quote } from "../../../shared/policy/model/quote.ts";
import { nearestName } from "../nearest-name.ts";

/** Says what to write in the place of an action or a resource, from what is known of Amazon Connect. */
export type Advise = (element: "action" | "resource", written: string) => string | undefined;

interface Problem {
  /** Within its statement: `Action[1]`. */
  readonly place: string;
  readonly code: string;
  readonly message: string;
}

/** Returns the problem's message, with what to do about it if that is known. */
export function withAdvice(
  statement: PolicyStatement,
  { place, code, message }: Problem,
  advise: Advise | undefined,
): string {
  if (code === "unknownOperator") return adviseOperator(statement, place, message);
  const written = textAt(statement, place);
  if (written === undefined) return message;
  const [template] = /\$\{AWS::\w+\}/.exec(written) ?? [];
  if (template !== undefined)
    return `\`${template}\` is CloudFormation's and has no value in a policy here; write the value, or the name of the instance`;
  if (code === "badAction" || code === "badResource") {
    const advice = advise?.(code === "badAction" ? "action" : "resource", written);
    if (advice !== undefined) return `${message}; ${advice}`;
  }
  return code === "badResource" || code === "badValue" ? adviseVariable(written, message) : message;
}

/** The prefixes of condition keys, none of which an operator has. */
export function isConditionKey(name: string): boolean {
  return /^(?:aws|connect|jwt):/i.test(name);
}

export function describeKeyAsOperator(key: string): string {
  return `${quote(key)} is a condition key; put it inside an operator: \`{"StringEquals": {${JSON.stringify(key)}: …}}\``;
}

/** Operators of other languages, and what IAM has in their place. */
const otherWords: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:String)?(?:Is|In|Eq|Equals?|Any|OneOf|==?)$/i,
    "write `StringEquals`, with a list for several values",
  ],
  [/^(?:String)?(?:Not(?:In|Eq|Equals?)|!=)$/i, "write `StringNotEquals`, with a list for several values"],
  [
    /^(?:String)?(?:Like|Match(?:es)?|Contains|StartsWith|EndsWith|Prefix|Regex\w*)$/i,
    "write `StringLike`, with `*` for any text",
  ],
  [
    /^StringLikeIgnoreCase/,
    "write `StringLike`, which heeds case, or `StringEqualsIgnoreCase` without wildcards",
  ],
  [/^Date(?:Before|Until|To)$/i, "write `DateLessThan`"],
  [/^Date(?:After|Since|From)$/i, "write `DateGreaterThan`"],
  [/Between$/, "write two operators: `…GreaterThanEquals` and `…LessThanEquals`"],
  [/^String(?:Less|Greater)Than/, "write the one for dates or numbers: `DateLessThan`, `NumericLessThan`"],
  [/^(?:Not)?(?:Ip|Cidr)\w*$/i, "write `IpAddress` or `NotIpAddress`"],
  [/^(?:Bool(?:ean)?Not|NotBool)/, "write `Bool` with the opposite value"],
  [/^Bool\w+$/, "write `Bool`"],
  [/^ArnMatch(?:es)?$/, "write `ArnLike`"],
  [
    /^(?:Not)?(?:Exists?|Present|IsNull|NotNull)$/i,
    'write `Null`, with `"false"` for a key that must be there',
  ],
  [
    /^(?:And|Or|Not|AllOf|AnyOf|OneOf|NoneOf)$/i,
    "operators and keys of a condition must all hold, one value of a list suffices, and for anything else write another statement",
  ],
];

function adviseOperator({ conditions }: PolicyStatement, place: string, message: string): string {
  const name = conditions.find(({ operator, key }) => place === `Condition.${operator}.${key}`)?.operator;
  if (name === undefined || message.includes("did you mean")) return message;
  if (isConditionKey(name)) return describeKeyAsOperator(name);
  if (name.endsWith("NullIfExists")) return `${message}; write \`Null\`, which takes no \`IfExists\``;
  const nearest = nearestName(name, operatorNames());
  const isMistyped = nearest?.slice(0, 2) === name.slice(0, 2);
  const said = otherWords.find(([form]) => form.test(name))?.[1];
  if (said !== undefined && !isMistyped) return `${message}; ${said}`;
  const turned = name.replace(/^Not(String|Numeric|Date|Arn)(?=[A-Z])/, "$1Not");
  const meant = parseOperator(turned) ? turned : nearest;
  return meant === undefined ? message : `${message}; did you mean \`${meant}\``;
}

function textAt({ actions, resources, conditions }: PolicyStatement, place: string): string | undefined {
  const [, name = "", index = ""] = /^(.*)\[(\d+)\]$/.exec(place) ?? [];
  const lists = [
    [actions.kind, actions.patterns],
    [resources.kind, resources.patterns],
    ...conditions.map(({ operator, key, values }) => [`Condition.${operator}.${key}`, values] as const),
  ] as const;
  return lists.find(([list]) => list === name)?.[1][Number(index)];
}

const key = /^[\w:/.-]+$/;

/** The usual mistakes in a variable: spaces around its name, and no brace at its end. */
function adviseVariable(written: string, message: string): string {
  const inner = [...written.matchAll(/\$\{([^${}]*)\}/g)].map(([, name = ""]) => name);
  const spaced = inner.find((name) => name !== name.trim() && key.test(name.trim()));
  if (spaced !== undefined)
    return `the variable \`\${${spaced}}\` has spaces in it; write \`\${${spaced.trim()}}\``;
  const [, before = "", open = ""] = /^(.*)\$\{([^}]*)$/s.exec(written) ?? [];
  if (!key.test(open) || /\$\{[^}]*$/.test(before)) return message;
  return `the variable \`\${${open}\` is not closed; write \`\${${open}}\``;
}
