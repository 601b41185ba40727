/**
 * What every instance of the local Connect begins with: the seed of the start, or else the built-in one, which is
 * `seeds/contact-center.yaml`. The ids are the same in all instances, so that an example works in each of them and a
 * policy that names one instance can be seen not to reach another.
 */
import { randomUUID } from "node:crypto";
import { enumerationAt } from "../../../shared/catalog/enumerations.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { InstanceState, type Source } from "./instance-state.ts";
import builtIn from "./seeds/contact-center.generated.json" with { type: "json" };
import { plantSeed } from "./seeds/plant.ts";
import type { Seed } from "./seeds/problem.ts";
import { World } from "./world.ts";

/** Ids of the seeded resources, made up in the style of the examples in AWS's documentation. */
export const seedIds = {
  /** User `jane.doe`, with the security profile `Agent`. */
  user: "00dtcddd1-123e-111e-93e3-11111bfbfcc1",
  /** Security profile `Admin`: the one that the example policies forbid. */
  adminProfile: "11dtcggg1-123e-111e-93e3-11111bfbfcc17",
  agentProfile: "11dtcggg2-123e-111e-93e3-11111bfbfcc17",
  managerProfile: "11dtcggg3-123e-111e-93e3-11111bfbfcc17",
  analystProfile: "11dtcggg4-123e-111e-93e3-11111bfbfcc17",
  /** Routing profile `Basic Routing Profile`. */
  routingProfile: "22rp0001-123e-111e-93e3-11111bfbfcc17",
  queue: "33q00001-123e-111e-93e3-11111bfbfcc17",
  /** Contact flow `Sample inbound flow`. */
  contactFlow: "44cf0001-123e-111e-93e3-11111bfbfcc17",
  /** An ongoing inbound call, not recorded. */
  contact: "55c00001-123e-111e-93e3-11111bfbfcc17",
  /** An ongoing chat. */
  chatContact: "55c00002-123e-111e-93e3-11111bfbfcc17",
  /** Hours of operation `Basic Hours`. */
  hoursOfOperation: "66h00001-123e-111e-93e3-11111bfbfcc17",
  /** The authentication profile that all users have. */
  authenticationProfile: "88ap0001-123e-111e-93e3-11111bfbfcc17",
  /** Agent status `Available`, in which agents get contacts. */
  availableStatus: "99as0001-123e-111e-93e3-11111bfbfcc1",
  /** Agent status `Offline`. */
  offlineStatus: "99as0002-123e-111e-93e3-11111bfbfcc1",
  /** Hierarchy group `Everyone`. */
  hierarchyGroup: "77g00001-123e-111e-93e3-11111bfbfcc17",
} as const;

const usualSource: Source = { now: () => new Date(), newId: randomUUID };

interface WorldOptions {
  readonly instances: readonly ConnectInstance[];
  readonly source?: Partial<Source> | undefined;
  /** What instances begin with; the built-in seed if it is left out. */
  readonly seed?: Seed | undefined;
  /** Fills a state with what is kept of it; false when nothing is. */
  readonly restore?: (state: InstanceState) => boolean;
}

/** Creates a state for each instance, also for a replica, and seeds those that are new. */
export function createWorld({ instances, source, seed, restore }: WorldOptions): World {
  const whole = { ...usualSource, ...source };
  const states = instances.map((configured, index) => new InstanceState(configured, index + 1, whole));
  for (const state of states)
    if (!restore?.(state)) seedInstance(state, new World([state], whole, undefined), seed);
  return new World(states, whole, undefined);
}

/**
 * Fills an instance that has nothing yet.
 * @param seed one that `readSeed` has accepted; the built-in one if it is left out
 */
function seedInstance(instance: InstanceState, world: World, seed: Seed = builtIn): void {
  addSettings(instance);
  plantSeed(seed, {
    instance,
    world,
    report({ path, message }) {
      throw new TypeError(`the seed can't be used: ${path.join(".")}: ${message}`);
    },
  });
}

/** Settings that nothing creates. The values are those that a new instance has. */
export function addSettings(instance: InstanceState): void {
  const on = ["INBOUND_CALLS", "OUTBOUND_CALLS", "AUTO_RESOLVE_BEST_VOICES", "EARLY_MEDIA"];
  for (const id of enumerationAt("UpdateInstanceAttributeRequest.AttributeType") ?? [])
    instance.table("InstanceAttribute").add({ id, shape: { Value: String(on.includes(id)) } });
  for (const id of enumerationAt("UpdateAttachedFilesConfigurationRequest.AttachmentScope") ?? [])
    instance.table("AttachedFilesConfiguration").add({ id, shape: { MaximumSizeLimitInBytes: 20_971_520 } });
  instance.table("AuthenticationProfile").add({
    id: seedIds.authenticationProfile,
    shape: { Name: "Default Authentication Profile", IsDefault: true, AllowedIps: [], BlockedIps: [] },
  });
}
