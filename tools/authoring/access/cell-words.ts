/** What `sometimes` depends on, in a word or two: `own team`, `queue/…`, `if aws:SourceIp`. `what-can` says it in full. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { PolicyStatement } from "../../../shared/policy/model/document.ts";
import type { OperationAnswer } from "../reach/operation-answer.ts";

type AskAnswer = OperationAnswer["instances"][number]["limitedBy"][number];

/** So many parts fit into a cell. */
const maxParts = 2;

/** @param statements those that may decide */
export function describeConditions(
  { answer, keys, instances }: OperationAnswer,
  statements: readonly PolicyStatement[],
): string {
  if (answer === "always") return "";
  const reached = instances.filter((each) => each.answer !== "never");
  const limits = reached.flatMap(({ limitedBy }) => limitedBy);
  const parts = new Set([
    ...describeKeys(keys, statements),
    ...limits.flatMap(describeLimit),
    ...(reached.length < instances.length ? [`${reached.length} of ${instances.length} instances`] : []),
  ]);
  if (parts.size === 0) return "some resources";
  const shown = [...parts].slice(0, maxParts).join(", ");
  return parts.size > maxParts ? `${shown} …` : shown;
}

function describeKeys(keys: readonly string[], statements: readonly PolicyStatement[]): readonly string[] {
  const lower = new Map(keys.map((key) => [lowerAscii(key), key]));
  const conditions = statements.flatMap((statement) => statement.conditions);
  /** Whether it is compared with the caller's own. */
  const isOwn = (key: string) =>
    conditions.some(
      (each) =>
        lowerAscii(each.key) === key && each.values.some((value) => /\$\{aws:PrincipalTag\//i.test(value)),
    );
  return [...lower].flatMap(([key, written]) => {
    const kind = /^aws:(\w+)\//.exec(key)?.[1];
    const tag = written.slice(written.indexOf("/") + 1);
    if (kind === "resourcetag") return [isOwn(key) ? `own ${tag}` : `tag ${tag}`];
    if (kind === "requesttag") return [`new tag ${tag}`];
    return [kind === "principaltag" ? `if caller's ${tag}` : `if ${written}`];
  });
}

function describeLimit({
  action,
  isOwn,
  sort,
  answer,
  allowedOn,
  deniedOn,
  types,
}: AskAnswer): readonly string[] {
  if (!isOwn) return answer === "never" ? [`without ${action.replace(/^connect:/, "")}`] : [];
  if (sort === "required" && answer === "never") return [`no ${types.slice(0, 2).join(" or ")}`];
  return [
    ...(sort === "required" ? allowedOn.flatMap(shortResource) : []),
    ...deniedOn.flatMap(shortResource).map((name) => `not ${name}`),
  ];
}

/** `arn:…:instance/…/queue/0123-…` → `queue/…`; nothing for all that an instance has. */
function shortResource(pattern: string): readonly string[] {
  const [, except = "", arn = ""] = /^(all but )?(.*)$/s.exec(pattern) ?? [];
  const [, tag] = /\$\{aws:PrincipalTag\/([\w.-]+)/i.exec(arn) ?? [];
  if (tag !== undefined) return [`${except}own ${tag}`];
  if (/\$\{aws:userid\b/i.test(arn)) return [`${except}own id`];
  const local = arn.replace(/^(?:[^:]*:){5}/, "").replace(/^instance\/[^/]*\/?/, "");
  const [type = "", ...rest] = local.split("/");
  if (local === "" || local === "*") return except === "" ? [] : [`${except}${arn}`];
  const id = rest.join("/");
  return [`${except}${type}${id === "" ? "" : `/${id.length > 12 ? "…" : id}`}`];
}
