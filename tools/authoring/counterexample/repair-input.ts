/** Other resources that a call needs: those that policies name, in the place of made-up ones that nothing allows. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { parseConnectArn } from "../../../shared/catalog/resource-arn.ts";
import type { CallDecision } from "../../../shared/decide/authorize.ts";
import { nest, type OperationInput } from "./operation-inputs.ts";

/** Returns another input to try; `undefined` if there is none. */
type Mend = (
  input: OperationInput,
  decision: CallDecision,
  given: OperationInput,
) => OperationInput | undefined;

const maxMends = 6;

/** Creates a function that begins to mend one call. */
export function createRepair({ policies }: Bundle): () => Mend {
  let byType: ReadonlyMap<string, readonly string[]> | undefined;
  return () => {
    const tried = new Map<string, number>();
    let mends = 0;
    return (input, { decisive }, given) => {
      const { source, type, resource } = decisive.ask;
      const path = source.replace(/\[\d+\]/g, "[]");
      const member = /^\w+/.exec(path)?.[0] ?? "";
      mends += 1;
      if (mends > maxMends || path === "*" || resource === undefined || member in given.input)
        return undefined;
      byType ??= namedResources(policies);
      const at = tried.get(path) ?? 0;
      tried.set(path, at + 1);
      const id = byType.get(type)?.[at];
      if (id === undefined) return undefined;
      try {
        return { ...input, input: { ...input.input, ...nest(path, id, undefined) } };
      } catch {
        return undefined;
      }
    };
  };
}

/** Ids by type, as the policies' patterns name them. */
function namedResources(policies: Bundle["policies"]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const texts = policies.flatMap(({ statements }) =>
    statements.flatMap(({ resources }) => resources.patterns),
  );
  for (const text of new Set(texts)) {
    const arn = parseConnectArn(text.replace(/\$\{[^}]*\}|[*?]+/g, "x1"));
    if (!arn) continue;
    const ids = found.get(arn.type) ?? [];
    if (!ids.includes(arn.id)) found.set(arn.type, [...ids, arn.id]);
  }
  return found;
}
