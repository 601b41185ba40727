/**
 * Finds the bearer token of a request.
 *
 * Only one header may hold it, because that header's value is part of API Gateway's cache key. A request with an
 * ambiguous token has no token.
 */

/** `b64token` of RFC 6750 section 2.1. */
const tokenText = /^[A-Za-z0-9\-._~+/]+=*$/;
const withScheme = /^bearer +(\S+)$/i;

/**
 * Returns `undefined` if there is no token, or it is ambiguous.
 *
 * `authorization` holds `Bearer <token>` (scheme in any case, RFC 9110 section 11.1); any other header may hold the
 * bare token too. Several values, joined or apart, are no token.
 *
 * @param headers lower-case name → all values in order
 * @param header `authorization` or `x-connect-token`
 */
export function readBearerToken(
  headers: ReadonlyMap<string, readonly string[]>,
  header: string,
): string | undefined {
  const values = headers.get(header);
  const value = values?.[0];
  if (value === undefined || values?.length !== 1) return undefined;
  const text = trimOptionalSpace(value);
  const token = withScheme.exec(text)?.[1] ?? (header === "authorization" ? undefined : text);
  return token !== undefined && tokenText.test(token) ? token : undefined;
}

/** Beginning of an AWS signature: Signature Version 4 or 4A. */
const awsSignature = /^[ \t]*AWS4-(?:HMAC|ECDSA-P256)-SHA256(?:[ \t,]|$)/i;

/** Says why {@link readBearerToken} finds no token, for `error_description`. */
export function describeMissingToken(
  headers: ReadonlyMap<string, readonly string[]>,
  header: string,
): string {
  const values = headers.get(header) ?? [];
  if (values.some((value) => awsSignature.test(value)))
    return `the header ${header} holds an AWS signature (SigV4) and no bearer token: clients that sign need tokenHeader: x-connect-token`;
  if (values.every((value) => value === ""))
    return `the request carries no bearer token: there is none in the header ${header}`;
  if (values.length > 1)
    return `the request carries no bearer token: it has the header ${header} more than once`;
  return `the request carries no bearer token: the header ${header} holds something else`;
}

/** Removes optional white space (RFC 9110 section 5.6.3): only spaces and tabs. */
function trimOptionalSpace(value: string): string {
  const isSpace = (index: number) => value[index] === " " || value[index] === "\t";
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return value.slice(start, end);
}
