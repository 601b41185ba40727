/** Variables that are written so that they are literal text: `$aws:userid`, `$(aws:userid)`, `{aws:userid}`. */
import { quote } from "../../../../../shared/policy/model/quote.ts";
import { findConditionKey } from "../../../../../shared/reach/implication/condition-key-table.ts";
import type { LintedStatement, Report } from "../../linted-statement.ts";

/** A key with a sign that it is meant as a variable, after everything that is one has been taken out. */
const meant = /\$\(?([A-Za-z]+:[\w/.-]+)\)?|(?<!\{)\{+\s*([A-Za-z]+:[\w/.-]+)\s*\}+/;

/** Checks the resources and values of a statement (`literalVariable`). In the old version every variable is literal. */
export function checkVariables({ statement, path, variables }: LintedStatement, report: Report): void {
  if (!variables) return;
  const check = (text: string, at: string) => {
    const [written, plain, braced] = meant.exec(text.replaceAll(/\$\{[^}]*\}/g, " ")) ?? [];
    const key = plain ?? braced;
    if (written === undefined || key === undefined || !isKey(key)) return;
    const message = `${quote(written)} is literal text and no variable; write \`\${${key}}\``;
    report("literalVariable", at, message);
  };
  const { kind, patterns } = statement.resources;
  for (const [index, pattern] of patterns.entries()) {
    check(pattern, `${path}.${kind}[${index}]`);
    const dollar = findDollar(pattern);
    if (dollar) report("literalVariable", `${path}.${kind}[${index}]`, dollar);
  }
  for (const { operator, key, values } of statement.conditions)
    for (const [index, value] of values.entries())
      check(value, `${path}.Condition.${operator}.${key}[${index}]`);
}

/** No resource has a `$` in its ARN, except the version `$LATEST`. */
function findDollar(pattern: string): string | undefined {
  const [, doubled] = /\$(\$\{[^}]*\})/.exec(pattern) ?? [];
  if (doubled !== undefined)
    return `the first \`$\` of ${quote(`$${doubled}`)} is literal text, as Terraform alone would take it away; write ${quote(doubled)}`;
  const [word] = /\$[A-Za-z_]\w*/.exec(pattern.replaceAll(/\$\{[^}]*\}|:\$(?:LATEST|SAVED)\b/g, " ")) ?? [];
  if (word === undefined || meant.test(pattern)) return undefined;
  return `${quote(word)} is literal text and no variable; write one like \`\${aws:userid}\``;
}

function isKey(key: string): boolean {
  return /^(?:aws|jwt):/i.test(key) || findConditionKey(key) !== undefined;
}
