/**
 * Callers, decisions and guarded clients in your own code.
 *
 * @module connect-authorizer
 */
import type { ConnectClient } from "@aws-sdk/client-connect";
import { createAuthorizer as create } from "./create-authorizer.ts";
import { guardClient } from "./guard/guard-client.ts";
import type { Authorizer, AuthorizerOptions, GuardOptions, Principal } from "./types.ts";

export * from "./errors.ts";
export type * from "./types.ts";

/**
 * Creates an authorizer from a configuration's folder or a bundle.
 *
 * ```ts
 * const authorizer = await createAuthorizer({ config: "config" });
 * ```
 *
 * @returns an authorizer, to be kept: it remembers issuers' keys and compiled policies
 * @throws ConfigurationError with all issues of a folder that has errors
 * @throws AuthorizerError `bundleUnavailable` if a bundle cannot be read or is refused
 */
export function createAuthorizer(options: AuthorizerOptions): Promise<Authorizer> {
  return create(options);
}

/**
 * Makes a client that sends only what the policies allow its caller: each command is decided before it is sent, and
 * sent as decided.
 *
 * ```ts
 * const connect = guardConnectClient(new ConnectClient({}), authorizer, await authorizer.identify(token));
 * await connect.send(new DescribeUserCommand({ InstanceId, UserId }));
 * ```
 *
 * It throws `AccessDeniedException` for a denied command, with the message of the functions, and
 * `InvalidParameterException` for a malformed input. It is for one caller and one request: make one for each. Its
 * `destroy` does nothing, because the connections are the client's.
 *
 * @param client is used as it is now, and for looking up what policies need to know. Add middleware and mocks of
 *   `middlewareStack` before. Its Region must be that of the instances that it is for
 * @param principal from `identify` or `identifyFromContext` of this authorizer
 * @returns a client of the same class
 * @throws AuthorizerError `unauthorized` for another object as principal; `unsupportedClient` if the client's version of
 *   the SDK is too old
 */
export function guardConnectClient<Client extends ConnectClient>(
  client: Client,
  authorizer: Authorizer,
  principal: Principal,
  options: GuardOptions = {},
): Client {
  return guardClient(client, { authorizer, principal, options });
}
