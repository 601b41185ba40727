/** AppConfig's control plane as `publish` calls it: ids, whole lists, and errors in plain words. */
import type { AppConfigClient } from "@aws-sdk/client-appconfig";
import { AwsProblem, clientSettings, prepareClient } from "../../aws.ts";
import { UsageError } from "../../command-io.ts";

type Sdk = typeof import("@aws-sdk/client-appconfig");

export interface AppConfig {
  readonly sdk: Sdk;
  readonly client: AppConfigClient;
}

/** Where it is published: the control plane wants ids. */
export interface AppConfigPlace extends AppConfig {
  readonly ids: {
    readonly ApplicationId: string;
    readonly EnvironmentId: string;
    readonly ConfigurationProfileId: string;
  };
}

const timeoutMs = 60_000;

export async function openAppConfig(): Promise<AppConfig> {
  const sdk = await import("@aws-sdk/client-appconfig");
  return { sdk, client: prepareClient(new sdk.AppConfigClient(clientSettings())) };
}

/** For each request. */
export function inTime() {
  return { abortSignal: AbortSignal.timeout(timeoutMs) };
}

interface Page<Item> {
  readonly Items?: readonly Item[] | undefined;
  readonly NextToken?: string | undefined;
}

/** Reads all pages of a list. */
export async function listAll<Item>(
  read: (page: { NextToken?: string }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let page: { NextToken?: string } | undefined = {};
  while (page !== undefined) {
    const { Items = [], NextToken }: Page<Item> = await read(page);
    items.push(...Items);
    page = NextToken ? { NextToken } : undefined;
  }
  return items;
}

/** Says what errors of a request mean, by AWS's names. */
export function explain(error: unknown, messages: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof AwsProblem) || !Object.hasOwn(messages, error.code)) return error;
  return new UsageError(messages[error.code], { cause: error });
}
