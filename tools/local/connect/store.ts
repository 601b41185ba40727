/**
 * The whole memory of one local Connect: its instances, each seeded alike.
 */
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { createInstanceState, type InstanceState } from "./instance-state.ts";
import { seedInstance } from "./seed.ts";
import { ServiceFault } from "./service-fault.ts";

/** The instances by id. */
export class Store {
  readonly #instances = new Map<string, InstanceState>();

  /** Seeds one state for each instance; of two with one id (a replica in another Region) the first stands. */
  constructor(instances: readonly ConnectInstance[]) {
    for (const configured of instances) {
      if (this.#instances.has(configured.id)) continue;
      const instance = createInstanceState(configured, this.#instances.size + 1);
      seedInstance(instance);
      this.#instances.set(configured.id, instance);
    }
  }

  /** Lists the instances in the order of the configuration. */
  instances(): readonly InstanceState[] {
    return [...this.#instances.values()];
  }

  /** Gets an instance by its exact id. @throws ServiceFault `ResourceNotFoundException` */
  instance(id: string): InstanceState {
    const instance = this.#instances.get(id);
    if (instance) return instance;
    throw new ServiceFault("ResourceNotFoundException", `instance \`${id}\` does not exist`);
  }
}
