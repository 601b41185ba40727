/** The library: callers, decisions and guarded clients in your own code. docs/library.md shows its use. */
export { createAuthorizer } from "./create-authorizer.ts";
export {
  AuthorizerError,
  type AuthorizerErrorCode,
  ConfigurationError,
  type ConfigurationIssue,
  TokenRefusedError,
} from "./errors.ts";
export { guardConnectClient } from "./guard/guard-client.ts";
export type {
  Authorizer,
  AuthorizerOptions,
  BundleChecks,
  DecidingStatement,
  Decision,
  DecisionRecord,
  DecisionRequest,
  DenialReason,
  GuardOptions,
  PolicySource,
  Principal,
} from "./types.ts";
