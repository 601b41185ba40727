/** Who calls, as the command line of `explain` says it: by flags, a token, or a file. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { OpenedBundle } from "../../../../shared/bundle/bundle.ts";
import { ClaimError } from "../../../../shared/identity/principal/issued-claims.ts";
import { TokenError } from "../../../../shared/identity/token/token-error.ts";
import type { VerifiedPrincipal } from "../../../../shared/identity/types.ts";
import type { PrincipalItem } from "../../../../shared/principals/item.ts";
import { findConfiguredIssuer } from "../../../authoring/configuration/configured-issuer.ts";
import { mintCaller } from "../../../authoring/configuration/mint-caller.ts";
import { type Signature, unnamed } from "../../../authoring/explain/report.ts";
import { didYouMean } from "../../../authoring/nearest-name.ts";
import { type CommandIo, UsageError } from "../../command-io.ts";
import { readPairs } from "../../token/caller-options.ts";
import { readToken, readTokenCaller } from "../../token/token-caller.ts";
import { ofConfiguredIssuer, readCaller } from "../explain-input.ts";

export interface GivenCaller {
  readonly sub?: string;
  readonly group: readonly string[];
  readonly name?: string;
  readonly tag: readonly string[];
  readonly claim: readonly string[];
  readonly issuer?: string;
  readonly token?: string;
  readonly principal?: string;
}

export interface ExplainedCaller {
  readonly principal: VerifiedPrincipal;
  /** Of a table of principals. */
  readonly item?: PrincipalItem;
  /** Of a token. */
  readonly signature?: Signature;
  /** Condition keys that are not known, because the caller's id was not given. */
  readonly unseen?: ReadonlySet<string>;
}

/**
 * Reads the caller, or why its token is refused.
 * @throws UsageError for a caller that no token of the configured issuers describes
 */
export async function readGivenCaller(
  given: GivenCaller,
  bundle: OpenedBundle,
  io: CommandIo,
): Promise<ExplainedCaller | TokenError> {
  const { token, principal: file } = given;
  if (token !== undefined) {
    const text = token === "-" ? await readToken(io.stdin) : token;
    return readTokenCaller(text, bundle.config.issuers, false);
  }
  return file === undefined ? callerOfFlags(given, bundle) : callerOfFile(file, bundle, io);
}

async function callerOfFile(file: string, bundle: OpenedBundle, io: CommandIo): Promise<ExplainedCaller> {
  const caller = await readCaller(file, io);
  const { policies = [], boundaries = [] } = caller.item ?? {};
  const unknown = [...policies, ...boundaries].find((name) => !bundle.hasPolicy(name));
  const bound = bundle.config.bindings.flatMap((binding) => binding.policies);
  if (unknown !== undefined)
    throw new UsageError(
      `\`attached\` names the policy \`${unknown}\`, which the configuration does not have${didYouMean(unknown, bound)}`,
    );
  return { ...caller, principal: ofConfiguredIssuer(caller.principal, bundle.config) };
}

function callerOfFlags(given: GivenCaller, { config }: OpenedBundle): ExplainedCaller {
  const { sub, group, name, tag, claim, issuer: url } = given;
  const issuer = findConfiguredIssuer(url, config.issuers);
  if (typeof issuer === "string") throw new UsageError(issuer);
  const caller = {
    id: sub ?? unnamed,
    groups: group,
    tags: readPairs(tag, "tag"),
    claims: readPairs(claim, "claim"),
    ...(name === undefined ? {} : { name }),
  };
  try {
    const principal = mintCaller(caller, issuer);
    if (sub !== undefined) return { principal };
    const opaqueClaims = [...(principal.opaqueClaims ?? []), lowerAscii(issuer.claims.id)];
    const unseen = new Set(["aws:userid", ...(name === undefined ? ["aws:username"] : [])]);
    return { principal: { ...principal, opaqueClaims }, unseen };
  } catch (error) {
    if (error instanceof ClaimError) throw new UsageError(error.message, { cause: error });
    if (!(error instanceof TokenError)) throw error;
    throw new UsageError(`a token like this is refused: ${error.description}`, { cause: error });
  }
}
