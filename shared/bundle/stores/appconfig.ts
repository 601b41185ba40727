/**
 * Loads bundles from AWS AppConfig, in a session of its data plane. Each answer holds the token for the next request
 * and the time to wait before it. An empty answer means that nothing is newer.
 *
 * Source: AppConfig Data API reference, StartConfigurationSession and GetLatestConfiguration.
 */

import { parseJsonBytes } from "../../json-members.ts";
import type { Settings } from "../../settings.ts";
import { isPlainObject } from "../../shape.ts";
import { sha256 } from "../canonical-json.ts";
import { type AwsEndpoint, AwsFailure, findEndpoint, sendAwsRequest } from "./aws.ts";
import type { AwsLocation, LoadBundle, StoredBundle } from "./store.ts";

type AppConfigLocation = Extract<AwsLocation, { readonly kind: "appconfig" }>;

/** Limits for the time between two requests of a session; the service refuses an earlier request. */
const minPollSeconds = 15;
const maxPollSeconds = 86_400;

/** A session between two requests. Each token is used once. */
interface Session {
  readonly token: string;
  /** The last content of the session: "nothing new" means newer than this. */
  readonly revision?: string;
}

/** @param refreshSeconds how often the caller will load */
export function createAppConfigLoader(
  place: AppConfigLocation,
  settings: Settings,
  refreshSeconds: number,
): LoadBundle {
  const poller = new AppConfigPoller(place, settings, refreshSeconds);
  return (known, signal) => poller.load(known, signal);
}

class AppConfigPoller {
  readonly #place: AppConfigLocation;
  readonly #endpoint: AwsEndpoint;
  readonly #pollSeconds: number;
  #kept: Session | undefined;

  constructor(place: AppConfigLocation, settings: Settings, refreshSeconds: number) {
    this.#place = place;
    this.#endpoint = findEndpoint("appconfigdata", settings);
    this.#pollSeconds = Math.min(Math.max(minPollSeconds, Math.floor(refreshSeconds * 0.7)), maxPollSeconds);
  }

  async load(known: string | undefined, signal: AbortSignal): Promise<StoredBundle> {
    // Removed first: after a failed attempt, no session may count as having delivered what its caller never got.
    const session = known !== undefined && this.#kept?.revision === known ? this.#kept : undefined;
    this.#kept = undefined;
    if (session) {
      try {
        return await this.#poll(session, signal);
      } catch (error) {
        // The token has expired or was already used, or the request was too early: start a new session.
        if (!(error instanceof AwsFailure) || error.status !== 400) throw error;
      }
    }
    const found = await this.#poll({ token: await this.#start(signal) }, signal);
    if (found.kind === "unchanged") throw new Error("the configuration profile holds nothing");
    return found.revision === known ? { kind: "unchanged", pauseMs: found.pauseMs ?? 0 } : found;
  }

  async #start(signal: AbortSignal): Promise<string> {
    const { application, environment, profile } = this.#place;
    const body = JSON.stringify({
      ApplicationIdentifier: application,
      EnvironmentIdentifier: environment,
      ConfigurationProfileIdentifier: profile,
      RequiredMinimumPollIntervalInSeconds: this.#pollSeconds,
    });
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", path: "/configurationsessions", headers, body } as const;
    const json = parseJsonBytes((await sendAwsRequest(this.#endpoint, request, signal)).body);
    const token = isPlainObject(json) ? json["InitialConfigurationToken"] : undefined;
    if (typeof token !== "string") throw new TypeError("the service answered without a token");
    return token;
  }

  async #poll({ token: used, revision: seen }: Session, signal: AbortSignal): Promise<StoredBundle> {
    const query = { configuration_token: used };
    const request = { method: "GET", path: "/configuration", query } as const;
    const { headers, body: bytes } = await sendAwsRequest(this.#endpoint, request, signal);
    const token = headers.get("next-poll-configuration-token");
    if (!token) throw new TypeError("the service answered without a token for the next request");
    const pause = headers.get("next-poll-interval-in-seconds") ?? "";
    const pauseMs = (/^\d{1,6}$/.test(pause) ? Number(pause) : this.#pollSeconds) * 1000;
    const revision = bytes.length > 0 ? sha256(bytes) : seen;
    this.#kept = revision === undefined ? { token } : { token, revision };
    if (bytes.length === 0 || revision === undefined) return { kind: "unchanged", pauseMs };
    return { kind: "content", revision, content: { kind: "text", bytes }, pauseMs };
  }
}
