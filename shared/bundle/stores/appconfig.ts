/**
 * Bundles in AWS AppConfig, through its data plane: a session, whose every answer holds the token for the next request
 * and the time to wait before it. An empty answer says that the session has seen the latest.
 *
 * Source: AppConfig Data API reference, StartConfigurationSession and GetLatestConfiguration.
 */

import { parseJsonBytes } from "../../json-members.ts";
import { isPlainObject } from "../canonical-json.ts";
import { sha256 } from "../sha256.ts";
import { type AwsAccess, dnsSuffixOf } from "./aws-access.ts";
import { AwsFailure } from "./aws-failure.ts";
import { type AwsTarget, sendAwsRequest } from "./aws-request.ts";
import type { NetworkLocation } from "./network-location.ts";
import type { BundleStore, StoredBundle } from "./store.ts";

type AppConfigLocation = Extract<NetworkLocation, { readonly kind: "appconfig" }>;

export interface AppConfigOptions {
  readonly access: AwsAccess;
  /** How often the caller means to look. */
  readonly refreshSeconds: number;
}

/** Bounds of the time between two requests of a session; the service refuses one that comes earlier. */
const minPollSeconds = 15;
const maxPollSeconds = 86_400;

/** A session between two requests. A token is good for one. */
interface Session {
  readonly token: string;
  /** What the session gave last: the content that "nothing new" is about. */
  readonly revision?: string;
}

/** Opens the store; nothing is asked yet. */
export function createAppConfigStore(
  place: AppConfigLocation,
  location: string,
  { access, refreshSeconds }: AppConfigOptions,
): BundleStore {
  const pollSeconds = Math.min(Math.max(minPollSeconds, Math.floor(refreshSeconds * 0.7)), maxPollSeconds);
  const target = targetOf(access);
  let kept: Session | undefined;

  async function poll(session: Session, signal: AbortSignal): Promise<StoredBundle> {
    const query = { configuration_token: session.token };
    const answer = await sendAwsRequest(target, { method: "GET", path: "/configuration", query }, signal);
    const token = answer.headers.get("next-poll-configuration-token");
    if (!token) throw new TypeError("the service answered without a token for the next request");
    const pause = answer.headers.get("next-poll-interval-in-seconds") ?? "";
    const pauseMs = (/^\d{1,6}$/.test(pause) ? Number(pause) : pollSeconds) * 1000;
    const isNew = answer.body.length > 0;
    const revision = isNew ? sha256(answer.body) : session.revision;
    kept = revision === undefined ? { token } : { token, revision };
    if (!isNew || revision === undefined) return { kind: "unchanged", pauseMs };
    const { body: bytes } = answer;
    return { kind: "content", revision, content: { kind: "text", bytes }, pauseMs };
  }

  return {
    location,
    async load(known, signal) {
      // Taken away first: an attempt that ends badly leaves no session that has seen what nobody got.
      const session = known !== undefined && kept?.revision === known ? kept : undefined;
      kept = undefined;
      if (session) {
        try {
          return await poll(session, signal);
        } catch (error) {
          // An expired token, one used before, or too early a request: a new session asks anew.
          if (!(error instanceof AwsFailure) || error.status !== 400) throw error;
        }
      }
      const token = await startSession(target, place, { pollSeconds, signal });
      const found = await poll({ token }, signal);
      if (found.kind === "unchanged") throw new Error("the configuration profile holds nothing");
      return found.revision === known ? { kind: "unchanged", pauseMs: found.pauseMs ?? 0 } : found;
    },
  };
}

function targetOf(access: AwsAccess): AwsTarget {
  const { region } = access;
  const host = `appconfigdata.${region}.${dnsSuffixOf(region)}`;
  return {
    endpoint: access.endpointOf("appconfigdata") ?? new URL(`https://${host}`),
    signingName: "appconfig",
    access,
  };
}

async function startSession(
  target: AwsTarget,
  { application, environment, profile }: AppConfigLocation,
  { pollSeconds, signal }: { readonly pollSeconds: number; readonly signal: AbortSignal },
): Promise<string> {
  const body = JSON.stringify({
    ApplicationIdentifier: application,
    EnvironmentIdentifier: environment,
    ConfigurationProfileIdentifier: profile,
    RequiredMinimumPollIntervalInSeconds: pollSeconds,
  });
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", path: "/configurationsessions", headers, body } as const;
  const json = parseJsonBytes((await sendAwsRequest(target, request, signal)).body);
  const token = isPlainObject(json) ? json["InitialConfigurationToken"] : undefined;
  if (typeof token !== "string") throw new TypeError("the service answered without a token");
  return token;
}
