/** The memory of one local Connect: its instances, a clock and a source of ids. */
import type { InstanceState, Source } from "./instance-state.ts";
import { ServiceFault } from "./service-fault.ts";

/** The instances, as a call in one Region sees them. */
export class World {
  readonly #states: readonly InstanceState[];
  readonly #source: Source;
  readonly #region: string | undefined;

  constructor(states: readonly InstanceState[], source: Source, region: string | undefined) {
    this.#states = states;
    this.#source = source;
    this.#region = region;
  }

  /** The same memory for a call in a Region. */
  in(region: string | undefined): World {
    return new World(this.#states, this.#source, region);
  }

  now(): Date {
    return this.#source.now();
  }

  newId(): string {
    return this.#source.newId();
  }

  /** Lists the instances in the order of the configuration. */
  instances(): readonly InstanceState[] {
    return this.#states;
  }

  /**
   * Gets an instance by its exact id or ARN; if two have the id, the one in the call's Region.
   * @throws ServiceFault `ResourceNotFoundException`
   */
  instance(id: string): InstanceState {
    const named = this.#states.filter(({ configured }) => configured.id === id || configured.arn === id);
    const found = named.find(({ configured }) => configured.region === this.#region) ?? named[0];
    if (found) return found;
    throw new ServiceFault("ResourceNotFoundException", `instance \`${id}\` does not exist`);
  }
}
