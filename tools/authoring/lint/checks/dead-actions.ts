/** Actions that support no resource of their statement: `ListContactFlows` on `contact/*` grants nothing. */
import { describeShapes } from "../facts/action-facts.ts";
import { type LintedStatement, type Report, shapesOfResources } from "../linted-statement.ts";

/** An Allow has an effect on what must be allowed, a Deny on everything that a call names. */
const effectiveOn = { Allow: "required", Deny: "shapes" } as const;

/**
 * Checks each pattern of `Action` against its statement's resources, for the statements of one document (`deadAction`).
 *
 * A statement whose resources are all dead says so at its resources. An action that another statement of the document
 * allows (denies) on a resource that it supports is not reported: the author knows which resources it needs.
 */
export function checkDeadActions(document: readonly LintedStatement[], report: Report): void {
  let alive: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  for (const linted of document) {
    const { statement, path, actions: whole, matcher } = linted;
    if (statement.actions.kind === "NotAction" || statement.resources.kind === "NotResource") continue;
    const asked = shapesOfResources(linted);
    if (asked === -1n || (asked & whole.shapes) === 0n) continue;
    for (const [index, pattern] of statement.actions.patterns.entries()) {
      const { actions, ...matched } = matcher.matchPattern(pattern);
      const effective = matched[effectiveOn[statement.effect]];
      if (effective === 0n || (effective & asked) !== 0n) continue;
      alive ??= findAlive(document);
      if (actions.some(({ name }) => alive?.get(statement.effect)?.has(name))) continue;
      report("deadAction", `${path}.Action[${index}]`, describe(pattern, effective));
    }
  }
}

function describe(pattern: string, shapes: bigint): string {
  const forms = describeShapes(shapes);
  return forms === undefined
    ? `\`${pattern}\` supports none of this statement's resources; \`connect-authorizer catalog OPERATION\` lists those that it supports`
    : `\`${pattern}\` supports ${forms}, which no resource of this statement matches; add one that does`;
}

/** By effect, the names of the actions that some statement lists with a resource that they support. */
function findAlive(document: readonly LintedStatement[]): ReadonlyMap<string, ReadonlySet<string>> {
  const alive = { Allow: new Set<string>(), Deny: new Set<string>() };
  const seen = new Set<string>();
  for (const linted of document) {
    const { statement, actions } = linted;
    const asked = statement.resources.kind === "NotResource" ? -1n : shapesOfResources(linted);
    const key = `${statement.effect} ${asked} ${statement.actions.kind} ${statement.actions.patterns.join()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const facts of actions.actions)
      if ((facts[effectiveOn[statement.effect]] & asked) !== 0n) alive[statement.effect].add(facts.name);
  }
  return new Map(Object.entries(alive));
}
