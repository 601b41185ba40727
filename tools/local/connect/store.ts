/** The memory of one local Connect: its instances, all with the same seed. */
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { createInstanceState, type InstanceState } from "./instance-state.ts";
import { seedInstance } from "./seed.ts";
import { ServiceFault } from "./service-fault.ts";

/** Creates and seeds a state for each instance, also for a replica. */
export function createStore(instances: readonly ConnectInstance[]): Store {
  const states = instances.map((configured, index) => createInstanceState(configured, index + 1));
  for (const state of states) seedInstance(state);
  return new Store(states, undefined);
}

/** The instances, as a call in one Region sees them. */
export class Store {
  readonly #states: readonly InstanceState[];
  readonly #region: string | undefined;

  constructor(states: readonly InstanceState[], region: string | undefined) {
    this.#states = states;
    this.#region = region;
  }

  /** The same memory for a call in a Region. */
  in(region: string | undefined): Store {
    return new Store(this.#states, region);
  }

  /** Lists the instances in the order of the configuration. */
  instances(): readonly InstanceState[] {
    return this.#states;
  }

  /** Gets an instance by its exact id; if two have the id, the one in the call's Region. @throws ServiceFault `ResourceNotFoundException` */
  instance(id: string): InstanceState {
    const named = this.#states.filter(({ configured }) => configured.id === id);
    const found = named.find(({ configured }) => configured.region === this.#region) ?? named[0];
    if (found) return found;
    throw new ServiceFault("ResourceNotFoundException", `instance \`${id}\` does not exist`);
  }
}
