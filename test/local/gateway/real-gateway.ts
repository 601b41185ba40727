/**
 * The local gateway with the deployed handlers behind it, in this process: statements in, HTTP out. What reaches
 * Connect is the test's own business (`mockClient`).
 */

import { onTestFinished } from "vitest";
import type { Configuration } from "../../../shared/bundle/types.ts";
import type { Environment } from "../../../shared/settings.ts";
import { type ApiShape, httpApi, restApi } from "../../../tools/local/gateway/events/api-shape.ts";
import { type Gateway, startGateway } from "../../../tools/local/gateway/gateway.ts";
import { given, type Lambdas, type Statement } from "../../functions/lambda-fixture.ts";

export interface RealGateway extends Gateway {
  readonly functions: Lambdas;
}

export interface RealOptions {
  readonly statements: readonly Statement[];
  readonly api?: "rest" | "http";
  readonly shape?: Partial<ApiShape>;
  readonly config?: Partial<Configuration>;
  readonly environment?: Environment;
  readonly cacheTtlSeconds?: number;
}

/** Starts it; it is closed with the test. */
export async function startRealGateway(options: RealOptions): Promise<RealGateway> {
  const { statements, api = "rest", config = {}, environment = {}, cacheTtlSeconds = 60 } = options;
  const shape: ApiShape = { ...(api === "http" ? httpApi : restApi), ...options.shape };
  const functions = given(statements, {
    config,
    environment: {
      AUTHORIZER_CACHE_SECONDS: String(cacheTtlSeconds),
      AUTHORIZER_SIMPLE_RESPONSES: String(shape.isSimple),
      ...environment,
    },
  });
  const gateway = await startGateway({
    port: 0,
    shape,
    authorizer: functions.authorize,
    proxy: functions.proxy,
    tokenHeader: "authorization",
    cacheTtlSeconds,
    cors: config.cors,
  });
  onTestFinished(() => gateway.close());
  return { ...gateway, functions };
}
