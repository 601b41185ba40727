/**
 * Reads `issuers`: whose tokens are trusted, for which audience, and how their claims make a principal.
 *
 * The issuer is compared with a token's `iss` character by character (RFC 7519 section 4.1.1, OpenID Connect
 * Discovery 1.0 section 4.3), so that it is kept exactly as written.
 */

import {
  findTagGivenTwice,
  groupSplits,
  isIssuerUrl,
  isKeySetUrl,
  isKeyType,
  isScope,
  jwkProblem,
  maxClockToleranceSeconds,
  tokenUses,
} from "../../../../shared/bundle/rules/issuers.ts";
import { readKeySet as readVerificationKeys } from "../../../../shared/identity/keys/key-set.ts";
import type { ClaimMapping, IssuerConfiguration } from "../../../../shared/identity/types.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { readChoice, readTextMapping, readTexts } from "./texts.ts";

/** Reads the issuers in the author's order. */
export function readIssuers(node: DocumentNode | undefined): readonly IssuerConfiguration[] {
  const items = node?.list();
  if (items?.length === 0) node?.report("emptyList", "name at least one issuer of tokens");
  const issuers: IssuerConfiguration[] = [];
  for (const item of items ?? []) {
    const members = item.mapping({
      required: ["issuer", "audience"],
      optional: ["claims", "jwksUri", "jwks", "clockToleranceSeconds", "tokenUse", "scopes"],
    });
    const issuer = readIssuerUrl(members?.get("issuer"));
    if (issuers.some((other) => other.issuer === issuer)) {
      members?.get("issuer")?.report("duplicateIssuer", `the issuer \`${issuer}\` stands twice`);
    }
    const audience = readTexts(members?.get("audience"), { orOne: true, some: true });
    const jwksUri = readKeySetUrl(members?.get("jwksUri"));
    const jwks = readKeySet(members?.get("jwks"), jwksUri !== undefined);
    issuers.push({
      issuer: issuer ?? "",
      audience: audience.map(({ text }) => text),
      claims: readClaimMapping(members?.get("claims")),
      ...(jwksUri === undefined ? {} : { jwksUri }),
      ...(jwks === undefined ? {} : { jwks }),
      ...readRequirements(members),
    });
  }
  return issuers;
}

type Requirements = Pick<IssuerConfiguration, "clockToleranceSeconds" | "tokenUse" | "scopes">;

/** Reads what a token must be besides one for the audience; what is not there asks for nothing. */
function readRequirements(members: ReadonlyMap<string, DocumentNode> | undefined): Requirements {
  const tolerance = members?.get("clockToleranceSeconds")?.wholeNumber(0, maxClockToleranceSeconds);
  const tokenUse = readChoice(members?.get("tokenUse"), tokenUses);
  const scopes = readTexts(members?.get("scopes"), { orOne: true, some: true });
  for (const { text, node } of scopes) {
    const message = `\`${text}\` is not one scope; write a list of scopes, without spaces in them`;
    if (!isScope(text)) node.report("malformedScope", message);
  }
  return {
    ...(tolerance === undefined ? {} : { clockToleranceSeconds: tolerance }),
    ...(tokenUse === undefined ? {} : { tokenUse }),
    ...(scopes.length === 0 ? {} : { scopes: scopes.map(({ text }) => text) }),
  };
}

function readIssuerUrl(node: DocumentNode | undefined): string | undefined {
  const issuer = node?.text();
  if (issuer === undefined || isIssuerUrl(issuer)) return issuer;
  const message = `\`${issuer}\` is not an issuer; write its https URL without query or fragment (http only for this machine)`;
  node?.report("malformedUrl", message);
  return issuer;
}

function readKeySetUrl(node: DocumentNode | undefined): string | undefined {
  const url = node?.text();
  if (url === undefined || isKeySetUrl(url)) return url;
  node?.report("malformedUrl", `\`${url}\` is not an https URL of a key set (http only for this machine)`);
  return url;
}

function readClaimMapping(node: DocumentNode | undefined): ClaimMapping {
  const members = node?.mapping({ required: [], optional: ["id", "name", "groups", "tags"] });
  const name = members?.get("name")?.text();
  const groups = readGroups(members?.get("groups"));
  const tags = readTextMapping(members?.get("tags"));
  const twice = findTagGivenTwice(Object.keys(tags ?? {}));
  if (twice !== undefined)
    members
      ?.get("tags")
      ?.report("duplicateKey", `tag \`${twice}\` is given twice; tag keys have no case in policies`);
  return {
    id: members?.get("id")?.text() ?? "sub",
    ...(name === undefined ? {} : { name }),
    ...(groups === undefined ? {} : { groups }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** A claim's name, or a mapping that also says how a claim that is a text is split. */
function readGroups(node: DocumentNode | undefined): ClaimMapping["groups"] {
  if (!node?.isMapping()) return node?.text();
  const members = node.mapping({ required: ["claim"], optional: ["split"] });
  const claim = members?.get("claim")?.text();
  const split = readChoice(members?.get("split"), groupSplits);
  return claim === undefined || split === undefined ? claim : { claim, split };
}

type KeySet = NonNullable<IssuerConfiguration["jwks"]>;

function readKeySet(node: DocumentNode | undefined, hasOthers: boolean): KeySet | undefined {
  const list = node?.mapping({ required: ["keys"], optional: [] })?.get("keys");
  const items = list?.list();
  if (!items) return undefined;
  if (items.length === 0) list?.report("emptyList", "a key set needs at least one key");
  let isSound = items.length > 0;
  const keys = items.map((item) => {
    const members = item.entries();
    const key = Object.fromEntries([...(members ?? [])].map(([name, value]) => [name, value.plain()]));
    const problem = members && jwkProblem(key);
    if (problem) (members.get(problem.member) ?? item).report(problem.code, problem.message);
    else if (members && !isKeyType(key["kty"])) warnOfType(members.get("kty"), key["kty"]);
    if (!members || problem) isSound = false;
    return key;
  });
  if (isSound && !hasOthers && readVerificationKeys({ keys }).keys.length === 0)
    list?.report("unusableKeys", "none of these keys can verify a token, so no token is accepted");
  return { keys };
}

/** The configuration may hold an issuer's whole set as it was published, so this is only a warning. */
function warnOfType(node: DocumentNode | undefined, kty: unknown): void {
  node?.report("unusedKey", `keys of the type \`${kty}\` are not supported: this one is ignored`, "warning");
}
