/**
 * The API key on which API Gateway counts a caller, where the stack has usage plans (template.yaml's `CallerKeys`).
 *
 * Callers are spread among a fixed number of keys, so that a new caller needs none made. A key's value is no secret:
 * the API's key source is its authorizer, and a client's `x-api-key` header counts for nothing.
 */
import { sha256 } from "../../shared/bundle/canonical-json.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";

/** The same caller always has the same key of so many. Ids are unique only within their issuer. */
export function usageKeyNumber(
  { issuer, id }: Pick<VerifiedPrincipal, "issuer" | "id">,
  keys: number,
): number {
  return Number.parseInt(sha256(JSON.stringify([issuer, id])).slice(0, 8), 16) % keys;
}

/** Values are unique within an account and Region; API Gateway takes letters and digits, 20 to 128 of them. */
export function usageKeyValue(apiId: string, number: number): string {
  return `connectauthorizer${apiId}${String(number).padStart(5, "0")}`;
}

/** The part of the authorizer's answer; empty without keys. */
export function usageOf(methodArn: string, principal: VerifiedPrincipal, keys: number) {
  if (!keys) return undefined;
  const [, , , , , apiId = ""] = methodArn.split(/[:/]/);
  return { usageIdentifierKey: usageKeyValue(apiId, usageKeyNumber(principal, keys)) };
}
