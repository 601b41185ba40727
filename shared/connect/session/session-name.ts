/**
 * The name under which a caller's calls appear in CloudTrail: `RoleSessionName` and `SourceIdentity` of the session.
 *
 * STS takes 2 to 64 letters, digits and `_+=,.@-` (API reference of AssumeRole); an id may hold anything. Two callers
 * never get the same name.
 */
import { createHash } from "node:crypto";

const nameForm = /^[A-Za-z0-9_+=,.@-]{2,64}$/;
/** How a name ends that was made from an id that does not fit. */
const madeForm = /=[0-9a-f]{20}$/;
const longestPrefix = 43;

/** The session of calls that nobody in particular makes: the look-ups that callers share. */
export const ownSessionName = "connect-authorizer";

/**
 * Names a caller's session: the id itself where it fits, otherwise as much of it as does and a hash of the whole.
 *
 * @param isOnlyIssuer whether ids alone tell callers apart; otherwise the hash, which covers the issuer, always stands
 */
export function sessionNameOf(
  caller: { readonly id: string; readonly issuer: string },
  isOnlyIssuer: boolean,
): string {
  const { id, issuer } = caller;
  // INVARIANT: what looks made, or like our own, is never taken as it is: a caller could choose another's name.
  if (isOnlyIssuer && nameForm.test(id) && !madeForm.test(id) && id !== ownSessionName) return id;
  const readable = id.replace(/[^A-Za-z0-9_+=,.@-]+/g, "-").slice(0, longestPrefix);
  const hash = createHash("sha256")
    .update(JSON.stringify([issuer, id]), "utf8")
    .digest("hex")
    .slice(0, 20);
  return `${readable}=${hash}`;
}
