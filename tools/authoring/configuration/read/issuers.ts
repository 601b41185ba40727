/**
 * `issuers`: whose tokens are trusted, for which audience, and how their claims make a principal.
 *
 * The issuer is compared with a token's `iss` character by character (RFC 7519 section 4.1.1, OpenID Connect
 * Discovery 1.0 section 4.3), so that it is kept exactly as written.
 */
import * as z from "zod";
import {
  findTagGivenTwice,
  groupSplits,
  isIssuerUrl,
  isKeySetUrl,
  isKeyType,
  isScope,
  jwkProblem,
  maxClockToleranceSeconds,
  scopePattern,
  tokenUses,
} from "../../../../shared/bundle/rules/issuers.ts";
import { readKeySet } from "../../../../shared/identity/keys/key-set.ts";
import type { ClaimMapping, IssuerConfiguration } from "../../../../shared/identity/types.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import type { Sound } from "../check-shape.ts";
import { describeOtherIssuer, describeUnmarkedTokens } from "../issuer-forms.ts";
import { closed, jsonMapping, listOf, oneOrSomeOf, text, textThat, wholeNumber } from "../members.ts";

const splitGroups = closed(
  "A groups claim that is a text, or a list.",
  { claim: text.describe("The claim that lists the caller's groups.") },
  {
    split: z
      .enum(groupSplits)
      .describe(
        "How a claim that is a text is split: at spaces, at commas, or read as a JSON list (or as Cognito writes one). Default: a text is one group.",
      ),
  },
);

const tags = z.record(z.string(), text).superRefine((given, context) => {
  const twice = findTagGivenTwice(Object.keys(given));
  if (twice !== undefined)
    context.addIssue(`duplicateKey: tag \`${twice}\` is given twice; tag keys have no case in policies`);
});

const claims = closed(
  "Which claims of a token say who the caller is.",
  {},
  {
    id: text.describe("The claim that is the caller's id: `aws:userid` in policies. Default: sub."),
    name: text.describe("The claim that is the caller's name: `aws:username` in policies."),
    groups: z
      .union([text, splitGroups])
      .describe(
        "The claim that lists the caller's groups, which bindings match. A claim that is a text is one group. Default: callers have no groups, and a binding by groups is an error.",
      ),
    tags: tags.describe("Tag name → claim: `aws:PrincipalTag/NAME` in policies."),
  },
);

/** Other members depend on the key's type and are not checked here. */
const jwk = jsonMapping
  .superRefine((key, context) => {
    const { member, code, message } = jwkProblem(key) ?? {};
    if (member) context.addIssue({ code: "custom", path: [member], message: `${code}: ${message}` });
  })
  .meta({
    properties: {
      kty: {
        description: "Key type. `RSA`, `EC` and `OKP` are supported; a key of any other type is ignored.",
        type: "string",
        minLength: 1,
      },
      kid: {
        description: "The key's id, as in tokens' headers. Not needed if the headers name none.",
        type: ["string", "null"],
        minLength: 1,
      },
    },
    required: ["kty"],
  });

const issuerUrl = textThat(
  isIssuerUrl,
  (url) =>
    `malformedUrl: \`${url}\` is not an issuer; write its https URL without query or fragment (http only for this machine)`,
).meta({ pattern: "^https?://[^\\s?#]+$" });

const keySetUrl = textThat(
  isKeySetUrl,
  (url) => `malformedUrl: \`${url}\` is not an https URL of a key set (http only for this machine)`,
).meta({ pattern: "^https?://[^\\s#]+$" });

const scope = textThat(
  isScope,
  (written) =>
    `malformedScope: \`${written}\` is not one scope; write a list of scopes, without spaces in them`,
).meta({ pattern: scopePattern });

const issuer = closed(
  "An issuer whose tokens are trusted.",
  {
    issuer: issuerUrl.describe("The issuer's https URL, exactly as in the tokens' `iss`."),
    audience: oneOrSomeOf(text).describe(
      "A token must be for one of these audiences: its `aud`, or the `client_id` of Cognito's access tokens.",
    ),
  },
  {
    claims,
    jwksUri: keySetUrl.describe(
      "URL of the issuer's keys. Default: what its discovery document names (`/.well-known/openid-configuration` below the issuer), else `/.well-known/jwks.json`; always the latter for Cognito.",
    ),
    clockToleranceSeconds: wholeNumber(0, maxClockToleranceSeconds, "outOfRange").describe(
      "How far the issuer's clock may differ from ours, in seconds. Default: none.",
    ),
    tokenUse: z
      .enum(tokenUses)
      .describe(
        "What a token must be. Cognito says it in `token_use`; elsewhere the type `at+jwt` marks an access token, and a token without a mark counts as `id`. Entra ID and Okta mark none.",
      ),
    scopes: oneOrSomeOf(scope).describe("A token must have all of these scopes."),
    jwks: closed(
      "The issuer's public keys, as the issuer publishes them. These keys are not fetched, and without `jwksUri` no keys are.",
      { keys: z.array(jwk).min(1, "emptyList: a key set needs at least one key") },
      {},
    ),
  },
);

export const issuers = z
  .array(issuer)
  .min(1, "emptyList: name at least one issuer of tokens")
  .describe("Whose tokens are trusted.");

export function readIssuers(
  items: Sound<z.infer<typeof issuers>>,
  node: DocumentNode,
): readonly IssuerConfiguration[] {
  const read: IssuerConfiguration[] = [];
  for (const [index, item] of items.entries()) {
    if (!item) continue;
    const { issuer: url = "", audience, claims: mapped, jwks, scopes, ...others } = item;
    if (read.some((other) => other.issuer === item.issuer))
      node.at([index, "issuer"]).report("duplicateIssuer", `the issuer \`${url}\` is repeated`);
    const other = describeOtherIssuer(url);
    if (other !== undefined) node.at([index, "issuer"]).report("issuerNeverMatches", other, "warning");
    const unmarked = others.tokenUse === "access" ? describeUnmarkedTokens(url) : undefined;
    if (unmarked !== undefined) node.at([index, "tokenUse"]).report("unmarkedTokens", unmarked, "warning");
    if (jwks?.keys) checkKeys(jwks.keys, "jwksUri" in item, node.at([index, "jwks", "keys"]));
    read.push({
      ...others,
      issuer: url,
      audience: listOf(audience),
      claims: readClaims(mapped),
      ...(jwks ? { jwks: { keys: listOf(jwks.keys) } } : {}),
      ...(scopes ? { scopes: listOf(scopes) } : {}),
    });
  }
  return read;
}

/** Finds the issuers whose callers have no groups. A mapping that is written but wrong is reported at its own place. */
export function issuersWithoutGroups(
  items: Sound<z.infer<typeof issuers>>,
  node: DocumentNode,
): ReadonlySet<string> {
  const lacking = items.filter((_item, index) => {
    const { claims: written = {} } = Object(node.at([index]).plain());
    return isPlainObject(written) && !Object.hasOwn(written, "groups");
  });
  return new Set(lacking.flatMap((item) => item?.issuer ?? []));
}

function readClaims({ groups, tags: given, ...others }: Sound<z.infer<typeof claims>> = {}): ClaimMapping {
  const { claim, split } = typeof groups === "object" ? groups : { claim: groups };
  return {
    id: "sub",
    ...others,
    ...(claim === undefined ? {} : { groups: split ? { claim, split } : claim }),
    ...(given ? { tags: given as Readonly<Record<string, string>> } : {}),
  };
}

type Key = Readonly<Record<string, unknown>>;

function checkKeys(keys: readonly (Key | undefined)[], hasOthers: boolean, node: DocumentNode): void {
  const sound = listOf(keys).filter((key) => !jwkProblem(key));
  for (const key of sound) {
    if (isKeyType(key["kty"])) continue;
    // The configuration may hold an issuer's whole set as it was published, so this is only a warning.
    const message = `keys of the type \`${key["kty"]}\` are not supported: this one is ignored`;
    node.at([keys.indexOf(key), "kty"]).report("unusedKey", message, "warning");
  }
  const isWhole = sound.length > 0 && sound.length === keys.length;
  if (isWhole && !hasOthers && readKeySet({ keys: sound }).keys.length === 0)
    node.report("unusableKeys", "none of these keys can verify a token, so no token is accepted");
}
