/**
 * The door as a protected resource of OAuth: where it is, what it says of itself (RFC 9728), and how it leads a client
 * without a usable token to the issuers (Model Context Protocol 2026-07-28, "Authorization").
 *
 * Its address is the configuration's, else that of API Gateway's own context. The header `Host` is never read: who sends
 * it could lead clients elsewhere.
 */
import type { Configuration, McpDoor } from "../../shared/bundle/types.ts";
import { TokenError } from "../../shared/identity/token/token-error.ts";
import type { AnswerError, HttpAnswer } from "../../shared/request/answer/error-answer.ts";
import { recordOf, textOf } from "../../shared/request/event/event-fields.ts";

/** The route of messages. */
const doorPath = "/mcp";
/** RFC 9728 section 3: the well-known path, alone and with the path of the resource. */
const metadataPath = "/.well-known/oauth-protected-resource";
export const metadataPaths: readonly string[] = [metadataPath, `${metadataPath}${doorPath}`];

export interface ProtectedResource {
  /** Its identifier: the URL that clients call. */
  readonly resource: string;
  readonly metadataUrl: string;
}

export interface DoorPlace {
  readonly config: Configuration;
  /** `undefined` if nobody says where it is. */
  readonly place: ProtectedResource | undefined;
}

/** What the configuration says of the door, if it says more than that it is open. */
export function doorOf({ doors }: Configuration): Partial<McpDoor> {
  return doors?.mcp === true ? {} : (doors?.mcp ?? {});
}

/**
 * @param call its path without stage and base path
 * @param origin of a gateway without API Gateway's context, like `http://127.0.0.1:3000`
 * @returns `undefined` if neither the configuration nor the event says it
 */
export function resourceOf(
  config: Configuration,
  { event, rawPath, origin }: { readonly event: unknown; readonly rawPath: string; readonly origin?: string },
): ProtectedResource | undefined {
  const resource = doorOf(config).resource ?? addressOf(event, rawPath, origin);
  if (resource === undefined) return undefined;
  const { origin: host, pathname } = new URL(resource);
  // Below a stage or base path, the well-known path of the host leads to another API.
  const base = resource.endsWith(doorPath) ? resource.slice(0, -doorPath.length) : undefined;
  const metadataUrl =
    base === undefined ? `${host}${metadataPath}${pathname}` : `${base}${metadataPath}${doorPath}`;
  return { resource, metadataUrl };
}

/** The domain and stage that API Gateway, or a function URL, says itself. */
function addressOf(event: unknown, rawPath: string, origin: string | undefined): string | undefined {
  if (origin !== undefined) return `${origin}${doorPath}`;
  const context = recordOf(recordOf(event)["requestContext"]);
  const domain = textOf(context["domainName"]) ?? "";
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(domain)) return undefined;
  const path = textOf(context["path"]) ?? textOf(recordOf(context["http"])["path"]) ?? "";
  const prefix = path.endsWith(rawPath) ? path.slice(0, path.length - rawPath.length) : "";
  return /^(?:\/[\w.~-]+)*$/.test(prefix) ? `https://${domain}${prefix}${doorPath}` : undefined;
}

/** The answer to `GET` of {@link metadataPaths}; public, like the issuers' own metadata. */
export function answerMetadata({ config, place }: DoorPlace): HttpAnswer {
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  if (!config.doors?.mcp || place === undefined) return { status: 404, headers, body: "{}" };
  const scopes = scopesOf(config);
  const metadata = {
    resource: place.resource,
    authorization_servers: config.issuers.map(({ issuer }) => issuer),
    bearer_methods_supported: ["header"],
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
    resource_name: "Amazon Connect, by connect-authorizer",
  };
  return { status: 200, headers, body: JSON.stringify(metadata) };
}

function scopesOf({ issuers }: Configuration): readonly string[] {
  return [...new Set(issuers.flatMap(({ scopes = [] }) => scopes))];
}

/**
 * Completes the refusal of a caller: the challenge leads to the metadata and names the scopes to ask for. A token that
 * only lacks a scope is answered by 403 (RFC 6750 section 3.1).
 */
export function withChallenge(error: AnswerError, cause: unknown, door: DoorPlace | undefined): AnswerError {
  const given = error.headers?.["www-authenticate"];
  if (given === undefined || door === undefined) return error;
  const { config, place } = door;
  const lacksScope = cause instanceof TokenError && cause.refusal === "scope";
  const scopes = scopesOf(config);
  const challenge = [
    lacksScope ? given.replace('error="invalid_token"', 'error="insufficient_scope"') : given,
    ...(place === undefined ? [] : [`resource_metadata="${place.metadataUrl}"`]),
    ...(scopes.length > 0 ? [`scope="${scopes.join(" ")}"`] : []),
  ].join(", ");
  return {
    ...error,
    ...(lacksScope ? { status: 403, name: "AccessDeniedException" } : {}),
    headers: { ...error.headers, "www-authenticate": challenge },
  };
}
