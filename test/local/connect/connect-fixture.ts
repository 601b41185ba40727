/**
 * A local Connect for tests: two instances in two Regions, and a real SDK client that speaks to it.
 */
import { ConnectClient } from "@aws-sdk/client-connect";
import { afterAll, beforeEach } from "vitest";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import type { Seed } from "../../../tools/local/connect/seeds/problem.ts";
import { type LocalConnect, startLocalConnect } from "../../../tools/local/connect/server.ts";
import small from "./seeds/small.json" with { type: "json" };

/** Id of the instance in us-east-1. */
export const east = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
/** Id of the instance in us-west-2. */
export const west = "00fbeee1-123e-111e-93e3-11111bfbfcc17";

/** The instances of the default configuration. */
export const instances: readonly ConnectInstance[] = [
  configured("us-east-1", east),
  configured("us-west-2", west),
];

function configured(region: string, id: string): ConnectInstance {
  const accountId = "123456789012";
  const arn = `arn:aws:connect:${region}:${accountId}:instance/${id}`;
  return { arn, partition: "aws", region, accountId, id };
}

/** One user, one queue and what they need: few enough to be counted. */
export const smallSeed: Seed = small;

/** Makes a client of the local Connect. It never retries, so that a test sees each answer. */
export function clientOf(connect: LocalConnect, region = "us-east-1"): ConnectClient {
  return new ConnectClient({
    endpoint: connect.url,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
}

/** What a test uses. */
export interface Fixture {
  connect: LocalConnect;
  client: ConnectClient;
}

/** Starts a local Connect for the tests of a file, seeded anew before every test. */
export function useLocalConnect(): Fixture {
  const fixture = {} as Fixture;
  const stop = async () => {
    fixture.client?.destroy();
    await fixture.connect?.close();
  };
  beforeEach(async () => {
    await stop();
    fixture.connect = await startLocalConnect({ instances, seed: smallSeed });
    fixture.client = clientOf(fixture.connect);
  });
  afterAll(stop);
  return fixture;
}
