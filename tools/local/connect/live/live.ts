/** Keeps a simulation for each instance moving, once a second. */
import type { InstanceState } from "../instance-state.ts";
import type { World } from "../world.ts";
import { chanceOf } from "./chance.ts";
import { Simulation } from "./simulation.ts";

export interface LiveOptions {
  /** A whole number: the same seed and clock give the same contacts. */
  readonly seed: number;
  /** Without it, a quarter of the number of users. */
  readonly contactsPerMinute?: number;
  /** Runs something again and again until it is stopped; once a second if it is left out. */
  readonly every?: (run: () => void | Promise<void>) => () => void;
}

/** Hands the simulation what a seed left in a queue: nobody else would ever answer it. */
export function adoptSeeded(instance: InstanceState): void {
  for (const row of instance.contacts.all()) {
    const { QueueInfo: queue, DisconnectTimestamp: endedAt } = row.shape.described;
    if (queue && !endedAt) instance.contacts.revise(row, { shape: { ...row.shape, isSimulated: true } });
  }
}

/** Starts to move the instances. @returns what stops it */
export function startLive(
  world: World,
  { seed, contactsPerMinute, every = everySecond }: LiveOptions,
): () => void {
  const simulations = world.instances().map(
    (instance) =>
      new Simulation({
        instance,
        chance: chanceOf(seed + instance.sequence),
        contactsPerMinute,
        now: world.now(),
      }),
  );
  return every(() => {
    for (const simulation of simulations) simulation.advance(world.now());
  });
}

export function everySecond(run: () => void | Promise<void>): () => void {
  const timer = setInterval(() => void run(), 1000);
  timer.unref();
  return () => clearInterval(timer);
}
