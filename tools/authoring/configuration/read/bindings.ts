/** `bindings`: which policies callers get. One that would match no caller or every caller by mistake is refused. */
import * as z from "zod";
import { namesIssuer } from "../../../../shared/bundle/rules/issuers.ts";
import type { Binding, BindingMatch } from "../../../../shared/bundle/types.ts";
import { isCognito } from "../../../../shared/identity/keys/key-source.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { nearestName } from "../../nearest-name.ts";
import type { Sound } from "../check-shape.ts";
import { closed, listOf, oneOrSomeOf, someOf, text, textThat } from "../members.ts";
import { compareBindings } from "./compare-bindings.ts";

/** Values are compared as they are: a lone `*` would match no caller, although its author means every caller. */
const value = textThat(
  (written) => written !== "*",
  () => "wildcard: `*` is not a wildcard here; values are compared as they are",
).meta({ not: { const: "*" } });

const claims = z
  .record(z.string(), oneOrSomeOf(value))
  .refine(
    (given) => Object.keys(given).length > 0,
    "emptyMatch: name at least one claim, or leave `claims` out",
  )
  .meta({ minProperties: 1 });

export const match = closed(
  "Which callers the policies are for. Every condition must hold; within a condition, one value suffices.",
  {},
  {
    issuer: oneOrSomeOf(text).describe(
      "The caller's token must be of one of these issuers. Needed if several issuers are configured.",
    ),
    groups: someOf(value).describe("The caller must be in one of these groups."),
    principals: someOf(value).describe("Ids of callers. They are unique within one issuer only."),
    claims: claims.describe("Claim → accepted values."),
  },
)
  .refine((given) => Object.keys(given).length > 0, {
    error: "emptyMatch: an empty match would bind everyone; name `groups`, `principals` or `claims`",
    // Unknown keys are no longer among the members.
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ minProperties: 1 });

const binding = closed(
  "Attaches policies to the callers that match. A caller that matches several bindings has the policies of all.",
  {
    match,
    policies: someOf(text).describe(
      "Names of policies: `read` is policies/read.json, `hr/agents` is policies/hr/agents.json.",
    ),
  },
  {
    boundary: text.describe("Name of the policy that is the permissions boundary of the callers that match."),
  },
);

export const bindings = z
  .array(binding)
  .describe("Who gets which policies. Callers without a matching binding have no access.");

/** What a match is read with. */
export interface MatchReading {
  /** Those that are configured: groups, claims and ids mean something within one issuer only. */
  readonly issuers: ReadonlySet<string>;
  /** Those whose callers have no groups, because `claims.groups` is left out. */
  readonly withoutGroups: ReadonlySet<string>;
  readonly isTrial: boolean;
}

export function readBindings(
  items: Sound<z.infer<typeof bindings>>,
  node: DocumentNode,
  reading: MatchReading,
): readonly Binding[] {
  if (items.length === 0) node.report("noBindings", "there are no bindings, so nobody has access", "warning");
  const read = items.map((item, index) => ({
    match: readMatch(item?.match, node.at([index, "match"]), reading),
    policies: listOf(item?.policies),
    ...(item?.boundary === undefined ? {} : { boundary: item.boundary }),
  }));
  compareBindings(read, node);
  return read;
}

export function readMatch(
  given: Sound<z.infer<typeof match>> | undefined,
  node: DocumentNode,
  { issuers, withoutGroups, isTrial }: MatchReading,
): BindingMatch {
  if (!given) return {};
  checkIssuers(given.issuer, node.at(["issuer"]), issuers);
  checkIssuers(given.claims?.["iss"], node.at(["claims", "iss"]), issuers);
  const { claims: accepted, ...lists } = given;
  const listsOf = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, some]) => [name, listOf(some)]));
  const read: BindingMatch = { ...listsOf(lists), ...(accepted ? { claims: listsOf(accepted) } : {}) };
  if (given.groups) checkGroups(read, node.at(["groups"]), { issuers, withoutGroups });
  const written = node.plain() as BindingMatch;
  if (Object.keys(written).length === 0 || issuers.size < 2 || namesIssuer(written)) return read;
  const message =
    "several issuers are configured, and groups, claims and ids of one mean nothing at another; add `issuer: …` to say whose callers are meant";
  if (!isTrial) {
    node.report("withoutIssuer", message);
    return read;
  }
  const note =
    "; until then `validate` and `bundle` refuse it, and here it matches the callers of all issuers";
  node.report("withoutIssuer", message + note, "warning");
  return { issuer: [...issuers], ...read };
}

/**
 * A caller of an issuer that maps no groups is in no group. So each issuer that the binding names must map them; if it
 * names none, one of the configured issuers must.
 */
function checkGroups(
  { issuer, claims }: BindingMatch,
  node: DocumentNode,
  { issuers, withoutGroups }: Omit<MatchReading, "isTrial">,
): void {
  const named = [issuer, claims?.["iss"]].filter((urls) => urls !== undefined);
  const possible = [...issuers].filter((url) => named.every((urls) => urls.includes(url)));
  const lacking = possible.filter((url) => withoutGroups.has(url));
  if (lacking.length === 0 || (named.length === 0 && lacking.length < possible.length)) return;
  const urls = lacking.map((url) => `\`${url}\``).join(", ");
  const claim = lacking.every(isCognito) ? "cognito:groups" : "NAME";
  const which = claim === "NAME" ? "; NAME is the claim of the tokens that lists the caller's groups" : "";
  node.report(
    "groupsNotMapped",
    `callers of ${urls} are in no group, so this never matches them; add \`claims: { groups: "${claim}" }\` to the issuer${which}`,
  );
}

/** Issuers are compared as they are written, like those of tokens. */
function checkIssuers(
  urls: string | readonly (string | undefined)[] | undefined,
  node: DocumentNode,
  known: ReadonlySet<string>,
): void {
  for (const [index, url] of [urls].flat().entries()) {
    if (url === undefined || known.has(url)) continue;
    const nearest = nearestName(url, known);
    const others = [...known].map((each) => `\`${each}\``).join(", ");
    const hint = nearest ? `; did you mean \`${nearest}\`` : others && `; configured are ${others}`;
    node.at([index]).report("unknownIssuer", `no issuer \`${url}\` is configured${hint}`);
  }
}
