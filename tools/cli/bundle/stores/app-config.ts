/**
 * AppConfig as a store to publish to: a version in AppConfig's hosted configuration store, and a deployment of it. Names are
 * resolved to ids first, as the control plane wants them.
 */
import type { AwsLocation } from "../../../../shared/bundle/stores/store.ts";
import { UsageError } from "../../command-io.ts";
import { type AppConfig, type AppConfigPlace, inTime, listAll, openAppConfig } from "./app-config-client.ts";
import { findLatestDeployment, followDeployment, startDeployment } from "./deployment.ts";
import { findStored, findVersions, type SeenVersions, storeVersion } from "./hosted-version.ts";
import type { DeployOptions, StoreWriter, Writing, Written } from "./store-writer.ts";

type Location = Extract<AwsLocation, { readonly kind: "appconfig" }>;

const usualStrategy = "AppConfig.AllAtOnce";
/** AppConfig's quota; Service Quotas may grant more. */
const usualMaxBytes = 1_048_576;

/** What was there before anybody was asked: a version or deployment that came later is not overwritten. */
interface Prepared {
  readonly place: AppConfigPlace;
  readonly strategy: string;
  readonly versions: SeenVersions;
  readonly latestDeployment: number | undefined;
}

export class AppConfigWriter implements StoreWriter {
  readonly #location: Location;
  readonly #options: DeployOptions;
  #prepared: Prepared | undefined;

  constructor(location: Location, options: DeployOptions) {
    this.#location = location;
    this.#options = options;
  }

  /** @throws UsageError if a name is unknown, or a deployment is running */
  async prepare(): Promise<void> {
    const appConfig = await openAppConfig();
    const place = { ...appConfig, ids: await findIds(appConfig, this.#location) };
    const [versions, latestDeployment, strategy] = await Promise.all([
      findVersions(place),
      findLatestDeployment(place),
      findStrategy(appConfig, this.#options.strategy),
    ]);
    this.#prepared = { place, strategy, versions, latestDeployment };
  }

  noteOn(text: string): string | undefined {
    const bytes = Buffer.byteLength(text);
    if (bytes <= usualMaxBytes) return undefined;
    return `the bundle has ${bytes.toLocaleString("en-US")} bytes: AppConfig takes more than 1 MB only if its quota was raised`;
  }

  /** @throws UsageError if somebody else published in the meantime */
  async write(text: string, { version: hash }: Writing): Promise<Written> {
    // INVARIANT: `publish` prepares before it writes.
    const { place, strategy, versions, latestDeployment: after } = this.#prepared as Prepared;
    const content = { text, hash };
    const version =
      (await findStored(place, content, versions)) ?? (await storeVersion(place, content, versions));
    const number = await startDeployment(place, { version, strategy, after });
    const { tell, waiting } = this.#options;
    const started = `deployment ${number} of version ${version} has started, with ${strategy}`;
    if (waiting === undefined) {
      tell(`${started}: functions get the bundle as it goes on; \`--wait\` waits for its end`);
      return "later";
    }
    tell(started);
    const { sdk, client, ids } = place;
    const { ApplicationId, EnvironmentId } = ids;
    const deployment = { ApplicationId, EnvironmentId, DeploymentNumber: number };
    const look = () => client.send(new sdk.GetDeploymentCommand(deployment), inTime());
    return followDeployment(look, waiting, tell);
  }
}

async function findIds(
  { sdk, client }: AppConfig,
  { application, environment, profile }: Location,
): Promise<AppConfigPlace["ids"]> {
  const applications = await listAll((page) => client.send(new sdk.ListApplicationsCommand(page), inTime()));
  const ApplicationId = idOf("application", application, applications);
  const [environments, profiles] = await Promise.all([
    listAll((page) => client.send(new sdk.ListEnvironmentsCommand({ ApplicationId, ...page }), inTime())),
    listAll((page) =>
      client.send(new sdk.ListConfigurationProfilesCommand({ ApplicationId, ...page }), inTime()),
    ),
  ]);
  const EnvironmentId = idOf("environment", environment, environments);
  const ConfigurationProfileId = idOf("configuration profile", profile, profiles);
  const { LocationUri, Type } = profiles.find(({ Id }) => Id === ConfigurationProfileId) ?? {};
  if (LocationUri !== undefined && LocationUri !== "hosted")
    throw new UsageError(
      `the configuration profile \`${profile}\` is kept in \`${LocationUri}\`, not in AppConfig: publish there, and start a deployment`,
    );
  if (Type === "AWS.AppConfig.FeatureFlags")
    throw new UsageError(`the configuration profile \`${profile}\` is of feature flags; make a freeform one`);
  return { ApplicationId, EnvironmentId, ConfigurationProfileId };
}

async function findStrategy({ sdk, client }: AppConfig, given = usualStrategy): Promise<string> {
  // Those that AppConfig brings along have their names for ids.
  if (given.startsWith("AppConfig.")) return given;
  const all = await listAll((page) => client.send(new sdk.ListDeploymentStrategiesCommand(page), inTime()));
  return idOf("deployment strategy", given, all);
}

interface Named {
  readonly Id?: string | undefined;
  readonly Name?: string | undefined;
}

/** An id comes first: a name that looks like another one's id is not taken for it. */
function idOf(what: string, given: string, all: readonly Named[]): string {
  if (all.some(({ Id }) => Id === given)) return given;
  const [found, ...others] = all.filter(({ Name }) => Name === given);
  if (found?.Id === undefined) {
    const names = all.map(({ Name, Id }) => `\`${Name ?? Id}\``).join(", ");
    throw new UsageError(
      `there is no ${what} \`${given}\`; ${names === "" ? "there is none at all" : `there are ${names}`}`,
    );
  }
  if (others.length === 0) return found.Id;
  const ids = [found, ...others].map(({ Id }) => `\`${Id}\``).join(", ");
  throw new UsageError(`several are the ${what} \`${given}\`: name one by its id: ${ids}`);
}
