/** Deployments of AppConfig: one at a time in an environment, started, and followed to their end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { GetDeploymentCommandOutput } from "@aws-sdk/client-appconfig";
import { UsageError } from "../../command-io.ts";
import { type AppConfigPlace, explain, inTime } from "./app-config-client.ts";
import type { Waiting, Written } from "./store-writer.ts";

/** AppConfig takes one deployment at a time in an environment. */
const running: readonly string[] = ["BAKING", "VALIDATING", "DEPLOYING", "ROLLING_BACK"];

/** Finds the number of the newest deployment. @throws UsageError if one is running */
export async function findLatestDeployment({
  sdk,
  client,
  ids,
}: AppConfigPlace): Promise<number | undefined> {
  const { ApplicationId, EnvironmentId } = ids;
  // The newest comes first.
  const command = new sdk.ListDeploymentsCommand({ ApplicationId, EnvironmentId });
  const { Items: deployments = [] } = await client.send(command, inTime());
  const busy = deployments.find(({ State }) => State !== undefined && running.includes(State));
  if (busy === undefined) return deployments[0]?.DeploymentNumber;
  const { DeploymentNumber: number, State: state } = busy;
  const flags = `--application-id ${ApplicationId} --environment-id ${EnvironmentId} --deployment-number ${number}`;
  // One that only bakes can be taken back, and no longer stopped.
  const stop = `aws appconfig stop-deployment ${flags}${state === "BAKING" ? " --allow-revert" : ""}`;
  throw new UsageError(
    `deployment ${number} is running there (${state}), and AppConfig takes one at a time: wait for its end, or take it back with \`${stop}\``,
  );
}

interface Start {
  readonly version: number;
  readonly strategy: string;
  /** The newest deployment before anybody was asked. */
  readonly after: number | undefined;
}

/** Starts a deployment of a version, and returns its number. @throws UsageError if it cannot be deployed */
export async function startDeployment(
  { sdk, client, ids }: AppConfigPlace,
  { version, strategy, after }: Start,
): Promise<number> {
  const command = new sdk.StartDeploymentCommand({
    ...ids,
    DeploymentStrategyId: strategy,
    ConfigurationVersion: String(version),
    Description: "made by connect-authorizer publish",
    ...(after === undefined ? {} : { LatestDeploymentNumber: after }),
  });
  try {
    const { DeploymentNumber: number } = await client.send(command, inTime());
    if (number === undefined) throw new TypeError("the service answered without a deployment");
    return number;
  } catch (error) {
    throw explain(error, {
      ConflictException: `somebody else started a deployment in the meantime: version ${version} is stored and not deployed; review the difference, and publish again`,
      BadRequestException: `AppConfig refuses to deploy version ${version}, which is stored: a validator of the configuration profile may not accept it, or there is no strategy \`${strategy}\``,
    });
  }
}

const minuteMs = 60_000;
/** What a deployment may take beyond its strategy's own time. */
const graceMinutes = 10;

type State = Pick<
  GetDeploymentCommandOutput,
  "State" | "PercentageComplete" | "DeploymentDurationInMinutes" | "FinalBakeTimeInMinutes" | "EventLog"
>;

/** @throws UsageError if it has not ended in time */
export async function followDeployment(
  look: () => Promise<State>,
  { timeoutMinutes, pauseMs }: Waiting,
  tell: (text: string) => void,
): Promise<Written> {
  const startedMs = performance.now();
  for (let said = ""; ; await sleep(pauseMs)) {
    const found = await look();
    const { State: state = "unknown", PercentageComplete: percent } = found;
    const text = percent === undefined ? `deployment: ${state}` : `deployment: ${state}, ${percent} %`;
    if (text !== said) tell(text);
    said = text;
    if (state === "COMPLETE") return "live";
    if (state === "ROLLED_BACK" || state === "REVERTED") {
      tell(`the deployment was taken back${why(found)}: functions have the earlier bundle`);
      return "takenBack";
    }
    const ownMinutes = (found.DeploymentDurationInMinutes ?? 0) + (found.FinalBakeTimeInMinutes ?? 0);
    const limitMinutes = timeoutMinutes ?? ownMinutes + graceMinutes;
    if (performance.now() - startedMs > limitMinutes * minuteMs)
      throw new UsageError(
        `the deployment has not ended after ${limitMinutes} minutes (${state}); it goes on, and \`--timeout\` says how long to wait`,
      );
  }
}

/** The newest event comes first. */
function why({ EventLog: events = [] }: State): string {
  const event = events.find(({ EventType }) => EventType?.startsWith("ROLLBACK"));
  const by = event?.TriggeredBy === "CLOUDWATCH_ALARM" ? "by an alarm of CloudWatch" : undefined;
  const said = [by, event?.Description].filter((text) => text !== undefined && text !== "");
  return said.length === 0 ? "" : ` (${said.join(": ")})`;
}
