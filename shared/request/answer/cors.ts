/**
 * Which web pages may read answers, by the Fetch standard's CORS protocol: headers on every answer, and preflights.
 *
 * It protects a page's users from other pages. It grants no access: every call is decided, from every origin.
 */

/** `cors` of the configuration, with all defaults. */
export interface CorsConfiguration {
  /** Exact origins (`https://console.example.com`), or `*` alone. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  /** Request headers, in lower case. */
  readonly allowHeaders: readonly string[];
  /** Answer headers that pages may read, in lower case. */
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
  /** Whether pages may send cookies; never with `*`. */
  readonly allowCredentials: boolean;
}

type Headers = ReadonlyMap<string, readonly string[]>;

/**
 * Returns the headers that let the request's origin read the answer; none for an origin that is not allowed.
 *
 * @param headers lower-case name → all values in order
 */
export function corsHeaders(
  headers: Headers,
  cors: CorsConfiguration | undefined,
): Readonly<Record<string, string>> {
  if (!cors) return {};
  const isForAll = cors.allowOrigins.includes("*");
  // The answer differs by origin, so a cache must not give it to another origin.
  const vary: Record<string, string> = isForAll ? {} : { vary: "Origin" };
  const [origin, second] = headers.get("origin") ?? [];
  const isAllowed =
    origin !== undefined && second === undefined && (isForAll || cors.allowOrigins.includes(origin));
  if (!isAllowed) return vary;
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    ...(cors.allowCredentials ? { "access-control-allow-credentials": "true" } : {}),
    ...(cors.exposeHeaders.length === 0
      ? {}
      : { "access-control-expose-headers": cors.exposeHeaders.join(", ") }),
    ...vary,
  };
}

/**
 * Returns the headers of the answer to a preflight, whose status is 204. `undefined`: the request is not a preflight.
 *
 * A preflight carries no token, so it is answered before the caller is identified.
 */
export function preflightHeaders(
  method: string,
  headers: Headers,
  cors: CorsConfiguration | undefined,
): Readonly<Record<string, string>> | undefined {
  const isPreflight =
    method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
  if (!cors || !isPreflight) return undefined;
  const { "access-control-expose-headers": _notHere, ...common } = corsHeaders(headers, cors);
  if (!("access-control-allow-origin" in common)) return common;
  return {
    ...common,
    "access-control-allow-methods": cors.allowMethods.join(", "),
    "access-control-allow-headers": cors.allowHeaders.join(", "),
    "access-control-max-age": String(cors.maxAgeSeconds),
  };
}
