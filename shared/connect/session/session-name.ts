/**
 * The name of a caller's calls in CloudTrail: `RoleSessionName` and `SourceIdentity` of the session.
 *
 * STS accepts 2 to 64 letters, digits and `_+=,.@-` (API reference of AssumeRole); an id may hold anything. Names are
 * unique.
 */
import { createHash } from "node:crypto";

const nameForm = /^[A-Za-z0-9_+=,.@-]{2,64}$/;
/** The end of a name that replaces an id that does not fit. */
const madeForm = /=[0-9a-f]{20}$/;
const longestPrefix = 43;

/** The session of the proxy's own calls: the look-ups that callers share. */
export const ownSessionName = "connect-authorizer";

/**
 * Names a caller's session: the id itself if it fits, otherwise the part of it that fits and a hash of the whole.
 *
 * @param isOnlyIssuer whether ids alone distinguish callers; otherwise the name always has the hash, which covers the issuer
 */
export function sessionNameOf(
  caller: { readonly id: string; readonly issuer: string },
  isOnlyIssuer: boolean,
): string {
  const { id, issuer } = caller;
  // INVARIANT: an id that looks like a made name, or like our own, is never used unchanged: a caller could choose
  // another's name.
  if (isOnlyIssuer && nameForm.test(id) && !madeForm.test(id) && id !== ownSessionName) return id;
  const readable = id.replace(/[^A-Za-z0-9_+=,.@-]+/g, "-").slice(0, longestPrefix);
  const hash = createHash("sha256")
    .update(JSON.stringify([issuer, id]), "utf8")
    .digest("hex")
    .slice(0, 20);
  return `${readable}=${hash}`;
}
