/** A test that says what nobody may do, as its file says it. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { BindingMatch } from "../../../shared/bundle/types.ts";
import type { Sound } from "../configuration/check-shape.ts";
import { listOf } from "../configuration/members.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { type InstanceNames, resolveNames } from "../policy/instance-names.ts";
import { readAction, readResource, Unusable } from "../reach/named-question.ts";
import { canBeAsked, type NobodyTest } from "./prove-nobody.ts";
import type { WrittenNobody, WrittenTest } from "./test-file.ts";

interface Reading {
  readonly file: string;
  readonly opened: OpenedBundle;
  readonly names: InstanceNames;
}

/** Reads what nobody may do, once for each action. */
export function readNobody(
  test: Sound<WrittenTest> | undefined,
  node: DocumentNode,
  { file, opened, names }: Reading,
): readonly NobodyTest[] {
  const { may, on = "*", except } = test?.nobody ?? {};
  const at = node.at(["nobody"]);
  const others = [...node.entries().keys()].filter((key) => key !== "nobody" && key !== "name");
  for (const key of others)
    node
      .at([key])
      .reportKey("oneCall", `\`${key}\` does not go with \`nobody\`, which is about all callers and calls`);
  const { text, problem } = resolveNames(on, names, "pattern");
  const resource = readResource(text);
  if (problem) at.at(["on"]).report(problem.code, problem.message);
  else if (resource instanceof Unusable) at.at(["on"]).report("badResource", resource.problem);
  return [may].flat().flatMap((name, index) => {
    if (name === undefined || problem || resource instanceof Unusable) return [];
    const action = readAction(name);
    const place = at.at(["may", index]);
    if (action instanceof Unusable) place.report("unknownAction", action.problem);
    else if (!canBeAsked({ action, resource }, opened))
      place.report(
        "nothingToProve",
        `no call in the configured instances needs ${action} on \`${on}\`; \`connect-authorizer catalog OPERATION\` lists its resources`,
      );
    else {
      const { line, column } = node.start;
      const match = except ? { except: readExcept(except) } : {};
      return [
        { name: test?.name ?? `nobody: ${action}`, file, line, column, action, on, resource, ...match },
      ];
    }
    return [];
  });
}

function readExcept({ claims, ...lists }: Sound<NonNullable<WrittenNobody["except"]>>): BindingMatch {
  const listsOf = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, some]) => [name, listOf(some)]));
  return { ...listsOf(lists), ...(claims ? { claims: listsOf(claims) } : {}) };
}
