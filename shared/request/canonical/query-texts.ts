/**
 * What a query tells of an operation's input to a reader without the SDK's schemas: the authorizer, while nothing is cached.
 *
 * Only what is certain without a schema counts: identifiers, and `ResourceType`, which are texts; and that a parameter
 * is not there. What the proxy would refuse (a repeated or unknown parameter) is left to it.
 */
import { isIdentifier } from "../../catalog/identifier-sources.ts";
import type { HttpCall, RoutedCall } from "../types.ts";

/** Members of the input, by name. */
export interface QueryTexts {
  readonly texts: ReadonlyMap<string, string>;
  /** Members that only the query could hold, and does not. */
  readonly absent: ReadonlySet<string>;
}

/** Reads the query of a call in Connect's own form; in every other form it tells nothing. */
export function readQueryTexts({ row, form }: RoutedCall, query: HttpCall["query"]): QueryTexts {
  const texts = new Map<string, string>();
  const absent = new Set<string>();
  if (form !== "rest") return { texts, absent };
  for (const { name, place, wireName, required } of row.members) {
    if (place !== "query") continue;
    const [value, second] = query.filter(([key]) => key === wireName).map(([, text]) => text);
    if (value === undefined) {
      // A required one that is left out may be an empty list, or a mistake: the proxy's to say.
      if (!required) absent.add(name);
    } else if (second === undefined && (name === "ResourceType" || isIdentifier(row, name)))
      texts.set(name, value);
  }
  return { texts, absent };
}
