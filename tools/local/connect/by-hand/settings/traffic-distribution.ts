/**
 * How a traffic distribution group shares calls, sign-ins and agents between Regions, and whether contacts of one Region
 * go to agents of another. Nothing is routed by it here.
 */
import type { GetTrafficDistributionResponse } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import { invalidRequest, ServiceFault } from "../../service-fault.ts";
import type { World } from "../../world.ts";

export const trafficDistributionHandlers = {
  GetTrafficDistribution(input, world) {
    const { row, instance } = find(world, input.Id);
    const everything = [{ Region: instance.configured.region, Percentage: 100 }];
    const kept: GetTrafficDistributionResponse = row.shape["Distribution"] ?? {};
    return {
      Id: row.id,
      Arn: row.arn,
      TelephonyConfig: kept.TelephonyConfig ?? { Distributions: everything },
      AgentConfig: kept.AgentConfig ?? { Distributions: everything },
      SignInConfig: kept.SignInConfig ?? {
        Distributions: [{ Region: instance.configured.region, Enabled: true }],
      },
    };
  },
  /** Parts that the input does not have stay as they are. */
  UpdateTrafficDistribution({ Id, ...change }, world) {
    const { row, instance } = find(world, Id);
    checkDistributions(world, instance, change);
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    const Distribution = { ...(row.shape["Distribution"] ?? {}), ...Object.fromEntries(given) };
    instance.table("TrafficDistributionGroup").revise(row, { shape: { ...row.shape, Distribution } });
    return {};
  },
  GetCrossRegionRouting(input, world) {
    const replicas = replicasOf(world, input.InstanceId);
    const isolated = replicas.filter(
      ({ settings }) => settings.get(routingSetting)?.["IsolatedAll"] === true,
    );
    return { IsolatedRegions: isolated.map(({ configured }) => configured.region) };
  },
  UpdateCrossRegionRouting({ InstanceId, IsolatedAll }, world) {
    for (const { settings } of replicasOf(world, InstanceId)) settings.set(routingSetting, { IsolatedAll });
    return {};
  },
} satisfies Handlers;

const routingSetting = "CrossRegionRouting";

/** The instance in each of its Regions. @throws ServiceFault `InvalidRequestException` if it is in one only */
function replicasOf(world: World, id: string): readonly InstanceState[] {
  const { configured } = world.instance(id);
  const same = regionsOf(world, configured.id);
  if (same.length > 1) return same;
  throw invalidRequest(`instance \`${configured.id}\` has no replica in another Region; configure one`);
}

function regionsOf(world: World, id: string): readonly InstanceState[] {
  return world.instances().filter(({ configured }) => configured.id === id);
}

interface Shares {
  readonly TelephonyConfig?: Part | undefined;
  readonly AgentConfig?: Part | undefined;
}

interface Part {
  readonly Distributions:
    | readonly { readonly Region?: string | undefined; readonly Percentage?: number | undefined }[]
    | undefined;
}

/** Shares must be of the Regions that the instance is in, and 100 percent together. */
function checkDistributions(world: World, instance: InstanceState, shares: Shares): void {
  const regions = regionsOf(world, instance.configured.id).map(({ configured }) => configured.region);
  for (const member of ["TelephonyConfig", "AgentConfig"] as const) {
    const distributions = shares[member]?.Distributions ?? [];
    const other = distributions.find(({ Region = "" }) => !regions.includes(Region));
    if (other) throw invalidRequest(`${member}: the instance is not in \`${other.Region}\``);
    const sum = distributions.reduce((total, { Percentage = 0 }) => total + Percentage, 0);
    if (distributions.length > 0 && sum !== 100)
      throw invalidRequest(`${member}: the percentages must be 100 together`);
  }
}

/** The input names no instance: the group is looked for in all of them, by id or ARN. */
function find(world: World, id: string): { row: Row<Members>; instance: InstanceState } {
  for (const instance of world.instances()) {
    const row = instance.table("TrafficDistributionGroup").find(id.split("/").at(-1) ?? "");
    if (row) return { row, instance };
  }
  throw new ServiceFault("ResourceNotFoundException", `traffic distribution group \`${id}\` does not exist`);
}
