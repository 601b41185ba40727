/** Creates an authorizer: the functions' own foundation, verification and decision, without HTTP around them. */
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { types } from "node:util";
import { readNamedPolicies } from "../../shared/bundle/source/source.ts";
import { parseAwsLocation } from "../../shared/bundle/stores/store.ts";
import { type Foundation, layFoundation } from "../../shared/call/foundation.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { CodedError, type ErrorCode, formatIssue } from "../../shared/errors.ts";
import { decodePrincipal } from "../../shared/identity/principal/principal-context.ts";
import { readBearerToken } from "../../shared/identity/token/bearer-token.ts";
import { TokenError } from "../../shared/identity/token/token-error.ts";
import { TokenVerifier } from "../../shared/identity/token/verify.ts";
import { writeLog } from "../../shared/observe/log.ts";
import { callerMessageOf } from "../../shared/request/answer/error-answer.ts";
import { recordOf } from "../../shared/request/event/event-fields.ts";
import { type Environment, readSettings } from "../../shared/settings.ts";
import { type DecidedCall, decideCall, type LibraryCall } from "./decide-call.ts";
import {
  AuthorizerError,
  type AuthorizerErrorCode,
  ConfigurationError,
  TokenRefusedError,
} from "./errors.ts";
import { lookUpOf } from "./guard/client-look-up.ts";
import { copyInput, inputToSend } from "./input-copy.ts";
import { Principals } from "./principals.ts";
import type {
  Authorizer,
  AuthorizerOptions,
  Decision,
  DecisionRequest,
  DenialReason,
  Principal,
} from "./types.ts";

/** What a guard needs of an authorizer, and no one else. */
export interface AuthorizerCore {
  readonly principals: Principals;
  /** Begins the trail of a call. */
  begin(call: Pick<LibraryCall, "requestId" | "sourceIp">): Promise<Trail>;
  /** Ends the trail of a call. @param status of its answer */
  end(trail: Trail, status?: number): Promise<void>;
  /** @throws CodedError if the call cannot be decided */
  decide(principal: unknown, call: LibraryCall, trail: Trail): Promise<DecidedCall>;
}

const cores = new WeakMap<object, AuthorizerCore>();

/** @throws AuthorizerError for an object that `createAuthorizer` did not make */
export function coreOf(authorizer: Authorizer): AuthorizerCore {
  const core = cores.get(authorizer);
  if (core) return core;
  throw new AuthorizerError("internal", "the authorizer is not one that `createAuthorizer` made");
}

/** The errors are those of the public function. */
export async function createAuthorizer(options: AuthorizerOptions): Promise<Authorizer> {
  const { settings, packaged } = await openSource(checkSource(options));
  const { onRecord } = options;
  const foundation = layFoundation(readSettings(environmentOf(settings)), {
    ...(packaged === undefined ? {} : { packagedBundle: packaged }),
    // The library decides calls, and answers no questions about others.
    ...(onRecord ? { onRecord: (record) => onRecord({ ...record, type: "decision" }) } : {}),
  });
  await foundation.bundles.current().catch(rethrow);
  const principals = new Principals();
  const core = createCore(foundation, principals);
  const authorizer: Authorizer = Object.freeze({
    identify: createIdentify(foundation, principals),
    identifyFromContext: (context: unknown) =>
      identifyFromContext(foundation, principals, context).catch(rethrow),
    decide: (request: DecisionRequest) => decide(core, request),
  });
  cores.set(authorizer, core);
  return authorizer;
}

/** Programs without types may name no source, or two. */
function checkSource(options: AuthorizerOptions): AuthorizerOptions {
  const { config, bundle }: { readonly config?: unknown; readonly bundle?: unknown } = options;
  const isFolder = typeof config === "string" && config !== "" && bundle === undefined;
  const isText = typeof bundle === "string" && bundle !== "";
  const isBundle = (isText || (typeof bundle === "object" && bundle !== null)) && config === undefined;
  if (isFolder || isBundle) return options;
  throw new AuthorizerError(
    "bundleUnavailable",
    "name either `config`, the folder of a configuration, or `bundle`, a file, a location or the parsed JSON",
  );
}

interface OpenedSource {
  readonly settings: Environment;
  readonly packaged?: object;
}

async function openSource(options: AuthorizerOptions): Promise<OpenedSource> {
  const settings = { AUTHORIZER_PRINCIPALS_TABLE: options.principalsTable };
  if (options.config !== undefined) {
    return { settings, packaged: await loadFolder(options.config, options.environment) };
  }
  const { bundle, publicKey, audience, minSequence, refreshSeconds, maxStaleSeconds } = options;
  const checks = {
    AUTHORIZER_BUNDLE_PUBLIC_KEY: publicKey,
    AUTHORIZER_BUNDLE_AUDIENCE: audience,
    AUTHORIZER_BUNDLE_MIN_SEQUENCE: minSequence?.toString(),
    AUTHORIZER_REFRESH_SECONDS: refreshSeconds?.toString(),
    AUTHORIZER_MAX_STALE_SECONDS: maxStaleSeconds?.toString(),
  };
  if (typeof bundle !== "string") return { settings: { ...settings, ...checks }, packaged: bundle };
  const isLocation = parseAwsLocation(bundle) !== undefined || bundle.startsWith("file:");
  const AUTHORIZER_BUNDLE = isLocation ? bundle : `file:${resolve(bundle)}`;
  return { settings: { ...settings, ...checks, AUTHORIZER_BUNDLE } };
}

/**
 * The settings that options say, and AWS's own variables: Region, credentials and endpoints for stores and the table.
 * Those are read when they are used, because credentials change. No other variable counts.
 */
function environmentOf(own: Environment): Environment {
  return new Proxy(own, {
    get: (_, name: string) => own[name] ?? (name.startsWith("AWS_") ? process.env[name] : undefined),
  });
}

/** The reader of folders is loaded on demand: users of bundles do not need it. */
async function loadFolder(folder: string, environment: string | undefined): Promise<object> {
  const { loadConfiguration } = await import("../authoring/configuration/load-configuration.ts");
  const loaded = await loadConfiguration(folder, { environment });
  if (loaded.ok) return loaded.bundle;
  throw new ConfigurationError(
    `the configuration in \`${folder}\` has errors:\n${loaded.issues.map(formatIssue).join("\n")}`,
    loaded.issues,
  );
}

function createCore(foundation: Foundation, principals: Principals): AuthorizerCore {
  return {
    principals,
    begin({ requestId, sourceIp }) {
      const call = { requestId, ...(sourceIp === undefined ? {} : { sourceIp }) };
      return foundation.begin("library", call, { event: undefined, awsRequestId: undefined });
    },
    end: (trail, status) => trail.end(foundation.bundles.ageMs(), status),
    decide: (principal, call, trail) =>
      decideCall(foundation, { principal: () => principals.find(principal), call }, trail),
  };
}

function createIdentify({ bundles, observer }: Foundation, principals: Principals) {
  const onKeysFailure = (uri: string, message: string) => {
    writeLog("WARN", "keysProblem", { uri, message });
    observer?.count("KeysFailure");
  };
  let verifier = new TokenVerifier([], { onKeysFailure });
  return async (token: string): Promise<Principal> => {
    try {
      const { config } = await bundles.current();
      verifier = verifier.for(config.issuers);
      // This header may hold the bare token, too.
      const header = "x-connect-token";
      const bare = readBearerToken(new Map([[header, [String(token)]]]), header);
      if (bare === undefined) throw new TokenError("notCompact");
      return principals.add(await verifier.verify(bare));
    } catch (error) {
      return rethrow(error);
    }
  };
}

async function identifyFromContext(
  { bundles }: Foundation,
  principals: Principals,
  context: unknown,
): Promise<Principal> {
  const members = recordOf(context);
  // HTTP APIs put the authorizer's context under this name.
  const own = "lambda" in members ? recordOf(members["lambda"]) : members;
  const verified = decodePrincipal(own["principal"], Date.now() / 1000);
  const named = readNamedPolicies(own);
  await bundles.current(named);
  return principals.add(verified, named);
}

/** @throws the library's own error for ours; any other error unchanged */
function rethrow(error: unknown): never {
  if (error instanceof TokenError) throw new TokenRefusedError(error.refusal, error.message);
  if (!(error instanceof CodedError)) throw error;
  throw new AuthorizerError(publicCodeOf(error.code), error.message, { cause: error.cause });
}

const publicCodes: ReadonlySet<string> = new Set<AuthorizerErrorCode>([
  "bundleUnavailable",
  "bundleStale",
  "policiesOutdated",
  "unauthorized",
  "jwksUnavailable",
]);

function publicCodeOf(code: ErrorCode): AuthorizerErrorCode {
  return publicCodes.has(code) ? (code as AuthorizerErrorCode) : "internal";
}

async function decide(core: AuthorizerCore, request: DecisionRequest): Promise<Decision> {
  // Read at once: the caller may change the request while this waits.
  const { principal, ...call } = readRequest(request);
  const trail = await core.begin(call);
  try {
    return decisionOf(await core.decide(principal, call, trail), call.requestId);
  } catch (error) {
    return refusalOf(error, trail, call.requestId);
  } finally {
    await core.end(trail);
  }
}

/** Anything that is no time is denied later, as a time at which every token has expired. */
function timeOf(now: unknown): number {
  return types.isDate(now) ? now.getTime() : Number.NaN;
}

/** Programs without types may pass anything: it is denied later. */
function readRequest(request: DecisionRequest | undefined): LibraryCall & { readonly principal: unknown } {
  const { principal, operation, input, sourceIp, now, region, client, signal } = Object(
    request,
  ) as DecisionRequest;
  return {
    principal,
    operation,
    input: copyInput(input),
    requestId: randomUUID(),
    sourceIp: sourceIp === undefined ? undefined : String(sourceIp),
    nowMs: now === undefined ? undefined : timeOf(now),
    region,
    lookUp: client && lookUpOf(client),
    signal,
  };
}

function decisionOf(
  { decision, denial, instance, input, policyVersion }: DecidedCall,
  requestId: string,
): Decision {
  const { ask, evaluation } = decision.decisive;
  return {
    outcome: denial ? "deny" : "allow",
    message: denial?.message ?? `${ask.action} is allowed`,
    decision: decision.decision,
    ...(denial?.failure ? { reason: "upstreamUnavailable" } : {}),
    action: ask.action,
    ...(ask.resource === undefined ? {} : { resource: ask.resource }),
    statements: evaluation.matched.map(({ column: _, ...named }) => named),
    missingContextKeys: evaluation.missingContextKeys,
    ...(denial ? {} : { input: inputToSend(input) }),
    region: instance.region,
    policyVersion,
    requestId,
  };
}

function refusalOf(error: unknown, trail: Trail, requestId: string): Decision {
  const code = trail.fail(error);
  return {
    outcome: "deny",
    message: callerMessageOf(error),
    reason: reasons.has(code) ? (code as DenialReason) : "internal",
    statements: [],
    missingContextKeys: [],
    requestId,
  };
}

const reasons: ReadonlySet<string> = new Set<DenialReason>([
  "invalidInput",
  "unknownInstance",
  "unknownOperation",
  "unauthorized",
  "upstreamUnavailable",
  "bundleUnavailable",
  "bundleStale",
  "policiesOutdated",
]);
