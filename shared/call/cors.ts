/** The CORS headers of a call's answer, by the bundle's configuration. */
import type { BundleSource } from "../bundle/source/source.ts";
import { corsHeaders, preflightHeaders } from "../request/answer/cors.ts";
import type { HttpCall } from "../request/types.ts";

/** The CORS headers of an answer, and of the answer to a preflight. None without a bundle; never rejects. */
export async function readCors(bundles: BundleSource, { method, headers }: HttpCall) {
  const cors = await bundles.current().then(
    ({ config }) => config.cors,
    () => undefined,
  );
  return { headers: corsHeaders(headers, cors), preflight: preflightHeaders(method, headers, cors) };
}
