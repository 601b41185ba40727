/** The caller of a bearer token on the command line. */
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import { mintPrincipal } from "../../../shared/identity/principal/principal.ts";
import { inspectToken, maxTokenBytes } from "../../../shared/identity/token/inspect-token.ts";
import { TokenError, toCodedError } from "../../../shared/identity/token/token-error.ts";
import { checkClaims, checkTimes, readTimes } from "../../../shared/identity/token/token-requirements.ts";
import { TokenVerifier } from "../../../shared/identity/token/verify.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { Signature } from "../../authoring/explain/report.ts";
import { type CommandIo, UsageError } from "../command-io.ts";

interface TokenCaller {
  readonly signature: Signature;
  readonly principal: VerifiedPrincipal;
}

/**
 * Returns why the token is refused, if it is.
 * @throws UsageError if the issuer's keys cannot be fetched
 */
export async function readTokenCaller(
  token: string,
  issuers: readonly IssuerConfiguration[],
  mayFetch: boolean,
): Promise<TokenCaller | TokenError> {
  try {
    const { issuer: name } = inspectToken(token);
    const issuer = issuers.find((each) => each.issuer === name);
    if (!issuer) throw new TokenError("issuer");
    const hasAllKeys = issuer.jwks !== undefined && issuer.jwksUri === undefined;
    if (hasAllKeys || mayFetch)
      return { signature: "valid", principal: await new TokenVerifier([issuer]).verify(token) };
    return { signature: "not checked", principal: await readUnverified(token, issuer) };
  } catch (cause) {
    const error = toCodedError(cause);
    if (error instanceof TokenError) return error;
    throw new UsageError(`the token's signature cannot be checked: ${error.message}`, { cause });
  }
}

/**
 * Checks all that the verifier checks, except the signature.
 *
 * INVARIANT: the principal is only printed or explained, with `not checked` beside it. No call is sent for it.
 */
async function readUnverified(token: string, issuer: IssuerConfiguration): Promise<VerifiedPrincipal> {
  const { payload, payloadB64 } = decomposeUnverifiedJwt(token);
  const toleranceSeconds = issuer.clockToleranceSeconds ?? 0;
  await checkClaims(payload, inspectToken(token).type, issuer);
  checkTimes(readTimes(payload), Date.now() / 1000, toleranceSeconds);
  return mintPrincipal(payload, issuer.claims, {
    toleranceSeconds,
    payload: Buffer.from(payloadB64, "base64url").toString("utf8"),
  });
}

/** Reads one token, with or without one line break at its end; a longer text is refused as a token of its length is. */
export async function readToken(stdin: CommandIo["stdin"]): Promise<string> {
  let text = "";
  for await (const chunk of stdin) {
    text += Buffer.from(chunk).toString("latin1");
    if (text.length > maxTokenBytes + 2) break;
  }
  return text.replace(/\r?\n$/, "");
}
