/**
 * IAM statements as Cedar policies: one `permit` or `forbid` a statement.
 *
 * Action and ARN travel as strings in the request's context, because Cedar's `like` matches strings and not entity
 * names; an action that is named literally is in the policy's head, where Cedar compares it fastest. IAM compares
 * actions without case, so both sides are in lower case. Cedar's own rule joins the policies as IAM does: a `forbid`
 * that holds beats every `permit`, and nothing is permitted by default.
 */
import { lowerAscii } from "../../shared/ascii.ts";
import { assertStarsOnly, type BenchRequest, type BenchStatement } from "./statement.ts";

/** Writes the Cedar policy of a statement. */
export function formatCedarPolicy(statement: BenchStatement): string {
  const effect = statement.Effect === "Allow" ? "permit" : "forbid";
  const actions = statement.Action.map((action) => lowerAscii(action));
  const literal = !actions.some((action) => action.includes("*"));
  const uids = actions.map((action) => `Action::${JSON.stringify(action)}`);
  const constraint = uids.length === 1 ? `action == ${uids[0]}` : `action in [${uids.join(", ")}]`;
  const clauses = [
    ...(literal ? [] : [anyLike("context.action", actions)]),
    anyLike("context.resource", statement.Resource),
    ...Object.entries(statement.Condition?.StringEquals ?? {}).map(([key, values]) => isOneOf(key, values)),
  ].filter((clause) => clause !== "true");
  const when = clauses.length === 0 ? "" : ` when { ${clauses.join(" && ")} }`;
  return `${effect} (principal, ${literal ? constraint : "action"}, resource)${when};`;
}

function anyLike(text: string, patterns: readonly string[]): string {
  if (patterns.includes("*")) return "true";
  const tests = patterns.map((pattern) => {
    assertStarsOnly(pattern);
    return `${text} ${pattern.includes("*") ? "like" : "=="} ${JSON.stringify(pattern)}`;
  });
  return tests.length === 1 ? `${tests[0]}` : `(${tests.join(" || ")})`;
}

/** A key that is not there fails `StringEquals`. */
function isOneOf(key: string, values: readonly string[]): string {
  const name = JSON.stringify(key);
  const test =
    values.length === 1
      ? `context[${name}] == ${JSON.stringify(values[0])}`
      : `${JSON.stringify(values)}.contains(context[${name}])`;
  return `context has ${name} && ${test}`;
}

/** What Cedar is asked. */
interface CedarRequest {
  readonly principal: { readonly type: string; readonly id: string };
  readonly action: { readonly type: string; readonly id: string };
  readonly resource: { readonly type: string; readonly id: string };
  readonly context: Readonly<Record<string, string>>;
  readonly entities: readonly never[];
}

/** Puts a request in Cedar's form, with no more in it than the policies look at. */
export function createCedarRequest(request: BenchRequest): CedarRequest {
  const action = lowerAscii(request.action);
  return {
    principal: { type: "User", id: "u" },
    action: { type: "Action", id: action },
    resource: { type: "Resource", id: "r" },
    context: { action, resource: request.resource, ...request.context },
    entities: [],
  };
}
