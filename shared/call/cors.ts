/**
 * What a call's answer says to browsers, by the policies' configuration.
 */
import type { BundleSource } from "../bundle/source/source.ts";
import { corsHeaders, preflightHeaders } from "../request/answer/cors.ts";
import type { HttpCall } from "../request/types.ts";

/** Gives the CORS headers of an answer, and those of the answer to a preflight. None while there is no bundle; never rejects. */
export async function readCors(bundles: BundleSource, { method, headers }: HttpCall) {
  const cors = await bundles.current().then(
    ({ config }) => config.cors,
    () => undefined,
  );
  return { headers: corsHeaders(headers, cors), preflight: preflightHeaders(method, headers, cors) };
}
