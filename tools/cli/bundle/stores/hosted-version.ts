/** Bundles as versions in AppConfig's hosted configuration store. */
import { type AppConfigPlace, explain, inTime, listAll } from "./app-config-client.ts";

/** The versions of a profile before anybody was asked: one that came later is not overwritten. */
export interface SeenVersions {
  readonly latest: number | undefined;
  /** By their labels. */
  readonly labels: ReadonlyMap<string, number>;
}

/** A bundle's text, and its version. */
export interface Content {
  readonly text: string;
  readonly hash: string;
}

export async function findVersions({ sdk, client, ids }: AppConfigPlace): Promise<SeenVersions> {
  const { ApplicationId, ConfigurationProfileId } = ids;
  const profile = { ApplicationId, ConfigurationProfileId };
  const versions = await listAll((page) =>
    client.send(new sdk.ListHostedConfigurationVersionsCommand({ ...profile, ...page }), inTime()),
  );
  const numbers = versions.flatMap(({ VersionNumber: number }) => number ?? []);
  const labels = new Map<string, number>();
  for (const { VersionLabel: label, VersionNumber: number } of versions)
    if (label !== undefined && number !== undefined) labels.set(label, number);
  return { latest: numbers.length === 0 ? undefined : Math.max(...numbers), labels };
}

/** Labels are unique in a profile. */
function labelOf(hash: string): string {
  return `bundle-${hash.slice(0, 16)}`;
}

/** Finds the version that holds this text already: to go back to an earlier bundle needs no new one. */
export async function findStored(
  { sdk, client, ids }: AppConfigPlace,
  { text, hash }: Content,
  { labels }: SeenVersions,
): Promise<number | undefined> {
  const { ApplicationId, ConfigurationProfileId } = ids;
  const number = labels.get(labelOf(hash));
  if (number === undefined) return undefined;
  const version = { ApplicationId, ConfigurationProfileId, VersionNumber: number };
  const found = await client.send(new sdk.GetHostedConfigurationVersionCommand(version), inTime());
  return found.Content !== undefined && Buffer.from(text).equals(found.Content) ? number : undefined;
}

/** Stores the text as a new version, and returns its number. @throws UsageError if it cannot be stored */
export async function storeVersion(
  { sdk, client, ids }: AppConfigPlace,
  { text, hash }: Content,
  { latest, labels }: SeenVersions,
): Promise<number> {
  const { ApplicationId, ConfigurationProfileId } = ids;
  const label = labelOf(hash);
  const command = new sdk.CreateHostedConfigurationVersionCommand({
    ApplicationId,
    ConfigurationProfileId,
    Content: Buffer.from(text),
    ContentType: "application/json",
    Description: `policyVersion ${hash}`,
    ...(labels.has(label) ? {} : { VersionLabel: label }),
    ...(latest === undefined ? {} : { LatestVersionNumber: latest }),
  });
  try {
    const stored = await client.send(command, inTime());
    if (stored.VersionNumber === undefined) throw new TypeError("the service answered without a version");
    return stored.VersionNumber;
  } catch (error) {
    const bytes = Buffer.byteLength(text).toLocaleString("en-US");
    throw explain(error, {
      ConflictException: "somebody else published in the meantime: review the difference, and publish again",
      PayloadTooLargeException: `the bundle has ${bytes} bytes, more than AppConfig's quota: raise the quota, or publish to S3`,
      ServiceQuotaExceededException:
        "the configuration profile has as many versions as AppConfig keeps: delete old ones with `aws appconfig delete-hosted-configuration-version`",
    });
  }
}
