/**
 * Reads `bindings`: which policies are attached to whom.
 *
 * A binding that nobody or everybody would match by mistake is refused, never guessed at.
 */

import { namesIssuer } from "../../../../shared/bundle/rules/issuers.ts";
import type { Binding, BindingMatch } from "../../../../shared/bundle/types.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { nearestName } from "../../nearest-name.ts";
import { type PlacedText, readTexts } from "./texts.ts";

/** How a configuration is read. */
export interface ReadOptions {
  /**
   * Only tried on this machine, never deployed: a binding that names none of several issuers is taken for all of them, by
   * name, with a warning instead of an error.
   */
  readonly isTrial?: boolean;
}

/** A place in the configuration that names a policy. */
export interface NamedPolicy {
  readonly name: string;
  readonly node: DocumentNode;
}

/**
 * Reads the bindings in the author's order.
 *
 * @param issuers those that are configured: groups, claims and ids mean something within one issuer only
 */
export function readBindings(
  node: DocumentNode | undefined,
  issuers: ReadonlySet<string>,
  { isTrial = false }: ReadOptions = {},
): { readonly bindings: readonly Binding[]; readonly policies: readonly NamedPolicy[] } {
  const items = node?.list();
  if (items?.length === 0) {
    node?.report("noBindings", "there are no bindings, so that nobody has access", "warning");
  }
  const bindings: Binding[] = [];
  const policies: NamedPolicy[] = [];
  for (const item of items ?? []) {
    const members = item.mapping({ required: ["match", "policies"], optional: ["boundary"] });
    const match = readMatch(members?.get("match"), issuers, isTrial);
    const attached = readTexts(members?.get("policies"), { some: true });
    const boundaryNode = members?.get("boundary");
    const boundary = boundaryNode?.text();
    policies.push(...attached.map(({ text, node: place }) => ({ name: text, node: place })));
    if (boundaryNode && boundary !== undefined) policies.push({ name: boundary, node: boundaryNode });
    const names = attached.map(({ text }) => text);
    bindings.push(boundary === undefined ? { match, policies: names } : { match, policies: names, boundary });
  }
  return { bindings, policies };
}

function readMatch(
  node: DocumentNode | undefined,
  issuers: ReadonlySet<string>,
  isTrial: boolean,
): BindingMatch {
  const members = node?.mapping({ required: [], optional: ["issuer", "groups", "principals", "claims"] });
  if (!members) return {};
  if (members.size === 0) {
    node?.report("emptyMatch", "an empty match would bind everyone; name `groups`, `principals` or `claims`");
  }
  const claims = members.get("claims")?.entries();
  const match: BindingMatch = {
    ...(members.has("issuer") ? { issuer: readIssuer(members.get("issuer"), issuers) } : {}),
    ...(members.has("groups") ? { groups: readValues(members.get("groups")) } : {}),
    ...(members.has("principals") ? { principals: readValues(members.get("principals")) } : {}),
    ...(claims ? { claims: readClaims(members.get("claims"), claims, issuers) } : {}),
  };
  if (members.size > 0 && issuers.size > 1 && !namesIssuer(match)) {
    const message =
      "several issuers are configured, and groups, claims and ids of one mean nothing at another; add `issuer: …` to say whose callers are meant";
    if (!isTrial) node?.report("withoutIssuer", message);
    else {
      const note = "; until then `validate` and `bundle` refuse it, and here it means the callers of all";
      node?.report("withoutIssuer", message + note, "warning");
      return { issuer: [...issuers], ...match };
    }
  }
  return match;
}

/** Issuers are compared as they are written, like those of tokens. */
function readIssuer(node: DocumentNode | undefined, issuers: ReadonlySet<string>): readonly string[] {
  return readTexts(node, { orOne: true, some: true }).map(({ text, node: place }) => {
    if (!issuers.has(text)) {
      const nearest = nearestName(text, issuers);
      const hint = nearest
        ? `did you mean \`${nearest}\``
        : `configured are ${[...issuers].map((url) => `\`${url}\``).join(", ")}`;
      place.report("unknownIssuer", `no issuer \`${text}\` is configured; ${hint}`);
    }
    return text;
  });
}

function readClaims(
  node: DocumentNode | undefined,
  claims: ReadonlyMap<string, DocumentNode>,
  issuers: ReadonlySet<string>,
): Readonly<Record<string, readonly string[]>> {
  if (claims.size === 0) node?.report("emptyMatch", "name at least one claim, or leave `claims` out");
  // An issuer by the name of its claim: one that no token can have would match nobody, whatever is denied there.
  const read = (claim: string, values: DocumentNode) =>
    claim === "iss" ? readIssuer(values, issuers) : readValues(values, true);
  return Object.fromEntries([...claims].map(([claim, values]) => [claim, read(claim, values)]));
}

/** Values are compared as they are: a lone `*` would match nobody, though its author means everybody. */
function readValues(node: DocumentNode | undefined, orOne = false): readonly string[] {
  const values: readonly PlacedText[] = readTexts(node, { orOne, some: true });
  for (const { text, node: place } of values) {
    if (text === "*") place.report("wildcard", "`*` is not a wildcard here; values are compared as they are");
  }
  return values.map(({ text }) => text);
}
